package locks

import (
	"context"
	"sync"
)

type account struct {
	lock              sync.Mutex
	cents, statements int
}

func (a *account) withdraw(cents int) bool {
	a.lock.Lock()
	defer a.lock.Unlock() // the cure
	if a.cents < cents {
		return false
	}
	a.cents -= cents
	return true
}

func (a *account) writeStatement() {
	a.lock.Lock()
	a.statements++
	a.lock.Unlock()
}

// MissedUnlock defers the unlock right behind the lock.
func MissedUnlock(ctx context.Context) {
	a := &account{cents: 500}

	a.withdraw(4200)
	go a.writeStatement()
}
