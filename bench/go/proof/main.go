// What Go's goroutine leak profile finds and what it costs, beside leaklab's proof: bench/proof.sh runs both.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/pprof"
)

func main() {
	if pprof.Lookup("goroutineleak") == nil {
		fmt.Fprintf(os.Stderr, "%s has no goroutine leak profile: Go 1.27 has\n", runtime.Version())
		os.Exit(3)
	}
	switch {
	case len(os.Args) == 2 && os.Args[1] == "kinds":
		for i := range kinds {
			inOwnProcess("kind", i)
		}
	case len(os.Args) == 2 && os.Args[1] == "speed":
		for i := range loads {
			inOwnProcess("load", i)
		}
	case len(os.Args) == 3:
		var i int
		fmt.Sscan(os.Args[2], &i)
		if os.Args[1] == "kind" {
			tryKind(kinds[i])
		} else {
			timeLooks(loads[i])
		}
	default:
		fmt.Fprintln(os.Stderr, "usage: proof kinds|speed")
		os.Exit(2)
	}
}

func inOwnProcess(what string, i int) {
	command := exec.Command(os.Args[0], what, fmt.Sprint(i))
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "a process of its own has failed:", err)
		os.Exit(1)
	}
}
