package contexts

import "context"

type userKey struct{}

// DetachedCall leaks an audit entry: its context has the request's values, and no end any more.
func DetachedCall(ctx context.Context) {
	ctx = context.WithValue(ctx, userKey{}, "alice")
	ctx = context.WithoutCancel(ctx)
	written := make(chan struct{}) // the log is stuck

	go func() {
		_ = ctx.Value(userKey{})
		select { // parks here, for ever
		case <-written:
		case <-ctx.Done():
		}
	}()
}
