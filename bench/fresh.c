/* The registered works, and both ends of the pipe to a fresh process. */
#include "bench/fresh.h"
#include "bench/allocation.h"
#include "task/task.h"
#include <errno.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_WORKS = 256, RESULT_FD = 3 };

/* A process takes milliseconds, and what it measures often less than one: so many of them give the
 * mean of a run, however many the library would like to see. */
enum { MOST_PROCESSES = 64 };
static const char option[] = "--in-a-fresh-process";

static struct fresh works[MOST_WORKS];
static int work_count;

void measured_add(struct measured *m, const char *name, double value)
{
    struct figure *f = &m->figures[m->figure_count++];
    snprintf(f->name, sizeof f->name, "%s", name);
    f->value = value;
}

void measured_expect(struct measured *m, const char *what, int64_t counted, int64_t expected)
{
    if (counted != expected && !m->error[0])
        snprintf(m->error, sizeof m->error, "%s: %" PRId64 " instead of %" PRId64, what, counted,
                 expected);
}

/* --- The process that asks -------------------------------------------------------------------- */

/* Returns false with an error in *m. */
static bool read_result(int fd, pid_t child, struct measured *m)
{
    struct measured got;
    size_t have = 0;
    for (ssize_t n; have < sizeof got; have += (size_t)n)
        if ((n = read(fd, (char *)&got + have, sizeof got - have)) <= 0)
            break;
    int status;
    waitpid(child, &status, 0);
    if (have == sizeof got)
        *m = got;
    else if (WIFSIGNALED(status))
        snprintf(m->error, sizeof m->error, "its process was killed by signal %d, %s",
                 WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        snprintf(m->error, sizeof m->error, "its process ended early with exit status %d",
                 WEXITSTATUS(status));
    return !m->error[0];
}

static bool run_fresh(const struct fresh *work, int64_t n, struct measured *m)
{
    char number[24], *argv[] = {"benchmarks", (char *)option, (char *)work->name, number, 0};
    snprintf(number, sizeof number, "%" PRId64, n);
    *m = (struct measured){0};
    int ends[2];
    if (pipe(ends)) {
        snprintf(m->error, sizeof m->error, "no pipe: %s", strerror(errno));
        return false;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_adddup2(&actions, ends[1], RESULT_FD);
    pid_t child;
    int failed = posix_spawn(&child, "/proc/self/exe", &actions, 0, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failed)
        snprintf(m->error, sizeof m->error, "no process for it: %s", strerror(failed));
    bool good = !failed && read_result(ends[0], child, m);
    close(ends[0]);
    return good;
}

/* The last process, and which it was: the pass that counts memory needs no other one. */
static struct {
    const struct fresh *work;
    int64_t n;
    struct measured measured;
} last;

static bool run_or_recall(const struct fresh *work, int64_t n, struct measured *m)
{
    if (!allocation_is_on() || last.work != work || last.n != n) {
        last.work = run_fresh(work, n, m) ? work : NULL;
        last.n = n;
        last.measured = *m;
    }
    *m = last.measured;
    return last.work;
}

static void run_works(struct bench_state *s, void *arg)
{
    const struct fresh *work = arg;
    int64_t n = bench_value(s), processes = 0;
    struct measured m = {0};
    double seconds = 0;
    while (bench_loop_of(s, work->operations ? work->operations(n) : n)) {
        if (processes == MOST_PROCESSES) {
            bench_time(s, seconds / MOST_PROCESSES);
            continue;
        }
        if (!run_or_recall(work, n, &m)) {
            bench_skip(s, m.error);
            return;
        }
        processes++;
        seconds += m.seconds;
        bench_time(s, m.seconds);
        allocation_add(&m.memory);
    }
    for (int i = 0; i < m.figure_count; i++)
        bench_count(s, m.figures[i].name, m.figures[i].value, BENCH_AS_IS);
}

struct bench *bench_fresh(const struct fresh *fresh)
{
    if (work_count == MOST_WORKS)
        abort();
    struct fresh *work = &works[work_count++];
    *work = *fresh;
    work->name = strdup(fresh->name);
    struct bench *b = bench_register(work->name, run_works, work);
    for (int i = 0; i < work->number_count; i++)
        bench_arg(b, work->numbers[i]);
    if (!work->number_count)
        bench_range(b, work->first, work->last, 10);
    bench_clock(b, BENCH_MANUAL_TIME);
    return b;
}

/* --- The fresh process ------------------------------------------------------------------------ */

struct order {
    const struct fresh *work;
    int64_t n;
    struct measured measured;
};

static void do_work(void *arg)
{
    struct order *order = arg;
    order->work->work(order->n, order->work->arg, &order->measured);
}

void fresh_main(int argc, char **argv)
{
    if (argc != 4 || strcmp(argv[1], option))
        return;
    struct order order = {.n = strtoll(argv[3], 0, 10)};
    for (int i = 0; i < work_count; i++)
        if (!strcmp(works[i].name, argv[2]))
            order.work = &works[i];
    if (!order.work)
        _exit(2);
    if (task_run(do_work, &order))
        snprintf(order.measured.error, sizeof order.measured.error, "%s", task_error());
    /* No clean-up: what was leaked shall go with the process. */
    ssize_t size = sizeof order.measured;
    _exit(write(RESULT_FD, &order.measured, (size_t)size) == size ? 0 : 1);
}
