/* Queue before consumer, cured: the consumer starts first. A larger queue
 * would only wait for a day with more jobs.
 * Decision matrix: none of the five; start who receives before who sends.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"

enum { ROOM = 2, LEFT_OVER = 3 };

struct job {
    int number;
};

static void consume(void *arg)
{
    struct chan *jobs = arg;
    defer(chan_drop, jobs);
    struct job job;
    int done = 0;

    while (chan_recv(jobs, &job))
        done++;
}

static void queue_left_over(struct chan *jobs)
{
    for (int i = 0; i < LEFT_OVER; i++)
        chan_send(jobs, &(struct job){i});
}

void fix_queue_before_consumer(struct ctx *request)
{
    struct chan *jobs = chan_make(struct job, ROOM);
    defer(chan_drop, jobs);
    defer(chan_close, jobs);

    go(consume, chan_ref(jobs)); /* the cure: first */
    queue_left_over(jobs);
}
