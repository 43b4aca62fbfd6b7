/* The program's calls that begin requests, and the callbacks that end them. Private to census/. */
#pragma once

#include "census/entry.h"

/* With the lock; false: it wants no more. */
bool requests_each(census_visit *each, void *arg);

/* Before libuv has it. then: what the program wants to be called with, whatever its type, or NULL; frame: of the wrapper. False:
 * it is not kept, and the program's own callback is libuv's to call. */
bool requests_begin(uv_req_t *request, uv_req_type type, uv_loop_t *loop, void (*then)(void),
                    const void *frame);

/* Its callback is due, or libuv has not taken it. What the program wants, or NULL. made: the number of the stack that began it,
 * or NULL. */
void (*requests_end(uv_req_t *request, uint32_t *made))(void);

/* Of libuv's answer to a call. */
static inline int requests_taken(int failed, bool known, uv_req_t *request)
{
    if (failed < 0 && known)
        requests_end(request, NULL);
    return failed;
}
