#include "result/summary_fields.h"

#define RUN(name)                                                                                  \
    {                                                                                              \
#name, offsetof(struct run_figures, name)                                                  \
    }
#define NOISE(name)                                                                                \
    {                                                                                              \
        "noise_" #name, offsetof(struct run_figures, noise.name)                                   \
    }
#define ESTIMATE(name)                                                                             \
    {                                                                                              \
#name, offsetof(struct measured, name)                                                     \
    }

const struct summary_field run_fields[] = {
    RUN(requests),
    RUN(tasks_left),
    RUN(timers_left),
    RUN(timers_held),
    RUN(timers_gone),
    RUN(bytes_per_request),
    RUN(bytes_per_task),
    RUN(heap_per_request),
    RUN(page_tables_per_request),
    RUN(rss_before),
    RUN(unreclaimable),
    RUN(rss_growth),
    RUN(rss_left),
    RUN(p50),
    RUN(p99),
    RUN(per_second),
    NOISE(load_average),
    NOISE(others),
    NOISE(stolen),
    NOISE(waited),
};
const size_t run_field_count = sizeof run_fields / sizeof *run_fields;

#define DEATH(name)                                                                                \
    {                                                                                              \
#name, offsetof(struct death_figures, name)                                                \
    }

const struct summary_field death_fields[] = {
    DEATH(limit), DEATH(seconds), DEATH(foretold), DEATH(soonest), DEATH(latest),
};
const size_t death_field_count = sizeof death_fields / sizeof *death_fields;

const struct summary_field estimate_fields[] = {
    ESTIMATE(bytes_per_request),       ESTIMATE(bytes_per_task), ESTIMATE(heap_per_request),
    ESTIMATE(page_tables_per_request), ESTIMATE(per_second),
};
const size_t estimate_field_count = sizeof estimate_fields / sizeof *estimate_fields;
