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

// LostCancel cancels where it makes the context.
func LostCancel(ctx context.Context) {
	var c call
	c.ctx, c.cancel = context.WithCancel(program) // one more
	defer c.cancel()                              // the cure

	ask(c.ctx)
}
