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

/* What time alone wakes too often to let it pass in full is set aside until then, where the rest of the steps has gone. */
enum { STEPS_MOST = 1 << 14, STEPS_LEAST = 1 << 10, TURNS_OF_THEM = 2 };

void quiescence_pass_until(int64_t when)
{
    static uint64_t steps_most = STEPS_MOST;
    struct step next;
    if (!clock_is_virtual()) {
        task_sleep(when - clock_now());
        return;
    }
    bool aside = false;
    step_by_hand(true);
    quiescence_let_park();
    for (uint64_t steps = 0; step_next(&next) && next.when <= when; steps++) {
        if (steps < steps_most || next.turns < TURNS_OF_THEM) {
            take(next.when);
        } else {
            step_set_aside();
            aside = true;
        }
    }
    move_to(when);
    if (aside) {
        step_begin();
        steps_most = steps_most / 2 > STEPS_LEAST ? steps_most / 2 : STEPS_LEAST;
    }
    step_by_hand(false);
}

/* --- Until nothing is due any more ---------------------------------------------------------------- */

enum {
    TURNS_FIRST = 64, /* before a deadline is set aside for the first time */
    TURNS_FIRST_OF_MANY = 16,
    MANY = 1 << 14,
    STEPS_LEAST_TO_SETTLE = 1 << 13,
};

/* Where all of it was in vain, the next time has less. What has ended after so many turns once is given as many the next
 * time, however many there are of it. */
static struct {
    uint64_t steps;
    uint32_t ended_within;
} patience = {.steps = QUIESCENCE_STEPS};

struct rounds {
    int64_t end;           /* no deadline beyond it is waited for */
    uint32_t turns, given; /* in this round, and in those before it */
    uint64_t steps;
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
            r->steps++;
        }
    }
    return true;
}

/* Something has ended, as late as in this round. */
static void learn(const struct rounds *r)
{
    if (r->given > patience.ended_within)
        patience.ended_within = r->given < QUIESCENCE_TURNS ? r->given : QUIESCENCE_TURNS;
}

/* Whether what is left after a round in which nothing has ended may end yet. */
static bool may_end(const struct rounds *r)
{
    return r->given < QUIESCENCE_TURNS &&
           (r->steps < patience.steps || r->given < 2 * patience.ended_within);
}

static void lose_patience(void)
{
    patience.steps /= 4;
    if (patience.steps < STEPS_LEAST_TO_SETTLE)
        patience.steps = STEPS_LEAST_TO_SETTLE;
}

/* Rounds until nothing is due, or what is due will not end. */
static void go_rounds(struct quiescence *q, struct rounds *r)
{
    struct step next;
    uint64_t least = what_there_is();
    for (;;) {
        q->cut = !go_round(r);
        look_at_loop();
        if (q->cut)
            return;
        if (step_next(&next))
            continue; /* the loop has set off something new */
        uint64_t now = what_there_is();
        bool ended = now < least, is_first = q->spinning_from == INT64_MAX;
        least = ended ? now : least;
        r->given += r->turns;
        if (ended)
            learn(r);
        step_begin();
        if (!step_next(&next))
            return;
        if (!is_first && !ended && !may_end(r)) {
            lose_patience();
            return;
        }
        if (!is_first && r->turns < QUIESCENCE_TURNS)
            r->turns *= 2;
        move_to(clock_now() + 1);
        q->spinning_from = clock_now();
    }
}

static void settle(struct quiescence *q, int64_t bound)
{
    int64_t start = clock_now();
    struct step next;
    struct rounds r = {.end = bound < INT64_MAX - start ? start + bound : INT64_MAX - 1};
    r.turns = step_begin() > MANY ? TURNS_FIRST_OF_MANY : TURNS_FIRST;
    go_rounds(q, &r);
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
