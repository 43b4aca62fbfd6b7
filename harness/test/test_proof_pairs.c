/* Proof of the pairs: of each leak every task that it leaves is proven to be leaked, or known to be woken by time
 * alone; of a fix none. */
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

static void serve_all(void *unused)
{
    (void)unused;
    struct task_leaks leaks;
    const struct expectation *e = &served->expected[variant];
    size_t parked_for_ever = 0, timed = e->timers ? REQUESTS * e->timers : 0;
    for (int reason = 0; reason < WAIT_REASONS; reason++)
        parked_for_ever += REQUESTS * e->parked[reason];
    for (int i = 0; i < REQUESTS; i++) {
        go(serve, NULL);
        task_sleep(2 * MILLISECOND);
    }
    task_sleep(MINUTE);
    settle();
    if (!task_leaks(&leaks))
        fail_msg("refused: %s", leaks.refused);
    if (leaks.leaked != parked_for_ever - timed || leaks.by_time != timed)
        fail_msg("%s %s: %zu leaked, %zu by time, %zu unsure, %zu live; %zu wanted, %zu by time",
                 served->id, variant_name(variant), leaks.leaked, leaks.by_time, leaks.unsure,
                 leaks.live, parked_for_ever - timed, timed);
}

static void each_pair_is_proven_in_full(void **state)
{
    (void)state;
    FOR_EACH_PAIR (pair) {
        served = pair;
        for (variant = VARIANT_LEAK; variant < VARIANTS; variant++)
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
