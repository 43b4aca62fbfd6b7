#include "live/live_verdict.h"
#include "probe/interval.h"
#include "probe/verdict.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of so many looks the interval is made in a few milliseconds. */
enum { POINTS = 40, LEAST_POINTS = 10, LEAST_REQUESTS = 50 };

/* A forecast wants a longer look back, and of its halves the second must grow as the first did. */
enum { LEAST_FOR_FORECAST = 25 };
static const double least_seconds = 10, least_share = 0.7;

/* So long without a request, though so many were due, and it is said. */
enum { SILENT_MS = 3000 };
static const double least_due = 10;

/* A leak that matters leaves something behind in one of a hundred requests. */
static const double least_leak = 0.01;

struct points {
    double requests[POINTS], tasks[POINTS], timers[POINTS], seconds[POINTS], rss[POINTS];
    double plain[PLAIN_COUNTS][POINTS];
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
        for (int count = 0; count < PLAIN_COUNTS; count++)
            points.plain[count][i] = (double)look->plain[count];
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

/* Whether tasks that go by themselves after a while are what the pair is about. */
static bool holds_tasks(const struct live_case *c)
{
    return c->outcome.pair->expected[c->variant].tasks_held > 0;
}

/* A leak that goes on, with what is proven to be leaked ended as it goes. */
static void say_recovered(struct live_verdict *verdict, const struct live_case *c)
{
    const struct recovered *r = &c->outcome.gauges->progress.recovered;
    verdict->kind = "clean";
    snprintf(verdict->words, sizeof verdict->words,
             "Leaking, and recovered: %" PRIu64 " tasks were ended so far, %" PRIu64 " are there",
             r->ended + r->spinning, c->last.tasks);
}

static bool is_recovered(const struct live_case *c)
{
    const struct recovered *r = &c->outcome.gauges->progress.recovered;
    return c->outcome.settings.recover && r->ended + r->spinning > 0;
}

static void say_so_far(struct live_verdict *verdict, const struct live_case *c,
                       const struct points *points)
{
    struct estimate tasks = slope(points->requests, points->tasks, points->length);
    struct estimate timers = slope(points->requests, points->timers, points->length);
    if (tasks.low > least_leak && holds_tasks(c))
        say_growth(verdict, "grows", "Holding on", "tasks", &tasks);
    else if (tasks.low > least_leak)
        say_growth(verdict, "leak", "Leaking", "tasks", &tasks);
    else if (timers.low > least_leak)
        say_growth(verdict, "grows", "Holding on", "timers", &timers);
    else if (tasks.high < least_leak && timers.high < least_leak)
        say_growth(verdict, "clean", "Clean so far", "tasks", &tasks);
    else
        say_growth(verdict, "unsure", "Not sure yet", "tasks", &tasks);
}

/* Of plain C: all that grow, or else that none does. */
static void say_plain(struct live_verdict *verdict, const struct points *points)
{
    static const char *const names[] = {
#define X(name, text) [name] = text,
        FOR_EACH_PLAIN_COUNT(X)
#undef X
    };
    char *words = verdict->words;
    size_t size = sizeof verdict->words, length = 0;
    bool unsure = false;
    for (int i = 0; i < PLAIN_COUNTS; i++) {
        struct estimate e = slope(points->requests, points->plain[i], points->length);
        unsure |= e.low <= least_leak && e.high >= least_leak;
        if (e.low > least_leak)
            length += (size_t)snprintf(words + length, size - length,
                                       "%s %.3f %s a request (%.3f to %.3f)",
                                       length ? "," : "Leaking:", e.value, names[i], e.low, e.high);
    }
    verdict->kind = length ? "leak" : unsure ? "unsure" : "clean";
    if (!length)
        snprintf(
            words, size, "%s: %s grows", unsure ? "Not sure yet" : "Clean so far",
            unsure ? "it is not clear which of handles, requests in flight, descriptors and threads"
                   : "none of handles, requests in flight, descriptors and threads");
}

/* Only for what stays for ever, and while it grows as it did: what is held levels off. Seconds are
 * counted in requests, for no time passes while it is paused. */
static double time_left(const struct live_case *c, const struct points *points, double rate)
{
    size_t half = points->length / 2;
    if (!c->memory_limit || c->variant != VARIANT_LEAK || points->length < LEAST_FOR_FORECAST ||
        points->seconds[points->length - 1] - points->seconds[0] < least_seconds)
        return NAN;
    struct estimate rss = slope(points->requests, points->rss, points->length);
    struct estimate first = slope(points->requests, points->rss, half);
    struct estimate second =
        slope(points->requests + half, points->rss + half, points->length - half);
    if (!(rss.low > 0) || !(second.value > least_share * first.value))
        return NAN;
    double bytes = (double)c->memory_limit - (double)c->last.rss;
    return fmax(0, bytes / (rss.value * rate));
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

static bool is_silent(const struct live_case *c, double rate)
{
    uint64_t silence = live_case_silence(c);
    return silence > SILENT_MS && (double)silence / 1e3 * rate > least_due;
}

static void say_dead(struct live_verdict *verdict, const struct live_case *c)
{
    verdict->kind = c->let_go ? "ended" : "dead";
    if (c->judged) /* what came after takes nothing away from it */
        say_settled(verdict, c);
    else
        snprintf(verdict->words, sizeof verdict->words, "%s: %s", c->let_go ? "Ended" : "Dead",
                 c->ending);
}

static void say_running(struct live_verdict *verdict, const struct live_case *c, double from_second,
                        double rate)
{
    struct points points = points_of(&c->looks, from_second);
    uint64_t requests = c->last.requests;
    if (is_silent(c, rate)) {
        verdict->kind = "unsure";
        snprintf(verdict->words, sizeof verdict->words,
                 "Stands still: no request for %.0f s. Is its process stopped?",
                 (double)live_case_silence(c) / 1e3);
    } else if (points.length < LEAST_POINTS || requests < LEAST_REQUESTS) {
        snprintf(verdict->words, sizeof verdict->words,
                 "Too early to say, after %" PRIu64 " request%s", requests,
                 requests == 1 ? "" : "s");
    } else if (is_recovered(c)) {
        say_recovered(verdict, c);
    } else {
        if (pair_is_plain(c->outcome.pair))
            say_plain(verdict, &points);
        else
            say_so_far(verdict, c, &points);
        if (strcmp(verdict->kind, "leak") == 0)
            verdict->seconds_left = time_left(c, &points, rate);
    }
}

struct live_verdict live_verdict_of(const struct live_case *c, double from_second, double rate)
{
    struct live_verdict verdict = {.kind = "early", .seconds_left = NAN};
    if (c->state == LIVE_DEAD)
        say_dead(&verdict, c);
    else if (c->state == LIVE_SETTLED)
        say_settled(&verdict, c);
    else if (c->state == LIVE_STOPPING)
        snprintf(verdict.words, sizeof verdict.words,
                 "Stopped: virtual time passes until nothing is due any more, to see what stays");
    else
        say_running(&verdict, c, from_second, rate);
    return verdict;
}
