/* The scheduler: making, running and ending tasks, and the turn of the loop between them. */
#include "task/sched.h"
#include "task/clock.h"
#include "task/label.h"
#include "task/panic.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scheduler task_sched = {
    .turns = TURN_BUDGET,
    .random = UINT64_C(0x9E3779B97F4A7C15),
};

static uv_loop_t loop;
static uv_timer_t trim_timer;
enum { TRIM_DELAY_MS = 500 };
static const int64_t POLL_INTERVAL = 100 * MICROSECOND;

void *sched_allocate(size_t size, const char *what)
{
    void *memory = malloc(size);
    if (!memory)
        sched_out_of_memory(what, size);
    return memory;
}

void sched_out_of_memory(const char *what, size_t size)
{
    task_fatal("out of memory: %zu bytes for %s", size, what);
}

void sched_no_task(const char *what)
{
    task_fatal("%s outside of a task: it would park, and only tasks can", what);
}

uv_loop_t *task_loop(void)
{
    static bool made;
    if (!made) {
        int failed = uv_loop_init(&loop);
        if (failed)
            task_fatal("can not make an event loop: %s", uv_strerror(failed));
        uv_timer_init(&loop, &trim_timer);
        uv_unref((uv_handle_t *)&trim_timer);
        made = true;
    }
    return &loop;
}

/* --- Switching ------------------------------------------------------------------------------ */

#ifdef SWITCH_ANNOUNCED
static void *scheduler_fake_stack;
static const char *thread_low, *thread_high;

static void switch_announced(struct task *from, void **keep)
{
    struct task *to = task_sched.ready_first;
    if (!to || --task_sched.turns == 0) {
        task_sched.current = 0;
        announce_leave(keep, thread_low, thread_high);
        switch_frames(&from->frame, &task_sched.loop);
    } else {
        sched_take(to);
        struct stack stack = stack_at(to->slab, to->place);
        announce_leave(keep, stack.low, stack.high);
        switch_frames(&from->frame, &to->frame);
    }
}

void sched_switch_announced(struct task *from)
{
    switch_announced(from, &from->fake_stack);
    announce_arrive(from->fake_stack);
}
#endif

#ifdef SWITCH_INLINE
_Static_assert(offsetof(struct frame, sp) == 0 && offsetof(struct frame, fp) == sizeof(void *) &&
                   offsetof(struct frame, pc) == 2 * sizeof(void *),
               "a frame is as switch_here.h writes it");
_Static_assert(offsetof(struct task, frame) == 0 && offsetof(struct task, parked_at) == 128,
               "and so is where its task parked: SWITCH_HERE_PARKED_AT");
#endif

void task_switch_called(void *from, void *to)
{
    switch_frames(from, to);
}

#ifdef SWITCH_BOOST
void frame_enter(struct transfer t)
{
    ((struct frame *)t.data)->context = t.from;
    task_sched.current->frame.start();
}
#endif

/* Returns once a task finds nobody ready, or has used up the turns. */
static void run(struct task *to)
{
#ifdef SWITCH_ANNOUNCED
    struct stack stack = stack_at(to->slab, to->place);
    announce_leave(&scheduler_fake_stack, stack.low, stack.high);
    switch_frames(&task_sched.loop, &to->frame);
    announce_arrive(scheduler_fake_stack);
#else
    switch_frames(&task_sched.loop, &to->frame);
#endif
}

static void run_ready_tasks(void)
{
    struct task *to = task_sched.ready_first;
    if (!to)
        return;
    sched_take(to);
    run(to);
}

/* --- A task's life -------------------------------------------------------------------------- */

static void end(struct task *me)
{
    if (me->labels)
        task_label_drop(me->labels);
    task_stats.live--;
    task_stats.finished++;
    stack_put(me->slab, me->place);
}

static _Noreturn void leave_for_ever(struct task *me)
{
    if (me == task_sched.main)
        task_sched.main = 0;
    if (!task_sched.main)
        task_sched.turns = 1; /* task_run() returns now, whoever else is ready */
#ifdef SWITCH_ANNOUNCED
    switch_announced(me, 0);
#else
    sched_switch(me);
#endif
    __builtin_unreachable();
}

/* The registers that a callee keeps for its caller still hold what the task before had in them. A
 * new task would save them on its stack, where a scan for who holds a channel finds them. */
static inline __attribute__((always_inline)) void forget_registers(void)
{
#if defined(__x86_64__)
    __asm__ volatile("xorl %%ebx, %%ebx\n\t"
                     "xorl %%r12d, %%r12d\n\t"
                     "xorl %%r13d, %%r13d\n\t"
                     "xorl %%r14d, %%r14d\n\t"
                     "xorl %%r15d, %%r15d"
                     :
                     :
                     : "rbx", "r12", "r13", "r14", "r15", "cc");
#elif defined(__aarch64__)
    __asm__ volatile("mov x19, xzr\n\t"
                     "mov x20, xzr\n\t"
                     "mov x21, xzr\n\t"
                     "mov x22, xzr\n\t"
                     "mov x23, xzr\n\t"
                     "mov x24, xzr\n\t"
                     "mov x25, xzr\n\t"
                     "mov x26, xzr\n\t"
                     "mov x27, xzr\n\t"
                     "mov x28, xzr"
                     :
                     :
                     : "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28");
#endif
}

static void start(void)
{
    struct task *me = task_sched.current;
#if defined(SWITCH_BOOST) && (defined(__x86_64__) || defined(__aarch64__))
    /* The chain of frames ends here, as it does by frame_init(): what called this is the library. */
    *(void **)__builtin_frame_address(0) = 0;
#endif
#ifdef SWITCH_ANNOUNCED
    announce_arrive(0);
#endif
    forget_registers();
    me->entry(me->arg);
    end(me);
    leave_for_ever(me);
}

static inline struct task *spawn(void (*fn)(void *arg), void *arg, const struct task_site *site)
{
    struct stack stack;
    if (__builtin_expect(!stack_get(&stack), 0)) {
        task_stats.refused++;
        return 0;
    }
    struct task *parent = task_sched.current;
    struct task *t = sched_task_on(&stack);
    /* Field by field: what a task has not done yet needs no zero. */
    t->parked_at = 0;
    t->parks = 0;
    t->id = ++task_sched.last_id;
    t->parent = parent ? parent->id : 0;
    t->entry = fn;
    t->arg = arg;
    t->site = site;
    t->labels = parent ? task_label_ref(parent->labels) : 0;
    t->slab = stack.slab;
    t->place = (uint8_t)stack.place;
    task_stats.live++;
    task_stats.spawned++;
    frame_init(&t->frame, (char *)t, start);
    sched_append(t);
    return t;
}

uint64_t task_spawn(void (*fn)(void *arg), void *arg, const struct task_site *site)
{
    struct task *t = spawn(fn, arg, site);
    return t ? t->id : 0;
}

/* --- The loop ------------------------------------------------------------------------------- */

static void trim(uv_timer_t *timer)
{
    (void)timer;
    task_stack_trim();
}

/* A burst's stacks are kept for a while: the next burst may be near. */
static void schedule_trim(void)
{
    if (task_stack_trim_is_due() && !uv_is_active((uv_handle_t *)&trim_timer))
        uv_timer_start(&trim_timer, trim, TRIM_DELAY_MS, 0);
}

/* One look at the clock and the loop. Blocks where nothing is ready. Where tasks are, an empty look
 * at the loop costs as much as ten of their switches, and one each POLL_INTERVAL is soon enough. */
static void turn(void)
{
    static int64_t next_poll;
    task_sched.turns = TURN_BUDGET;
    schedule_trim();
    int64_t now = clock_now();
    task_clock_fire();
    if (task_sched.ready_first) {
        if (now < next_poll && !clock_is_virtual())
            return;
        next_poll = now + POLL_INTERVAL;
        uv_run(&loop, UV_RUN_NOWAIT);
        return;
    }
    if (task_clock_has_deadlines()) {
        if (clock_is_virtual())
            uv_run(&loop, UV_RUN_NOWAIT);
        if (!task_sched.ready_first)
            task_clock_wait();
    } else if (uv_loop_alive(&loop)) {
        uv_run(&loop, UV_RUN_ONCE);
    } else {
        task_fatal_deadlock();
    }
}

int task_run_at(void (*fn)(void *arg), void *arg, const struct task_site *site)
{
    if (task_sched.running)
        task_fatal("task_run() from inside of task_run(): use go()");
    task_loop();
    task_overflow_install();
#ifdef SWITCH_ANNOUNCED
    announce_thread_stack(&thread_low, &thread_high);
#endif
    if (!(task_sched.main = spawn(fn, arg, site)))
        return -1;
    task_sched.running = true;
    clock_now();
    task_sched.turns = TURN_BUDGET;
    for (;;) {
        run_ready_tasks();
        if (!task_sched.main)
            break;
        turn();
    }
    task_sched.running = false;
    return 0;
}
