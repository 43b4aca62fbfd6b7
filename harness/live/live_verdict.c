#include "live/live_verdict.h"
#include "probe/interval.h"
#include "probe/verdict.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* Of so many looks the interval is made in a few milliseconds. */
enum { POINTS = 40, LEAST_POINTS = 10, LEAST_REQUESTS = 50 };

/* A leak that matters leaves something behind in one of a hundred requests. */
static const double least_leak = 0.01;

struct points {
    double requests[POINTS], tasks[POINTS], timers[POINTS], seconds[POINTS], rss[POINTS];
    size_t length;
};

static struct points points_of(const struct looks *looks, double from_second)
{
    struct points points = {.length = 0};
    size_t first = 0;
    while (first < looks->length && looks->at[first].seconds < from_second)
        first++;
    size_t length = looks->length - first;
    points.length = length < POINTS ? length : POINTS;
    for (size_t i = 0; i < points.length; i++) {
        const struct live_look *look = &looks->at[first + i * length / points.length];
        points.requests[i] = (double)look->requests;
        points.tasks[i] = (double)look->tasks;
        points.timers[i] = (double)look->timers;
        points.seconds[i] = look->seconds;
        points.rss[i] = (double)look->rss;
    }
    return points;
}

static struct estimate slope(const double *x, const double *y, size_t length)
{
    struct series series = {length, x, y};
    return interval_of_slope(&series, 1, 1);
}

static void say_growth(struct live_verdict *verdict, const char *kind, const char *what,
                       const char *unit, const struct estimate *e)
{
    verdict->kind = kind;
    snprintf(verdict->words, sizeof verdict->words, "%s: %.3f %s a request (%.3f to %.3f)", what,
             e->value, unit, e->low, e->high);
}

static void say_so_far(struct live_verdict *verdict, const struct points *points)
{
    struct estimate tasks = slope(points->requests, points->tasks, points->length);
    struct estimate timers = slope(points->requests, points->timers, points->length);
    if (tasks.low > least_leak)
        say_growth(verdict, "leak", "Leaking", "tasks", &tasks);
    else if (timers.low > least_leak)
        say_growth(verdict, "grows", "Holding on", "timers", &timers);
    else if (tasks.high < least_leak && timers.high < least_leak)
        say_growth(verdict, "clean", "Clean so far", "tasks", &tasks);
    else
        say_growth(verdict, "unsure", "Not sure yet", "tasks", &tasks);
}

static double time_left(const struct live_case *c, const struct points *points)
{
    struct estimate rss = slope(points->seconds, points->rss, points->length);
    if (!c->memory_limit || !(rss.low > 0))
        return NAN;
    return fmax(0, ((double)c->memory_limit - (double)c->last.rss) / rss.value);
}

static const char *kind_text(enum verdict_kind kind)
{
    switch (kind) {
    case VERDICT_LEAK:
        return "leak";
    case VERDICT_HOLDS:
        return "grows";
    case VERDICT_CLEAN:
        return "clean";
    default:
        return "unsure";
    }
}

static void say_settled(struct live_verdict *verdict, const struct live_case *c)
{
    struct verdict judged;
    verdict_of(&c->outcome, JUDGE_OBJECTS, &judged); /* answers to the page lie in the heap too */
    verdict->kind = kind_text(judged.kind);
    snprintf(verdict->words, sizeof verdict->words, "Judged: %s", judged.words);
}

struct live_verdict live_verdict_of(const struct live_case *c, double from_second)
{
    struct live_verdict verdict = {.kind = "early", .seconds_left = NAN};
    struct points points = points_of(&c->looks, from_second);
    uint64_t requests = c->last.requests;
    if (c->state == LIVE_DEAD) {
        verdict.kind = "dead";
        snprintf(verdict.words, sizeof verdict.words, "Dead: %s", c->ending);
    } else if (c->state == LIVE_SETTLED) {
        say_settled(&verdict, c);
    } else if (c->state == LIVE_STOPPING) {
        snprintf(verdict.words, sizeof verdict.words,
                 "Stopped: virtual time passes until nothing is due any more, to see what stays");
    } else if (points.length < LEAST_POINTS || requests < LEAST_REQUESTS) {
        snprintf(verdict.words, sizeof verdict.words,
                 "Too early to say, after %" PRIu64 " requests", requests);
    } else {
        say_so_far(&verdict, &points);
        verdict.seconds_left = time_left(c, &points);
    }
    return verdict;
}
