/* Request after stop, leaking: a node's state belongs to one task, and who
 * wants to know it asks through a channel. The node is stopped, its loop
 * returns, and the next question waits for a loop that is no more. Seen in
 * etcd#6857.
 * Decision matrix: done channel.
 */
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/shared.h"
#include "task/task.h"

struct node {
    struct chan *questions, *stop, *stopped;
    int term;
};

static void free_node(void *arg)
{
    struct node *node = arg;
    chan_drop(node->questions);
    chan_drop(node->stop);
    chan_drop(node->stopped);
}

static void run_node(void *arg)
{
    struct node *node = arg;
    defer(shared_drop, node);
    defer(chan_close, node->stopped);
    int *answer;

    while (chan_select(on_recv(node->questions, &answer),
                       on_recv(node->stop, NULL)) == 0)
        *answer = node->term;
}

static int term_of(struct node *node)
{
    int term = -1, *answer = &term;
    chan_send(node->questions, &answer); /* parks here, for ever */
    return term;
}

void leak_request_after_stop(struct ctx *request)
{
    struct node *node = shared_new(sizeof *node, free_node);
    defer(shared_drop, node);
    node->questions = chan_make(int *, 0);
    node->stop = chan_make(struct {}, 0);
    node->stopped = chan_make(struct {}, 0);
    go(run_node, shared_ref(node));

    chan_close(node->stop);
    chan_recv(node->stopped, NULL);
    term_of(node);
}
