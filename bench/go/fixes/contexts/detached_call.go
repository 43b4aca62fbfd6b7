package contexts

import (
	"context"
	"time"
)

type userKey struct{}

// DetachedCall gives what is detached a deadline of its own.
func DetachedCall(ctx context.Context) {
	ctx = context.WithValue(ctx, userKey{}, "alice")
	ctx = context.WithoutCancel(ctx)
	written := make(chan struct{}) // the log is stuck

	go func() {
		ctx, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
		defer cancel() // the cure
		_ = ctx.Value(userKey{})
		select {
		case <-written:
		case <-ctx.Done():
		}
	}()
}
