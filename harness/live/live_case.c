#include "live/live_case.h"
#include "task/loop.h"
#include "task/task.h"
#include "task/time.h"
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { HANDLES = 3 };

static void change(struct live_case *c, enum live_state state)
{
    c->state = state;
    c->since = c->moved_at = uv_now(task_loop());
    if (c->changed)
        c->changed(c, c->arg);
}

bool live_case_is_there(const struct live_case *c)
{
    return c->state != LIVE_IDLE && c->state != LIVE_DEAD && c->state != LIVE_ENDING;
}

static void kill_process(struct live_case *c)
{
    if (c->alive)
        uv_process_kill(&c->process, SIGKILL);
}

/* --- Looking ---------------------------------------------------------------------------------- */

static double seconds_since(int64_t began)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec * SECOND + now.tv_nsec - began) / 1e9;
}

static void die_at_limit(struct live_case *c)
{
    if (c->ending[0])
        return;
    snprintf(c->ending, sizeof c->ending,
             "killed: its resident set went over %" PRId64 " MiB after %.0f s and %" PRIu64
             " requests",
             c->memory_limit >> 20, c->last.seconds, c->last.requests);
    kill_process(c);
}

static bool is_late(const struct live_case *c)
{
    return (c->state == LIVE_STARTING || c->state == LIVE_STOPPING) &&
           (int64_t)(uv_now(task_loop()) - c->since) > c->timeout / MILLISECOND;
}

static void die_late(struct live_case *c)
{
    if (c->ending[0])
        return;
    snprintf(c->ending, sizeof c->ending, "killed: it did not %s in %.3g s",
             c->state == LIVE_STARTING ? "start" : "settle", (double)c->timeout / 1e9);
    kill_process(c);
}

static double rate_of(const struct live_case *c)
{
    double rate;
    __atomic_load(&c->outcome.gauges->settings.rate, &rate, __ATOMIC_RELAXED);
    return rate;
}

uint64_t live_case_silence(const struct live_case *c)
{
    return c->state == LIVE_RUNNING ? uv_now(task_loop()) - c->moved_at : 0;
}

void live_case_look(struct live_case *c)
{
    const struct gauges *g = c->outcome.gauges;
    struct memory memory;
    if (!live_case_is_there(c))
        return;
    live_questions_give_up(&c->questions, c->timeout / MILLISECOND);
    if (is_late(c))
        die_late(c);
    if (!memory_look(&c->watch, false, &memory))
        return;
    bool paused = rate_of(c) <= 0;
    if (paused || c->last.requests != g->progress.sent)
        c->moved_at = uv_now(task_loop());
    c->last = live_look_at(g);
    c->last.seconds = seconds_since(c->outcome.began);
    c->last.rss = memory.rss;
    if (c->state == LIVE_STARTING && g->progress.phase >= PHASE_LOAD)
        change(c, LIVE_RUNNING);
    if (c->state == LIVE_RUNNING && !paused)
        looks_keep(&c->looks, &c->last);
    if (c->memory_limit && memory.rss > c->memory_limit)
        die_at_limit(c);
}

/* --- Questions and answers -------------------------------------------------------------------- */

void live_case_ask(struct live_case *c, enum live_order order, live_answered *answered, void *arg)
{
    if (!live_case_is_there(c) ||
        !live_questions_ask(&c->questions, (uv_stream_t *)&c->stream, order, answered, arg))
        answered(arg, NULL, 0);
}

void live_case_forget(struct live_case *c, const void *arg)
{
    live_questions_forget(&c->questions, arg);
}

static void settled(void *arg, const char *text, size_t length)
{
    struct live_case *c = arg;
    (void)text, (void)length;
    if (c->state == LIVE_STOPPING && c->alive) { /* else it died before */
        c->outcome.ending.how = ENDED_WELL;
        c->judged = true;
        change(c, LIVE_SETTLED);
    }
}

void live_case_stop(struct live_case *c)
{
    if (c->state != LIVE_STARTING && c->state != LIVE_RUNNING)
        return;
    change(c, LIVE_STOPPING);
    live_case_ask(c, LIVE_STOP, settled, c);
}

/* --- What the process says -------------------------------------------------------------------- */

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    static char room[65536];
    (void)handle, (void)suggested;
    *buffer = uv_buf_init(room, sizeof room - 1); /* and a zero */
}

static void on_answer(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct live_case *c = stream->data;
    if (length < 0)
        uv_read_stop(stream);
    else if (!live_questions_take(&c->questions, buffer->base, (size_t)length))
        kill_process(c);
}

/* The summary that SIGUSR1 asks for is for whoever started us; so is a panic, whose first line is
 * the page's. */
static void on_said(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct live_case *c = stream->data;
    if (length < 0) {
        uv_read_stop(stream);
        return;
    }
    fwrite(buffer->base, 1, (size_t)length, stderr);
    buffer->base[length] = 0;
    const char *why = outcome_why(buffer->base);
    if (why && !c->ending[0])
        snprintf(c->ending, sizeof c->ending, "%.*s", (int)strcspn(why, "\n"), why);
}

/* --- The process ------------------------------------------------------------------------------ */

static void release(struct live_case *c)
{
    memory_watch_end(&c->watch);
    live_questions_end(&c->questions);
}

static void forget_all(struct live_case *c)
{
    outcome_free(&c->outcome);
    change(c, LIVE_IDLE);
}

static void on_closed(uv_handle_t *handle)
{
    struct live_case *c = handle->data;
    if (--c->handles)
        return;
    release(c);
    if (c->state == LIVE_ENDING)
        forget_all(c);
    else
        change(c, LIVE_DEAD);
}

static void close_handles(struct live_case *c)
{
    uv_close((uv_handle_t *)&c->process, on_closed);
    uv_close((uv_handle_t *)&c->stream, on_closed);
    uv_close((uv_handle_t *)&c->said, on_closed);
}

static void on_process_exit(uv_process_t *process, int64_t status, int signal_number)
{
    struct live_case *c = process->data;
    c->alive = false;
    if (!c->ending[0] && signal_number)
        snprintf(c->ending, sizeof c->ending, "ended by signal %d (%s)", signal_number,
                 strsignal(signal_number));
    else if (!c->ending[0])
        snprintf(c->ending, sizeof c->ending, "exited with status %d", (int)status);
    close_handles(c);
}

static int spawn(struct live_case *c)
{
    char *words[] = {"leaklab", "live", (char *)c->outcome.pair->id,
                     (char *)variant_name(c->variant), NULL};
    uv_stdio_container_t descriptors[] = {
        {.flags = UV_IGNORE},
        {.flags = UV_IGNORE},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&c->said},
        {.flags = UV_INHERIT_FD, .data.fd = c->outcome.gauges_fd},
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE,
         .data.stream = (uv_stream_t *)&c->stream},
    };
    uv_process_options_t options = {
        .file = "/proc/self/exe",
        .args = words,
        .exit_cb = on_process_exit,
        .flags = UV_PROCESS_DETACHED, /* Ctrl-C is for the parent, which ends it in good order */
        .stdio = descriptors,
        .stdio_count = sizeof descriptors / sizeof *descriptors,
    };
    return uv_spawn(task_loop(), &c->process, &options);
}

static void begin_outcome(struct live_case *c, const struct pair *pair,
                          const struct settings *settings)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    outcome_free(&c->outcome);
    c->outcome = outcome_of(pair, c->variant, settings);
    c->outcome.began = now.tv_sec * SECOND + now.tv_nsec;
    c->outcome.gauges = gauges_make(settings, &c->outcome.gauges_fd);
}

bool live_case_start(struct live_case *c, const struct pair *pair, enum variant variant,
                     const struct settings *settings, int64_t memory_limit, int64_t timeout)
{
    void (*changed)(struct live_case *, void *) = c->changed;
    void *arg = c->arg;
    struct outcome old = c->outcome;
    *c = (struct live_case){.variant = variant,
                            .outcome = old,
                            .looks.every = 1,
                            .memory_limit = memory_limit,
                            .timeout = timeout,
                            .changed = changed,
                            .arg = arg,
                            .watch = {-1, -1}};
    live_questions_start(&c->questions);
    begin_outcome(c, pair, settings);
    if (!c->outcome.gauges) {
        snprintf(c->ending, sizeof c->ending, "no shared memory for its counters");
        return false;
    }
    uv_pipe_init(task_loop(), &c->said, 0);
    uv_pipe_init(task_loop(), &c->stream, 0);
    c->process.data = c->said.data = c->stream.data = c;
    c->handles = HANDLES;
    c->state = LIVE_STARTING;
    int failed = spawn(c);
    close(c->outcome.gauges_fd);
    c->outcome.gauges_fd = -1;
    if (failed) {
        snprintf(c->ending, sizeof c->ending, "no process for it: %s", uv_strerror(failed));
        close_handles(c);
        return false;
    }
    c->alive = true;
    memory_watch_start(&c->watch, c->process.pid);
    uv_read_start((uv_stream_t *)&c->said, give_room, on_said);
    uv_read_start((uv_stream_t *)&c->stream, give_room, on_answer);
    change(c, LIVE_STARTING);
    return true;
}

void live_case_let_go(struct live_case *c, const char *why)
{
    if (!live_case_is_there(c) || c->ending[0])
        return;
    c->let_go = true;
    snprintf(c->ending, sizeof c->ending, "%s", why);
    kill_process(c);
}

void live_case_end(struct live_case *c)
{
    if (c->state == LIVE_IDLE || c->state == LIVE_ENDING)
        return;
    if (c->state == LIVE_DEAD) {
        forget_all(c);
        return;
    }
    c->state = LIVE_ENDING;
    kill_process(c);
}
