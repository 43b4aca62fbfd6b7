package strategies

import "context"

const rowCount = 5

type row struct {
	value int
}

func consume(rows <-chan row) {
	total := 0
	for row := range rows { // parks here, for ever, after the last row
		total += row.value
	}
}

func produce(rows chan<- row) {
	for i := 0; i < rowCount; i++ {
		rows <- row{i}
	}
}

// ChannelClose leaks its consumer: the producer has sent all its rows and does not say so.
func ChannelClose(ctx context.Context) {
	rows := make(chan row)

	go consume(rows)
	go produce(rows)
}
