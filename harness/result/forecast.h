/* When memory is full, by how fast it grows; and how that is said. */
#pragma once

#include "probe/interval.h"

enum fate {
    FATE_UNKNOWN,   /* not measured */
    FATE_DIES,      /* after `seconds` */
    FATE_AT_START,  /* the limit is below what it takes before any load */
    FATE_LEVELS,    /* what grows ends by itself, when the first timers fire, and fits until then */
    FATE_MAY_LEVEL, /* it ends by itself, but may have outgrown the memory before */
    FATE_NO_GROWTH, /* none was seen: at the interval's upper end it would take `soonest` */
};

struct forecast {
    enum fate fate;
    double seconds, soonest, latest; /* by the estimate, and by its interval; INFINITY: never */
    enum interval_basis basis;       /* of that interval */
    double per_request;              /* bytes: resident set and page tables */
    double start;                    /* bytes before load that the kernel can not take back */
    double requests;                 /* until then */
    double reach;                    /* how many times as many as were measured */
    double level;                    /* bytes at which it levels off at most, where it does */
};

/* When growth at this slope, with its interval, from `start` at the time `since` (in seconds)
 * reaches the memory. */
struct forecast forecast_from(const struct estimate *per_second, double start, double since,
                              double memory);

/* Seconds as people say them, in three digits: "61.0 s", "17.2 min", "2.40 h", "3.10 days"; beyond ten years "more than
 * 10 years": no line that was measured for minutes goes on for as long. */
enum { FORECAST_TEXT = 48 };
const char *forecast_time(char text[FORECAST_TEXT], double seconds);

/* In a table, in as many digits as its interval lets hold: "61.6 s", "levels off at 124.0 MiB", "-". */
const char *forecast_brief(char text[FORECAST_TEXT], const struct forecast *forecast);

/* One sentence of what it says, without the rate and the memory. The caller frees it. */
char *forecast_words(const struct forecast *forecast);
