/* Mutual select, cured: who has something to send also receives while it waits
 * to. What is done already is switched off in the select: a case over NULL is
 * never ready.
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
        switch (chan_select(on_send(to, &news), on_recv(from, &heard),
                            on_recv(node->stop, NULL))) { /* the cure: either */
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

void fix_mutual_select(struct ctx *request)
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
    wait_group_wait(&group);
}
