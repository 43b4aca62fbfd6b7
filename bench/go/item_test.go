package bench

import "testing"

// item is what a channel moves: values of other sizes than an int's.
type item interface {
	struct{} | [4]byte | [16]byte | [64]byte | [1024]byte
}

func benchItems(b *testing.B) {
	b.Run("item/0", func(b *testing.B) { items[struct{}](b, 0) })
	b.Run("item/4", func(b *testing.B) { items[[4]byte](b, 0) })
	b.Run("item/16", func(b *testing.B) { items[[16]byte](b, 0) })
	b.Run("item/64", func(b *testing.B) { items[[64]byte](b, 0) })
	b.Run("item/1024", func(b *testing.B) { items[[1024]byte](b, 0) })
	b.Run("item_buffered/0", func(b *testing.B) { items[struct{}](b, 128) })
	b.Run("item_buffered/4", func(b *testing.B) { items[[4]byte](b, 128) })
	b.Run("item_buffered/16", func(b *testing.B) { items[[16]byte](b, 128) })
	b.Run("item_buffered/64", func(b *testing.B) { items[[64]byte](b, 128) })
	b.Run("item_buffered/1024", func(b *testing.B) { items[[1024]byte](b, 128) })
}

func items[T item](b *testing.B, capacity int) {
	channel, received := make(chan T, capacity), 0
	go func() {
		var value T
		for i := 0; i < b.N; i++ {
			channel <- value
		}
		close(channel)
	}()
	for range channel {
		received++
	}
	b.StopTimer()
	expect(b, "items that arrived", received, b.N)
}
