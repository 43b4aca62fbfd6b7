/* Memory that several tasks share, counted: an argument for all of them.
 *
 *     struct query *query = shared_new(sizeof *query, NULL);
 *     defer(shared_drop, query);
 *     for (int i = 0; i < SHARDS; i++)
 *         go(ask_shard, shared_ref(query));
 *
 * and ask_shard() begins with `defer(shared_drop, query)`. Who comes last frees it.
 */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* size bytes, zeroed, with one reference, the caller's. Never NULL: no memory stops the program.
 * destroy, unless it is NULL, is called before the memory is freed, to drop what it holds. */
void *shared_new(size_t size, void (*destroy)(void *shared));

/* Takes another reference and returns the memory. NULL stays NULL. */
void *shared_ref(void *shared);

/* Gives a reference back. NULL is allowed. */
void shared_drop(void *shared);

#ifdef __cplusplus
}
#endif
