#include "serve/memory_limit.h"
#include "probe/cgroup.h"
#include "probe/memory.h"
#include "task/loop.h"
#include "task/stats.h"
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

enum { LOOK_MS = 100 };

static struct {
    uv_timer_t timer;
    struct memory_watch watch;
    int64_t bytes;
} limit;

static void look(uv_timer_t *timer)
{
    struct memory memory;
    (void)timer;
    if (!memory_look(&limit.watch, false, &memory) || memory.rss <= limit.bytes)
        return;
    fprintf(stderr,
            "leaklab serve: killed: the resident set, %" PRId64
            " MiB, is over the limit of %" PRId64 " MiB, with %" PRIu64 " tasks\n",
            memory.rss >> 20, limit.bytes >> 20, task_stats.live);
    raise(SIGKILL);
}

void memory_limit_start(uint64_t bytes)
{
    limit.bytes = (int64_t)bytes;
    if (!memory_watch_start(&limit.watch, 0)) {
        fprintf(stderr, "leaklab serve: no memory limit: /proc does not tell the resident set\n");
        return;
    }
    uv_timer_init(task_loop(), &limit.timer);
    uv_timer_start(&limit.timer, look, LOOK_MS, LOOK_MS);
    uv_unref((uv_handle_t *)&limit.timer);
}

int64_t memory_limit_most(void)
{
    struct memory_watch own;
    struct memory memory = {.rss = 0};
    int64_t free = (int64_t)uv_get_free_memory(), group = cgroup_memory_limit();
    if (group < 0)
        return free;
    if (memory_watch_start(&own, 0)) {
        memory_look(&own, false, &memory);
        memory_watch_end(&own);
    }
    return group - memory.rss < free ? group - memory.rss : free;
}
