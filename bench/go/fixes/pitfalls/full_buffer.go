package pitfalls

import "context"

const backends = 3

type answer struct {
	cents int
}

func askBackend(answers chan<- answer) {
	answers <- answer{cents: 4200}
}

// FullBuffer has room for every answer, so no backend waits for a handler that has left.
func FullBuffer(ctx context.Context) {
	answers := make(chan answer, backends) // the cure

	for i := 0; i < backends; i++ {
		go askBackend(answers)
	}

	<-answers
}
