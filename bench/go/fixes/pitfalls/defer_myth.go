package pitfalls

import (
	"bytes"
	"context"
	"fmt"
	"sync"
)

const bufferBytes = 4096

var buffers = sync.Pool{New: func() any {
	return bytes.NewBuffer(make([]byte, 0, bufferBytes))
}}

type row struct {
	value int
}

func renderPage(ctx context.Context, rows <-chan row) {
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()

	fmt.Fprint(buffer, "<table>")
	select {
	case row := <-rows:
		fmt.Fprintf(buffer, "<td>%d</table>", row.value)
	case <-ctx.Done(): // the cure: a way out, so that the deferred calls run
	}
}

// DeferMyth gives the wait a second way out: the goroutine returns when the request is over, and only
// because it returns do its deferred calls run.
func DeferMyth(ctx context.Context) {
	rows := make(chan row)

	go renderPage(ctx, rows)
}
