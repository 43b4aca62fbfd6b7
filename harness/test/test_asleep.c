/* Whether all other threads sleep: those that wait do, one that runs does not, and one that has ended is none. */
#include "test/support.h"

#include "plain/asleep.h"
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

static int ends[2];
static volatile bool goes_on;

static void *wait_for_a_byte(void *unused)
{
    char byte;
    assert_int_equal(read(ends[0], &byte, 1), 1);
    return unused;
}

static void *spin(void *unused)
{
    while (goes_on)
        continue;
    return unused;
}

/* They fall asleep when they come to it. */
static void until_all_sleep(void)
{
    while (!asleep_all_others())
        sched_yield();
}

static void who_is_alone_has_nobody_to_wait_for(void **state)
{
    (void)state;
    assert_true(asleep_all_others());
}

static void those_that_wait_sleep(void **state)
{
    (void)state;
    enum { THREADS = 40 }; /* more names than one look at the folder gets */
    pthread_t threads[THREADS];
    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, wait_for_a_byte, NULL), 0);
    until_all_sleep();
    for (int i = 0; i < 20; i++)
        assert_true(asleep_all_others());
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(write(ends[1], "x", 1), 1);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    close(ends[0]);
    close(ends[1]);
    until_all_sleep();
}

static void one_that_runs_does_not(void **state)
{
    (void)state;
    pthread_t waits, spins;
    assert_int_equal(pipe(ends), 0);
    goes_on = true;
    assert_int_equal(pthread_create(&waits, NULL, wait_for_a_byte, NULL), 0);
    assert_int_equal(pthread_create(&spins, NULL, spin, NULL), 0);
    for (int i = 0; i < 200; i++)
        assert_false(asleep_all_others());
    goes_on = false;
    pthread_join(spins, NULL);
    until_all_sleep();
    assert_int_equal(write(ends[1], "x", 1), 1);
    pthread_join(waits, NULL);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_alone_has_nobody_to_wait_for),
        cmocka_unit_test(those_that_wait_sleep),
        cmocka_unit_test(one_that_runs_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
