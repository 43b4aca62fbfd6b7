/* A counting semaphore: so many units, taken and given back. First come, first served.
 *
 * With its size it is ready for use, and owns nothing: `struct semaphore slots = {.size = 10};`
 * Who waits for many units keeps those behind it waiting too, so that it is not starved by them.
 */
#pragma once

#include "task/ctx.h"
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct semaphore {
    int64_t size;
    /* The runtime's own. */
    int64_t held;
    struct semaphore_wait *first, *last;
};

/* Takes n units, and parks until there are as many. Returns CTX_OK; or why ctx ended, before or
 * meanwhile, and then nothing is taken. More than size: parks until ctx ends. */
enum ctx_error semaphore_acquire(struct ctx *ctx, struct semaphore *s, int64_t n);

/* The same without parking: false where there are not as many, or somebody waits. */
bool semaphore_try_acquire(struct semaphore *s, int64_t n);

/* Gives n units back. More than are held: panic. */
void semaphore_release(struct semaphore *s, int64_t n);

/* The same for one unit, as defer() wants it. */
void semaphore_release_one(struct semaphore *s);

#ifdef __cplusplus
}
#endif
