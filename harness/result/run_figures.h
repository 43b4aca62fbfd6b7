/* The figures of one case. */
#pragma once

#include "probe/attribution.h"
#include "probe/growth.h"
#include "probe/noise.h"
#include "record/recorded.h"

/* One repetition of a variant. NAN where it was not seen. */
struct run_figures {
    unsigned repetition;
    double requests;                             /* that a task was made for */
    double tasks_left, timers_left, timers_held; /* after settle; when load had drained */
    double
        timers_gone; /* seconds of settle until all that load had held was gone; NAN: nothing, or never */
    double bytes_per_request; /* slope of the resident set over requests */
    double bytes_per_task;    /* the same over live tasks, where these grow */
    double heap_per_request, page_tables_per_request;
    double
        unreclaimable; /* before load: of the resident set what is not of files, and page tables */
    double rss_before, rss_growth, rss_left; /* before load; by its end; what settle left of that */
    double p50, p99;                         /* nanoseconds; INFINITY: never */
    double per_second;                       /* requests, over the time that load took */
    struct attribution under_load, after_settle;
    struct noise noise;          /* of the machine meanwhile */
    bool as_catalogued, outlier; /* outlier: its bytes_per_request is far from the others' */
};

/* False: no memory. */
bool run_figures_of(const struct recorded_case *c, uint64_t seed, struct run_figures *figures);

/* The points of load: figure over requests, or over tasks. The caller frees x and y. Of length 0,
 * and either of them NULL, where there is no memory. */
enum against { AGAINST_REQUESTS, AGAINST_TASKS };
struct series run_series(const struct recorded_case *c, enum against against,
                         double (*figure)(const struct sample *sample));
void run_series_free(struct series *series);

double figure_rss(const struct sample *sample);
double figure_page_tables(const struct sample *sample);
