package owners

import (
	"context"
	"time"
)

// WatchdogKept holds a timer for thirty seconds, for a request that took a moment.
func WatchdogKept(ctx context.Context) {
	done, slow := false, 0
	watchdog := time.AfterFunc(30*time.Second, func() {
		if !done {
			slow++
		}
	})
	_ = watchdog // it is held until it fires

	done = true
}
