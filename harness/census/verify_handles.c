#include "census/verify_handles.h"
#include "census/listing.h"
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
    uint64_t requests = before->loop ? before->loop->active_reqs.count : 0;
    if (requests > before->requests)
        fprintf(out, "\n%llu requests in flight\n",
                (unsigned long long)(requests - before->requests));
    bool any = told != 0 || requests > before->requests;
    if (fclose(out) != 0)
        abort();
    if (any)
        return text;
    free(text);
    return NULL;
}
