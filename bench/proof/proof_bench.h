/* What the proof finds and what it costs, beside Go's goroutine leak profile: bench/proof.sh runs both. */
#pragma once

/* `kind NAME MADE LEAKED BY_TIME UNSURE LIVE WHY`, a line each, with a tab between two. */
void kinds_run(void);

/* `speed NAME TASKS LOOK_CPU_NS LOOK_NS DUMP_CPU_NS BYTES`, the best of some; `end TASKS CPU_NS`; `malloc PAIRS CPU_NS
 * ALLOCATORS_CPU_NS`. */
void speed_run(void);

/* Runs fn(arg) as the first task of a process of its own, and waits for that. */
void in_own_process(void (*fn)(void *arg), void *arg);
