#include "watch/watch.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

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

bool watch_start(struct watch *watch, pid_t pid, const char *url)
{
    *watch = (struct watch){.url = url, .memory = {-1, -1}, .has_process = pid != 0};
    watch->began = now();
    return !pid || memory_watch_start(&watch->memory, pid);
}

/* --- Looking ---------------------------------------------------------------------------------- */

static struct watch_look *room_for_one(struct watch *watch)
{
    if (watch->length == watch->room) {
        size_t room = watch->room ? 2 * watch->room : 256;
        struct watch_look *more = realloc(watch->looks, room * sizeof *more);
        if (!more)
            return NULL;
        watch->looks = more;
        watch->room = room;
    }
    return &watch->looks[watch->length];
}

static void keep(struct watch *watch, struct stacks stacks)
{
    if (!watch->has_stacks) {
        watch->first = stacks;
        watch->has_stacks = true;
        return;
    }
    stacks_free(&watch->last);
    watch->last = stacks;
}

static enum fetch_result count_tasks(struct watch *watch, const volatile bool *stop, double *tasks,
                                     char *error, size_t size)
{
    struct fetched fetched;
    struct stacks stacks;
    char wrong[128];
    enum fetch_result result = fetch(watch->url, stop, &fetched, error, size);
    if (result != FETCH_OK)
        return result;
    bool read =
        stacks_read(fetched.text ? fetched.text : "", fetched.length, &stacks, wrong, sizeof wrong);
    free(fetched.text);
    if (!read) {
        snprintf(error, size, "%s: this is no profile: %s", watch->url, wrong);
        return FETCH_WRONG;
    }
    *tasks = (double)stacks.total;
    keep(watch, stacks);
    return FETCH_OK;
}

enum fetch_result watch_look_once(struct watch *watch, const volatile bool *stop, char *error,
                                  size_t size)
{
    struct memory memory;
    struct watch_look look = {.tasks = NAN, .rss = NAN};
    if (watch->has_process) {
        watch->process_gone = !memory_look(&watch->memory, false, &memory);
        if (watch->process_gone)
            return FETCH_OK;
        look.rss = (double)memory.rss;
    }
    if (watch->url) {
        enum fetch_result result = count_tasks(watch, stop, &look.tasks, error, size);
        if (result != FETCH_OK)
            return result;
    }
    struct watch_look *place = room_for_one(watch);
    if (!place) {
        snprintf(error, size, "no memory for more looks");
        return FETCH_WRONG;
    }
    if (watch->length == 0)
        watch->began = now();
    look.seconds = now() - watch->began;
    *place = look;
    watch->length++;
    return FETCH_OK;
}

/* --- Judging ---------------------------------------------------------------------------------- */

static struct estimate growth_of(const struct watch *watch, bool of_tasks)
{
    double seconds[POINTS], values[POINTS];
    size_t points = watch->length < POINTS ? watch->length : POINTS;
    struct series series = {points, seconds, values};
    if (points < 2)
        return (struct estimate){NAN, NAN, NAN, INTERVAL_NONE};
    for (size_t i = 0; i < points; i++) { /* evenly, the first and the last included */
        const struct watch_look *look = &watch->looks[i * (watch->length - 1) / (points - 1)];
        seconds[i] = look->seconds;
        values[i] = of_tasks ? look->tasks : look->rss;
    }
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
    if (!watch->url)
        return (struct estimate){NAN, NAN, NAN, INTERVAL_NONE};
    struct estimate by_line = growth_of(watch, true);
    if (watch->length < STRETCHES || !(by_line.low <= 0 && by_line.value > 0))
        return by_line;
    struct estimate by_steps = growth_by_steps(watch, by_line.value);
    return by_steps.low > 0 ? by_steps : by_line;
}

struct estimate watch_rss_growth(const struct watch *watch)
{
    return watch->has_process ? growth_of(watch, false)
                              : (struct estimate){NAN, NAN, NAN, INTERVAL_NONE};
}

enum watch_verdict watch_judge(const struct watch *watch)
{
    if (watch->length < LEAST_LOOKS)
        return WATCH_TOO_EARLY;
    struct estimate growth = watch->url ? watch_task_growth(watch) : watch_rss_growth(watch);
    double least = watch->url ? least_tasks : least_bytes;
    double seconds = watch->looks[watch->length - 1].seconds;
    if (!(growth.value * seconds >= least))
        return WATCH_NO_GROWTH;
    return growth.low > 0 ? WATCH_GROWS : WATCH_UNSURE;
}

static double time_at(double left, double growth)
{
    return left <= 0 ? 0 : growth > 0 ? left / growth : INFINITY;
}

struct estimate watch_time_to(const struct watch *watch, double limit)
{
    struct estimate growth = watch_rss_growth(watch);
    if (isnan(growth.value))
        return growth;
    double left = limit - watch->looks[watch->length - 1].rss;
    return (struct estimate){time_at(left, growth.value), time_at(left, growth.high),
                             isnan(growth.low) ? NAN : time_at(left, growth.low), growth.basis};
}

void watch_end(struct watch *watch)
{
    memory_watch_end(&watch->memory);
    stacks_free(&watch->first);
    stacks_free(&watch->last);
    free(watch->looks);
}
