package senders

import "context"

const importRows = 5

type importRow struct {
	number int
	good   bool
}

// StoppedReader leaks the writer: the import is cancelled at its first bad row, and only who reads is
// told.
func StoppedReader(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	rows := make(chan importRow)
	go func() {
		for i := 0; i < importRows; i++ {
			rows <- importRow{i, i > 0} // parks here, for ever
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
