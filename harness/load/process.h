/* A case's own process: a program that is started, or a copy of this one. Private to load/.
 *
 * A copy begins at once, and is watched by whatever watches this process (Valgrind); but what memory it has is
 * not its own. A program that is started is measured from nothing.
 */
#pragma once

#include <sys/types.h>
#include <uv.h>

struct process {
    /* Told when it has ended: exit status, or the signal's number. */
    void (*ended)(struct process *process, int status, int signal_number);
    pid_t pid; /* 0: there is none, or it has ended */
    int life;  /* of a copy: a pipe that ends when it does */
    union {
        uv_handle_t handle;
        uv_process_t started;
        uv_poll_t copy;
        uv_timer_t none;
    } watch; /* its .data is the owner's */
};

struct process_wish {
    const char
        *program; /* NULL: a copy of this one, in which run() is called, and must not return */
    char **words;
    void (*run)(void *arg, int stream);
    void *arg;
    int gauges,
        group; /* descriptors 3 and 5 in a program, and as they are in a copy; group may be -1 */
    uv_pipe_t *said;   /* becomes the reading end of its standard error */
    uv_pipe_t *stream; /* and one end of a stream: the other is 4 in a program */
};

/* 0, or libuv's error. The handle in process->watch is the loop's then, and is to be closed in any case. */
int process_start(struct process *process, uv_loop_t *loop, const struct process_wish *wish);

/* Nothing where it has ended. */
void process_kill(struct process *process, int signal_number);
