package senders

import "context"

const importRows = 5

type importRow struct {
	number int
	good   bool
}

// StoppedReader tells both sides: who writes selects on the context too.
func StoppedReader(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	rows := make(chan importRow)
	go func() {
		for i := 0; i < importRows; i++ {
			select {
			case rows <- importRow{i, i > 0}:
			case <-ctx.Done(): // the cure
				return
			}
		}
	}()

	for i := 0; i < importRows; i++ {
		select {
		case row := <-rows:
			if !row.good {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}
