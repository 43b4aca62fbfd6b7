/* A loop that is closed under its handles or requests: libuv refuses with EBUSY, and does not say which. */
#include "census/listing.h"
#include "census/recording.h"
#include <stdio.h>

int __real_uv_loop_close(uv_loop_t *loop);
int __wrap_uv_loop_close(uv_loop_t *loop);
int __wrap_uv_loop_close(uv_loop_t *loop)
{
    int failed = __real_uv_loop_close(loop);
    if (failed != UV_EBUSY || !recording.on || recording.silent)
        return failed;
    struct listing listing = {.loop = loop, .subject = "on a loop that is closed (EBUSY)"};
    fputs("uv_loop_close: ", stderr);
    listing_write(&listing, stderr);
    return failed;
}
