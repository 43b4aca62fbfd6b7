package senders

import "context"

type report struct {
	rows int
}

func quotaIsLeft(ctx context.Context) bool {
	return ctx.Err() != nil // used up
}

// EarlyReturnSender has room for the one answer, so that its sender never waits.
func EarlyReturnSender(ctx context.Context) {
	reports := make(chan report, 1) // the cure
	go func() {
		reports <- report{rows: 12}
	}()

	if !quotaIsLeft(ctx) {
		return
	}
	<-reports
}
