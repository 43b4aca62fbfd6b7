package contexts

import "context"

func lookUp(ctx context.Context) {
	answers := make(chan int) // the server is silent
	go func() {
		select {
		case <-answers:
		case <-ctx.Done():
		}
	}()
}

// BackgroundCall hands the request's context down.
func BackgroundCall(ctx context.Context) {
	lookUp(ctx) // the cure
	<-ctx.Done()
}
