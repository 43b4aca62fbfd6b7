/* Of plain C: which handles of libuv nobody can close or start any more, and which threads nobody can wake.
 *
 * - A handle that is active, or being closed, is live: the loop may call back with it.
 * - One that is neither is reachable, where a pointer to the block that it lies in is found from what can still run: threads
 *   with their stacks and registers, static data, what active handles and requests in flight lead to. Else it is proven that
 *   nobody can come to it again but by uv_walk(), since the loop's own list leads nowhere here.
 * - A thread that waits for a word of memory (a condition, a semaphore, a lock), without a timeout, is reachable where the
 *   block is in which that lies. Else it is proven that nobody can wake it. What only its own stack leads to counts for
 *   nothing, nor what that of another such thread leads to.
 *
 * What can not be seen is what the README of proof/ says. Never a proof where that is in doubt.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#ifdef __cplusplus
extern "C" {
#endif

enum plain_verdict {
    PLAIN_UNKNOWN, /* it lies in no block of the heap, and not in static data; or what a thread waits for is not known */
    PLAIN_LIVE,    /* by the loop */
    PLAIN_REACHABLE, /* cause: what leads to it */
    PLAIN_PROVEN,
};

/* A handle; or, where that is NULL, a thread by its id (gettid()). */
struct plain_thing {
    const uv_handle_t *handle;
    int thread;
    uint32_t mark; /* the asker's own, like the type */
    uv_handle_type type;
    enum plain_verdict verdict; /* the answer */
    uint64_t
        cause; /* an enum cause; the address of a word of static data, or of an active handle */
    uintptr_t block; /* of the look, like `next` */
    uint32_t next;
};

/* Of handles all loops and requests in flight, or what is live is not known. */
struct plain_question {
    struct plain_thing *things;
    size_t things_length, things_room;
    uv_loop_t **loops;
    size_t loops_length, loops_room;
    const uv_req_t **requests;
    size_t requests_length, requests_room;
    uint32_t *places; /* of the look */
    size_t places_length;
};

/* With room for so many: memory that the proof does not look at, as a pointer there is nobody's. False: there is no memory.
 * To be given back by plain_end(). */
bool plain_begin(struct plain_question *question, size_t things, size_t loops, size_t requests);
void plain_end(struct plain_question *question);

/* Answers. NULL; or why nothing can be proven: then nothing is known of any.
 * All other threads stand still meanwhile. Who has asked before, some calls deeper, has called proof_prepare() since. */
const char *plain_prove(struct plain_question *question);

#ifdef __cplusplus
}
#endif
