/* Leaving a stack by way of its deferred calls. Private to task/.
 *
 * defer() is a cleanup of the compiler's. Where a function is compiled with -fexceptions, its unwind
 * tables say for every call that may not return which code runs the cleanups of the blocks around it;
 * _Unwind_ForcedUnwind() runs that code frame by frame, as pthread_cancel() does. A function without
 * defer() costs nothing by it, one with it some code that is never run otherwise.
 *
 * What to know of it:
 * - A function compiled without -fexceptions is walked through, and its deferred calls are not run: the
 *   tables do not tell that there are any. One without unwind tables at all (assembly) is the end.
 * - Compilers leave out the code for a call that they know not to unwind. What parks inline is
 *   such a call (the switch is assembly): a runtime function that has something to undo around a park
 *   parks in a function that is not inlined.
 * - Deferred calls run in the task itself, on the frames that are left: they may park, and panic.
 */
#pragma once

#include <stdint.h>
#include <unwind.h>

struct unwind {
    struct _Unwind_Exception exception;
    /* Frames are left that lie below this address, which is in one that is kept; NULL: all. */
    const void *until;
    /* What happens then, on the stack that is left. stuck: NULL; or the return address in a function
     * without unwind tables, and whatever was deferred further out was not run. */
    __attribute__((noreturn)) void (*arrive)(struct unwind *u, const void *stuck);
};

/* The return address into a function without unwind tables, of the calling task's; NULL where there is none. */
const void *task_unwind_stuck(void);

/* Runs the deferred calls of the calling task, last deferred first, outwards from its caller's block,
 * then u->arrive(). *u is not on the frames that are left. */
_Noreturn void task_unwind(struct unwind *u);
