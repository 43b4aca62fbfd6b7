/* google-benchmark from C: register a function, loop over its state, report what it counted.
 *
 *     static void copy(struct bench_state *s, void *arg)
 *     {
 *         for (int64_t n = bench_batch(s); n > 0; n--)
 *             memcpy(to, from, size);
 *         bench_batch_end(s);
 *     }
 *     ...
 *     struct bench *b = bench_register("memory/copy", copy, 0);
 *
 * Each function here is one call of the library, whose guide has the details. Strings are copied.
 * Not thread-safe; benchmarks run in the thread that calls bench_main().
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct bench;       /* a registered benchmark, the library's own */
struct bench_state; /* one run of it, valid during the call */

/* --- Registering: before bench_main() --------------------------------------------------------- */

/* A benchmark of this name that calls fn(state, arg) for each run. */
struct bench *bench_register(const char *name, void (*fn)(struct bench_state *s, void *arg),
                             void *arg);

/* Runs it once for each argument given: NAME/VALUE. */
void bench_arg(struct bench *b, int64_t value);

/* The same for first, last, and each first * factor^k between them. */
void bench_range(struct bench *b, int64_t first, int64_t last, int factor);

/* Exactly this many iterations, instead of as many as fill a minimum time; or another minimum. */
void bench_iterations(struct bench *b, int64_t n);
void bench_min_time(struct bench *b, double seconds);

/* The same for all that are registered after it; 0: as before. */
void bench_iterations_of_all(int64_t n);

/* Takes this yardstick (nanoseconds) before and after each run from now on, and adds to its report the longer of the two
 * and the run's own time under these names, which stay the caller's; take NULL: no more. */
void bench_yardstick(double (*take)(void), const char *took, const char *wall);

/* Which clock decides and is reported first. Default: this thread's processor time. */
enum bench_clock {
    BENCH_REAL_TIME,
    BENCH_MANUAL_TIME /* what bench_time() says */
};
void bench_clock(struct bench *b, enum bench_clock clock);

enum bench_unit { BENCH_NANOSECONDS, BENCH_MICROSECONDS, BENCH_MILLISECONDS, BENCH_SECONDS };
void bench_unit(struct bench *b, enum bench_unit unit);

/* --- Running: inside of fn -------------------------------------------------------------------- */

/* True while there is an iteration to do. The first call starts the clock, the last stops it. */
bool bench_loop(struct bench_state *s);

/* The same in one piece, at no cost per iteration: starts the clock and returns how many iterations
 * to do (0 after an error); when they are done, bench_batch_end() stops the clock. */
int64_t bench_batch(struct bench_state *s);
void bench_batch_end(struct bench_state *s);

/* The same by pieces of n iterations, done by the caller in one go; the last may overshoot. */
bool bench_loop_of(struct bench_state *s, int64_t n);

/* Takes what lies between out of the measurement. Costs a system call each: not for inner loops. */
void bench_pause(struct bench_state *s);
void bench_resume(struct bench_state *s);

/* The time of this iteration (or piece), under BENCH_MANUAL_TIME. */
void bench_time(struct bench_state *s, double seconds);

/* The run's argument, and the iterations done so far. */
int64_t bench_value(const struct bench_state *s);
int64_t bench_done(const struct bench_state *s);

/* --- Reporting: after the loop ---------------------------------------------------------------- */

enum bench_counter {
    BENCH_AS_IS,
    BENCH_PER_SECOND,    /* value / time */
    BENCH_SECONDS_EACH,  /* time / value, the rate inverted */
    BENCH_PER_ITERATION, /* value / iterations */
};
void bench_count(struct bench_state *s, const char *name, double value, enum bench_counter kind);
void bench_bytes(struct bench_state *s, int64_t bytes); /* handled by the run: bytes_per_second */
void bench_label(struct bench_state *s, const char *text);

/* The run is worth nothing, and why; nothing else of it is reported, and bench_main() returns 1.
 * May be called at any time: no iterations are left then. Of several reasons the first counts. */
void bench_skip(struct bench_state *s, const char *why);

/* --- All of it -------------------------------------------------------------------------------- */

/* A line in the head of each report. */
void bench_context(const char *key, const char *value);

/* What memory reports count. All of the measured code lies between the two
 * calls, and with it an allocation of the library's own. */
struct bench_memory {
    int64_t allocations, allocated, freed, peak; /* number, and bytes; peak above the start */
};
void bench_memory_manager(void (*start)(void), struct bench_memory (*stop)(void));

/* Runs what the options choose, and reports. Exit status: 0; 1 where nothing matched the filter or
 * a benchmark was skipped with an error; 2 for an option that the library does not know. Once in a process: the
 * library does not get through a second time. */
int bench_main(int argc, char **argv);

#ifdef __cplusplus
}
#endif
