#include "live/live_looks.h"
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

/* Of the last LATENCY_TAIL that returned. Requests that never will are slower than any: those are
 * the ones that are missing beyond what may be under way. */
static double p99_of(const struct gauges *g)
{
    uint64_t finished = g->progress.finished, sent = g->progress.sent;
    size_t length = finished < LATENCY_TAIL ? finished : LATENCY_TAIL;
    double under_way = g->settings.rate * (double)g->settings.patience / 1e9 + 1;
    double missing = (double)(sent - g->progress.refused) - (double)finished - under_way;
    if (missing > 0.01 * (double)sent)
        return INFINITY;
    if (length == 0)
        return NAN;
    double sorted[LATENCY_TAIL];
    for (size_t i = 0; i < length; i++)
        sorted[i] = (double)g->tail[i] / 1e9;
    gsl_sort(sorted, 1, length);
    return gsl_stats_quantile_from_sorted_data(sorted, 1, length, 0.99);
}

struct live_look live_look_at(const struct gauges *gauges)
{
    const struct counts *plain = &gauges->progress.plain;
    return (struct live_look){
        .plain = {[PLAIN_HANDLES] = plain->handles,
                  [PLAIN_REQUESTS] = plain->requests,
                  [PLAIN_DESCRIPTORS] = plain->descriptors,
                  [PLAIN_THREADS] = plain->threads},
        .tasks = gauges->runtime.live,
        .requests = gauges->progress.sent,
        .finished = gauges->progress.finished,
        .timers = gauges->runtime.timers,
        .p99 = p99_of(gauges),
    };
}

/* When full every second one goes, and from then on half as many are kept. */
void looks_keep(struct looks *looks, const struct live_look *look)
{
    if (++looks->skipped < looks->every)
        return;
    looks->skipped = 0;
    if (looks->length == LOOKS_MOST) {
        for (size_t i = 0; i < LOOKS_MOST / 2; i++)
            looks->at[i] = looks->at[2 * i];
        looks->length = LOOKS_MOST / 2;
        looks->every *= 2;
    }
    looks->at[looks->length++] = *look;
}
