/* Once: a function that is called one time, whoever asks first.
 *
 * Zero-initialized it is ready for use, and owns nothing: `static struct once once;`
 */
#pragma once

#include "task/mutex.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct once {
    bool done;
    struct mutex mutex;
};

/* Calls fn(arg) where no call for this once was made before. Returns when that call has returned:
 * who comes while it runs waits for it, and so does fn itself, for ever, where it asks again. A call
 * that panicked counts as made. */
void once_do(struct once *once, void (*fn)(void *arg), void *arg);

#ifdef __cplusplus
}
#endif
