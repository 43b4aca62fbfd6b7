#include "live/live_metrics.h"
#include "serve/metrics.h"
#include <inttypes.h>

struct metric {
    const char *name, *type, *help;
    double (*of)(const struct live_case *c);
};

static double tasks(const struct live_case *c)
{
    return (double)c->outcome.gauges->runtime.live;
}

static double spawned(const struct live_case *c)
{
    return (double)c->outcome.gauges->runtime.spawned;
}

static double timers(const struct live_case *c)
{
    return (double)c->outcome.gauges->runtime.timers;
}

static double requests(const struct live_case *c)
{
    return (double)c->outcome.gauges->progress.sent;
}

static double returned(const struct live_case *c)
{
    return (double)c->outcome.gauges->progress.finished;
}

static double resident(const struct live_case *c)
{
    return (double)c->last.rss;
}

static double allocated(const struct live_case *c)
{
    return (double)c->outcome.gauges->progress.heap.allocated;
}

static double handles(const struct live_case *c)
{
    return (double)c->outcome.gauges->progress.plain.handles;
}

static double in_flight(const struct live_case *c)
{
    return (double)c->outcome.gauges->progress.plain.requests;
}

static double queued(const struct live_case *c)
{
    return (double)c->outcome.gauges->progress.plain.queued;
}

static double descriptors(const struct live_case *c)
{
    return (double)c->outcome.gauges->progress.plain.descriptors;
}

static double threads(const struct live_case *c)
{
    return (double)c->outcome.gauges->progress.plain.threads;
}

/* Of plain C alone. */
static const struct metric plain_metrics[] = {
    {"leaklab_live_handles", "gauge", "libuv handles of a case that are not closed.", handles},
    {"leaklab_live_requests_in_flight", "gauge", "libuv requests of a case in flight.", in_flight},
    {"leaklab_live_queued_bytes", "gauge", "Bytes in the queues of a case's streams.", queued},
    {"leaklab_live_descriptors", "gauge", "Descriptors open in a case.", descriptors},
    {"leaklab_live_threads", "gauge", "Threads of a case that run or wait to be joined.", threads},
};

static const struct metric metrics[] = {
    {"leaklab_live_tasks", "gauge", "Tasks alive in a case of the live page.", tasks},
    {"leaklab_live_tasks_spawned_total", "counter", "Tasks ever made in a case.", spawned},
    {"leaklab_live_timers", "gauge", "Timers and tickers alive in a case.", timers},
    {"leaklab_live_requests_total", "counter", "Requests sent to a case.", requests},
    {"leaklab_live_requests_returned_total", "counter", "Requests that have returned.", returned},
    {"leaklab_live_resident_memory_bytes", "gauge", "Resident memory of a case.", resident},
    {"leaklab_live_heap_allocated_bytes", "gauge", "Heap allocated in a case and not freed.",
     allocated},
};

static bool is_any_there(const struct live *live)
{
    for (int i = 0; i < LIVE_CASES; i++)
        if (live_case_is_there(&live->cases[i]))
            return true;
    return false;
}

static void write_all(const struct live *live, const struct metric *all, size_t length, FILE *out)
{
    for (size_t i = 0; i < length; i++) {
        metric_head(out, all[i].name, all[i].type, all[i].help);
        for (int c = 0; c < LIVE_CASES; c++)
            if (live_case_is_there(&live->cases[c]))
                fprintf(out, "%s{pair=\"%s\",variant=\"%s\"} %.17g\n", all[i].name,
                        live->run.pair->id, live_name(c), all[i].of(&live->cases[c]));
    }
}

void live_metrics_write(const struct live *live, FILE *out)
{
    if (!is_any_there(live))
        return;
    write_all(live, metrics, sizeof metrics / sizeof *metrics, out);
    if (pair_is_plain(live->run.pair))
        write_all(live, plain_metrics, sizeof plain_metrics / sizeof *plain_metrics, out);
}
