#include "page/counted.h"
#include <math.h>
#include <stddef.h>

/* Of kinds as the catalog and libuv tell them apart: the first and the one after the last. */
static const struct {
    int from, to;
    const char *text;
} all[] = {
    [COUNTED_TASKS] = {0, 0, "live tasks"},
    [COUNTED_TIMERS] = {0, 0, "timers"},
    [COUNTED_HANDLES] = {LEFT_HANDLES, LEFT_REQUESTS, "open handles"},
    [COUNTED_THREADS] = {LEFT_THREADS, LEFT_THREADS + 1, "threads"},
    [COUNTED_REQUESTS] = {LEFT_REQUESTS, LEFT_REQUESTS + 1, "requests in flight"},
    [COUNTED_DESCRIPTORS] = {LEFT_DESCRIPTORS, LEFT_DESCRIPTORS + 1, "open descriptors"},
    [COUNTED_CONTEXTS] = {LEFT_CONTEXTS, LEFT_CONTEXTS + 1, "contexts"},
    [COUNTED_CHANNELS] = {LEFT_CHANNELS, LEFT_CHANNELS + 1, "channels"},
    [COUNTED_HEAP] = {0, 0, "heap in use"},
};

static bool leaves(const struct measured_pair *pair, enum counted counted)
{
    for (int kind = all[counted].from; kind < all[counted].to; kind++)
        if (left_kind_expected(&pair->variants[VARIANT_LEAK].expected, kind))
            return true;
    return false;
}

enum counted counted_of(const struct measured_pair *pair)
{
    switch (summary_grows(pair)) {
    case GROWS_TIMERS:
        return COUNTED_TIMERS;
    case GROWS_HEAP:
        return COUNTED_HEAP;
    case GROWS_LEFT:
        for (enum counted counted = COUNTED_HANDLES; counted < COUNTED_HEAP; counted++)
            if (leaves(pair, counted))
                return counted;
        return COUNTED_TASKS;
    default:
        return COUNTED_TASKS;
    }
}

const char *counted_text(enum counted counted)
{
    return all[counted].text;
}

double counted_in(enum counted counted, const struct counts *counts)
{
    double sum = 0;
    if (counted == COUNTED_TASKS)
        return (double)counts->tasks;
    if (counted == COUNTED_TIMERS)
        return (double)counts->timers;
    if (counted == COUNTED_HEAP)
        return counts->heap < 0 ? 0 : (double)counts->heap;
    for (int kind = all[counted].from; kind < all[counted].to; kind++)
        sum += (double)left_kind_count(counts, kind);
    return sum;
}

double counted_left(enum counted counted, const struct measured *measured)
{
    double sum = 0;
    if (counted == COUNTED_TASKS)
        return summary_figure(measured, tasks_left, NULL);
    if (counted == COUNTED_TIMERS)
        return summary_figure(measured, timers_left, NULL);
    if (counted == COUNTED_HEAP)
        return measured->heap_per_request.value * summary_figure(measured, requests, NULL);
    for (int kind = all[counted].from; kind < all[counted].to; kind++)
        sum += summary_mean(measured, summary_left(kind), NULL);
    return sum;
}
