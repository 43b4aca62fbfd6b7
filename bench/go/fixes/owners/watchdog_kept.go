package owners

import (
	"context"
	"time"
)

// WatchdogKept stops what it arms.
func WatchdogKept(ctx context.Context) {
	done, slow := false, 0
	watchdog := time.AfterFunc(30*time.Second, func() {
		if !done {
			slow++
		}
	})
	defer watchdog.Stop() // the cure

	done = true
}
