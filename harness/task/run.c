/* The loop: tasks run, then the clock and libuv have their turn, and so on until the main task has ended. */
#include "task/clock.h"
#include "task/counted.h"
#include "task/hibernate_turn.h"
#include "task/loop.h"
#include "task/panic.h"
#include "task/sched.h"
#include "task/slices.h"

static NOT_SCANNED uv_loop_t loop;
static uv_timer_t trim_timer;
static struct slices trim_slices;
enum { TRIM_DELAY_MS = 500 };
static const int64_t POLL_INTERVAL = 100 * MICROSECOND;

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

#ifdef SWITCH_ANNOUNCED
static void *scheduler_fake_stack;
#endif

/* Returns once a task finds nobody ready, or has used up the turns. */
static void run_ready_tasks(void)
{
    struct task *to = task_sched.ready_first;
    if (!to)
        return;
    sched_take(to);
#ifdef SWITCH_ANNOUNCED
    sched_announce_leave(&scheduler_fake_stack);
#endif
    switch_frames(&task_sched.loop, &to->frame);
    switch_forget();
#ifdef SWITCH_ANNOUNCED
    announce_arrive(scheduler_fake_stack);
#endif
}

static void trim(uv_timer_t *timer)
{
    (void)timer;
    if (task_stack_trim())
        task_slices_start(&trim_slices, task_stack_trim_more);
}

/* A burst's stacks are kept for a while: the next burst may be near. */
static void schedule_trim(void)
{
    if (task_stack_trim_is_due() && !uv_is_active((uv_handle_t *)&trim_timer) &&
        !task_slices_go_on(&trim_slices))
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
    if (__builtin_expect(now >= task_hibernate_due, 0))
        task_hibernate_turn();
    bool more = task_clock_fire();
    if (task_sched.ready_first || more) {
        if (now < next_poll && !clock_is_virtual())
            return;
        next_poll = task_time_add(now, POLL_INTERVAL);
        uv_run(&loop, UV_RUN_NOWAIT);
        return;
    }
    if (task_clock_has_deadlines()) {
        if (clock_is_virtual() && uv_loop_alive(&loop))
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
    sched_require_entry(fn, CALLER);
    if (task_sched.running)
        task_fatal("task_run() from inside of task_run(): use go()");
    task_loop();
    task_overflow_install();
#ifdef SWITCH_ANNOUNCED
    sched_announce_thread();
#endif
    if (!(task_sched.main = sched_spawn(fn, arg, site)))
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
