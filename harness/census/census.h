/* The census: which libuv handles, requests, threads and descriptors of this process there are, and which line made each.
 *
 * A program that is linked with it is not changed: the linker hands its calls of uv_timer_init(), uv_close(),
 * pthread_create() and so on to the census first (--wrap, as pkg-config gives it). What libuv does inside of itself is not
 * seen, and need not be.
 *
 * It takes no memory of the heap: at most 64 bytes a handle or a request, mapped apart. Of any thread.
 */
#pragma once

#include "census/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* From now on. Handles made before are unknown to it, and left alone. */
void census_start(void);

/* Whether it says on standard error, as it does unless told, what is on a loop for which uv_loop_close() returns EBUSY. */
void census_say(bool says);

/* What is made later has a mark that is not less. Good for four billion handles and threads. */
uint32_t census_mark(void);

/* Until it returns false. The order is none. What it calls may make and close nothing. Of descriptors those whose maker
 * is known and that are open still. */
void census_each(census_visit *each, void *arg);

/* "timer", "tcp": as libuv calls it. */
const char *census_type(uv_handle_type type);

/* "write", "fs", "work". */
const char *census_request(uv_req_type type);

/* "stopped", "unreferenced", "closing", "4096 bytes queued": what there is to say of its state, into text. */
void census_state(const struct census_entry *entry, char *text, size_t size);

#ifdef __cplusplus
}
#endif
