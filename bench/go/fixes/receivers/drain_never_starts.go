package receivers

import "context"

// DrainNeverStarts looks with a default, and goes on either way.
func DrainNeverStarts(ctx context.Context) {
	draining := make(chan struct{})
	isDraining := func() bool {
		select {
		case <-draining:
			return true
		default: // the cure
			return false
		}
	}

	logged := 0
	if inconsistent := ctx.Err() == nil; inconsistent && !isDraining() {
		logged++
	}
}
