package receivers

import "context"

const fileRows, unreadable = 5, 3

func readRow(number int) (int, bool) {
	return number, number != unreadable
}

// ErrorPathSkipsClose defers the close where the producer begins.
func ErrorPathSkipsClose(ctx context.Context) {
	rows := make(chan int)
	go func() {
		total := 0
		for row := range rows {
			total += row
		}
	}()
	go func() {
		defer close(rows) // the cure
		for i := 0; i < fileRows; i++ {
			row, ok := readRow(i)
			if !ok {
				return
			}
			rows <- row
		}
	}()
}
