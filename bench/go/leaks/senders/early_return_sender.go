package senders

import "context"

type report struct {
	rows int
}

func quotaIsLeft(ctx context.Context) bool {
	return ctx.Err() != nil // used up
}

// EarlyReturnSender leaks the sender: the handler starts it, finds no quota and returns before it
// receives.
func EarlyReturnSender(ctx context.Context) {
	reports := make(chan report)
	go func() {
		reports <- report{rows: 12} // parks here, for ever
	}()

	if !quotaIsLeft(ctx) {
		return
	}
	<-reports
}
