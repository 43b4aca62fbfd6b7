package owners

import (
	"context"
	"sync"
	"time"
)

var pages = struct {
	sync.Mutex
	cached map[int64]int
	keys   []int64
}{cached: map[int64]int{}}

// CacheNeverEvicts has a bound.
func CacheNeverEvicts(ctx context.Context) {
	key := time.Now().UnixNano()
	pages.Lock()
	defer pages.Unlock()

	if _, ok := pages.cached[key]; !ok {
		pages.cached[key] = int(key % 100) // one more
		pages.keys = append(pages.keys, key)
		if len(pages.keys) > 16 { // the cure
			delete(pages.cached, pages.keys[0])
			pages.keys = pages.keys[1:]
		}
	}
}
