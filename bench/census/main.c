/* What the census costs, in one process: with it, and past it. A program of its own, since its calls are wrapped.
 *
 * census/handle/TYPE/DEPTH  one handle initialized, closed and called back, DEPTH frames below main(). plain_ns: as libuv
 *                           does it, by calls that go past the census; census_ns: through it; more_ns: the difference. Of
 *                           many short runs, in turn, the lower quartile, since a neighbour on the machine only adds.
 * census/handle/plain/DEPTH, census/handle/census/DEPTH  each alone, for counts of instructions.
 * census/list/FORMAT/N      counted: one listing of N handles, made in 128 ways, in a mixed order, written to /dev/null.
 * census/bytes/N            bytes: what the process grew by N records. No time.
 */
#include "bench/shim.h"
#include "census/census.h"
#include "census/listing.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 100, RUNS = 401, MANY = 100000, DEEP = 8 };

static uv_loop_t loop;

/* With --wrap these go past it. */
int __real_uv_timer_init(uv_loop_t *on, uv_timer_t *timer);
void __real_uv_close(uv_handle_t *handle, uv_close_cb then);

struct calls {
    int (*init)(uv_loop_t *on, uv_timer_t *timer);
    void (*close)(uv_handle_t *handle, uv_close_cb then);
};

static struct calls plain = {__real_uv_timer_init, __real_uv_close};
static struct calls counted = {uv_timer_init, uv_close};

static int64_t closed;

static void on_closed(uv_handle_t *handle)
{
    (void)handle;
    closed++;
}

/* --- A handle's life ------------------------------------------------------------------------------------------ */

static __attribute__((noinline)) void batch(const struct calls *calls, int64_t depth)
{
    static uv_timer_t timers[BATCH];
    if (depth > 1) {
        batch(calls, depth - 1);
        return;
    }
    for (int i = 0; i < BATCH; i++)
        calls->init(&loop, &timers[i]);
    for (int i = 0; i < BATCH; i++)
        calls->close((uv_handle_t *)&timers[i], on_closed);
    uv_run(&loop, UV_RUN_NOWAIT);
}

static double nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

static double run(const struct calls *calls, int64_t depth)
{
    double start = nanoseconds();
    batch(calls, depth);
    return (nanoseconds() - start) / BATCH;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double lower_quartile(double runs[RUNS])
{
    qsort(runs, RUNS, sizeof *runs, by_size);
    return runs[RUNS / 4];
}

static void compare(struct bench_state *s, void *unused)
{
    (void)unused;
    static double without[RUNS], with[RUNS];
    while (bench_loop(s)) {
        for (int i = 0; i < RUNS; i++) {
            without[i] = run(&plain, bench_value(s));
            with[i] = run(&counted, bench_value(s));
        }
    }
    double least = lower_quartile(without), most = lower_quartile(with);
    bench_count(s, "plain_ns", least, BENCH_AS_IS);
    bench_count(s, "census_ns", most, BENCH_AS_IS);
    bench_count(s, "more_ns", most - least, BENCH_AS_IS);
}

static void alone(struct bench_state *s, void *calls)
{
    int64_t before = closed;
    while (bench_loop_of(s, BATCH))
        batch(calls, bench_value(s));
    if (closed - before != bench_done(s))
        bench_skip(s, "not every close callback was called");
}

/* --- Many ----------------------------------------------------------------------------------------------------- */

/* By one of 128 ways through the program, as `way` has it bit by bit. */
static __attribute__((noinline)) void make_by(unsigned way, int left, uv_timer_t *timer)
{
    if (left == 0)
        uv_timer_init(&loop, timer);
    else if (way & 1)
        make_by(way >> 1, left - 1, timer); // NOLINT(bugprone-branch-clone): from two places
    else
        make_by(way >> 1, left - 1, timer);
    __asm__ volatile(""); /* a call, not a jump */
}

static uv_timer_t *make_many(void)
{
    uv_timer_t *timers = calloc(MANY, sizeof *timers);
    for (int i = 0; timers && i < MANY; i++)
        make_by((unsigned)i * 2654435761u >> 25, 7, &timers[i]);
    return timers;
}

static void close_many(uv_timer_t *timers)
{
    for (int i = 0; timers && i < MANY; i++)
        uv_close((uv_handle_t *)&timers[i], NULL);
    uv_run(&loop, UV_RUN_NOWAIT);
    free(timers);
}

static void list(struct bench_state *s, void *format)
{
    struct listing listing = {.format = *(enum listing_format *)format};
    FILE *out = fopen("/dev/null", "w");
    uv_timer_t *timers = make_many();
    long told = MANY;
    if (!out || !timers)
        bench_skip(s, "no memory, or no /dev/null");
    while (bench_loop(s))
        told = out ? listing_write(&listing, out) : 0;
    if (told < MANY)
        bench_skip(s, "not every handle is listed");
    close_many(timers);
    if (out)
        fclose(out);
}

/* Pages that are the process's own. */
static double own_bytes(void)
{
    long all = 0, shared = 0, resident = 0;
    FILE *in = fopen("/proc/self/statm", "r");
    if (!in || fscanf(in, "%ld %ld %ld", &all, &resident, &shared) != 3)
        resident = shared = 0;
    if (in)
        fclose(in);
    return (double)(resident - shared) * (double)sysconf(_SC_PAGESIZE);
}

static void bytes(struct bench_state *s, void *unused)
{
    (void)unused;
    double grown = 0;
    while (bench_loop(s)) {
        uv_timer_t *timers = malloc(MANY * sizeof *timers);
        if (!timers) {
            bench_skip(s, "no memory");
            return;
        }
        memset(timers, 1, MANY * sizeof *timers); /* theirs is there before */
        double before = own_bytes();
        for (int i = 0; i < MANY; i++)
            uv_timer_init(&loop, &timers[i]);
        grown = own_bytes() - before;
        close_many(timers);
    }
    bench_count(s, "bytes", grown / MANY, BENCH_AS_IS);
}

int main(int argc, char **argv)
{
    static enum listing_format formats[] = {LISTING_SUMMARY, LISTING_JSON, LISTING_PPROF};
    struct bench *b;
    if (argc > 1 && strncmp(argv[1], "--iterations=", 13) == 0) {
        bench_iterations_of_all(atoll(argv[1] + 13)); /* for counts of instructions */
        argv[1] = argv[0];
        argv++, argc--;
    }
    uv_loop_init(&loop);
    census_start();
    /* First, while no record of another row is there to be used again. */
    b = bench_register("census/bytes", bytes, NULL);
    bench_arg(b, MANY), bench_iterations(b, 1);
    b = bench_register("census/handle/compare", compare, NULL);
    bench_arg(b, 1), bench_arg(b, DEEP), bench_iterations(b, 1);
    for (int i = 0; i < 2; i++) {
        b = bench_register(i ? "census/handle/census" : "census/handle/plain", alone,
                           i ? &counted : &plain);
        bench_arg(b, 1), bench_arg(b, DEEP);
    }
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char name[64];
        snprintf(name, sizeof name, "census/list/%s", listing_format_name(formats[i]));
        b = bench_register(name, list, &formats[i]);
        bench_arg(b, MANY), bench_unit(b, BENCH_MILLISECONDS);
    }
    return bench_main(argc, argv);
}
