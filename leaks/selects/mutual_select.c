/* Mutual select, leaking: two nodes have news for each other. Each selects on
 * handing its own over and on being told to stop, and means to listen after
 * that: so neither listens, and who waits for both before it stops them waits
 * too. Seen in cockroach#2448.
 * Decision matrix: none of the five; receive while you wait to send.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/task.h"
#include "task/wait_group.h"

struct node {
    struct chan *mine, *others, *stop;
    struct wait_group *group;
};

static void exchange(void *arg)
{
    struct node *node = arg;
    defer(wait_group_done, node->group);
    struct chan *from = node->mine, *to = node->others;
    int news = 1, heard;

    while (from || to) {
        struct chan *listen = to ? NULL : from; /* first say, then listen */
        switch (chan_select(on_send(to, &news), on_recv(listen, &heard),
                            on_recv(node->stop, NULL))) { /* parks here */
        case 0:
            to = NULL;
            break;
        case 1:
            from = NULL;
            break;
        default:
            return;
        }
    }
}

void leak_mutual_select(struct ctx *request)
{
    struct chan *a = chan_make(int, 0), *b = chan_make(int, 0);
    struct chan *stop = chan_make(struct {}, 0);
    defer(chan_drop, a);
    defer(chan_drop, b);
    defer(chan_drop, stop);
    defer(chan_close, stop);
    struct wait_group group = {0};
    struct node nodes[] = {{a, b, stop, &group}, {b, a, stop, &group}};

    wait_group_add(&group, 2);
    go(exchange, &nodes[0]);
    go(exchange, &nodes[1]);
    wait_group_wait(&group); /* and here */
}
