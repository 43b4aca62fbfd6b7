#include "profile/quiescence.h"
#include "task/loop.h"
#include "task/stats.h"
#include "task/step.h"
#include "task/task.h"
#include "task/time.h"

/* --- Until all are parked ------------------------------------------------------------------------ */

enum {
    RUNS_MOST = 1 << 20, /* of tasks, before the ones that are still ready count as never parking */
    RUNS_LEAST =
        1 << 11 /* once there are such tasks, each that comes halves the patience down to this */
};

static struct {
    uint64_t restless; /* tasks that never park */
    uint64_t patience; /* in runs */
} park = {.patience = RUNS_MOST};

/* The caller is not among them. */
static uint64_t not_parked(void)
{
    uint64_t parked = 0;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        parked += task_stats.waiting[reason];
    return task_stats.live - parked - 1;
}

bool quiescence_let_park(void)
{
    uint64_t runs = 0, others;
    while ((others = not_parked()) > park.restless && runs < park.patience) {
        runs += others;
        task_yield();
    }
    if (others > park.restless)
        park.patience = park.patience / 2 > RUNS_LEAST ? park.patience / 2 : RUNS_LEAST;
    park.restless = others;
    return others == 0;
}

static uint64_t what_there_is(void)
{
    return task_stats.live + task_stats.armed + task_stats.timers + task_stats.channels +
           task_stats.contexts;
}

/* Turns of the loop, for whatever comes there without the clock's doing: until they change nothing. A handle that
 * closes takes one of its own. */
static void look_at_loop(void)
{
    enum { YIELDS = 300, STILL = 2, MOST = 1000 }; /* the loop has its turn within so many yields */
    int still = 0;
    for (int turn = 0; still < STILL && turn < MOST; turn++) {
        uint64_t before = what_there_is();
        for (int i = 0; i < YIELDS; i++)
            task_yield();
        quiescence_let_park();
        still = what_there_is() == before ? still + 1 : 0;
    }
}

/* --- Letting time pass --------------------------------------------------------------------------- */

static void (*told)(int64_t from, int64_t to);

void quiescence_watch(void (*passing)(int64_t from, int64_t to))
{
    told = passing;
}

/* What the loop has ready comes before time moves. */
static void look_before(int64_t to)
{
    if (to > clock_now() && step_loop_waits())
        look_at_loop();
}

static void tell(int64_t to)
{
    int64_t now = clock_now();
    if (told && to > now)
        told(now, to);
}

/* Takes the next deadline, where that is still the one at `when` after a look at the loop: what was ready there may
 * have led to another one, or have disarmed the last. */
static void take(int64_t when)
{
    struct step next;
    look_before(when);
    if (!step_next(&next) || next.when != when)
        return;
    tell(when);
    step_take();
    quiescence_let_park();
}

static void move_to(int64_t when)
{
    look_before(when);
    tell(when);
    step_to(when);
}

void quiescence_pass_until(int64_t when)
{
    struct step next;
    if (!clock_is_virtual()) {
        task_sleep(when - clock_now());
        return;
    }
    step_by_hand(true);
    quiescence_let_park();
    while (step_next(&next) && next.when <= when)
        take(next.when);
    move_to(when);
    step_by_hand(false);
}

/* --- Until nothing is due any more ---------------------------------------------------------------- */

enum {
    TURNS_FIRST = 64, /* before a deadline is set aside for the first time */
    TURNS_FIRST_OF_MANY = 16,
    MANY = 1 << 14,
    TURNS_MOST = 1 << 13,
};

struct rounds {
    int64_t end; /* no deadline beyond it is waited for */
    uint32_t turns;
    uint64_t taken;
};

/* Until everything that is due has had its turns. False where the end of time was met. */
static bool go_round(struct rounds *r)
{
    struct step next;
    while (step_next(&next)) {
        if (next.when > r->end)
            return false;
        if (next.turns >= r->turns) {
            step_set_aside();
        } else {
            take(next.when);
            r->taken++;
        }
    }
    return true;
}

static void settle(struct quiescence *q, int64_t bound)
{
    int64_t start = clock_now();
    struct step next;
    struct rounds r = {.end = bound < INT64_MAX - start ? start + bound : INT64_MAX - 1};
    r.turns = step_begin() > MANY ? TURNS_FIRST_OF_MANY : TURNS_FIRST;
    for (uint64_t before = UINT64_MAX;; before = what_there_is()) {
        q->cut = !go_round(&r);
        look_at_loop();
        if (q->cut)
            break;
        if (step_next(&next))
            continue; /* the loop has set off something new */
        bool nearer = what_there_is() < before;
        step_begin();
        if (!step_next(&next) || (!nearer && r.taken >= QUIESCENCE_TURNS))
            break;
        if (q->spinning_from < INT64_MAX && r.turns < TURNS_MOST)
            r.turns *= 2;
        move_to(clock_now() + 1);
        q->spinning_from = clock_now();
    }
    if (q->cut) {
        step_begin(); /* nothing stays aside */
        move_to(r.end);
    } else if (!step_next(&next)) {
        q->spinning_from = INT64_MAX; /* it has come to its end after all */
    }
}

struct quiescence quiescence_reach(int64_t bound)
{
    struct quiescence q = {.spinning_from = INT64_MAX};
    park.patience = RUNS_MOST;
    quiescence_let_park();
    step_by_hand(clock_is_virtual());
    if (clock_is_virtual() && bound > 0)
        settle(&q, bound);
    else
        look_at_loop();
    step_by_hand(false);
    q.restless = !quiescence_let_park();
    return q;
}
