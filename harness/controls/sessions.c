/* No leak: each of two hundred users has a task, from the first request on. Who
 * comes again finds it there.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/task.h"

enum { USERS = 200 };

static struct chan *sessions[USERS];

static void keep(void *inbox)
{
    int message;
    while (chan_recv(inbox, &message))
        continue;
}

void control_sessions(struct ctx *request)
{
    static int next;
    int user = next++ % USERS;
    if (!sessions[user]) {
        sessions[user] = chan_make(int, 0);
        go(keep, sessions[user]);
    }
    chan_send(sessions[user], &(int){1});
}
