/* Queue before consumer, leaking: on its start a service puts the jobs that
 * were left over into its queue, and then starts the consumer. As long as few
 * are left over that works; today there is one more than the queue holds, and
 * the start never comes to its end. Seen in cockroach#24808.
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
        chan_send(jobs, &(struct job){i}); /* the third parks, for ever */
}

void leak_queue_before_consumer(struct ctx *request)
{
    struct chan *jobs = chan_make(struct job, ROOM);
    defer(chan_drop, jobs);
    defer(chan_close, jobs);

    queue_left_over(jobs);
    go(consume, chan_ref(jobs));
}
