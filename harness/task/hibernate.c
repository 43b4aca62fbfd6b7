/* Who is put to sleep, and when. */
#include "task/hibernate.h"
#include "task/clock.h"
#include "task/counted.h"
#include "task/hibernate_page.h"
#include "task/hibernate_turn.h"
#include "task/hibernate_wake.h"
#include "task/loop.h"
#include "task/panic.h"
#include "task/slices.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { LOOKS = 4 /* in the time after which a task hibernates */, SLICE_NS = 500 * 1000 };

int64_t task_hibernate_due = INT64_MAX;
static int64_t wanted_after; /* 0: not */
static uv_timer_t timer;     /* for a loop that has nothing else to wake for */
static struct slices looks;
static void on_timer(uv_timer_t *t);
static const char *error = "";

const char *task_hibernate_error(void)
{
    return error;
}

/* --- The kernel and libuv ------------------------------------------------------------------------- */

/* Words of the loop's handles that point to stacks, and the handles' own addresses there; in order. */
static NOT_SCANNED struct {
    uintptr_t *all;
    size_t length, room;
    uintptr_t low, high; /* of all slabs */
    bool failed;
} used_by_loop;

static void note(uintptr_t at)
{
    if (at < used_by_loop.low || at >= used_by_loop.high)
        return;
    if (used_by_loop.length == used_by_loop.room) {
        size_t room = used_by_loop.room ? 2 * used_by_loop.room : 64;
        uintptr_t *larger = malloc(room * sizeof *larger);
        if (!larger) {
            used_by_loop.failed = true;
            return;
        }
        hibernated_own(larger);
        if (used_by_loop.length)
            memcpy(larger, used_by_loop.all, used_by_loop.length * sizeof *larger);
        hibernated_free(used_by_loop.all);
        used_by_loop.all = larger;
        used_by_loop.room = room;
    }
    used_by_loop.all[used_by_loop.length++] = at;
}

static void note_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    const uintptr_t *words = (const uintptr_t *)(const void *)handle;
    size_t n = uv_handle_size(handle->type) / sizeof *words;
    note((uintptr_t)handle);
    for (size_t i = 0; i < n; i++)
        note(words[i]);
}

static int by_address(const void *a, const void *b)
{
    uintptr_t x = *(const uintptr_t *)a, y = *(const uintptr_t *)b;
    return (x > y) - (x < y);
}

static bool know_what_the_loop_uses(void)
{
    used_by_loop.length = 0;
    used_by_loop.failed = false;
    used_by_loop.low = UINTPTR_MAX;
    used_by_loop.high = 0;
    for (const struct slab *s = task_stacks.oldest; s; s = s->newer) {
        uintptr_t low = (uintptr_t)s->base, high = low + SLAB_STACKS * s->stride;
        used_by_loop.low = low < used_by_loop.low ? low : used_by_loop.low;
        used_by_loop.high = high > used_by_loop.high ? high : used_by_loop.high;
    }
    uv_walk(task_loop(), note_handle, 0);
    if (used_by_loop.length)
        qsort(used_by_loop.all, used_by_loop.length, sizeof *used_by_loop.all, by_address);
    return !used_by_loop.failed;
}

static bool loop_uses(const struct stack *stack)
{
    size_t low = 0, high = used_by_loop.length;
    uintptr_t start = (uintptr_t)stack->low;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (used_by_loop.all[middle] < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low < used_by_loop.length && used_by_loop.all[low] < (uintptr_t)stack->high;
}

/* Whether anybody may be put to sleep now. */
static bool may_begin(void)
{
    if (!pages_can_hide(&error))
        return false;
    if (!task_faults_are_seen())
        error = "somebody else handles SIGSEGV";
    else if (task_loop()->active_reqs.count)
        error = "the loop has requests in flight, which may use any stack";
    else if (!know_what_the_loop_uses())
        error = "no memory";
    else
        return true;
    return false;
}

/* --- Putting to sleep ----------------------------------------------------------------------------- */

static bool may_hibernate(const struct task *t, const struct stack *stack, int64_t parked_by)
{
    return t->state == TASK_PARKED && t->reason != WAIT_IO && t->since <= parked_by &&
           !loop_uses(stack);
}

/* The part in use of a parked stack. False where its record is broken, or it is too much. */
static bool find_part(const struct task *t, const struct stack *stack, struct live_part *part)
{
    uintptr_t low = (uintptr_t)frame_low(&t->frame) & ~(sizeof(uint64_t) - 1),
              end = (uintptr_t)(t + 1);
    if (low < (uintptr_t)stack->low || low > (uintptr_t)t ||
        end - low > COPY_MOST_WORDS * sizeof(uint64_t))
        return false;
    *part = (struct live_part){
        .low = (const uint64_t *)low,
        .words = (end - low) / sizeof(uint64_t),
        .record = (uintptr_t)t,
        .start = (uintptr_t)stack->low,
        .size = (uintptr_t)stack->high - (uintptr_t)stack->low,
#ifdef SWITCH_INLINE
        .pc = t->frame.pc,
#else
        .pc = t->parked_at ? sched_caller(t) : 0,
#endif
    };
    return true;
}

/* Those of one slab that are put to sleep together. */
struct batch {
    struct hibernated *of;
    size_t n;
    struct sleeper all[SLAB_STACKS];
    struct iovec pages[SLAB_STACKS]; /* the part in use, */
    struct iovec below[SLAB_STACKS]; /* and what has been used before */
};

static void add(struct batch *b, const struct stack *stack, const struct live_part *part)
{
    struct copy *c = copy_make(part);
    if (!c) {
        error = "no memory";
        return;
    }
    struct iovec pages = hibernated_pages(stack->slab, stack->place, part->low);
    b->of->copies[stack->place] = c;
    b->all[b->n] = (struct sleeper){b->of, stack->place};
    b->pages[b->n] = pages;
    b->below[b->n++] = (struct iovec){stack->low, (size_t)((char *)pages.iov_base - stack->low)};
}

/* It stays as it was: awake. */
static void take_back(const struct sleeper *s)
{
    struct copy *c = s->of->copies[s->place];
    struct task *t = sleeper_record(s);
    copy_unpack(c, (uintptr_t)t, sleeper_low(s, t));
    s->of->copies[s->place] = 0;
    copy_leave_form(c);
    free(c);
}

static void count(const struct sleeper *s)
{
    if (!s->of) /* each of a batch has one, which the static analysis does not see */
        return;
    s->of->all |= sleeper_bit(s);
    task_stats.hibernated++;
    task_stats.hibernations++;
    task_stats.stacks_used--;
    task_stats.hibernated_bytes += sleeper_bytes(s);
    hibernated_own(s->of->copies[s->place]);
}

static size_t hide(struct batch *b)
{
    size_t done = pages_hide(b->pages, b->n);
    pages_drop(b->below, done);
    for (size_t i = 0; i < done; i++)
        count(&b->all[i]);
    for (size_t i = done; i < b->n; i++)
        take_back(&b->all[i]);
    if (done < b->n)
        error = "the kernel hides no more pages: see vm.max_map_count";
    return done;
}

/* Returns how many. The slab's first task stays: the slab's record lies in its page. */
static size_t hibernate_slab(struct slab *s, int64_t parked_by)
{
    struct batch b = {.of = hibernated_of(s)};
    uint64_t used = ~(s->dirty | s->clean) & ~UINT64_C(1);
    for (used &= b.of ? ~b.of->all : used; used; used &= used - 1) {
        struct stack stack = stack_at(s, __builtin_ctzll(used));
        const struct task *t = sched_task_on(&stack);
        struct live_part part;
        if (!may_hibernate(t, &stack, parked_by) || !find_part(t, &stack, &part))
            continue;
        if (!b.of && !(b.of = hibernated_add(s))) {
            error = "no memory";
            return 0;
        }
        add(&b, &stack, &part);
    }
    return b.of && b.n ? hide(&b) : 0;
}

/* A look at all slabs, or what of it half a millisecond leaves room for; under the virtual clock no real time
 * decides. */
static size_t go_on(int64_t parked_by, bool whole)
{
    size_t n = 0;
    uint64_t until = uv_hrtime() + (uint64_t)SLICE_NS;
    hibernated_lock();
    for (struct slab *s; (s = task_stacks.sweep_next) && (whole || uv_hrtime() < until);) {
        task_stacks.sweep_next = s->newer;
        n += hibernate_slab(s, parked_by);
    }
    hibernated_unlock();
    return n;
}

static bool begin(void)
{
    hibernated_lock();
    hibernated_tidy();
    hibernated_unlock();
    error = "";
    if (!may_begin())
        return false;
#ifdef SWITCH_ANNOUNCED
    static bool asked; /* LeakSanitizer reads all stacks at the end */
    if (!asked)
        atexit(task_hibernate_end_all);
    asked = true;
#endif
    sched_settle_states();
    task_stacks.sweep_next = task_stacks.oldest;
    return true;
}

size_t task_hibernate(void)
{
    size_t n = begin() ? go_on(INT64_MAX, true) : 0;
    task_stacks.sweep_next = 0;
    return n;
}

/* --- By time -------------------------------------------------------------------------------------- */

static int64_t between_looks(void)
{
    return wanted_after / LOOKS + 1;
}

/* The next look begins some time after the end of this one. */
static bool look_on(void)
{
    int64_t now = clock_now(), wait = between_looks();
    go_on(task_time_add(now, -wanted_after), clock_is_virtual());
    if (task_stacks.sweep_next)
        return true;
    task_hibernate_due = task_time_add(now, wait);
    uv_timer_start(&timer, on_timer, (uint64_t)(wait / MILLISECOND), 0);
    return false;
}

/* A loop that has nothing of its own to wait for has no turns while tasks are ready: then it goes on from here. */
void task_hibernate_turn(void)
{
    if (wanted_after <= 0) /* not asked for; and the end of time has come */
        return;
    if (!task_stacks.sweep_next && !begin())
        task_stacks.sweep_next = 0;
    task_hibernate_due = task_time_add(clock_now(), MILLISECOND);
    if (look_on())
        task_slices_start(&looks, look_on);
    else
        task_slices_stop(&looks);
}

/* Under the virtual clock turns decide. That may have been ahead of this one. */
static void on_timer(uv_timer_t *t)
{
    if (clock_is_virtual())
        uv_timer_start(t, on_timer, (uint64_t)(between_looks() / MILLISECOND) + 1, 0);
    else
        task_hibernate_turn();
}

int task_hibernate_after(int64_t nanoseconds)
{
    static bool made;
    if (nanoseconds > 0 && !pages_can_hide(&error))
        return -1;
    if (!made) {
        uv_timer_init(task_loop(), &timer);
        uv_unref((uv_handle_t *)&timer);
        made = true;
    }
    wanted_after = nanoseconds;
    task_slices_stop(&looks);
    task_stacks.sweep_next = 0;
    task_hibernate_due = nanoseconds > 0 ? clock_now() : INT64_MAX;
    if (nanoseconds > 0)
        uv_timer_start(&timer, on_timer, 0, 0);
    else
        uv_timer_stop(&timer);
    return 0;
}
