/* A case under a memory limit: when it died, and what the first third of it had foretold. */
#pragma once

#include "record/recorded.h"
#include "result/forecast.h"

struct life {
    const struct sample *samples;
    size_t count;
    const struct settings *settings;
    int64_t load_began, ended; /* nanoseconds since the case began; of load, not of settle */
    bool killed;               /* by the limit */
    /* What is known of a case that came to its end: nothing of it grows for ever; and for how many seconds it
     * held what went later (0: it held nothing). */
    bool grows_not;
    double held_for;
};

struct death {
    bool limited; /* there is a limit, and load has been seen: else nothing is said */
    bool killed;
    double seconds;           /* from the beginning of load to its end */
    double looked;            /* of these, what the forecast knows of */
    struct forecast forecast; /* from the beginning of load on */
    double error;             /* of the forecast, over the time that it took; NAN where it lives */
};

struct death death_of(const struct life *life, uint64_t seed);

struct life death_life_of_outcome(const struct outcome *outcome);
struct life death_life_of_recorded(const struct recorded_case *c);

/* The same as figures, which a summary keeps: what the first third of it foretold, and what came. Seconds since
 * load began; INFINITY: never. */
struct death_figures {
    unsigned repetition;
    bool killed;    /* by the limit; else it outlived load */
    double limit;   /* bytes */
    double seconds; /* until its death, or the end of load */
    double foretold, soonest, latest;
};

/* Of a case with a limit. False where there is nothing to say of it. */
bool death_figures_of(const struct recorded_case *c, uint64_t seed, struct death_figures *figures);

/* One sentence. The caller frees it. */
char *death_words(const struct death *death);

/* The same, with the limit. */
char *death_figures_words(const struct death_figures *figures);
