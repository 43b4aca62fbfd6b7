/* Records of handles, and of stacks by what is on them. Private to census/.
 *
 * Not on the heap, so that who measures that finds nothing of ours. Not for several threads at once: who calls has the lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct handle_record {
    uv_handle_t *handle; /* NULL: nobody is here */
    uint32_t made;       /* number of the stack that made it */
    uint32_t mark;
    uint32_t closed : 24; /* and of the one that closes it; 0: it is open */
    uint32_t type : 8;
    uint32_t since;   /* seconds and a part: uv_now(), its lower half */
    uv_close_cb then; /* what the program wants to be told with */
};

/* A new one. NULL: no memory. Good until the next is added. */
struct handle_record *handles_add(uv_handle_t *handle);

/* NULL: it is not known. Reads the handle. */
struct handle_record *handles_find(const uv_handle_t *handle);

void handles_remove(struct handle_record *record);

/* Of all places, those where nobody is among them. */
size_t handles_places(void);
struct handle_record *handles_at(size_t place);

/* The number of the caller's stack, from `frame` on (__builtin_frame_address(0)), the return address first, and at most so many
 * (CENSUS_FRAMES). 0: no memory. */
uint32_t stacks_number(const void *frame, size_t most);

/* How many frames it has. */
size_t stacks_frames(uint32_t number, const void *const **frames);
