/* How the places of a program's tasks went over several looks at it: who grew, how fast, who came and went.
 *
 * A program that was started anew begins at nothing: its looks fall into lives, and each is judged by itself. */
#pragma once

#include "dumps/sites.h"
#include "probe/interval.h"

struct course_site {
    uint32_t name;        /* `FUNCTION FILE:LINE`, of course.words */
    uint32_t reason;      /* as of the latest look that had it */
    uint32_t entry;       /* the same of the frame that the task began with */
    double *counts;       /* a look each */
    struct estimate rate; /* by course_judge(): a second, or a look where no times are known */
};

struct course {
    struct words words;
    struct words names; /* a site's number by its name */
    struct course_site *sites;
    size_t length, site_room;
    double *seconds, *totals; /* a look each */
    size_t looks, look_room;
    size_t *lives; /* the first look of each */
    size_t life_count, life_room;
    uint64_t newest;       /* of the latest look */
    size_t every, skipped; /* of a long course only each so-manieth look is kept */
};

/* At most so many looks are kept; a course goes by slopes, and they show as well in so many. */
enum { COURSE_LOOKS = 1024 };

/* Adds a look. began_anew: it is known that the program was started again since the last one; else the counts say
 * it. False: no memory. */
bool course_add(struct course *course, const struct dump *dump, const struct own *own,
                double seconds, bool began_anew);

/* Fills in rates and sorts the sites: who grew most first. Growth is the slope over all looks of each life. */
void course_judge(struct course *course);

/* Of all tasks together. */
struct estimate course_total_rate(const struct course *course);

/* Whether a site's growth is no chance: some tasks, and with an interval, where there is one, above zero. */
bool course_grows(const struct course *course, const struct course_site *site);

/* At the first look of the latest life, and at the latest look. */
double course_first(const struct course *course, const struct course_site *site);
double course_last(const struct course *course, const struct course_site *site);

const char *course_text(const struct course *course, uint32_t word);
void course_end(struct course *course);
