/* Memory as its own process would find it: of a task that hibernates the stack is read from its copy, and nobody
 * wakes. Elsewhere it is the memory below. */
#pragma once

#include "outside/layout.h"

struct sleepers;

/* below and layout are to outlive it. NULL: no memory. */
struct sleepers *sleepers_open(struct memory *below, const struct task_layout *layout);
struct memory *sleepers_memory(struct sleepers *sleepers);
void sleepers_close(struct sleepers *sleepers); /* NULL is allowed */
