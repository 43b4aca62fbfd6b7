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

// CacheNeverEvicts leaks no goroutine: each request puts a page into the cache that nobody asks for
// again.
func CacheNeverEvicts(ctx context.Context) {
	key := time.Now().UnixNano()
	pages.Lock()
	defer pages.Unlock()

	if _, ok := pages.cached[key]; !ok {
		pages.cached[key] = int(key % 100) // one more
		pages.keys = append(pages.keys, key)
	}
}
