package locks

import (
	"context"
	"sync"
)

type database struct {
	pool chan struct{}
	open sync.WaitGroup // reports that have a connection
}

func (d *database) findCustomer() {
	d.pool <- struct{}{} // both park here, for ever
	defer func() { <-d.pool }()
}

func (d *database) report() {
	d.pool <- struct{}{}
	defer func() { <-d.pool }()
	d.open.Done()
	d.open.Wait()
	d.findCustomer()
}

// SecondSlot leaks two reports that have a connection each, and want one more.
func SecondSlot(ctx context.Context) {
	d := &database{pool: make(chan struct{}, 2)}

	d.open.Add(2)
	for i := 0; i < 2; i++ {
		go d.report()
	}
}
