/* No cases, leaking: a broker selects over a list of its sources, and takes
 * each off the list that has ended. When the last one has, it selects over
 * nothing; that is no error and no "none is ready": it waits, and there is
 * nothing to wait for.
 * Decision matrix: channel close.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

enum { SOURCES = 2 };

static void report_once(void *arg)
{
    struct chan *source = arg;
    defer(chan_drop, source);
    defer(chan_close, source);
    chan_send(source, &(int){7});
}

/* Adds up what all sources send. */
static void merge(struct chan *sources[], size_t count, int *total)
{
    int value[SOURCES];
    bool ok[SOURCES];

    for (;;) {
        struct chan_case cases[SOURCES];
        for (size_t i = 0; i < count; i++)
            cases[i] = on_recv_ok(sources[i], &value[i], &ok[i]);
        int ready = chan_select_cases(cases, count); /* the third, for ever */
        if (ok[ready])
            *total += value[ready];
        else
            sources[ready] = sources[--count];
    }
}

void leak_no_cases(struct ctx *request)
{
    int total = 0;
    struct chan *sources[SOURCES] = {chan_make(int, 0), chan_make(int, 0)};
    defer(chan_drop, sources[0]);
    defer(chan_drop, sources[1]);
    for (int i = 0; i < SOURCES; i++)
        go(report_once, chan_ref(sources[i]));

    merge(sources, SOURCES, &total);
}
