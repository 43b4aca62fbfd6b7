// Package pitfalls holds the Go twins of fixes/pitfalls: the same cures, as Go users write them.
package pitfalls

import "context"

type order struct {
	items  int
	packed bool
}

func itemsInCart(ctx context.Context) int {
	if ctx.Err() != nil {
		return -1
	}
	return 0 // an empty cart
}

func packOrder(orders <-chan order) {
	if order, ok := <-orders; ok {
		order.packed = true
	}
}

// ChannelReceive closes the channel on every way out, so the receiver sees the end of it.
func ChannelReceive(ctx context.Context) {
	orders := make(chan order)
	defer close(orders) // the cure: early return or not

	go packOrder(orders)

	order := order{items: itemsInCart(ctx)}
	if order.items <= 0 {
		return
	}
	orders <- order
}
