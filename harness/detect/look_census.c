#include "detect/look_census.h"
#include "census/listing.h"
#include "census/verify_handles.h"
#include "detect/serve_plain.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* How many there are of what the words tell of. */
static bool count(const struct handles_verify *mine, uint64_t *findings)
{
    struct listing_counts counts;
    struct listing listing = {.since = mine->mark, .loop = mine->loop};
    bool counted = listing_count(&listing, &counts);
    *findings = 0;
    for (enum census_kind kind = 0; kind < CENSUS_KINDS; kind++)
        *findings += counts.of_kind[kind];
    return counted;
}

int look_census(const struct pair *pair, enum variant variant, uint64_t requests)
{
    static uv_loop_t loop;
    uint64_t findings;
    int failed = serve_plain_open(&loop);
    if (failed) {
        fprintf(stderr, "no loop can be had: %s\n", uv_strerror(failed));
        return EXIT_FAILURE;
    }
    struct handles_verify mine = handles_verify_begin(&loop);
    serve_plain(&loop, pair, variant, requests);
    char *left = handles_verify_none(&mine);
    if (!count(&mine, &findings)) {
        fputs("no memory to count what is left\n", stderr);
        free(left);
        return EXIT_FAILURE;
    }
    printf("findings %" PRIu64 "\n%s", findings, left ? left : "");
    free(left);
    return EXIT_SUCCESS;
}
