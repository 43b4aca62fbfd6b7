// Package pairs lists the Go twins of the catalog's pairs by their id.
package pairs

import (
	"context"

	fixpitfalls "leaklab/bench/fixes/pitfalls"
	fixstrategies "leaklab/bench/fixes/strategies"
	leakpitfalls "leaklab/bench/leaks/pitfalls"
	leakstrategies "leaklab/bench/leaks/strategies"
)

// Pair serves one request by a mistake, or without it.
type Pair struct{ Leak, Fix func(ctx context.Context) }

// All has those pairs of harness/catalog.def that have a twin.
var All = map[string]Pair{
	"channel_receive": {leakpitfalls.ChannelReceive, fixpitfalls.ChannelReceive},
	"full_buffer":     {leakpitfalls.FullBuffer, fixpitfalls.FullBuffer},
	"timer_in_loop":   {leakpitfalls.TimerInLoop, fixpitfalls.TimerInLoop},
	"defer_myth":      {leakpitfalls.DeferMyth, fixpitfalls.DeferMyth},
	"worker_loop":     {leakpitfalls.WorkerLoop, fixpitfalls.WorkerLoop},
	"context_cancel":  {leakstrategies.ContextCancel, fixstrategies.ContextCancel},
	"channel_close":   {leakstrategies.ChannelClose, fixstrategies.ChannelClose},
	"done_channel":    {leakstrategies.DoneChannel, fixstrategies.DoneChannel},
	"timer_stop":      {leakstrategies.TimerStop, fixstrategies.TimerStop},
	"wait_group":      {leakstrategies.WaitGroup, fixstrategies.WaitGroup},
}
