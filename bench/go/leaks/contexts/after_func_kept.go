package contexts

import "context"

// AfterFuncKept leaks no goroutine: the program's context keeps one more call to make at its end.
func AfterFuncKept(ctx context.Context) {
	rows := 0
	rollBack := func() { rows = 0 }
	context.AfterFunc(program, rollBack) // one more

	rows++
}
