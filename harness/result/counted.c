#include "result/counted.h"
#include <math.h>
#include <stddef.h>

/* from, to: the first of its kinds as left_kinds.h tells them apart, and the one after the last. */
static const struct {
    enum kind kind;
    int from, to;
    const char *text, *unit;
} all[] = {
    [COUNTED_TASKS] = {KIND_TASKS, 0, 0, "live tasks", "task"},
    [COUNTED_TIMERS] = {KIND_TIMERS, 0, 0, "timers", "timer"},
    [COUNTED_HANDLES] = {KIND_HANDLES, LEFT_HANDLES, LEFT_REQUESTS, "open handles", "handle"},
    [COUNTED_THREADS] = {KIND_THREADS, LEFT_THREADS, LEFT_THREADS + 1, "threads", "thread"},
    [COUNTED_REQUESTS] = {KIND_REQUESTS, LEFT_REQUESTS, LEFT_REQUESTS + 1, "requests in flight",
                          "request"},
    [COUNTED_DESCRIPTORS] = {KIND_DESCRIPTORS, LEFT_DESCRIPTORS, LEFT_DESCRIPTORS + 1,
                             "open descriptors", "descriptor"},
    [COUNTED_CONTEXTS] = {KIND_CONTEXTS, LEFT_CONTEXTS, LEFT_CONTEXTS + 1, "contexts", "context"},
    [COUNTED_CHANNELS] = {KIND_CHANNELS, LEFT_CHANNELS, LEFT_CHANNELS + 1, "channels", "channel"},
    [COUNTED_HEAP] = {KIND_HEAP, 0, 0, "heap in use", "heap byte"},
};

static bool leaves(const struct expectation *leak, enum counted counted)
{
    for (int kind = all[counted].from; kind < all[counted].to; kind++)
        if (left_kind_expected(leak, kind))
            return true;
    return false;
}

enum counted counted_expected(const struct expectation *leak)
{
    if (expectation_parks(leak))
        return COUNTED_TASKS;
    if (leak->timers_held)
        return COUNTED_TIMERS;
    for (enum counted counted = COUNTED_HANDLES; counted < COUNTED_HEAP; counted++)
        if (leaves(leak, counted))
            return counted;
    return leak->heap ? COUNTED_HEAP : COUNTED_TASKS;
}

enum counted counted_of(const struct measured_pair *pair)
{
    return summary_grows(pair) == GROWS_MEMORY
               ? COUNTED_TASKS
               : counted_expected(&pair->variants[VARIANT_LEAK].expected);
}

enum kind counted_kind(enum counted counted)
{
    return all[counted].kind;
}

const char *counted_text(enum counted counted)
{
    return all[counted].text;
}

const char *counted_cell(char text[COUNTED_CELL], enum counted counted, double rate)
{
    if (isnan(rate))
        snprintf(text, COUNTED_CELL, "-");
    else
        snprintf(text, COUNTED_CELL, counted == COUNTED_HEAP ? "%.0f %s%s" : "%.3f %s%s", rate,
                 all[counted].unit, rate == 1 ? "" : "s");
    return text;
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
