/* The census, printed: what was made by one stack, is of one type and in one state is told together, most of it first. */
#pragma once

#include <stdio.h>
#include <uv.h>

#ifdef __cplusplus
extern "C" {
#endif

enum listing_format {
    LISTING_SUMMARY, /* in words */
    LISTING_JSON,    /* an object; see listing.c's write_json() for its keys */
    LISTING_FOLDED /* a line a stack, `ROOT;..;LEAF;[timer, stopped] COUNT`, as flame graph tools read it */
};

struct listing {
    enum listing_format format;
    uint32_t since;            /* a mark: what is older is left out. 0: all */
    uv_loop_t *loop;           /* handles of this one alone; NULL: of all */
    const uv_handle_t *except; /* or NULL */
    const char *subject;       /* "stop_is_not_close leak after 1000 requests", or NULL */
};

/* Returns how many handles, descriptors and threads were told. Where memory is short -1 with errno; what the stream meets
 * stays in it. Handles that were freed without being closed can not be told from those that are there: libuv reads them too,
 * and neither may. */
long listing_write(const struct listing *listing, FILE *out);

#ifdef __cplusplus
}
#endif
