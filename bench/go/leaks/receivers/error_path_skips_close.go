package receivers

import "context"

const fileRows, unreadable = 5, 3

func readRow(number int) (int, bool) {
	return number, number != unreadable
}

// ErrorPathSkipsClose leaks the consumer: an unreadable row makes the producer return past its close.
func ErrorPathSkipsClose(ctx context.Context) {
	rows := make(chan int)
	go func() {
		total := 0
		for row := range rows { // parks here, for ever
			total += row
		}
	}()
	go func() {
		for i := 0; i < fileRows; i++ {
			row, ok := readRow(i)
			if !ok {
				return
			}
			rows <- row
		}
		close(rows)
	}()
}
