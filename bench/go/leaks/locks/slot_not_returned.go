package locks

import "context"

// SlotNotReturned leaks the third of three: two that found nothing have kept their slots.
func SlotNotReturned(ctx context.Context) {
	slots := make(chan struct{}, 2)
	found := func(page int) bool { return page > 3 } // not found

	for page := 0; page < 3; page++ {
		page := page
		go func() {
			slots <- struct{}{} // one parks here, for ever
			if !found(page) {
				return
			}
			<-slots
		}()
	}
}
