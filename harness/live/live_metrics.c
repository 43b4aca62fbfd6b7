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

void live_metrics_write(const struct live *live, FILE *out)
{
    if (!is_any_there(live))
        return;
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
        metric_head(out, metrics[i].name, metrics[i].type, metrics[i].help);
        for (int c = 0; c < LIVE_CASES; c++)
            if (live_case_is_there(&live->cases[c]))
                fprintf(out, "%s{pair=\"%s\",variant=\"%s\"} %.17g\n", metrics[i].name,
                        live->run.pair->id, live_name(c), metrics[i].of(&live->cases[c]));
    }
}
