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
	c.loaded.Do(c.load)
	return c.level
}

func (c *config) writeLine(level, most int) {
	if level <= most {
		c.lines++
	}
}

func (c *config) load() {
	c.writeLine(1, 1) // "loading"; the cure: at a level of its own
	c.level = 3
}

// OnceInOnce loads without asking for what it loads.
func OnceInOnce(ctx context.Context) {
	c := &config{}

	c.writeLine(2, c.logLevel())
}
