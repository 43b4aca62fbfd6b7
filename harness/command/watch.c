/* `leaklab watch`: someone else's program, by the lab's meter. */
#include "command/asking.h"
#include "command/command.h"
#include "command/quantity.h"
#include "command/watch_telling.h"
#include "dumps/input.h"
#include "task/time.h"
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    OPTION_PID = 0x100,
    OPTION_URL,
    OPTION_SERIES,
    OPTION_INTERVAL,
    OPTION_DURATION,
    OPTION_MEMORY_LIMIT
};

/* A program that we start gets so long to listen, to end, and to be gone where it ends by itself. */
enum { START_SECONDS = 30, END_SECONDS = 5, GONE_SECONDS = 60 };

/* An endpoint that has answered once may be silent for so long, or for so many looks. */
enum { SILENT_SECONDS = 60, SILENT_LOOKS = 10 };

struct watch_wish {
    struct asking asking;
    pid_t pid;
    const char *url, *series;
    char **command; /* NULL: none */
    int64_t interval, duration;
    uint64_t memory_limit;
};

static const struct argp_option options[] = {
    {"pid", OPTION_PID, "N", 0, "Watch the resident set of this process", 0},
    {"url", OPTION_URL, "URL", 0,
     "Count the tasks by this endpoint: dumps as of http://host/debug/pprof/goroutine?debug=1, or "
     "Prometheus's text as of http://host/metrics; or unix:SOCKET:/PATH",
     0},
    {"series", OPTION_SERIES, "FILE", 0,
     "Judge a log of `time value` lines instead, like those of a resident set", 0},
    {"interval", OPTION_INTERVAL, "TIME", 0, "Between two looks (1s)", 0},
    {"duration", OPTION_DURATION, "TIME", 0, "How long (until Ctrl-C, or the process ends)", 0},
    {"memory-limit", OPTION_MEMORY_LIMIT, "SIZE", 0, "Say how long until the resident set meets it",
     0},
    {0},
};

static void choose_pid(struct watch_wish *wish, const char *arg, const struct argp_state *state)
{
    uint64_t pid;
    if (!quantity_count(arg, &pid) || pid > INT32_MAX)
        command_refuse(state, "--pid '%s': must be the number of a process", arg);
    wish->pid = (pid_t)pid;
}

/* What is refused is shown without its password. */
static void choose_url(struct watch_wish *wish, const char *arg, const struct argp_state *state)
{
    char *shown = fetch_is_url(arg) ? NULL : fetch_shown(arg);
    wish->url = arg;
    if (!fetch_is_url(arg))
        command_refuse(state,
                       "--url '%s': must be like "
                       "http://127.0.0.1:6060/debug/pprof/goroutine?debug=1",
                       shown ? shown : "?");
}

static void expect_something(const struct watch_wish *wish, const struct argp_state *state)
{
    if (wish->series && (wish->pid || wish->url || wish->command))
        command_refuse(state, "--series stands for itself: no --pid, --url or command with it");
    if (!wish->pid && !wish->url && !wish->command && !wish->series)
        command_refuse(state, "what? (--pid N, --url URL, --series FILE, or -- COMMAND)");
    if (wish->pid && wish->command)
        command_refuse(state, "--pid and a command: one of them");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct watch_wish *wish = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &wish->asking;
        return 0;
    case OPTION_SERIES:
        wish->series = arg;
        return 0;
    case OPTION_PID:
        choose_pid(wish, arg, state);
        return 0;
    case OPTION_URL:
        choose_url(wish, arg, state);
        return 0;
    case OPTION_INTERVAL:
        if (!quantity_time(arg, &wish->interval) || wish->interval < 10 * MILLISECOND)
            command_refuse(state, "--interval '%s': must be like 1s or 500ms, at least 10ms", arg);
        return 0;
    case OPTION_DURATION:
        if (!quantity_time(arg, &wish->duration))
            command_refuse(state, "--duration '%s': " QUANTITY_TIME, arg);
        return 0;
    case OPTION_MEMORY_LIMIT:
        if (!quantity_size(arg, &wish->memory_limit))
            command_refuse(state, "--memory-limit '%s': " QUANTITY_SIZE, arg);
        return 0;
    case ARGP_KEY_ARGS:
        wish->command = state->argv + state->next;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_END:
        expect_something(wish, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&asking_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "[-- COMMAND [WORD...]]",
    .doc =
        "Watches a program that is not ours: its resident set, from /proc, and the number of its "
        "goroutines or tasks, from the endpoint of dumps or metrics that Go programs and `leaklab "
        "serve` "
        "have. "
        "Tells how fast they grow, how sure that is, and which stacks grew.\v"
        "With a COMMAND it starts that program, watches it, and ends it afterwards. Exit status "
        "1 where it grows, or could not be watched; that of the COMMAND, where it ended by itself "
        "and "
        "not with 0, or 128 and the signal that ended it.",
};

/* --- The program and the clock ---------------------------------------------------------------- */

static volatile bool stop;

static void on_signal(int number)
{
    (void)number;
    stop = true;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    struct sigaction hangup;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN) /* nohup */
        sigaction(SIGHUP, &action, NULL);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Until that time; Ctrl-C ends it. */
static void sleep_until(double when)
{
    struct timespec at = {.tv_sec = (time_t)when, .tv_nsec = (long)((when - floor(when)) * 1e9)};
    while (!stop && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
        continue;
}

static pid_t start_program(char **command)
{
    pid_t pid;
    int failed = posix_spawnp(&pid, command[0], NULL, NULL, command, environ);
    if (!failed)
        return pid;
    command_say("watch", "can not start %s: %s", command[0], strerror(failed));
    return -1;
}

/* How it ended by itself, else -1: then we end it. Of one that has gone the system may not tell yet how: it gives up its
 * memory first, and is at its end when the last of its threads is. */
static int end_program(pid_t pid, bool gone)
{
    int status;
    pid_t ended;
    double end = now() + GONE_SECONDS;
    while ((ended = waitpid(pid, &status, WNOHANG)) == 0 && gone && !stop && now() < end)
        sleep_until(now() + 0.02);
    if (ended == pid)
        return status;
    kill(pid, SIGTERM);
    end = now() + END_SECONDS;
    stop = false; /* a second Ctrl-C cuts the wait short */
    while (waitpid(pid, NULL, WNOHANG) == 0) {
        if (stop || now() > end) {
            kill(pid, SIGKILL);
            waitpid(pid, NULL, 0);
            break;
        }
        sleep_until(now() + 0.02);
    }
    return -1;
}

/* What it said of itself by its end is passed on: 0 where all was well. */
static int status_of(int ended)
{
    if (ended < 0 || (WIFEXITED(ended) && WEXITSTATUS(ended) == 0))
        return 0;
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : EXIT_BY_SIGNAL + WTERMSIG(ended);
}

/* --- Watching --------------------------------------------------------------------------------- */

/* One look. False where there is an end to it: the process has gone, or error has something. */
static bool look(struct watch *watch, const struct watch_wish *wish, double began, char *error,
                 size_t size)
{
    double left = wish->duration ? began + (double)wish->duration / 1e9 - now() : FETCH_SECONDS;
    double patience = fmax(left, 0.05);
    enum fetch_result result = watch_look_once(watch, patience, error, size);
    if (result == FETCH_OK)
        return !watch->process_gone;
    if (result == FETCH_STOPPED) {
        error[0] = 0;
        return false;
    }
    bool is_starting = result == FETCH_NOT_YET && wish->command && now() - began < START_SECONDS;
    if (watch->length == 0 && !is_starting)
        return false;
    if (watch->length > 0)
        watch_failed(watch, error);
    error[0] = 0;
    return true;
}

/* When the next look is due: looks that a slow answer has made late are left out, not made up for. */
static double next_look(double began, double interval)
{
    return began + (floor((now() - began) / interval) + 1) * interval;
}

static void watch_on(const struct terminal *t, struct watch *watch, const struct watch_wish *wish,
                     char *error, size_t size)
{
    double began = now(), interval = (double)wish->interval / 1e9, answered = began;
    double silent = fmax(SILENT_SECONDS, SILENT_LOOKS * interval);
    while (!stop) {
        size_t before = watch->length;
        if (!look(watch, wish, began, error, size))
            return;
        if (watch->length > before) {
            answered = now();
            watch_tell_look(t, watch);
        } else if (watch->length && now() - answered > silent) {
            snprintf(error, size, "no look has succeeded for %.0f s: %s", now() - answered,
                     watch->failure);
            return;
        }
        double next = next_look(began, interval);
        if (wish->duration && next - began > (double)wish->duration / 1e9)
            return;
        sleep_until(next);
    }
}

static int watch_program(const struct watch_wish *wish, pid_t pid, bool *gone)
{
    struct watch watch;
    struct terminal t = terminal_of(stdout);
    struct fetch_how how = asking_how(&wish->asking);
    char error[1024] = "";
    how.stop = &stop;
    if (!watch_start(&watch, pid, wish->url, &how)) {
        command_say("watch", "there is no process %d, or /proc does not tell: %s", (int)pid,
                    strerror(errno));
        return EXIT_FAILED;
    }
    watch.own = wish->asking.own;
    watch_on(&t, &watch, wish, error, sizeof error);
    *gone = watch.process_gone;
    struct watch life = watch_life(&watch, watch_longest_life(&watch));
    enum watch_verdict verdict = watch_judge(&life);
    if (watch.length)
        watch_tell_end(&t, &watch, verdict, wish->memory_limit);
    else if (watch.process_gone)
        snprintf(error, sizeof error, "process %d has ended before it could be looked at",
                 (int)pid);
    if (error[0])
        command_say("watch", "%s", error);
    watch_end(&watch);
    return error[0] || verdict == WATCH_GROWS ? EXIT_FAILED : EXIT_AS_CATALOGUED;
}

static int judge_series(const struct watch_wish *wish)
{
    struct terminal t = terminal_of(stdout);
    struct series_read series;
    char error[512];
    size_t length;
    char *text = input_bytes(wish->series, &length, error, sizeof error);
    if (!text) {
        command_say("watch", "%s", error);
        return EXIT_FAILED;
    }
    bool ok = series_read(text, length, &series);
    free(text);
    if (!ok || !series.length) {
        command_say("watch", "%s: %s", wish->series,
                    ok ? "there is no `time value` line in it" : "there is no memory for it");
        return EXIT_FAILED;
    }
    bool grows = watch_tell_series(&t, &series, wish->series, wish->memory_limit);
    free(series.all);
    return grows ? EXIT_FAILED : EXIT_AS_CATALOGUED;
}

static int run(int argc, char **argv)
{
    struct watch_wish wish = {.interval = SECOND};
    command_parse(&argp, argc, argv, &wish);
    if (wish.series)
        return judge_series(&wish);
    catch_signals();
    pid_t started = wish.command ? start_program(wish.command) : 0;
    if (started < 0)
        return EXIT_FAILED;
    bool gone = false;
    int status = watch_program(&wish, started ? started : wish.pid, &gone);
    if (!started)
        return status;
    bool interrupted = stop; /* then its end was ours too */
    int ended = end_program(started, gone);
    if (interrupted || ended < 0)
        return status;
    watch_tell_ending(wish.command[0], ended);
    return status_of(ended) ? status_of(ended) : status;
}

const struct command command_watch = {
    .name = "watch",
    .summary = "Watch someone else's program: its growth, and a Go program's stacks",
    .argp = &argp,
    .run = run,
};
