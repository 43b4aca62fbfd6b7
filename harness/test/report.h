/* A report of google-benchmark with these entries, read back, for the tests of what is made of such reports. */
#pragma once

#include "test/planted.h"
#include "test/quoted.h"

#include "record/benchmarks.h"

/* entries: with ' for ", separated by commas. The caller frees it by benchmarks_free(). */
static inline struct benchmarks *report_read(const char *entries)
{
    char *text = NULL, *whole, why[512] = "";
    assert_true(asprintf(&text,
                         "{'context': {'date': '2026-01-31T01:30:00+02:00', 'num_cpus': 4}, "
                         "'benchmarks': [%s]}",
                         entries) > 0);
    whole = quoted(text);
    planted_write(planted_path("r"), whole, strlen(whole));
    free(text);
    free(whole);
    struct benchmarks *report = benchmarks_read(planted_path("r"), why, sizeof why);
    if (!report)
        fail_msg("%s", why);
    return report;
}
