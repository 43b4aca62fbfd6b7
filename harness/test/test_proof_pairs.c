/* Proof of the pairs: of each leak every task that it leaves is proven to be leaked, or known to be woken by time
 * alone; of a fix none. Two kinds no proof can judge: who waits for I/O may hear from outside of the program, and
 * who never parks may end at any time. */
#include "test/support.h"

#include "catalog.h"
#include "proof/proof.h"
#include "task/ctx.h"
#include "task/defer.h"
#include <stdio.h>

enum { REQUESTS = 200 };

static const struct pair *served;
static enum variant variant;

static void serve(void *unused)
{
    (void)unused;
    struct ctx *request = ctx_with_timeout(ctx_background(), SECOND);
    defer(ctx_drop, request);
    defer(ctx_cancel, request);
    served->entry[variant](request);
}

struct wanted {
    size_t leaked, by_time;
};

/* A task that its own ticker keeps awake receives from that; a timer may also be left without a task. */
static struct wanted wanted_of(const struct expectation *e)
{
    size_t ticked =
        e->timers < e->parked[WAIT_CHAN_RECEIVE] ? e->timers : e->parked[WAIT_CHAN_RECEIVE];
    size_t parked = 0;
    for (int reason = WAIT_NONE + 1; reason < WAIT_REASONS; reason++)
        if (reason != WAIT_IO && reason != WAIT_SLEEP)
            parked += e->parked[reason];
    return (struct wanted){REQUESTS * (parked - ticked),
                           REQUESTS * (ticked + e->parked[WAIT_SLEEP])};
}

static void serve_all(void *unused)
{
    (void)unused;
    struct task_leaks leaks;
    struct wanted wanted = wanted_of(&served->expected[variant]);
    for (int i = 0; i < REQUESTS; i++) {
        go(serve, NULL);
        task_sleep(2 * MILLISECOND);
    }
    task_sleep(MINUTE);
    settle();
    if (!task_leaks(&leaks))
        fail_msg("refused: %s", leaks.refused);
    if (leaks.leaked != wanted.leaked || leaks.by_time != wanted.by_time)
        fail_msg("%s %s: %zu leaked, %zu by time, %zu unsure, %zu live; %zu wanted, %zu by time",
                 served->id, variant_name(variant), leaks.leaked, leaks.by_time, leaks.unsure,
                 leaks.live, wanted.leaked, wanted.by_time);
}

static void each_pair_is_proven_in_full(void **state)
{
    (void)state;
    FOR_EACH_PAIR (pair) {
        if (pair_is_plain(pair))
            continue;
        served = pair;
        /* Beside who never parks no virtual time passes. */
        bool restless = pair->expected[VARIANT_LEAK].parked[WAIT_NONE] > 0;
        for (variant = restless ? VARIANT_FIX : VARIANT_LEAK; variant < VARIANTS; variant++)
            support_run_once(serve_all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pair_is_proven_in_full),
    };
    return cmocka_run_group_tests_name("proof of the pairs", tests, NULL, NULL);
}
