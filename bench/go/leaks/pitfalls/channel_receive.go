// Package pitfalls holds the Go twins of leaks/pitfalls: the same mistakes, as Go users make them.
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
	if order, ok := <-orders; ok { // parks here, for ever
		order.packed = true
	}
}

// ChannelReceive leaks a goroutine that waits for an order: the request turns out to have none and
// returns early, and nobody closes the channel.
func ChannelReceive(ctx context.Context) {
	orders := make(chan order)

	go packOrder(orders)

	order := order{items: itemsInCart(ctx)}
	if order.items <= 0 {
		return
	}
	orders <- order
}
