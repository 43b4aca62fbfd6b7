package strategies

import "context"

const rowCount = 5

type row struct {
	value int
}

func consume(rows <-chan row) {
	total := 0
	for row := range rows {
		total += row.value
	}
}

func produce(rows chan<- row) {
	defer close(rows) // the cure: the sender closes
	for i := 0; i < rowCount; i++ {
		rows <- row{i}
	}
}

// ChannelClose has the sender close, who alone knows that all is sent.
func ChannelClose(ctx context.Context) {
	rows := make(chan row)

	go consume(rows)
	go produce(rows)
}
