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
	if a.cents < cents {
		return false
	}
	a.cents -= cents
	a.lock.Unlock()
	return true
}

func (a *account) writeStatement() {
	a.lock.Lock() // parks here, for ever
	a.statements++
	a.lock.Unlock()
}

// MissedUnlock leaks who wants the account next: a withdrawal that failed has kept its lock.
func MissedUnlock(ctx context.Context) {
	a := &account{cents: 500}

	a.withdraw(4200)
	go a.writeStatement()
}
