package contexts

import "context"

func lookUp(ctx context.Context) {
	answers := make(chan int) // the server is silent
	go func() {
		select { // parks here, for ever
		case <-answers:
		case <-ctx.Done():
		}
	}()
}

// BackgroundCall leaks a call that selects on its context: it was handed the background.
func BackgroundCall(ctx context.Context) {
	lookUp(context.Background())
	<-ctx.Done()
}
