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
	if l.givenBack {
		return
	}
	l.renewal.Reset(10 * time.Second) // for ever
}

func (l *lease) giveBack() {
	l.Lock()
	defer l.Unlock()
	l.givenBack = true
	l.renewal.Stop() // the cure
}

// RearmedTimer stops what renews the lease where the lease is given back.
func RearmedTimer(ctx context.Context) {
	l := &lease{}
	l.Lock()
	l.renewal = time.AfterFunc(10*time.Second, l.renew)
	l.Unlock()
	defer l.giveBack()
}
