package selects

import (
	"context"
	"reflect"
)

func merge(cases []reflect.SelectCase) (total int64) {
	for len(cases) > 0 { // the cure
		i, value, ok := reflect.Select(cases)
		if ok {
			total += value.Int()
		} else {
			cases = append(cases[:i], cases[i+1:]...)
		}
	}
	return total
}

// NoCases looks whether the list is empty before it selects.
func NoCases(ctx context.Context) {
	var cases []reflect.SelectCase
	for i := 0; i < 2; i++ {
		source := make(chan int)
		go func() {
			defer close(source)
			source <- 7
		}()
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(source)})
	}

	merge(cases)
}
