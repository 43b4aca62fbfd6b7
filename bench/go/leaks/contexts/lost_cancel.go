package contexts

import "context"

// program is cancelled when the service stops.
var program, _ = context.WithCancel(context.Background())

func ask(ctx context.Context) int {
	if ctx.Err() != nil {
		return -1
	}
	return 42
}

type call struct {
	ctx    context.Context
	cancel context.CancelFunc
}

// LostCancel leaks no goroutine: contexts pile up under a parent that lives, and is their only owner.
func LostCancel(ctx context.Context) {
	var c call
	c.ctx, c.cancel = context.WithCancel(program) // one more

	ask(c.ctx)
}
