/* No leak: who waits stands in a table, out of sight of any other task's stack,
 * and is served from there after five minutes.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/time.h"
#include "task/timer.h"
#include <stdlib.h>

enum { BUCKETS = 64 };

struct entry {
    struct entry *next;
    struct chan *answer;
};

static struct entry *table[BUCKETS];

static void serve(void *arg)
{
    struct entry **bucket = arg, *entry = *bucket;
    *bucket = entry->next;
    chan_close(entry->answer);
    chan_drop(entry->answer);
    free(entry);
}

static void wait_for_answer(void *arg)
{
    struct chan *answer = arg;
    defer(chan_drop, answer);

    chan_recv(answer, NULL);
}

void control_served_from_a_table(struct ctx *request)
{
    static int turn;
    struct entry **bucket = &table[turn++ % BUCKETS];
    struct entry *entry = malloc(sizeof *entry);
    *entry = (struct entry){*bucket, chan_make(int, 0)};
    *bucket = entry;
    go(wait_for_answer, chan_ref(entry->answer));
    timer_drop(timer_func(5 * MINUTE, serve, bucket));
}
