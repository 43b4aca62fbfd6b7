#include "census/verify_handles.h"
#include "census/listing.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct handles_verify handles_verify_begin(uv_loop_t *loop)
{
    census_start();
    return (struct handles_verify){loop, census_mark(), loop ? loop->active_reqs.count : 0};
}

/* A close callback is called in the loop's next turn; it may close more. */
static void let_close(uv_loop_t *loop)
{
    enum { TURNS = 8 };
    for (int turn = 0; turn < TURNS; turn++)
        uv_run(loop, UV_RUN_NOWAIT);
}

struct known {
    const struct handles_verify *before;
    uint64_t requests;
};

static bool count_request(const struct census_entry *entry, void *arg)
{
    struct known *known = arg;
    known->requests += entry->kind == CENSUS_REQUEST && entry->loop == known->before->loop &&
                       entry->mark - known->before->mark <= UINT32_MAX / 2;
    return true;
}

/* Those that libuv counts, and the census has not seen: begun by code that was not linked with it. */
static uint64_t requests_of_nobody(const struct handles_verify *before)
{
    struct known known = {.before = before};
    if (!before->loop)
        return 0;
    census_each(count_request, &known);
    uint64_t all = before->loop->active_reqs.count, told = before->requests + known.requests;
    return all > told ? all - told : 0;
}

char *handles_verify_none(const struct handles_verify *before)
{
    char *text = NULL;
    size_t size;
    if (before->loop)
        let_close(before->loop);
    FILE *out = open_memstream(&text, &size);
    if (!out)
        abort(); /* no memory to say what is left: silence would say that nothing is */
    struct listing listing = {.since = before->mark, .loop = before->loop};
    long told = listing_write(&listing, out);
    uint64_t unseen = requests_of_nobody(before);
    if (unseen)
        fprintf(out, "\n%" PRIu64 " more request%s in flight, made by nobody that is known\n",
                unseen, unseen == 1 ? "" : "s");
    bool any = told != 0 || unseen != 0;
    if (fclose(out) != 0)
        abort();
    if (any)
        return text;
    free(text);
    return NULL;
}
