/* The census of threads where another one has the name of one that was joined, before the census knows that it was. */
#include "test/support.h"

#include "census/census.h"
#include <pthread.h>
#include <time.h>

static pthread_mutex_t heir_waits = PTHREAD_MUTEX_INITIALIZER;
static pthread_t heir;
static bool has_heir; /* the next that is joined */

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

int __real_pthread_clockjoin_np(pthread_t id, void **result, clockid_t clock,
                                const struct timespec *until);

/* In the place of the C library's, for this program. */
int pthread_join(pthread_t id, void **result)
{
    int failed = __real_pthread_clockjoin_np(id, result, CLOCK_MONOTONIC, NULL);
    if (has_heir)
        pthread_create(&heir, NULL, take_mutex, &heir_waits);
    has_heir = false;
    return failed;
}

/* What the linker makes of every other program's pthread_join(). */
int __wrap_pthread_join(pthread_t id, void **result);

static bool count(const struct census_entry *entry, void *arg)
{
    int *threads = arg;
    if (entry->kind == CENSUS_THREAD)
        threads[entry->ended]++;
    return true;
}

static void one_that_gets_the_name_of_one_that_was_joined_is_there(void **state)
{
    (void)state;
    pthread_t id;
    int threads[2] = {0}; /* those that go on, and those that have ended */
    pthread_mutex_lock(&heir_waits);
    pthread_create(&id, NULL, do_nothing, NULL);
    has_heir = true;
    assert_int_equal(__wrap_pthread_join(id, NULL), 0);
    bool same = pthread_equal(id, heir);
    census_each(count, threads);
    pthread_mutex_unlock(&heir_waits);
    assert_int_equal(__wrap_pthread_join(heir, NULL), 0);
    assert_int_equal(threads[0], 1);
    assert_int_equal(threads[1], 0);
    assert_int_equal(census_counts.threads, 0);
    if (!same)
        support_skip("the C library has given it another name");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_gets_the_name_of_one_that_was_joined_is_there),
    };
    census_start();
    return cmocka_run_group_tests_name("census_joined", tests, NULL, NULL);
}
