/* Panics and exits on their way out of a stack, and who recovers.
 *
 * A panic in a deferred call leaves the stack anew, from where it is. Those that were on their way before
 * it go no further, but are told with it, unless somebody recovers between them. From an exit nobody
 * recovers, nor from a panic in one of its deferred calls, unless within that call.
 */
#include "task/recover.h"
#include "task/defer.h"
#include "task/panic.h"
#include "task/sched.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

__thread unsigned deferred_panics;

/* On the stack of who is to go on. */
struct recovery {
    struct panic_node node; /* first: the node is the recovery */
    jmp_buf back;
    struct unwind unwind; /* of PANIC_DEFERRED, where nobody panics */
};

static struct recovery *nearest_recovery(void)
{
    struct panic_node *n = task_sched.current->panics;
    while (n && n->kind == PANIC_ON_ITS_WAY)
        n = n->older;
    return n && (n->kind == PANIC_RECOVERY || n->kind == PANIC_DEFERRED) ? (struct recovery *)n : 0;
}

static struct panicking *panicking_of(struct panic_node *n)
{
    return (struct panicking *)((char *)n - offsetof(struct panicking, node));
}

static const char not_unwound[] = "deferred calls further out were not run: no unwind tables at";

/* The deferred calls were run, up to who recovers, or all. */
static __attribute__((noreturn)) void arrive(struct unwind *u, const void *stuck)
{
    (void)u; /* the newest counts, though an older one did the rest of the way: see below */
    struct panicking *p = panicking_of(task_sched.current->panics);
    struct recovery *r = nearest_recovery();
    if (stuck)
        task_panic_report(p, not_unwound, stuck);
    if (!r)
        task_panic_report(p, 0, 0);
    longjmp(r->back, 1);
}

/* Without memory, or outside of a task, there is one record, and the program ends right after. */
static struct panicking last_one;

static struct panicking *begin(void *const *frame)
{
    struct task *me = task_sched.current;
    struct panicking *p = me ? malloc(sizeof *p) : 0;
    if (!p)
        p = &last_one;
    p->node = (struct panic_node){me ? me->panics : 0, PANIC_ON_ITS_WAY};
    p->depth = task_panic_frames(p->frames, frame);
    return p;
}

static _Noreturn void leave(struct panicking *p)
{
    if (p == &last_one)
        task_panic_report(p, task_sched.current ? "no memory to run deferred calls" : 0, 0);
    p->unwind.until = nearest_recovery();
    p->unwind.arrive = arrive;
    task_sched.current->panics = &p->node;
    deferred_panics++;
    task_unwind(&p->unwind);
}

void task_panic(const char *format, ...)
{
    struct panicking *p = begin(__builtin_frame_address(0));
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(p->panic.message, sizeof p->panic.message, format, arguments);
    va_end(arguments);
    p->panic.sites[0] = (struct panic_site){0, 0};
    leave(p);
}

void task_panic_at(const char *message, const struct panic_site *sites)
{
    struct panicking *p = begin(__builtin_frame_address(0));
    int n = 0;
    snprintf(p->panic.message, sizeof p->panic.message, "%s", message);
    for (; n < PANIC_SITES - 1 && sites[n].what; n++)
        p->panic.sites[n] = sites[n];
    p->panic.sites[n] = (struct panic_site){0, 0};
    leave(p);
}

/* --- Recovering --------------------------------------------------------------------------------- */

/* All that is newer than r has come to its end here. */
static void take_panics(struct task *me, struct recovery *r, struct panic *panic)
{
    if (panic)
        *panic = panicking_of(me->panics)->panic;
    while (me->panics != &r->node) {
        struct panic_node *older = me->panics->older;
        free(panicking_of(me->panics));
        me->panics = older;
        deferred_panics--;
    }
}

bool task_recover(void (*fn)(void *arg), void *arg, struct panic *panic)
{
    sched_require_task("task_recover()");
    struct task *me = task_sched.current;
    struct recovery r = {.node = {me->panics, PANIC_RECOVERY}};
    me->panics = &r.node;
    bool panicked = _setjmp(r.back);
    if (panicked)
        take_panics(me, &r, panic);
    else
        fn(arg);
    me->panics = r.node.older;
    return panicked;
}

/* --- Exit ----------------------------------------------------------------------------------------- */

struct exiting {
    struct unwind unwind; /* first: the unwinding is the exit */
    struct panic_node node;
};

static struct exiting *exiting_of(struct panic_node *n)
{
    return (struct exiting *)((char *)n - offsetof(struct exiting, node));
}

/* One that was made to end stays, in no queue. stuck: the return address that is to blame; NULL: there was no memory. */
static _Noreturn void stay_for_ever(const void *stuck)
{
    sched_park(WAIT_NO_END, stuck);
    __builtin_unreachable();
}

static __attribute__((noreturn)) void arrive_at_start(struct unwind *u, const void *stuck)
{
    struct exiting *exiting = (struct exiting *)u;
    struct panic_node *newest = task_sched.current->panics;
    if (newest != &exiting->node) /* a deferred call has panicked */
        task_panic_report(panicking_of(newest), stuck ? not_unwound : 0, stuck);
    if (stuck && newest->kind == PANIC_END)
        stay_for_ever(stuck);
    if (stuck)
        task_panic_at("task_exit() through code without unwind tables",
                      (struct panic_site[]){{"called by", stuck}, {0, 0}});
    task_stats.ended += newest->kind == PANIC_END;
    deferred_panics--;
    free(exiting);
    sched_exit();
}

static _Noreturn void leave_for_good(struct exiting *exiting, enum panic_kind kind)
{
    struct task *me = task_sched.current;
    exiting->unwind.until = 0;
    exiting->unwind.arrive = arrive_at_start;
    exiting->node = (struct panic_node){me->panics, kind};
    me->panics = &exiting->node;
    deferred_panics++;
    task_unwind(&exiting->unwind);
}

void task_exit(void)
{
    sched_require_task("task_exit()");
    struct task *me = task_sched.current;
    for (const struct panic_node *n = me->panics; n; n = n->older)
        if (n->kind != PANIC_RECOVERY && n->kind != PANIC_DEFERRED)
            task_panic("task_exit() in a deferred call of a %s",
                       n->kind == PANIC_ON_ITS_WAY ? "panic" : "task that exits");
    leave_for_good(sched_allocate(sizeof(struct exiting), "a task's exit"), PANIC_EXIT);
}

/* --- Made to end -------------------------------------------------------------------------------- */

bool task_is_made_to_end(void)
{
    const struct task *me = task_sched.current;
    for (const struct panic_node *n = me ? me->panics : 0; n; n = n->older)
        if (n->kind == PANIC_END)
            return true;
    return false;
}

static __attribute__((noreturn)) void arrive_at_deferred(struct unwind *u, const void *stuck)
{
    (void)stuck; /* there are tables, all the way */
    struct recovery *r = (struct recovery *)((char *)u - offsetof(struct recovery, unwind));
    longjmp(r->back, 1);
}

/* What this deferred call was called for goes on: the next older. */
static _Noreturn void leave_deferred(struct recovery *r)
{
    if (r->node.older->kind == PANIC_EXIT)
        r->node.older->kind = PANIC_END;
    r->unwind.until = r;
    r->unwind.arrive = arrive_at_deferred;
    task_unwind(&r->unwind);
}

__attribute__((used)) void task_exit_parked(void)
{
#ifdef SWITCH_ANNOUNCED
    announce_arrive(task_sched.current->fake_stack);
#endif
    task_made_to_end();
}

void task_made_to_end(void)
{
    struct task *me = task_sched.current;
    const void *stuck = task_unwind_stuck();
    if (stuck)
        stay_for_ever(stuck);
    while (me->panics && me->panics->kind == PANIC_RECOVERY)
        me->panics = me->panics->older; /* nobody recovers from this */
    struct panic_node *n = me->panics;
    if (n && n->kind == PANIC_DEFERRED)
        leave_deferred((struct recovery *)n);
    if (n && n->kind == PANIC_ON_ITS_WAY)
        task_unwind(&panicking_of(n)->unwind);
    if (n) {
        n->kind = PANIC_END;
        task_unwind(&exiting_of(n)->unwind);
    }
    struct exiting *exiting = malloc(sizeof *exiting);
    if (!exiting)
        stay_for_ever(0);
    leave_for_good(exiting, PANIC_END);
}

/* --- clang's deferred calls ----------------------------------------------------------------------- */

/* Where the panic that brought this call about goes on afterwards, another panic in it comes back to here
 * and takes its place. Else it is a call like any other. */
DEFER_CALLS_ void deferred_run_in_panic(void (*fn)(void *arg), void *arg)
{
    struct task *me = task_sched.current;
    if (!me || !me->panics || me->panics->kind == PANIC_RECOVERY ||
        me->panics->kind == PANIC_DEFERRED) {
        fn(arg);
        return;
    }
    struct recovery r = {.node = {me->panics, PANIC_DEFERRED}};
    me->panics = &r.node;
    if (!_setjmp(r.back))
        fn(arg);
    struct panic_node **n = &me->panics;
    while (*n != &r.node)
        n = &(*n)->older;
    *n = r.node.older;
}
