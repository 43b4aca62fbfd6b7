package groups

import (
	"context"
	"sync"
)

type config struct {
	loaded       sync.Once
	level, lines int
}

func (c *config) logLevel() int {
	c.loaded.Do(c.load) // parks here, for ever
	return c.level
}

func (c *config) writeLine(level, most int) {
	if level <= most {
		c.lines++
	}
}

func (c *config) load() {
	c.writeLine(1, c.logLevel()) // "loading"
	c.level = 3
}

// OnceInOnce leaks who asks for the configuration: to load it writes to the log, which asks for it.
func OnceInOnce(ctx context.Context) {
	c := &config{}

	c.writeLine(2, c.logLevel())
}
