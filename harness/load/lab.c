/* A case is over when its process has exited and its pipes have been read to the end. Its handles
 * close one by one; the last one to close makes room for the next case. */
#include "load/lab.h"
#include "load/memory_group.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

enum { SAID_SIZE = 4096, HANDLES = 5, MOST_AT_ONCE = 64 };

struct lab {
    struct lab_plan *plan;
    uv_loop_t *loop;
    uv_signal_t signals[3];
    struct run *runs; /* plan->at_once of them */
    size_t next;      /* case to begin */
    unsigned running;
    int interrupted; /* by which signal */
};

struct run {
    struct lab *lab;
    struct outcome *outcome; /* NULL while idle */
    uv_process_t process;
    uv_timer_t sampler, limit;
    uv_pipe_t said, stream; /* its standard error; the stream of probe/gauges.h */
    int open;               /* handles that are not closed yet */
    struct memory_watch watch;
    struct memory_group group;
    size_t said_length;
    char heard[SAID_SIZE];
};

static void begin_cases(struct lab *lab);

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* --- Looking -------------------------------------------------------------------------------- */

/* Only where no cgroup keeps the limit. What the kernel would charge to one, as far as it is seen. */
static bool is_over_limit(const struct run *run, const struct sample *sample)
{
    const struct outcome *outcome = run->outcome;
    int64_t used =
        sample->memory.rss + (sample->memory.page_tables > 0 ? sample->memory.page_tables : 0);
    return outcome->limit_by == LIMIT_METER && !outcome->killed_by_limit &&
           used > (int64_t)outcome->settings.memory_limit;
}

static void look(struct run *run, bool phase_ends)
{
    const struct sample *sample = outcome_look(run->outcome, &run->watch, phase_ends);
    const struct lab_observer *observer = &run->lab->plan->observer;
    if (sample && observer->looked)
        observer->looked(run->outcome, sample, observer->arg);
    if (sample && is_over_limit(run, sample)) {
        run->outcome->killed_by_limit = true;
        uv_process_kill(&run->process, SIGKILL);
    }
}

static void on_sample(uv_timer_t *timer)
{
    look(timer->data, false);
}

/* Whatever it does, it does it for too long: a task that never parks stops even a virtual clock. */
static void on_limit(uv_timer_t *timer)
{
    struct run *run = timer->data;
    run->outcome->ending.how = ENDED_TOO_LONG;
    look(run, false);
    uv_process_kill(&run->process, SIGKILL);
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

/* A child that went wrong, or is written in another language, may have left anything there. */
static void make_safe(struct gauges *g)
{
    g->progress.error[sizeof g->progress.error - 1] = 0;
    if (g->parked.length > PARKED_GROUPS)
        g->parked.length = 0;
    for (size_t i = 0; i < PARKED_GROUPS; i++) {
        struct parked_group *group = &g->parked.groups[i];
        group->file[SITE_FILE - 1] = group->made_file[SITE_FILE - 1] = 0;
        group->function[SITE_FUNCTION - 1] = group->made_function[SITE_FUNCTION - 1] = 0;
    }
}

static void conclude(struct run *run)
{
    struct outcome *outcome = run->outcome;
    struct case_ending *ending = &outcome->ending;
    run->heard[run->said_length] = 0;
    if (run->said_length)
        ending->said = strdup(run->heard);
    pick_last_words(ending);
    make_safe(outcome->gauges);
    outcome_take_latencies(outcome);
    close(outcome->gauges_fd);
    outcome->gauges_fd = -1;
    outcome->killed_by_limit |= memory_group_kills(&run->group) > 0;
    memory_watch_end(&run->watch);
    memory_group_end(&run->group);
    outcome->charged_fd = -1;
}

static void end_case(struct run *run)
{
    const struct lab_observer *observer = &run->lab->plan->observer;
    struct outcome *outcome = run->outcome;
    run->outcome = NULL;
    run->lab->running--;
    if (observer->ended)
        observer->ended(outcome, observer->arg);
}

static void on_closed(uv_handle_t *handle)
{
    struct run *run = handle->data;
    if (--run->open > 0)
        return;
    conclude(run);
    end_case(run);
    begin_cases(run->lab);
}

static void close_handle(void *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, on_closed);
}

static void on_ended(uv_process_t *process, int64_t status, int signal_number)
{
    struct run *run = process->data;
    struct case_ending *ending = &run->outcome->ending;
    bool done = run->outcome->gauges->progress.phase == PHASE_DONE;
    ending->time = now() - run->outcome->began;
    ending->status = signal_number ? signal_number : (int)status;
    if (signal_number && run->lab->interrupted)
        ending->how = ENDED_INTERRUPTED;
    else if (signal_number)
        ending->how = ending->how == ENDED_TOO_LONG ? ENDED_TOO_LONG : ENDED_SIGNAL;
    else
        ending->how = done && status == 0 ? ENDED_WELL : ENDED_EXIT;
    close_handle(&run->process);
    close_handle(&run->sampler);
    close_handle(&run->limit);
    close_handle(&run->stream);
}

/* --- What a child says ---------------------------------------------------------------------- */

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    static char room[SAID_SIZE];
    (void)handle, (void)suggested;
    *buffer = uv_buf_init(room, sizeof room);
}

static void on_said(uv_stream_t *pipe, ssize_t length, const uv_buf_t *buffer)
{
    struct run *run = pipe->data;
    if (length < 0) {
        close_handle(pipe);
        return;
    }
    const struct lab_observer *observer = &run->lab->plan->observer;
    if (length > 0 && observer->heard)
        observer->heard(buffer->base, (size_t)length, observer->arg);
    size_t left = sizeof run->heard - 1 - run->said_length;
    size_t taken = (size_t)length < left ? (size_t)length : left;
    memcpy(run->heard + run->said_length, buffer->base, taken);
    run->said_length += taken;
}

/* It stands still until it is answered. */
static void on_phase_end(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct run *run = stream->data;
    if (length < 0)
        uv_read_stop(stream);
    if (length > 0 && run->group.by != LIMIT_NONE) {
        /* It has begun anew within its group: what was open is of the memory that it had before. */
        memory_watch_end(&run->watch);
        memory_watch_start(&run->watch, run->process.pid);
    }
    for (ssize_t i = 0; i < length; i++) {
        look(run, true);
        int socket;
        if (uv_fileno((uv_handle_t *)stream, &socket) == 0)
            send(socket, buffer->base + i, 1, MSG_NOSIGNAL); /* it may have died meanwhile */
    }
}

/* --- The beginning of a case ---------------------------------------------------------------- */

static int spawn(struct run *run)
{
    const struct outcome *outcome = run->outcome;
    char *words[] = {"leaklab", "case", (char *)outcome->pair->id,
                     (char *)variant_name(outcome->variant), NULL};
    uv_stdio_container_t descriptors[] = {
        {.flags = UV_IGNORE},
        {.flags = UV_IGNORE},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&run->said},
        {.flags = UV_INHERIT_FD, .data.fd = outcome->gauges_fd},
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE,
         .data.stream = (uv_stream_t *)&run->stream},
        {.flags = run->group.join < 0 ? UV_IGNORE : UV_INHERIT_FD, .data.fd = run->group.join},
    };
    uv_process_options_t options = {
        .file = outcome->twin ? outcome->twin->program : "/proc/self/exe",
        .args = words,
        .exit_cb = on_ended,
        /* A session of its own: Ctrl-C is for the parent, which ends the child in good order. */
        .flags = UV_PROCESS_DETACHED,
        .stdio = descriptors,
        .stdio_count = sizeof descriptors / sizeof *descriptors - (run->group.join < 0),
    };
    return uv_spawn(run->lab->loop, &run->process, &options);
}

static void open_handles(struct run *run)
{
    uv_loop_t *loop = run->lab->loop;
    uv_timer_init(loop, &run->sampler);
    uv_timer_init(loop, &run->limit);
    uv_pipe_init(loop, &run->said, 0);
    uv_pipe_init(loop, &run->stream, 0);
    run->process.data = run->sampler.data = run->limit.data = run;
    run->said.data = run->stream.data = run;
    run->open = HANDLES;
    run->said_length = 0;
}

static void start_watching(struct run *run)
{
    double rate = run->outcome->settings.looks_per_second;
    memory_watch_start(&run->watch, run->process.pid);
    uv_read_start((uv_stream_t *)&run->said, give_room, on_said);
    uv_read_start((uv_stream_t *)&run->stream, give_room, on_phase_end);
    if (rate > 0) {
        uint64_t period = (uint64_t)(1000 / rate);
        uv_timer_start(&run->sampler, on_sample, period, period ? period : 1);
    }
    if (run->lab->plan->time_limit)
        uv_timer_start(&run->limit, on_limit, (uint64_t)run->lab->plan->time_limit / 1000000, 0);
}

static void set_limit(struct run *run, struct outcome *outcome)
{
    char why[256];
    run->group = (struct memory_group){.by = LIMIT_NONE, .join = -1, .usage = -1, .events = -1};
    if (!outcome->settings.memory_limit)
        return;
    bool made = memory_group_make(&run->group, outcome->settings.memory_limit, why, sizeof why);
    outcome->limit_by = made ? run->group.by : LIMIT_METER;
    outcome->settings.joins_group = made;
    outcome->charged_fd = run->group.usage;
}

/* False where it could not begin: its ending says why. */
static bool begin_case(struct run *run, struct outcome *outcome)
{
    outcome->began = now();
    set_limit(run, outcome);
    outcome->gauges = gauges_make(&outcome->settings, &outcome->gauges_fd);
    if (!outcome->gauges) {
        outcome->ending.how = ENDED_NOT_STARTED;
        snprintf(outcome->ending.words, sizeof outcome->ending.words,
                 "no shared memory for its counters: %s", strerror(errno));
        memory_group_end(&run->group);
        return false;
    }
    run->outcome = outcome;
    open_handles(run);
    int failed = spawn(run);
    if (!failed) {
        start_watching(run);
        return true;
    }
    outcome->ending.how = ENDED_NOT_STARTED;
    snprintf(outcome->ending.words, sizeof outcome->ending.words,
             "no process for it: %s (see `ulimit -u`)", uv_strerror(failed));
    run->watch = (struct memory_watch){-1, -1};
    close_handle(&run->process);
    close_handle(&run->sampler);
    close_handle(&run->limit);
    close_handle(&run->said);
    close_handle(&run->stream);
    return true; /* it ends like any other, when its handles are closed */
}

static struct run *idle_run(struct lab *lab)
{
    for (unsigned i = 0; i < lab->plan->at_once; i++)
        if (!lab->runs[i].outcome)
            return &lab->runs[i];
    return NULL;
}

static void begin_cases(struct lab *lab)
{
    struct lab_plan *plan = lab->plan;
    struct run *run;
    while (!lab->interrupted && lab->next < plan->length && (run = idle_run(lab))) {
        struct outcome *outcome = &plan->cases[lab->next++];
        lab->running++;
        if (plan->observer.began)
            plan->observer.began(outcome, plan->observer.arg);
        if (!begin_case(run, outcome)) {
            run->outcome = outcome;
            end_case(run);
        }
    }
    if (lab->running == 0)
        for (size_t i = 0; i < 3; i++)
            uv_close((uv_handle_t *)&lab->signals[i], NULL);
}

/* --- All of them ---------------------------------------------------------------------------- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct lab *lab = handle->data;
    lab->interrupted = number;
    for (unsigned i = 0; i < lab->plan->at_once; i++) {
        struct run *run = &lab->runs[i];
        if (!run->outcome || !uv_is_active((uv_handle_t *)&run->process))
            continue;
        look(run, false);
        uv_process_kill(&run->process, SIGKILL);
    }
}

static bool is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int lab_run(struct lab_plan *plan)
{
    static const int numbers[3] = {SIGINT, SIGTERM, SIGHUP};
    static struct run runs[MOST_AT_ONCE];
    struct lab lab = {.plan = plan, .loop = uv_default_loop(), .runs = runs};
    if (plan->at_once < 1)
        plan->at_once = 1;
    if (plan->at_once > MOST_AT_ONCE)
        plan->at_once = MOST_AT_ONCE;
    for (unsigned i = 0; i < plan->at_once; i++)
        runs[i] = (struct run){.lab = &lab};
    for (size_t i = 0; i < 3; i++) {
        uv_signal_init(lab.loop, &lab.signals[i]);
        lab.signals[i].data = &lab;
        if (numbers[i] != SIGHUP || !is_ignored(SIGHUP)) /* nohup */
            uv_signal_start(&lab.signals[i], on_signal, numbers[i]);
    }
    begin_cases(&lab);
    uv_run(lab.loop, UV_RUN_DEFAULT);
    return lab.interrupted;
}
