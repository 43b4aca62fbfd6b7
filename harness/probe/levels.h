/* Repetitions within invocations within builds: what is replicated decides what an interval covers.
 *
 * The model is log y = machine + build and layout + invocation + repetition (T. Kalibera, R. Jones:
 * Rigorous benchmarking in reasonable time, 2013). Repetitions of one process share its place in memory
 * and its minute, so they are averaged before anything is judged; so are invocations, where there are
 * several builds.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A build is a program linked in an order of its own. Fewer than this are too few to speak of others. */
enum { BUILDS_LEAST = 4 };

/* What is replicated at the highest level, and so what an interval speaks of. */
enum level {
    LEVEL_NONE,        /* no value, or one */
    LEVEL_REPETITIONS, /* one process: how another one differs is not known */
    LEVEL_INVOCATIONS, /* new processes of the same builds */
    LEVEL_BUILDS,      /* new builds */
};

/* "new processes of one build", .. */
const char *level_text(enum level level);

/* One measured value. */
struct draw {
    double value;
    int64_t build, invocation; /* numbers of their own; an invocation is of one build */
    bool noisy;                /* the machine was busy with something else */
};

/* Several draws, as far as a comparison needs them. */
struct group {
    enum level level;
    double mean;    /* of values, or of their logarithms; NAN: nothing is there */
    double error;   /* variance of the mean, at that level; NAN: not known */
    double freedom; /* of that variance */
    size_t builds, invocations, draws, noisy; /* noisy: left out */
};

/* The highest level at which there are enough draws, the noisy ones left out. Sorts them. */
enum level level_of(struct draw *draws, size_t count);

/* At this level, or at the highest there is below it. logs: of logarithms; the values are positive then.
 * Leaves out the noisy ones. Changes the draws. */
struct group group_of(struct draw *draws, size_t count, bool logs, enum level level);

/* The half width of the 95 % interval in which the mean of `units` new ones lies, by what this group has seen:
 * a mean of its own chance, so wider than the interval of the mean. NAN: not known. */
double group_foretells(const struct group *group, size_t units);

/* How many units its level has: builds, or invocations. */
size_t group_units(const struct group *group);

/* --- Where to repeat ---------------------------------------------------------------------------- */

/* Variances of logarithms within invocations, between those of a build, and between builds, each without
 * what the levels below contribute: 0 where that is all there is; NAN: the draws do not tell. */
struct variances {
    double repetition, invocation, build;
};

struct variances variances_of(struct draw *draws, size_t count);

/* Kalibera and Jones' optimum: how often to repeat at a level, by the variances at it and above it and by
 * the costs of one more there: at least 1, at most `most`, which is also for a higher level that does not
 * vary. */
int levels_optimum(double variance, double variance_above, double cost, double cost_above,
                   int most);
