/* The figures of one case. */
#pragma once

#include "probe/apart.h"
#include "probe/attribution.h"
#include "probe/left_kinds.h"
#include "probe/noise.h"
#include "record/recorded.h"

/* Nanoseconds; INFINITY: never. The interval is over the requests of this run; NAN: there is none. */
struct quantile_figures {
    double value, low, high;
};

/* One repetition of a variant. NAN where it was not seen. */
struct run_figures {
    unsigned repetition;
    double requests;                             /* that a task was made for */
    double tasks_left, timers_left, timers_held; /* after settle; when load had drained */
    double left
        [LEFT_KINDS]; /* of what is neither, after settle; of a pair that has either, not known */
    double
        timers_gone; /* seconds of settle until all that load had held was gone; NAN: nothing, or never */
    struct apart bytes, page_tables;    /* of a request, resident; and the kernel's beside it */
    double bytes_per_task, task_within; /* the same of a task that it leaves */
    double heap_per_request;            /* allocated less freed */
    double exactly;                     /* 0: how far what is counted is off */
    double
        unreclaimable; /* before load: of the resident set what is not of files, and page tables */
    double rss_before, rss_growth, rss_left; /* before load; by its end; what settle left of that */
    struct quantile_figures p50, p99;        /* of the response, which is the other two together */
    struct quantile_figures late_p50, late_p99, service_p50, service_p99;
    double per_second; /* requests, over the time that load took */
    struct attribution under_load, after_settle;
    struct noise noise;          /* of the machine meanwhile */
    bool as_catalogued, outlier; /* outlier: its bytes are far from the others' */
};

/* False: no memory. */
bool run_figures_of(const struct recorded_case *c, struct run_figures *figures);

/* It is not known what is left that is neither task nor timer. */
void run_figures_forget_left(struct run_figures *figures);

/* Of figures that a result of before has kept, where nothing was told apart: all of the growth over all requests. */
void run_figures_share_out(struct run_figures *figures);
