/* No cases, cured: an empty list is looked at before the select. What a
 * program does when the last of its sources has ended is a decision, and here
 * it is made.
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

    while (count > 0) { /* the cure */
        struct chan_case cases[SOURCES];
        for (size_t i = 0; i < count; i++)
            cases[i] = on_recv_ok(sources[i], &value[i], &ok[i]);
        int ready = chan_select_cases(cases, count);
        if (ok[ready])
            *total += value[ready];
        else
            sources[ready] = sources[--count];
    }
}

void fix_no_cases(struct ctx *request)
{
    int total = 0;
    struct chan *sources[SOURCES] = {chan_make(int, 0), chan_make(int, 0)};
    defer(chan_drop, sources[0]);
    defer(chan_drop, sources[1]);
    for (int i = 0; i < SOURCES; i++)
        go(report_once, chan_ref(sources[i]));

    merge(sources, SOURCES, &total);
}
