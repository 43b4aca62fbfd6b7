#include "watch/watch.h"
#include "dumps/read.h"
#include "watch/prometheus.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The interval's cost grows with the square of the points; a trend shows as well in so many. */
enum { POINTS = 120, LEAST_LOOKS = 8, STRETCHES = 10 };

/* Growth that matters: so many tasks, or so much memory, over the whole watch. */
static const double least_tasks = 5, least_bytes = 1 << 20;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

bool watch_start(struct watch *watch, pid_t pid, const char *url, const struct fetch_how *how)
{
    *watch = (struct watch){.url = url,
                            .how = *how,
                            .memory = {-1, -1},
                            .pid = pid,
                            .has_process = pid != 0,
                            .started = NAN};
    watch->began = now();
    return !pid || memory_watch_start(&watch->memory, pid);
}

/* --- Looking ---------------------------------------------------------------------------------- */

bool watch_add(struct watch *watch, struct watch_look look)
{
    if (watch->length == watch->room) {
        size_t room = watch->room ? 2 * watch->room : 256;
        struct watch_look *more = realloc(watch->looks, room * sizeof *more);
        if (!more)
            return false;
        watch->looks = more;
        watch->room = room;
    }
    watch->looks[watch->length++] = look;
    return true;
}

static bool begin_life(struct watch *watch)
{
    if (!watch->length || (watch->restarts && watch->lives[watch->restarts - 1] == watch->length))
        return true;
    if (watch->restarts == watch->life_room) {
        size_t room = watch->life_room ? 2 * watch->life_room : 8;
        size_t *more = realloc(watch->lives, room * sizeof *more);
        if (!more)
            return false;
        watch->lives = more;
        watch->life_room = room;
    }
    watch->lives[watch->restarts++] = watch->length;
    return true;
}

/* Which program the process is: it may have become another one. */
static void look_at_program(struct watch *watch)
{
    char path[64], program[sizeof watch->program];
    snprintf(path, sizeof path, "/proc/%d/exe", (int)watch->pid);
    ssize_t length = readlink(path, program, sizeof program - 1);
    if (length <= 0)
        return;
    program[length] = 0;
    bool was_another = watch->program[0] && strcmp(watch->program, program) != 0;
    memcpy(watch->program, program, sizeof program);
    watch->is_another = was_another && begin_life(watch);
    watch->execs += watch->is_another;
}

static bool take_dump(struct watch *watch, const struct dump *dump, struct watch_look *look)
{
    size_t before = watch->course.life_count;
    look->tasks = (double)dump->total;
    if (!course_add(&watch->course, dump, &watch->own, look->seconds, watch->is_another))
        return false;
    return before == 0 || watch->course.life_count == before || begin_life(watch);
}

static bool take_metrics(struct watch *watch, const struct prometheus *seen,
                         struct watch_look *look)
{
    bool is_new = watch->started > 0 && seen->started > watch->started;
    watch->started = seen->started;
    look->tasks = seen->tasks;
    if (!watch->has_process)
        look->rss = seen->rss;
    return !is_new || begin_life(watch);
}

static enum fetch_result ask(struct watch *watch, struct watch_look *look, char *error, size_t size)
{
    struct fetched fetched;
    struct prometheus seen;
    struct dumps dumps = {0};
    char wrong[256];
    enum fetch_result result = fetch(watch->url, &watch->how, &fetched, error, size);
    if (result != FETCH_OK)
        return result;
    look->seconds = watch->length ? now() - watch->began : 0;
    bool ok;
    if (fetched.text && prometheus_read(fetched.text, &seen)) {
        ok = take_metrics(watch, &seen, look);
    } else if (dumps_read(fetched.text ? fetched.text : "", fetched.length, &dumps, wrong,
                          sizeof wrong)) {
        ok = take_dump(watch, &dumps.all[dumps.length - 1], look);
    } else {
        char *shown = fetch_shown(watch->url);
        snprintf(error, size, "%s: this is neither a dump nor Prometheus's text: %s",
                 shown ? shown : "the URL", wrong);
        free(shown);
        result = FETCH_WRONG;
        ok = true;
    }
    if (!ok) {
        snprintf(error, size, "no memory for more looks");
        result = FETCH_WRONG;
    }
    dumps_free(&dumps);
    free(fetched.text);
    return result;
}

enum fetch_result watch_look_once(struct watch *watch, double seconds, char *error, size_t size)
{
    struct memory memory;
    struct watch_look look = {.tasks = NAN, .rss = NAN};
    if (watch->has_process) {
        watch->process_gone = !memory_look(&watch->memory, false, &memory);
        if (watch->process_gone)
            return FETCH_OK;
        look.rss = (double)memory.rss;
        look_at_program(watch);
    }
    look.seconds = watch->length ? now() - watch->began : 0;
    watch->how.seconds = seconds;
    if (watch->url) {
        enum fetch_result result = ask(watch, &look, error, size);
        if (result != FETCH_OK)
            return result;
    }
    if (watch->length == 0)
        watch->began = now();
    if (watch_add(watch, look))
        return FETCH_OK;
    snprintf(error, size, "no memory for more looks");
    return FETCH_WRONG;
}

void watch_failed(struct watch *watch, const char *error)
{
    watch->failed++;
    snprintf(watch->failure, sizeof watch->failure, "%s", error);
}

/* --- Lives ------------------------------------------------------------------------------------ */

struct watch watch_life(const struct watch *watch, size_t life)
{
    struct watch one = *watch;
    size_t from = life ? watch->lives[life - 1] : 0;
    size_t to = life < watch->restarts ? watch->lives[life] : watch->length;
    one.looks = watch->looks + from;
    one.length = to - from;
    one.restarts = 0;
    return one;
}

size_t watch_longest_life(const struct watch *watch)
{
    size_t best = 0, most = 0;
    for (size_t life = 0; life <= watch->restarts; life++) {
        size_t length = watch_life(watch, life).length;
        if (length >= most) {
            best = life;
            most = length;
        }
    }
    return best;
}

bool watch_counts(const struct watch *watch)
{
    return watch->length && !isnan(watch->looks[watch->length - 1].tasks);
}

/* --- Judging ---------------------------------------------------------------------------------- */

static struct estimate growth_of(const struct watch *watch, bool of_tasks)
{
    double seconds[POINTS], values[POINTS];
    size_t points = watch->length < POINTS ? watch->length : POINTS, known = 0;
    for (size_t i = 0; i < points && points > 1;
         i++) { /* evenly, the first and the last included */
        const struct watch_look *look = &watch->looks[i * (watch->length - 1) / (points - 1)];
        seconds[known] = look->seconds;
        values[known] = of_tasks ? look->tasks : look->rss;
        known += !isnan(values[known]);
    }
    struct series series = {known, seconds, values};
    if (known < 2)
        return (struct estimate){NAN, NAN, NAN, INTERVAL_NONE};
    return interval_of_slope(&series, 1, 1);
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The middle of the looks from..to, of time and of tasks each. */
static struct watch_look middle(const struct watch *watch, size_t from, size_t to)
{
    double seconds[POINTS], tasks[POINTS];
    size_t points = to - from < POINTS ? to - from : POINTS;
    for (size_t i = 0; i < points; i++) {
        const struct watch_look *look = &watch->looks[from + i * (to - from) / points];
        seconds[i] = look->seconds;
        tasks[i] = look->tasks;
    }
    qsort(tasks, points, sizeof *tasks, by_value); /* seconds are in order */
    return (struct watch_look){.seconds = seconds[points / 2], .tasks = tasks[points / 2]};
}

/* By steps, from each stretch of the watch to the next: the interval that holds the middle one of
 * all steps that there might have been, whatever their sizes, is from the second smallest of nine to
 * the second largest (96 %, by the binomial distribution). It asks of growth no more than that it
 * goes on, not that it follows a line. */
static struct estimate growth_by_steps(const struct watch *watch, double value)
{
    enum { STEPS = STRETCHES - 1 };
    struct watch_look at[STRETCHES];
    double steps[STEPS];
    for (size_t i = 0; i < STRETCHES; i++)
        at[i] = middle(watch, i * watch->length / STRETCHES, (i + 1) * watch->length / STRETCHES);
    for (size_t i = 0; i < STEPS; i++)
        steps[i] = (at[i + 1].tasks - at[i].tasks) / (at[i + 1].seconds - at[i].seconds);
    qsort(steps, STEPS, sizeof *steps, by_value);
    return (struct estimate){value, fmin(value, steps[1]), fmax(value, steps[STEPS - 2]),
                             INTERVAL_BLOCKS};
}

/* Tasks leak with the requests that leak them. Where these come unevenly the count wanders off any
 * line, ever further, and the line's interval says little. The count itself is exact, so steps say
 * more; and what only wavers about a level takes as many of them down as up. */
struct estimate watch_task_growth(const struct watch *watch)
{
    if (!watch_counts(watch))
        return (struct estimate){NAN, NAN, NAN, INTERVAL_NONE};
    struct estimate by_line = growth_of(watch, true);
    if (watch->length < STRETCHES || !(by_line.low <= 0 && by_line.value > 0))
        return by_line;
    struct estimate by_steps = growth_by_steps(watch, by_line.value);
    return by_steps.low > 0 ? by_steps : by_line;
}

struct estimate watch_rss_growth(const struct watch *watch)
{
    return growth_of(watch, false);
}

enum watch_verdict watch_judge(const struct watch *watch)
{
    if (watch->length < LEAST_LOOKS)
        return WATCH_TOO_EARLY;
    bool counts = watch_counts(watch);
    struct estimate growth = counts ? watch_task_growth(watch) : watch_rss_growth(watch);
    double least = counts ? least_tasks : least_bytes;
    double seconds = watch->looks[watch->length - 1].seconds - watch->looks[0].seconds;
    if (!(growth.value * seconds >= least))
        return WATCH_NO_GROWTH;
    return growth.low > 0 ? WATCH_GROWS : WATCH_UNSURE;
}

static double time_at(double left, double growth)
{
    if (isnan(growth))
        return NAN;
    return left <= 0 ? 0 : left / fmax(growth, 0);
}

struct estimate watch_time_to(const struct watch *watch, double limit)
{
    struct estimate growth = watch_rss_growth(watch);
    if (isnan(growth.value))
        return growth;
    double left = limit - watch->looks[watch->length - 1].rss;
    return (struct estimate){time_at(left, growth.value), time_at(left, growth.high),
                             time_at(left, growth.low), growth.basis};
}

void watch_end(struct watch *watch)
{
    memory_watch_end(&watch->memory);
    course_end(&watch->course);
    free(watch->looks);
    free(watch->lives);
}
