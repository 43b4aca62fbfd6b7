/* Memory that the program or a library has mapped for itself: a pointer there is somebody's.
 *
 * mmap(), mremap() and munmap() of a program that has the proof linked in come by here. Left out is what the
 * allocator maps, whose blocks are known one by one, and what other processes have too by a file. Who calls the kernel
 * without the C library is not seen: so do the runtime for its stacks, and the proof itself. */
#pragma once

#include "proof/range.h"
#include <stdbool.h>
#include <stddef.h>

/* The code of the allocator's library; as often as it is found. */
void mapped_allocator_is(struct range code);

/* Whether some thread is at it, where all others stand still. */
bool mapped_is_busy(void);
