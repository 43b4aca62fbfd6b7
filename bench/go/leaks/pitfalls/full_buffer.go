package pitfalls

import "context"

const backends = 3

type answer struct {
	cents int
}

func askBackend(answers chan<- answer) {
	answers <- answer{cents: 4200} // the last one parks here, for ever
}

// FullBuffer leaks the backend that answers last: the handler takes the first answer and leaves,
// and the buffer has room for one more.
func FullBuffer(ctx context.Context) {
	answers := make(chan answer, 1)

	for i := 0; i < backends; i++ {
		go askBackend(answers)
	}

	<-answers
}
