package owners

import "context"

const cacheRoom = 4

type cache struct {
	evicted     chan int
	values      [cacheRoom]int
	writtenBack int
}

// openCache has a goroutine of its own: it is to be closed.
func openCache() *cache {
	c := &cache{evicted: make(chan int, cacheRoom)}
	go func() {
		for range c.evicted { // parks here, for ever
			c.writtenBack++
		}
	}()
	return c
}

func (c *cache) close() { close(c.evicted) }

func (c *cache) put(key, value int) {
	place := &c.values[key%cacheRoom]
	if *place != 0 {
		c.evicted <- *place
	}
	*place = value
}

// ForgottenClose leaks the goroutine of an object whose user forgets to close it.
func ForgottenClose(ctx context.Context) {
	c := openCache()

	for key := 0; key <= cacheRoom; key++ {
		c.put(key, 1+key)
	}
	if ctx.Err() != nil {
		c.close() // here it was thought of
	}
}
