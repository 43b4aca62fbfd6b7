/* What the runtime can not do without: memory, and a task to park. */
#include "task/panic.h"
#include "task/sched.h"
#include <inttypes.h>

void sched_out_of_memory(const char *what, size_t size)
{
    task_fatal("out of memory: %zu bytes for %s", size, what);
}

void sched_no_task(const char *what)
{
    task_fatal("%s outside of a task: it would park, and only tasks can", what);
}

void sched_proven_wakes(const struct task *t)
{
    task_fatal("task %" PRIu64 " wakes, of which a proof has said that nobody can wake it", t->id);
}
