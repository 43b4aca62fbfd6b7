/* No leak: a pool of four workers is registered once and lives as long as the
 * program. Between two jobs all of them wait.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/task.h"

enum { WORKERS = 4 };

static struct chan *jobs; /* the registry's */

static void work(void *arg)
{
    int job;
    while (chan_recv(jobs, &job))
        continue;
}

void control_idle_pool(struct ctx *request)
{
    if (!jobs) {
        jobs = chan_make(int, 0);
        for (int i = 0; i < WORKERS; i++)
            go(work, NULL);
    }
    chan_send(jobs, &(int){1});
}
