package contexts

import "context"

// AfterFuncKept takes the call back.
func AfterFuncKept(ctx context.Context) {
	rows := 0
	rollBack := func() { rows = 0 }
	stop := context.AfterFunc(program, rollBack)
	defer stop() // the cure

	rows++
}
