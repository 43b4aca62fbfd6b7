// Package pairs lists the Go twins of the catalog's pairs by their id.
package pairs

import (
	"context"

	fixcontexts "leaklab/bench/fixes/contexts"
	fixgroups "leaklab/bench/fixes/groups"
	fixio "leaklab/bench/fixes/io"
	fixlocks "leaklab/bench/fixes/locks"
	fixowners "leaklab/bench/fixes/owners"
	fixpitfalls "leaklab/bench/fixes/pitfalls"
	fixreceivers "leaklab/bench/fixes/receivers"
	fixselects "leaklab/bench/fixes/selects"
	fixsenders "leaklab/bench/fixes/senders"
	fixspins "leaklab/bench/fixes/spins"
	fixstrategies "leaklab/bench/fixes/strategies"
	leakcontexts "leaklab/bench/leaks/contexts"
	leakgroups "leaklab/bench/leaks/groups"
	leakio "leaklab/bench/leaks/io"
	leaklocks "leaklab/bench/leaks/locks"
	leakowners "leaklab/bench/leaks/owners"
	leakpitfalls "leaklab/bench/leaks/pitfalls"
	leakreceivers "leaklab/bench/leaks/receivers"
	leakselects "leaklab/bench/leaks/selects"
	leaksenders "leaklab/bench/leaks/senders"
	leakspins "leaklab/bench/leaks/spins"
	leakstrategies "leaklab/bench/leaks/strategies"
)

// Pair serves one request by a mistake, or without it.
type Pair struct{ Leak, Fix func(ctx context.Context) }

// All has those pairs of harness/catalog.def that have a twin.
var All = map[string]Pair{
	"channel_receive":        {leakpitfalls.ChannelReceive, fixpitfalls.ChannelReceive},
	"full_buffer":            {leakpitfalls.FullBuffer, fixpitfalls.FullBuffer},
	"timer_in_loop":          {leakpitfalls.TimerInLoop, fixpitfalls.TimerInLoop},
	"defer_myth":             {leakpitfalls.DeferMyth, fixpitfalls.DeferMyth},
	"worker_loop":            {leakpitfalls.WorkerLoop, fixpitfalls.WorkerLoop},
	"context_cancel":         {leakstrategies.ContextCancel, fixstrategies.ContextCancel},
	"channel_close":          {leakstrategies.ChannelClose, fixstrategies.ChannelClose},
	"done_channel":           {leakstrategies.DoneChannel, fixstrategies.DoneChannel},
	"timer_stop":             {leakstrategies.TimerStop, fixstrategies.TimerStop},
	"wait_group":             {leakstrategies.WaitGroup, fixstrategies.WaitGroup},
	"early_return_sender":    {leaksenders.EarlyReturnSender, fixsenders.EarlyReturnSender},
	"timeout_sender":         {leaksenders.TimeoutSender, fixsenders.TimeoutSender},
	"double_send":            {leaksenders.DoubleSend, fixsenders.DoubleSend},
	"stopped_reader":         {leaksenders.StoppedReader, fixsenders.StoppedReader},
	"request_after_stop":     {leaksenders.RequestAfterStop, fixsenders.RequestAfterStop},
	"queue_before_consumer":  {leaksenders.QueueBeforeConsumer, fixsenders.QueueBeforeConsumer},
	"departed_subscriber":    {leaksenders.DepartedSubscriber, fixsenders.DepartedSubscriber},
	"hedged_request":         {leaksenders.HedgedRequest, fixsenders.HedgedRequest},
	"abandoned_pipeline":     {leaksenders.AbandonedPipeline, fixsenders.AbandonedPipeline},
	"error_path_skips_close": {leakreceivers.ErrorPathSkipsClose, fixreceivers.ErrorPathSkipsClose},
	"fan_in_never_closed":    {leakreceivers.FanInNeverClosed, fixreceivers.FanInNeverClosed},
	"drain_never_starts":     {leakreceivers.DrainNeverStarts, fixreceivers.DrainNeverStarts},
	"reply_dropped":          {leakreceivers.ReplyDropped, fixreceivers.ReplyDropped},
	"nil_channel":            {leakreceivers.NilChannel, fixreceivers.NilChannel},
	"end_untold":             {leakreceivers.EndUntold, fixreceivers.EndUntold},
	"mutual_select":          {leakselects.MutualSelect, fixselects.MutualSelect},
	"no_cases":               {leakselects.NoCases, fixselects.NoCases},
	"late_cancel":            {leakselects.LateCancel, fixselects.LateCancel},
	"missed_unlock":          {leaklocks.MissedUnlock, fixlocks.MissedUnlock},
	"panic_keeps_lock":       {leaklocks.PanicKeepsLock, fixlocks.PanicKeepsLock},
	"send_under_lock":        {leaklocks.SendUnderLock, fixlocks.SendUnderLock},
	"opposite_order":         {leaklocks.OppositeOrder, fixlocks.OppositeOrder},
	"locked_twice":           {leaklocks.LockedTwice, fixlocks.LockedTwice},
	"read_lock_twice":        {leaklocks.ReadLockTwice, fixlocks.ReadLockTwice},
	"read_lock_upgraded":     {leaklocks.ReadLockUpgraded, fixlocks.ReadLockUpgraded},
	"stop_under_lock":        {leaklocks.StopUnderLock, fixlocks.StopUnderLock},
	"slot_not_returned":      {leaklocks.SlotNotReturned, fixlocks.SlotNotReturned},
	"second_slot":            {leaklocks.SecondSlot, fixlocks.SecondSlot},
	"missed_done":            {leakgroups.MissedDone, fixgroups.MissedDone},
	"wait_in_the_loop":       {leakgroups.WaitInTheLoop, fixgroups.WaitInTheLoop},
	"waits_for_itself":       {leakgroups.WaitsForItself, fixgroups.WaitsForItself},
	"signal_before_wait":     {leakgroups.SignalBeforeWait, fixgroups.SignalBeforeWait},
	"one_signal_for_many":    {leakgroups.OneSignalForMany, fixgroups.OneSignalForMany},
	"nested_limit":           {leakgroups.NestedLimit, fixgroups.NestedLimit},
	"once_in_once":           {leakgroups.OnceInOnce, fixgroups.OnceInOnce},
	"lost_cancel":            {leakcontexts.LostCancel, fixcontexts.LostCancel},
	"background_call":        {leakcontexts.BackgroundCall, fixcontexts.BackgroundCall},
	"detached_call":          {leakcontexts.DetachedCall, fixcontexts.DetachedCall},
	"after_func_kept":        {leakcontexts.AfterFuncKept, fixcontexts.AfterFuncKept},
	"forgotten_close":        {leakowners.ForgottenClose, fixowners.ForgottenClose},
	"reload_keeps_old":       {leakowners.ReloadKeepsOld, fixowners.ReloadKeepsOld},
	"no_workers":             {leakowners.NoWorkers, fixowners.NoWorkers},
	"watchdog_kept":          {leakowners.WatchdogKept, fixowners.WatchdogKept},
	"cache_never_evicts":     {leakowners.CacheNeverEvicts, fixowners.CacheNeverEvicts},
	"read_without_deadline":  {leakio.ReadWithoutDeadline, fixio.ReadWithoutDeadline},
	"half_closed":            {leakio.HalfClosed, fixio.HalfClosed},
	"unread_body":            {leakio.UnreadBody, fixio.UnreadBody},
	"open_listener":          {leakio.OpenListener, fixio.OpenListener},
	"retry_for_ever":         {leakspins.RetryForEver, fixspins.RetryForEver},
	"poll_a_flag":            {leakspins.PollAFlag, fixspins.PollAFlag},
	"busy_loop":              {leakspins.BusyLoop, fixspins.BusyLoop},
	"rearmed_timer":          {leakspins.RearmedTimer, fixspins.RearmedTimer},
}
