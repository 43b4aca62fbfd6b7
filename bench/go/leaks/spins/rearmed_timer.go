package spins

import (
	"context"
	"sync"
	"time"
)

type lease struct {
	sync.Mutex
	renewal   *time.Timer
	renewed   int
	givenBack bool
}

func (l *lease) renew() {
	l.Lock()
	defer l.Unlock()
	l.renewed++
	l.renewal.Reset(10 * time.Second) // for ever
}

func (l *lease) giveBack() {
	l.Lock()
	defer l.Unlock()
	l.givenBack = true
}

// RearmedTimer leaks no goroutine: a timer arms itself again, and nobody stops it.
func RearmedTimer(ctx context.Context) {
	l := &lease{}
	l.Lock()
	l.renewal = time.AfterFunc(10*time.Second, l.renew)
	l.Unlock()
	defer l.giveBack()
}
