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
	defer buffers.Put(buffer) // the myth: that this runs whatever happens
	buffer.Reset()

	fmt.Fprint(buffer, "<table>")
	row := <-rows // parks here, for ever
	fmt.Fprintf(buffer, "<td>%d</table>", row.value)
}

// DeferMyth leaks a goroutine and the buffer that it has deferred to give back: it waits for ever for
// a row, so its deferred calls never run.
func DeferMyth(ctx context.Context) {
	rows := make(chan row)

	go renderPage(ctx, rows)
}
