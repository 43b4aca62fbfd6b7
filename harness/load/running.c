/* A case is over when its process has exited and its pipes have been read to the end. Its handles
 * close one by one; the last one to close makes room for the next case. */
#include "load/running.h"
#include "load/child.h"
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HANDLES = 6 };

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* --- Looking -------------------------------------------------------------------------------- */

static void look(struct running *running, bool phase_ends)
{
    const struct sample *sample =
        outcome_look(running->outcome, &running->watch, phase_ends, !running->copies);
    if (sample && running->observer->looked)
        running->observer->looked(running, sample);
    outcome_take_latencies(running->outcome);
}

static void on_sample(uv_timer_t *timer)
{
    look(timer->data, false);
}

void running_kill(struct running *running)
{
    if (!running->outcome || !running->process.pid)
        return;
    look(running, false);
    process_kill(&running->process, SIGKILL);
}

static void kill_at_limit(struct running *running)
{
    if (!running->outcome->killed_by_limit)
        running_kill(running);
    running->outcome->killed_by_limit = true;
}

/* What the limit is held against is one thing, whoever keeps it: where the kernel charges for more or less
 * to the group, the group's own limit is moved by the difference. */
static void on_guard(uv_timer_t *timer)
{
    struct running *running = timer->data;
    const struct outcome *outcome = running->outcome;
    int64_t limit = (int64_t)outcome->settings.memory_limit;
    struct memory memory;
    if (!memory_look(&running->watch, false, &memory))
        return;
    int64_t used = outcome_limited(&memory);
    if (used > limit)
        kill_at_limit(running);
    else if (outcome->limit_by != LIMIT_METER)
        memory_group_move(&running->group, limit - used);
}

/* Whatever it does, it does it for too long: a task that computes for ever stops even a virtual clock. */
static void on_limit(uv_timer_t *timer)
{
    struct running *running = timer->data;
    running->outcome->ending.how = ENDED_TOO_LONG;
    running_kill(running);
}

/* --- The end of a case ---------------------------------------------------------------------- */

/* The line that says why, else the first that says anything. */
static void pick_last_words(struct case_ending *ending)
{
    if (!ending->said)
        return;
    const char *line = outcome_why(ending->said);
    if (!line)
        line = ending->said + strspn(ending->said, "=\n");
    snprintf(ending->words, sizeof ending->words, "%.*s", (int)strcspn(line, "\n"), line);
}

static void conclude(struct running *running)
{
    struct outcome *outcome = running->outcome;
    struct case_ending *ending = &outcome->ending;
    running->heard[running->said_length] = 0;
    if (running->said_length)
        ending->said = strdup(running->heard);
    pick_last_words(ending);
    gauges_make_safe(outcome->gauges);
    outcome_take_latencies(outcome);
    struct noise_mark ended;
    noise_mark(&ended);
    outcome->noise = noise_between(&running->began, &ended, running->waited);
    close(outcome->gauges_fd);
    outcome->gauges_fd = -1;
    outcome->killed_by_limit |= memory_group_kills(&running->group) > 0;
    memory_watch_end(&running->watch);
    memory_group_end(&running->group);
    outcome->charged_fd = -1;
}

static void on_closed(uv_handle_t *handle)
{
    struct running *running = handle->data;
    if (--running->open > 0)
        return;
    conclude(running);
    running->observer->over(running);
}

static void close_handle(void *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, on_closed);
}

static void on_ended(struct process *process, int status, int signal_number)
{
    struct running *running = process->watch.handle.data;
    struct case_ending *ending = &running->outcome->ending;
    bool done = running->outcome->gauges->progress.phase == PHASE_DONE;
    ending->time = now() - running->outcome->began;
    ending->status = status;
    if (signal_number && running->interrupted_by)
        ending->how = ENDED_INTERRUPTED;
    else if (signal_number)
        ending->how = ending->how == ENDED_TOO_LONG ? ENDED_TOO_LONG : ENDED_SIGNAL;
    else
        ending->how = done && status == 0 ? ENDED_WELL : ENDED_EXIT;
    close_handle(&running->process.watch);
    close_handle(&running->sampler);
    close_handle(&running->guard);
    close_handle(&running->limit);
    close_handle(&running->stream);
}

/* --- What a child says ---------------------------------------------------------------------- */

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    static char room[RUNNING_SAID];
    (void)handle, (void)suggested;
    *buffer = uv_buf_init(room, sizeof room);
}

static void on_said(uv_stream_t *pipe, ssize_t length, const uv_buf_t *buffer)
{
    struct running *running = pipe->data;
    if (length < 0) {
        close_handle(pipe);
        return;
    }
    if (length > 0 && running->observer->heard)
        running->observer->heard(running, buffer->base, (size_t)length);
    size_t left = sizeof running->heard - 1 - running->said_length;
    size_t taken = (size_t)length < left ? (size_t)length : left;
    memcpy(running->heard + running->said_length, buffer->base, taken);
    running->said_length += taken;
}

/* It stands still until it is answered. The limit is for load: what is counted and named afterwards is ours. Who comes late
 * to look finds here whether it was met. */
static void end_phase(struct running *running, uv_stream_t *stream, char phase)
{
    int socket;
    if (uv_is_active((const uv_handle_t *)&running->guard))
        on_guard(&running->guard);
    if (running->outcome->killed_by_limit)
        return;
    look(running, true);
    running->waited = noise_waited(running->process.pid);
    if (phase == PHASE_DRAIN) {
        uv_timer_stop(&running->guard);
        memory_group_lift(&running->group);
    }
    if (uv_fileno((uv_handle_t *)stream, &socket) == 0)
        send(socket, &phase, 1, MSG_NOSIGNAL); /* it may have died meanwhile */
}

static void on_stream(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct running *running = stream->data;
    if (length < 0)
        uv_read_stop(stream);
    if (length > 0 && running->group.by != LIMIT_NONE) {
        /* It has begun anew within its group: what was open is of the memory that it had before. */
        memory_watch_end(&running->watch);
        memory_watch_start(&running->watch, running->process.pid);
    }
    for (ssize_t i = 0; i < length; i++) {
        if (buffer->base[i] == GAUGES_TAKE)
            outcome_take_latencies(running->outcome);
        else
            end_phase(running, stream, buffer->base[i]);
    }
}

/* --- The beginning of a case ---------------------------------------------------------------- */

/* The file that this process runs, whatever has taken its name meanwhile. Under Valgrind that is Valgrind's own,
 * and only the name is ours. */
static const char *this_program(void)
{
    static const char self[] = "/proc/self/exe", gone[] = " (deleted)";
    static char name[4096];
    struct stat running, named;
    ssize_t length = readlink(self, name, sizeof name - 1);
    name[length > 0 ? length : 0] = 0;
    bool is_gone = length >= (ssize_t)sizeof gone && !strcmp(name + length - sizeof gone + 1, gone);
    if (length <= 0 || is_gone || stat(self, &running) != 0 || stat(name, &named) != 0 ||
        (running.st_dev == named.st_dev && running.st_ino == named.st_ino))
        return self;
    return name;
}

static void run_copy(void *outcome, int stream)
{
    const struct outcome *of = outcome;
    child_run_at(of->pair, of->variant, of->gauges_fd, stream);
}

static int start(struct running *running)
{
    struct outcome *outcome = running->outcome;
    char *words[] = {"leaklab", "case", (char *)outcome->pair->id,
                     (char *)variant_name(outcome->variant), NULL};
    struct process_wish wish = {
        .program = outcome->twin ? outcome->twin->program : this_program(),
        .words = words,
        .run = run_copy,
        .arg = outcome,
        .gauges = outcome->gauges_fd,
        .group = running->group.join,
        .said = &running->said,
        .stream = &running->stream,
    };
    if (running->copies && !outcome->twin)
        wish.program = NULL;
    running->process.ended = on_ended;
    return process_start(&running->process, running->loop, &wish);
}

static void open_handles(struct running *running)
{
    uv_timer_init(running->loop, &running->sampler);
    uv_timer_init(running->loop, &running->guard);
    uv_timer_init(running->loop, &running->limit);
    uv_pipe_init(running->loop, &running->said, 0);
    uv_pipe_init(running->loop, &running->stream, 0);
    running->process.watch.handle.data = running;
    running->sampler.data = running->guard.data = running;
    running->limit.data = running->said.data = running->stream.data = running;
    running->open = HANDLES;
    running->said_length = 0;
}

static void start_watching(struct running *running, int64_t time_limit)
{
    enum {
        GUARD_MS = 5
    }; /* less than what a leak of 1,000 tasks a second takes for a page of tables */
    double rate = running->outcome->settings.looks_per_second;
    memory_watch_start(&running->watch, running->process.pid);
    uv_read_start((uv_stream_t *)&running->said, give_room, on_said);
    uv_read_start((uv_stream_t *)&running->stream, give_room, on_stream);
    if (rate > 0) {
        uint64_t period = (uint64_t)(1000 / rate);
        uv_timer_start(&running->sampler, on_sample, period, period ? period : 1);
    }
    if (running->outcome->settings.memory_limit)
        uv_timer_start(&running->guard, on_guard, GUARD_MS, GUARD_MS);
    if (time_limit)
        uv_timer_start(&running->limit, on_limit, (uint64_t)time_limit / 1000000, 0);
}

static void set_limit(struct running *running, struct outcome *outcome)
{
    char why[256];
    running->group = (struct memory_group){.by = LIMIT_NONE, .join = -1, .usage = -1, .events = -1};
    if (!outcome->settings.memory_limit)
        return;
    bool made = memory_group_make(&running->group, outcome->settings.memory_limit, why, sizeof why);
    outcome->limit_by = made ? running->group.by : LIMIT_METER;
    outcome->settings.joins_group = made;
    outcome->charged_fd = running->group.usage;
}

static void begin_without_gauges(struct running *running, struct outcome *outcome)
{
    outcome->ending.how = ENDED_NOT_STARTED;
    snprintf(outcome->ending.words, sizeof outcome->ending.words,
             "no shared memory for its counters: %s", strerror(errno));
    memory_group_end(&running->group);
    running->observer->over(running);
}

/* Which limit may have been met. */
static const char *where_to_look(int failed)
{
    switch (failed) {
    case UV_EAGAIN:
        return " (see `ulimit -u`)";
    case UV_EMFILE:
        return " (see `ulimit -n`)";
    case UV_ENOENT: /* of /proc/self/exe */
        return " (is /proc mounted?)";
    default:
        return "";
    }
}

void running_begin(struct running *running, struct outcome *outcome, int64_t time_limit)
{
    outcome->began = now();
    running->outcome = outcome;
    running->waited = NAN;
    noise_mark(&running->began);
    set_limit(running, outcome);
    outcome->gauges = gauges_make(&outcome->settings, &outcome->gauges_fd);
    if (!outcome->gauges) {
        begin_without_gauges(running, outcome);
        return;
    }
    open_handles(running);
    int failed = start(running);
    if (!failed) {
        start_watching(running, time_limit);
        return;
    }
    /* It ends like any other, when its handles are closed. */
    outcome->ending.how = ENDED_NOT_STARTED;
    snprintf(outcome->ending.words, sizeof outcome->ending.words, "no process for it: %s%s",
             uv_strerror(failed), where_to_look(failed));
    running->watch = (struct memory_watch){-1, -1};
    close_handle(&running->process.watch);
    close_handle(&running->sampler);
    close_handle(&running->guard);
    close_handle(&running->limit);
    close_handle(&running->said);
    close_handle(&running->stream);
}
