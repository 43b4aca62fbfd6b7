/* Waiting for readiness: one epoll descriptor for all, which the loop polls.
 *
 * A uv_poll_t for each would cost up to three system calls a wait, and its memory must outlive it by a
 * turn of the loop. Here each descriptor is made known once, for both sides, by edges, as in Go's
 * netpoll; then a wait costs no call at all. The loop is kept alive by it exactly while a task waits, so
 * that nobody is taken for deadlocked, and everybody is who is.
 */
#include "task/io_wait.h"
#include "task/loop.h"
#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS_AT_ONCE = 64, CALLS_WITHOUT_A_TURN = 16 };

static int epoll = -1;
static uv_poll_t handle;
static size_t waiting; /* tasks */

/* On the stack of the task that waits. */
struct io_wait {
    struct ctx_watch watch; /* first: the watch is the wait */
    struct io_call *call;
    struct io_wait *next, *previous;
    struct task *task;
};

/* --- Queues --------------------------------------------------------------------------------------- */

static struct io_queue *queue_of(const struct io_wait *w)
{
    return &w->call->io->queues[w->call->side];
}

/* At the end, or again in front where it was before. */
static void enqueue(struct io_wait *w)
{
    struct io_queue *q = queue_of(w);
    bool in_front = w->call->was_woken;
    w->previous = in_front ? 0 : q->last;
    w->next = in_front ? q->first : 0;
    *(w->previous ? &w->previous->next : &q->first) = w;
    *(w->next ? &w->next->previous : &q->last) = w;
    if (waiting++ == 0)
        uv_ref((uv_handle_t *)&handle);
}

static void wake(struct io_wait *w)
{
    struct io_queue *q = queue_of(w);
    *(w->previous ? &w->previous->next : &q->first) = w->next;
    *(w->next ? &w->next->previous : &q->last) = w->previous;
    if (--waiting == 0)
        uv_unref((uv_handle_t *)&handle);
    task_ctx_unlink(&w->watch);
    sched_ready(w->task);
}

static void wake_first(const struct io_queue *q)
{
    struct io_wait *w = q->first;
    if (!w)
        return;
    w->call->was_woken = true;
    wake(w);
}

static void give_up(struct ctx_watch *watch)
{
    wake((struct io_wait *)watch);
}

void task_io_forget(struct io *io)
{
    for (int side = 0; side < 2; side++)
        while (io->queues[side].first)
            wake(io->queues[side].first);
    if (io->is_watched)
        epoll_ctl(epoll, EPOLL_CTL_DEL, io->fd, 0);
}

static size_t length_of(const struct io_queue *q)
{
    size_t n = 0;
    for (const struct io_wait *w = q->first; w; w = w->next)
        n++;
    return n;
}

struct io_info io_inspect(const struct io *io)
{
    return (struct io_info){.references = io->references,
                            .readers = length_of(&io->queues[IO_READS]),
                            .writers = length_of(&io->queues[IO_WRITES])};
}

/* --- The loop's side ------------------------------------------------------------------------------ */

static void on_ready(uv_poll_t *poll, int status, int events)
{
    (void)poll, (void)status, (void)events;
    struct epoll_event ready[EVENTS_AT_ONCE];
    int n = epoll_wait(epoll, ready, EVENTS_AT_ONCE, 0);
    for (int i = 0; i < n; i++) {
        const struct io *io = ready[i].data.ptr;
        uint32_t what = ready[i].events, over = EPOLLERR | EPOLLHUP;
        if (what & (EPOLLIN | EPOLLRDHUP | over))
            wake_first(&io->queues[IO_READS]);
        if (what & (EPOLLOUT | over))
            wake_first(&io->queues[IO_WRITES]);
    }
}

static int open_epoll(void)
{
    int fd = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0)
        return -errno;
    int failed = uv_poll_init(task_loop(), &handle, fd);
    if (failed) {
        close(fd);
        return failed;
    }
    uv_poll_start(&handle, UV_READABLE, on_ready);
    uv_unref((uv_handle_t *)&handle);
    epoll = fd;
    return 0;
}

static int make_known(struct io *io)
{
    if (io->is_watched)
        return 0;
    int failed = epoll < 0 ? open_epoll() : 0;
    if (failed)
        return failed;
    struct epoll_event both = {EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, {.ptr = io}};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, io->fd, &both))
        return -errno;
    io->is_watched = true;
    return 0;
}

/* --- The task's side ------------------------------------------------------------------------------ */

/* The negative number for why ctx has ended, or 0. */
static int error_of(struct ctx *ctx)
{
    switch (ctx_err(ctx)) {
    case CTX_OK:
        return 0;
    case CTX_CANCELED:
        return -ECANCELED;
    case CTX_DEADLINE_EXCEEDED:
        return -ETIMEDOUT;
    }
    return -ECANCELED;
}

static int may_go_on(const struct io_call *call)
{
    return call->io->fd < 0 ? -EBADF : error_of(call->ctx);
}

int task_io_begin(struct io_call *call, struct ctx *ctx, struct io *io, enum io_side side)
{
    if (!ctx)
        task_panic("io: nil context");
    if (!io)
        return -EINVAL;
    *call = (struct io_call){ctx, io, side, false};
    int failed = may_go_on(call);
    if (!failed)
        io_ref(io);
    return failed;
}

int task_io_wait(struct io_call *call)
{
    sched_require_task("I/O that has to wait");
    int failed = make_known(call->io);
    if (failed)
        return failed;
    struct io_wait mine = {.watch = {.fire = give_up}, .call = call, .task = task_sched.current};
    if (!task_ctx_watch(call->ctx, &mine.watch))
        return error_of(call->ctx);
    enqueue(&mine);
    call->was_woken = false;
    sched_park(WAIT_IO, call->io);
    task_ctx_unwatch(&mine.watch);
    return may_go_on(call);
}

/* Calls that need not wait switch to nobody: a fast peer would keep everybody else from running. */
static void let_others_run(void)
{
    static unsigned calls;
    if (++calls % CALLS_WITHOUT_A_TURN || !task_sched.current)
        return;
    task_sched.turns = 1; /* the loop has its turn, too */
    task_yield();
}

ssize_t task_io_end(struct io_call *call, ssize_t outcome)
{
    if (call->was_woken)
        wake_first(&call->io->queues[call->side]);
    io_drop(call->io);
    let_others_run();
    return outcome;
}
