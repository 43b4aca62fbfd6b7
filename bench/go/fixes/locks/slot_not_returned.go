package locks

import "context"

// SlotNotReturned gives the slot back by a deferred call.
func SlotNotReturned(ctx context.Context) {
	slots := make(chan struct{}, 2)
	found := func(page int) bool { return page > 3 } // not found

	for page := 0; page < 3; page++ {
		page := page
		go func() {
			slots <- struct{}{}
			defer func() { <-slots }() // the cure
			if !found(page) {
				return
			}
		}()
	}
}
