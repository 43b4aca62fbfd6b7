package selects

import (
	"context"
	"reflect"
)

func merge(cases []reflect.SelectCase) (total int64) {
	for {
		i, value, ok := reflect.Select(cases) // with none left, for ever
		if ok {
			total += value.Int()
		} else {
			cases = append(cases[:i], cases[i+1:]...)
		}
	}
}

// NoCases leaks a broker that selects over the list of its sources, when the last of them has ended.
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
