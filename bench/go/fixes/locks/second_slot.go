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
	// the cure: over the caller's connection
}

func (d *database) report() {
	d.pool <- struct{}{}
	defer func() { <-d.pool }()
	d.open.Done()
	d.open.Wait()
	d.findCustomer()
}

// SecondSlot hands the caller's connection down.
func SecondSlot(ctx context.Context) {
	d := &database{pool: make(chan struct{}, 2)}

	d.open.Add(2)
	for i := 0; i < 2; i++ {
		go d.report()
	}
}
