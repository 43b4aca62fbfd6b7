package receivers

import "context"

// DrainNeverStarts leaks who looks whether the server drains: its look is a receive, and that waits
// until it does.
func DrainNeverStarts(ctx context.Context) {
	draining := make(chan struct{})
	isDraining := func() bool {
		<-draining // parks here, for ever
		return true
	}

	logged := 0
	if inconsistent := ctx.Err() == nil; inconsistent && !isDraining() {
		logged++
	}
}
