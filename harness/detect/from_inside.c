/* The count, the sites, quiescence, proof and, of plain C, the census: this program once more, in which each looks for itself (look.h). */
#include "detect/detector.h"
#include "detect/findings.h"
#include "detect/look.h"
#include "detect/tool.h"
#include <stdio.h>
#include <stdlib.h>

static bool is_there(char *version, size_t room, char *why, size_t size)
{
    (void)why, (void)size;
    snprintf(version, room, "leaklab " LEAKLAB_VERSION);
    return true;
}

static bool take(const char *said, const struct detect_case *of, struct detection *detection,
                 char *why, size_t size)
{
    char sample[DETECT_PATH];
    long long findings;
    if (sscanf(said, "findings %lld", &findings) != 1) {
        snprintf(why, size, "it says something else: %.200s", said);
        return false;
    }
    detection->findings = findings;
    detection->at = findings_place(said, detect_sample(sample, of));
    return true;
}

static bool look(const struct detect_case *of, enum look look, struct detection *detection,
                 char *why, size_t size)
{
    const char *const words[] = {"/proc/self/exe",
                                 "case",
                                 detect_pair(of)->id,
                                 variant_name(of->variant),
                                 look_names[look],
                                 of->pair ? NULL : "0",
                                 NULL};
    char *said = tool_run(&(struct tool){.words = words}, detection, why, size);
    bool taken = said && take(said, of, detection, why, size);
    free(said);
    return taken;
}

#define LOOK(name, LOOK_)                                                                          \
    static bool look_##name(const struct detect_case *of, struct detection *d, char *why,          \
                            size_t size)                                                           \
    {                                                                                              \
        return look(of, LOOK_, d, why, size);                                                      \
    }
LOOK(count, LOOK_COUNT)
LOOK(sites, LOOK_SITES)
LOOK(quiescence, LOOK_QUIESCENCE)
LOOK(proof, LOOK_PROOF)
LOOK(census, LOOK_CENSUS)

const struct detector detector_count = {
    .name = "count",
    .how = "task_count() after 1,000 requests, and after 2,000 more; it counts from 20 tasks more",
    .requests = LOOK_COUNT_FIRST + LOOK_COUNT_THEN,
    .is_there = is_there,
    .look = look_count,
};

const struct detector detector_sites = {
    .name = "sites",
    .how = "one look at all tasks after 2,000 requests; it counts from 1,000 tasks at one line "
           "(LeakProf's threshold is 10,000, of a whole service's load)",
    .requests = LOOK_SITES_REQUESTS,
    .is_there = is_there,
    .look = look_sites,
};

const struct detector detector_quiescence = {
    .name = "quiescence",
    .how = "task_verify_none() in a test, as goleak: after 10 requests and then 100 more it lets "
           "time pass "
           "for as long as anything is due, and then counts any task of those 100",
    .requests = LOOK_REQUESTS,
    .stops = true,
    .is_there = is_there,
    .look = look_quiescence,
};

const struct detector detector_proof = {
    .name = "proof",
    .how = "task_leaks() after 100 requests, one look while the program goes on; any task counts "
           "of which it is "
           "proven that nobody can ever wake it",
    .requests = LOOK_REQUESTS,
    .is_there = is_there,
    .look = look_proof,
};

const struct detector detector_census = {
    .name = "census",
    .how = "handles_verify_none() in a test; any handle, request, descriptor or thread counts that "
           "was made since the test began and is there still",
    .plain = true,
    .requests = LOOK_PLAIN_REQUESTS,
    .stops = true,
    .is_there = is_there,
    .look = look_census,
};
