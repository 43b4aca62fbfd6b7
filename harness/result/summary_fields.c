#include "result/summary_fields.h"

#define RUN(name)                                                                                  \
    {                                                                                              \
#name, offsetof(struct run_figures, name)                                                  \
    }
#define NOISE(name)                                                                                \
    {                                                                                              \
        "noise_" #name, offsetof(struct run_figures, noise.name)                                   \
    }
#define APART(name, text)                                                                          \
    {#text "_per_request", offsetof(struct run_figures, name.each)},                               \
        {#text "_once", offsetof(struct run_figures, name.once)},                                  \
    {                                                                                              \
#text "_within", offsetof(struct run_figures, name.within)                                 \
    }
#define QUANTILE(name)                                                                             \
    {#name, offsetof(struct run_figures, name.value)},                                             \
        {#name "_low", offsetof(struct run_figures, name.low)},                                    \
    {                                                                                              \
#name "_high", offsetof(struct run_figures, name.high)                                     \
    }
#define ESTIMATE(name)                                                                             \
    {                                                                                              \
#name, offsetof(struct measured, name)                                                     \
    }

const struct summary_field run_fields[] = {
    RUN(requests),         RUN(tasks_left),
    RUN(timers_left),      RUN(timers_held),
    RUN(timers_gone),      APART(bytes, bytes),
    RUN(bytes_per_task),   RUN(task_within),
    RUN(heap_per_request), APART(page_tables, page_tables),
    RUN(rss_before),       RUN(unreclaimable),
    RUN(rss_growth),       RUN(rss_left),
    QUANTILE(p50),         QUANTILE(p99),
    QUANTILE(late_p50),    QUANTILE(late_p99),
    QUANTILE(service_p50), QUANTILE(service_p99),
    RUN(per_second),       NOISE(load_average),
    NOISE(others),         NOISE(stolen),
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
    ESTIMATE(bytes_per_request),
    ESTIMATE(bytes_once),
    ESTIMATE(bytes_per_task),
    ESTIMATE(heap_per_request),
    ESTIMATE(page_tables_per_request),
    ESTIMATE(per_second),
    ESTIMATE(p50),
    ESTIMATE(p99),
    ESTIMATE(late_p50),
    ESTIMATE(late_p99),
    ESTIMATE(service_p50),
    ESTIMATE(service_p99),
};
const size_t estimate_field_count = sizeof estimate_fields / sizeof *estimate_fields;
