/* Hibernation: the page of a task that has been parked for long is given back, and what was in use of it is
 * kept in the heap, packed. The stack keeps its addresses: whoever touches it, the runtime or anyone's
 * pointer, finds it as it was. Off unless asked for.
 *
 * The page is hidden by a guard marker. Touching it is a fault, by which it comes back at the same address. So
 * nothing on the way of a task that does not hibernate is slower. Where the kernel has no guard markers
 * (Linux before 6.13), the page is hidden by mprotect(), which splits mappings: vm.max_map_count bounds how
 * many hibernate then.
 *
 * Who does not hibernate:
 * - who waits for I/O, or is not parked;
 * - anyone, while the loop has a request in flight (uv_fs_read(), uv_write(), uv_queue_work()): libuv tells
 *   nobody where the memory of a request lies, and the kernel or another thread may write there;
 * - who has a handle of the loop on its stack, or is pointed to from inside of a handle (its `data`, say);
 * - the first task of each slab of 64: the slab's own record lies in its page;
 * - who uses more than 8 KiB of its stack.
 *
 * What remains for the program to see to: a system call does not fault, it fails with EFAULT. The runtime's own
 * I/O tries again; before other calls touch what lies on the stack of another task. Other threads may read
 * such memory at any time, but must not write it while its task is being put to sleep.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* From now on tasks hibernate that have been parked for so many nanoseconds, by the runtime's clock, give or
 * take a quarter. Zero or less: none begins to from now on. Returns 0, or -1 where the system can not hide
 * pages: task_hibernate_error() says why. */
int task_hibernate_after(int64_t nanoseconds);

/* All who may hibernate do so now. Returns how many were added. */
size_t task_hibernate(void);

/* Why one of these did nothing, or less than was asked for; in one line. */
const char *task_hibernate_error(void);

/* Whoever hibernates with a part of this memory on its stack wakes: for memory that is to be given to the
 * kernel. True where someone did. */
bool task_hibernate_touch(const void *memory, size_t size);

/* Between these two who is looked at goes on hibernating: its page is there for as long as somebody reads, and
 * a few thousand others. Written to it wakes. They nest. No task parks, begins or ends meanwhile. */
void task_look_begin(void);
void task_look_end(void);

#ifdef __cplusplus
}
#endif
