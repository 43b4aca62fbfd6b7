/* An io's inside, and waiting until it is ready. Private to task/.
 *
 * Invariants:
 * - A wait stands in one queue of its io exactly while its task is parked.
 * - Readiness is no state: who wants something tries it, and waits only where it would block. So an
 *   edge that nobody waits for is forgotten.
 * - An edge wakes the first of a queue. Who was woken by one and has had its try wakes the next, but
 *   where there was nothing left to do: so what came by one edge is served to the last byte, and a
 *   thousand that wait for one listener are not all woken by one connection.
 */
#pragma once

#include "task/ctx_watch.h"
#include "task/io.h"
#include "task/sched.h"

enum io_side { IO_READS, IO_WRITES };

struct io_wait;

struct io_queue {
    struct io_wait *first, *last;
};

struct io {
    int fd; /* -1: closed */
    bool is_socket;
    bool is_watched; /* the loop knows of it */
    bool has_file;   /* a unix listener, whose file goes with it */
    size_t references;
    struct io_queue queues[2]; /* by side */
};

/* One call on an io, on the stack of its task. It holds a reference to the io. */
struct io_call {
    struct ctx *ctx;
    struct io *io;
    enum io_side side;
    bool was_woken; /* by an edge */
};

/* Begins a call. Returns 0, or an error, and then there is nothing to end. */
int task_io_begin(struct io_call *call, struct ctx *ctx, struct io *io, enum io_side side);

/* After a try that would have blocked: parks. Returns 0 when it is time for the next try, or the error
 * that ends the call. */
int task_io_wait(struct io_call *call);

/* Ends a call; passes the outcome through. */
ssize_t task_io_end(struct io_call *call, ssize_t outcome);

/* Wakes all who wait on it: it is being closed. */
void task_io_forget(struct io *io);

/* A new io for this descriptor, which it takes over. Never NULL. */
struct io *task_io_new(int fd, bool is_socket);
