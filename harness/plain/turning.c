#include "plain/turning.h"
#include "plain/asleep.h"
#include "plain/loop_clock.h"
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

enum { TURNS_MOST = 1 << 14, MS = 1000000 };

static void ring(uv_timer_t *keeper)
{
    (void)keeper;
}

/* The longest that libuv takes: what is due later than in 24 days is due never. */
static const uint64_t never = (uint64_t)INT_MAX;

int turning_begin(struct turning *turning, uv_loop_t *loop)
{
    turning->loop = loop;
    turning->ran_out = false;
    if (!loop)
        return 0;
    int failed = uv_timer_init(loop, &turning->keeper);
    return failed ? failed : uv_timer_start(&turning->keeper, ring, 4 * never, 0);
}

void turning_end(struct turning *turning)
{
    if (!turning->loop)
        return;
    uv_close((uv_handle_t *)&turning->keeper, NULL);
    uv_run(turning->loop, UV_RUN_NOWAIT);
}

/* --- What is ready ------------------------------------------------------------------------------- */

static bool event_within(const uv_loop_t *loop, int ms)
{
    struct pollfd events = {.fd = uv_backend_fd(loop), .events = POLLIN};
    return poll(&events, 1, ms) > 0;
}

static void find_child(uv_handle_t *handle, void *any)
{
    *(bool *)any |= handle->type == UV_PROCESS && uv_is_active(handle);
}

/* Whose handles are many is asked about a child only where this process has one. */
static bool child_is_on_its_way(uv_loop_t *loop)
{
    siginfo_t about;
    bool any = false;
    if (waitid(P_ALL, 0, &about, WEXITED | WNOHANG | WNOWAIT) < 0 && errno == ECHILD)
        return false;
    uv_walk(loop, find_child, &any);
    return any;
}

/* False where it has taken too long. */
static bool wait_for_others(struct turning *turning)
{
    enum { STEP_MS = 1 };
    int patience = turning->ran_out ? 10 * STEP_MS : TURNING_PATIENCE_MS;
    for (int waited = 0; waited < patience; waited += STEP_MS) {
        bool others = !asleep_all_others() || (turning->loop && child_is_on_its_way(turning->loop));
        if (turning->loop && event_within(turning->loop, 0))
            return true;
        if (!others)
            return true;
        if (turning->loop)
            event_within(turning->loop, STEP_MS);
        else
            poll(NULL, 0, STEP_MS);
    }
    turning->ran_out = true;
    return false;
}

/* In milliseconds, 0: at once. */
static uint64_t due_in(const struct turning *turning)
{
    int timeout = uv_backend_timeout(turning->loop);
    return timeout < 0 ? never : (uint64_t)timeout;
}

bool turning_let_settle(struct turning *turning)
{
    if (!turning->loop) {
        wait_for_others(turning);
        return true;
    }
    for (int turn = 0; turn < TURNS_MOST; turn++) {
        uv_run(turning->loop, UV_RUN_NOWAIT);
        if (due_in(turning) == 0 || event_within(turning->loop, 0))
            continue;
        if (!loop_clock_is_virtual() || !wait_for_others(turning) ||
            !event_within(turning->loop, 0))
            return true;
    }
    return false;
}

/* --- Time ---------------------------------------------------------------------------------------- */

static void move(struct turning *turning, int64_t to)
{
    if (turning->passing && to > loop_clock_now())
        turning->passing(to);
    loop_clock_move(to);
    if (turning->loop)
        uv_update_time(turning->loop);
}

/* By the loop's own time, which is of whole milliseconds. */
static int64_t next_due(const struct turning *turning)
{
    uint64_t in = due_in(turning);
    return in >= never ? INT64_MAX : ((int64_t)uv_now(turning->loop) + (int64_t)in) * MS;
}

static void pass_in_real_time(struct turning *turning, int64_t when)
{
    for (int64_t now; (now = loop_clock_now()) < when;) {
        int ms = (int)((when - now) / MS);
        if (!turning->loop) {
            poll(NULL, 0, ms);
            continue;
        }
        uv_update_time(turning->loop);
        if (ms > 0) {
            /* Again, as it may be due before libuv comes to wait: then nothing else would end that. */
            uv_timer_start(&turning->keeper, ring, (uint64_t)ms, 1);
            uv_run(turning->loop, UV_RUN_ONCE);
        } else {
            uv_run(turning->loop, UV_RUN_NOWAIT);
        }
    }
    if (turning->loop) {
        uv_timer_start(&turning->keeper, ring, 4 * never, 0);
        uv_run(turning->loop, UV_RUN_NOWAIT);
    }
}

void turning_pass_until(struct turning *turning, int64_t when)
{
    if (!loop_clock_is_virtual()) {
        pass_in_real_time(turning, when);
        return;
    }
    turning_let_settle(turning);
    for (int64_t due; turning->loop && (due = next_due(turning)) <= when;) {
        move(turning, due);
        if (!turning_let_settle(turning))
            break;
    }
    move(turning, when);
    turning_let_settle(turning);
}

bool turning_exhaust(struct turning *turning, int64_t bound)
{
    int64_t end = bound > 0 ? loop_clock_now() + bound : INT64_MAX;
    uint64_t before = 0, steps = 0;
    bool ends = turning_let_settle(turning);
    for (int64_t due; turning->loop && ends && (due = next_due(turning)) < end;) {
        uint64_t there_is = turning->what_there_is ? turning->what_there_is() : 0;
        steps = there_is == before ? steps + 1 : 0;
        before = there_is;
        if (steps > TURNING_STEPS)
            return false;
        move(turning, due);
        ends = turning_let_settle(turning);
    }
    if (bound > 0)
        move(turning, end);
    return ends;
}
