/* Not a leak: a send on a closed channel. It stops the program at once, loudly,
 * with the place of the send and of the close. A leak is the opposite: nothing
 * stops, and nothing is said.
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
    chan_send(jobs, &job); /* panics: the rule is that the sender closes */
    printf("never printed\n");
}

int main(void)
{
    return task_run(handle, NULL) ? 1 : 0;
}
