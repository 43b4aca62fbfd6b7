#include "task/unwind.h"
#include "task/sched.h"

static void forget(_Unwind_Reason_Code why, struct _Unwind_Exception *exception)
{
    (void)why, (void)exception; /* its memory is who made it's */
}

/* Asked before each frame, innermost first. A frame's CFA is the stack pointer that its call returns to. */
static _Unwind_Reason_Code stop(int version, _Unwind_Action actions, _Unwind_Exception_Class class,
                                struct _Unwind_Exception *exception,
                                struct _Unwind_Context *context, void *arg)
{
    (void)version, (void)class, (void)exception;
    struct unwind *u = arg;
    if (u->until && _Unwind_GetCFA(context) > (uintptr_t)u->until)
        u->arrive(u, 0);
    if (_Unwind_GetRegionStart(context) == (uintptr_t)sched_start)
        u->arrive(u, 0);
    if (actions & _UA_END_OF_STACK)
        u->arrive(u, (const void *)_Unwind_GetIP(context));
    return _URC_NO_REASON;
}

/* --- Whether it can be done ---------------------------------------------------------------------- */

/* By the unwinder's own walk, which takes as long as the way out. So stacks that were found whole are known again by
 * their chain of return addresses. */
enum { KNOWN = 64 /* a power of two */ };
static uint64_t known_whole[KNOWN];

static uint64_t hash_of_frames(void *const *frame)
{
    const struct task *me = task_sched.current;
    uint64_t hash = 0;
    while ((const void *)frame < (const void *)me && frame[0] > (const void *)frame) {
        hash = (hash ^ (uintptr_t)frame[1]) * UINT64_C(0x9E3779B97F4A7C15);
        frame = frame[0];
    }
    return hash;
}

static _Unwind_Reason_Code look(struct _Unwind_Context *context, void *arg)
{
    const void **stuck = arg;
    bool whole = _Unwind_GetRegionStart(context) == (uintptr_t)sched_start;
    *stuck = whole ? 0 : (const void *)_Unwind_GetIP(context);
    return whole ? _URC_NORMAL_STOP : _URC_NO_REASON;
}

const void *task_unwind_stuck(void)
{
    const void *stuck = 0;
    uint64_t hash = hash_of_frames(__builtin_frame_address(0));
    uint64_t *known = &known_whole[hash >> 58];
    if (*known == hash && hash)
        return 0;
    _Unwind_Backtrace(look, &stuck);
    if (!stuck)
        *known = hash;
    return stuck;
}

/* --- Doing it ------------------------------------------------------------------------------------- */

void task_unwind(struct unwind *u)
{
    u->exception.exception_class = 0;
    u->exception.exception_cleanup = forget;
    _Unwind_ForcedUnwind(&u->exception, stop, u);
    u->arrive(u, CALLER); /* it has returned: the tables are not what they should be */
}
