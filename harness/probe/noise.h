/* What else the machine did while something was measured, and when that is too much.
 *
 * Figures of time taken on a busy machine are of the others' work too. So what others took is recorded beside
 * each case; from these bounds on the case is flagged, in every table, page and citation, and no figure of it
 * makes anything better or worse. Shares of all processors' time go from 0 to 1; NAN: not known.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct noise {
    double
        load_average; /* of the minute before; told, and no ground for a flag: it is of the past */
    double others;    /* share of the processors that others kept busy */
    double stolen;    /* that a hypervisor kept back from this machine */
    double
        waited; /* share of its time that the case was ready to run, and waited for a processor */
};

/* Flagged is what is above one of these. */
#define NOISE_OTHERS 0.05
#define NOISE_STOLEN 0.01
#define NOISE_WAITED 0.02

extern const struct noise noise_unknown;

/* Whether anything of it was recorded; results of before have nothing. */
bool noise_is_known(const struct noise *noise);

/* Whether it was too noisy to judge by. What is not known is not flagged. */
bool noise_flagged(const struct noise *noise);

/* Why it is flagged: "others kept 43 % of the processors busy, it waited for one in 12 % of its time"; ""
 * where it is not. Returns text. */
enum { NOISE_WORDS = 200 };
const char *noise_words(char text[NOISE_WORDS], const struct noise *noise);

/* --- Measuring it --------------------------------------------------------------------------- */

/* Where the counters of the machine, or of one core, stood. */
struct noise_mark {
    bool known;
    double time;              /* seconds */
    double all, busy, stolen; /* seconds of processors: of all states; of work; kept back */
    double tick;              /* seconds: how fine these are counted */
    double own;               /* of these, of this process and its children that have ended */
    double load_average;
};

void noise_mark(struct noise_mark *mark);

/* Of this core alone, which what is measured is pinned to. */
void noise_mark_core(int core, struct noise_mark *mark);

/* From the text of /proc/stat, its ticks a second, and of /proc/loadavg; core: -1 for all of them. False: they
 * are not as known. */
bool noise_mark_of(const char *stat, int core, double ticks, const char *load,
                   struct noise_mark *mark);

/* Shares of what is more than two ticks: each look is one tick fine. waited: seconds that the case itself
 * waited for a processor between the two; NAN: not known. */
struct noise noise_between(const struct noise_mark *from, const struct noise_mark *to,
                           double waited);

/* Seconds that the first thread of a process has been ready and waiting so far. NAN where it is gone, or the
 * kernel does not count them. */
double noise_waited(int pid);
