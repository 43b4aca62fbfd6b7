/* The census of several threads at once: each makes and closes handles on a loop of its own, others begin and end, and one looks
 * meanwhile. The lock's owner enters without an atomic operation, so this is what would tell that two were inside. */
#include "test/support.h"

#include "census/census.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <uv.h>

enum { LOOPS = 4, ROUNDS = 4000, HANDLES = 16 };

static atomic_bool looks;

static void make_and_close(uv_loop_t *loop)
{
    uv_timer_t timers[HANDLES];
    for (int i = 0; i < HANDLES; i++)
        uv_timer_init(loop, &timers[i]);
    for (int i = HANDLES; i-- > 0;)
        uv_close((uv_handle_t *)&timers[i], NULL);
    uv_run(loop, UV_RUN_NOWAIT);
}

static void *be_loop(void *rounds)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    for (int i = 0; i < *(int *)rounds; i++)
        make_and_close(&loop);
    return uv_loop_close(&loop) == 0 ? NULL : rounds;
}

static bool is_sound(const struct census_entry *entry, void *arg)
{
    if (entry->kind == CENSUS_HANDLE)
        *(bool *)arg &= entry->type == UV_TIMER && entry->depth > 0;
    return true;
}

/* Handles on a stack that is in use: census_each() looks at them with the lock. */
static void *look(void *arg)
{
    bool sound = true;
    while (atomic_load(&looks)) {
        census_each(is_sound, &sound);
        sched_yield();
    }
    return sound ? NULL : arg;
}

static void run_loops(int loops, int rounds)
{
    pthread_t threads[LOOPS], looker;
    void *failed[LOOPS + 1];
    uint32_t made = census_mark();
    atomic_store(&looks, true);
    pthread_create(&looker, NULL, look, threads);
    for (int i = 0; i < loops; i++)
        pthread_create(&threads[i], NULL, be_loop, &rounds);
    for (int i = 0; i < loops; i++)
        pthread_join(threads[i], &failed[i]);
    atomic_store(&looks, false);
    pthread_join(looker, &failed[loops]);
    for (int i = 0; i <= loops; i++)
        assert_null(failed[i]);
    assert_int_equal(census_mark() - made, loops * rounds * HANDLES + loops + 1);
    assert_int_equal(census_counts.handles, 0);
    assert_int_equal(census_counts.of_type[UV_TIMER], 0);
    assert_int_equal(census_counts.threads, 0);
}

static void one_loop_that_is_looked_at_loses_nothing(void **state)
{
    (void)state;
    run_loops(1, ROUNDS);
}

static void loops_of_many_threads_lose_nothing(void **state)
{
    (void)state;
    run_loops(LOOPS, ROUNDS);
}

/* So many that nobody owns the lock any more. */
static void neither_do_loops_that_come_one_after_the_other(void **state)
{
    (void)state;
    for (int i = 0; i < 12; i++)
        run_loops(1, 8);
    run_loops(LOOPS, ROUNDS);
}

/* --- Joined ------------------------------------------------------------------------------------------------- */

static void *do_nothing(void *unused)
{
    return unused;
}

static void *take_mutex(void *held)
{
    pthread_mutex_lock(held);
    pthread_mutex_unlock(held);
    return NULL;
}

static bool see_thread(const struct census_entry *entry, void *any)
{
    *(bool *)any |= entry->kind == CENSUS_THREAD;
    return true;
}

/* One that has not ended, or not in time, is there on. */
static void by_whichever_call_one_that_is_joined_is_there_no_more(void **state)
{
    (void)state;
    static const struct timespec long_ago, never = {.tv_sec = INT32_MAX};
    pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
    pthread_t id;
    bool any = false;
    pthread_mutex_lock(&held);
    pthread_create(&id, NULL, take_mutex, &held);
    assert_int_equal(pthread_tryjoin_np(id, NULL), EBUSY);
    assert_int_equal(pthread_timedjoin_np(id, NULL, &long_ago), ETIMEDOUT);
    assert_int_equal(pthread_clockjoin_np(id, NULL, CLOCK_MONOTONIC, &long_ago), ETIMEDOUT);
    assert_int_equal(census_counts.threads, 1);
    pthread_mutex_unlock(&held);
    while (pthread_tryjoin_np(id, NULL) == EBUSY)
        sched_yield();
    assert_int_equal(census_counts.threads, 0);
    pthread_create(&id, NULL, do_nothing, NULL);
    assert_int_equal(pthread_timedjoin_np(id, NULL, &never), 0);
    assert_int_equal(census_counts.threads, 0);
    pthread_create(&id, NULL, do_nothing, NULL);
    assert_int_equal(pthread_clockjoin_np(id, NULL, CLOCK_REALTIME, &never), 0);
    assert_int_equal(census_counts.threads, 0);
    census_each(see_thread, &any);
    assert_false(any);
}

/* --- The owner waits ---------------------------------------------------------------------------------------- */

static atomic_int step; /* 1: somebody looks; 2: the owner is about to make one; 3: it has */

static bool let_the_owner_try(const struct census_entry *entry, void *arg)
{
    enum { TURNS = 1000 };
    if (entry->kind != CENSUS_HANDLE)
        return true;
    atomic_store(&step, 1);
    while (atomic_load(&step) < 2)
        sched_yield();
    for (int i = 0; i < TURNS; i++)
        sched_yield();
    *(bool *)arg = atomic_load(&step) == 2;
    return false;
}

static void *look_for_long(void *waited)
{
    census_each(let_the_owner_try, waited);
    return NULL;
}

static void the_owner_waits_while_somebody_looks(void **state)
{
    (void)state;
    uv_loop_t loop;
    uv_timer_t timers[2];
    pthread_t looker;
    bool waited = false;
    atomic_store(&step, 0);
    uv_loop_init(&loop);
    uv_timer_init(&loop, &timers[0]); /* the first to make one: it owns the lock */
    pthread_create(&looker, NULL, look_for_long, &waited);
    while (atomic_load(&step) < 1)
        sched_yield();
    atomic_store(&step, 2);
    uv_timer_init(&loop, &timers[1]);
    atomic_store(&step, 3);
    pthread_join(looker, NULL);
    assert_true(waited);
    for (int i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&timers[i], NULL);
    uv_run(&loop, UV_RUN_NOWAIT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static int begin(void **state)
{
    (void)state;
    census_start();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_whichever_call_one_that_is_joined_is_there_no_more),
        cmocka_unit_test(the_owner_waits_while_somebody_looks),
        cmocka_unit_test(one_loop_that_is_looked_at_loses_nothing),
        cmocka_unit_test(loops_of_many_threads_lose_nothing),
        cmocka_unit_test(neither_do_loops_that_come_one_after_the_other),
    };
    return cmocka_run_group_tests_name("census_threads", tests, begin, NULL);
}
