/* For tests of plain C on libuv: no handle, request, descriptor or thread of this test is left.
 *
 *     struct handles_verify before = handles_verify_begin(loop);
 *     ... what is tested, and uv_run() ...
 *     char *left = handles_verify_none(&before);
 *     if (left) { fputs(left, stderr); free(left); }
 *
 * Link by pkg-config leaklab-census: the linker's --wrap is among what it gives. The program's source stays as it is.
 */
#pragma once

#include "census/census.h"

#ifdef __cplusplus
extern "C" {
#endif

struct handles_verify {
    uv_loop_t *loop;
    uint32_t mark;
    uint64_t requests;
};

/* Starts the census, if it has not begun. What there is now is nobody's concern. loop: whose handles count; NULL: those of
 * all loops. */
struct handles_verify handles_verify_begin(uv_loop_t *loop);

/* NULL where nothing is left. Else what, in which state, and made where; to be freed. Lets the loop call what is due
 * (UV_RUN_NOWAIT), so that who is closing is closed. */
char *handles_verify_none(const struct handles_verify *before);

#ifdef __cplusplus
}
#endif
