/* Deadlines against a model: a list that is searched for the earliest. Armed, armed anew and disarmed at
 * random, few and many, near and far, at equal times and at any; each fires exactly when the model says it
 * is the next. And what many of them leave to the loop. */
#include "test/support.h"

#include "task/timer.h"
#include <stdlib.h>

enum { MOST = 4000 };

/* A timer and its model. */
struct alarm {
    struct timer *timer;
    int64_t when;
    uint64_t armed; /* the how-manieth arming it was; 0: it is not armed */
};

static struct alarm alarms[MOST];
static int count, armed, fired;
static uint64_t armings;

static void is_armed(struct alarm *a, int64_t after)
{
    armed += !a->armed;
    a->when = clock_now() + (after > 0 ? after : 0);
    a->armed = ++armings;
}

static void ring(void *arg)
{
    struct alarm *a = arg;
    fired++;
    assert_true(a->armed > 0);
    assert_true(a->when <= clock_now());
    for (int i = 0; i < count; i++)
        if (alarms[i].armed) {
            assert_true(alarms[i].when >= a->when);
            assert_true(alarms[i].when > a->when || alarms[i].armed >= a->armed);
        }
    a->armed = 0;
    armed--;
}

/* Some hours at most, and of each order of magnitude as many. */
static int64_t any_time(uint64_t *seed)
{
    int bits = (int)(support_random(seed) % 44);
    uint64_t any = (uint64_t)support_random(seed) << 32 | support_random(seed);
    return (int64_t)(any & ((UINT64_C(1) << bits) - 1));
}

static int64_t a_few_times(uint64_t *seed)
{
    return (int64_t)(support_random(seed) % 8) * SECOND;
}

static int64_t soon(uint64_t *seed)
{
    return (int64_t)(support_random(seed) % (20 * MILLISECOND));
}

static void expect_in_order(int alarm_count, int steps, int64_t (*time)(uint64_t *seed))
{
    uint64_t seed = (uint64_t)alarm_count;
    count = alarm_count;
    fired = 0;
    for (int i = 0; i < count; i++) {
        int64_t after = time(&seed);
        alarms[i].timer = timer_func(after, ring, &alarms[i]);
        is_armed(&alarms[i], after);
    }
    for (int step = 0; step < steps; step++) {
        struct alarm *a = &alarms[support_random(&seed) % (uint32_t)count];
        int64_t after = time(&seed);
        switch (support_random(&seed) % 8) {
        case 0:
            task_sleep(after / count);
            break;
        case 1:
        case 2:
            assert_int_equal(timer_stop(a->timer), a->armed > 0);
            armed -= a->armed > 0;
            a->armed = 0;
            break;
        default:
            assert_int_equal(timer_reset(a->timer, after), a->armed > 0);
            is_armed(a, after);
        }
        assert_int_equal(task_stats.armed, armed);
    }
    while (armed)
        task_sleep(time(&seed));
    assert_true(fired > count / 2);
    for (int i = 0; i < count; i++)
        timer_drop(alarms[i].timer);
}

TASK_TEST(a_few_fire_in_order)
{
    for (int n = 1; n <= 64; n += 9) {
        expect_in_order(n, 4000, any_time);
        expect_in_order(n, 1000, a_few_times);
    }
}

TASK_TEST(some_hundreds_fire_in_order)
{
    expect_in_order(65, 4000, any_time);
    expect_in_order(300, 4000, any_time);
    expect_in_order(300, 4000, a_few_times);
    expect_in_order(300, 4000, soon);
}

TASK_TEST(thousands_fire_in_order)
{
    expect_in_order(MOST, 10000, any_time);
    expect_in_order(MOST, 10000, a_few_times);
    expect_in_order(MOST, 10000, soon);
}

/* --- Beside the others --------------------------------------------------------------------------- */

static void count_up(void *arg)
{
    ++*(int *)arg;
}

static int looks; /* of which each has seen another number of rings */

static void look(void *arg)
{
    const int *rings = arg;
    for (int seen = -1; *rings < MOST; task_yield()) {
        looks += *rings != seen;
        seen = *rings;
    }
}

static void start_to_look(void *rings)
{
    go(look, rings);
}

/* Thousands are due at one time: whoever is ready has its turn between them. */
TASK_TEST(a_crowd_of_deadlines_lets_tasks_run)
{
    int rings = 0;
    looks = 0;
    timer_drop(timer_func(SECOND, start_to_look, &rings));
    for (int i = 0; i < MOST; i++)
        timer_drop(timer_func(SECOND, count_up, &rings));
    task_sleep(SECOND);
    assert_int_equal(rings, MOST);
    assert_true(looks >= MOST / 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_few_fire_in_order),
        cmocka_unit_test(some_hundreds_fire_in_order),
        cmocka_unit_test(thousands_fire_in_order),
        cmocka_unit_test(a_crowd_of_deadlines_lets_tasks_run),
    };
    return cmocka_run_group_tests_name("deadlines", tests, NULL, NULL);
}
