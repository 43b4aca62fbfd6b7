/* Where other threads of this process stand. Private to census/. */
#pragma once

#include <stddef.h>

enum { STANDING_FRAMES = 16 };

/* Return addresses, leaf first, of the thread of this id (gettid()). Asks a child, which stops the thread for a moment by
 * ptrace: where that is not allowed, or the thread has ended, 0. Not while another thread forks. */
size_t standing_frames(int thread, const void *frames[STANDING_FRAMES]);
