/* Not a leak either: a receive from a closed channel. It returns at once, with
 * `false` and a zeroed value, as often as it is asked: that is what makes a
 * close the way to tell any number of receivers that all is said.
 */
#include "task/chan.h"
#include "task/defer.h"
#include "task/task.h"
#include <stdio.h>

static void handle(void *arg)
{
    struct chan *jobs = chan_make(int, 1);
    defer(chan_drop, jobs);

    chan_close(jobs);
    int job = 1;
    bool ok = chan_recv(jobs, &job); /* returns at once */
    printf("received %d, %s\n", job, ok ? "ok" : "closed");
}

int main(void)
{
    return task_run(handle, NULL) ? 1 : 0;
}
