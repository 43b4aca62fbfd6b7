/* Whether all other threads sleep: those that wait do, one that runs does not, and one that has ended is none. */
#include "test/alone.h"
#include "test/support.h"

#include "plain/asleep.h"
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int ends[2];
static _Atomic int goes_on; /* gcc reads a volatile bool once under -fsanitize=undefined */

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
    until_alone();
}

static void one_that_runs_does_not(void **state)
{
    (void)state;
    pthread_t waits, spins;
    assert_int_equal(pipe(ends), 0);
    goes_on = 1;
    assert_int_equal(pthread_create(&waits, NULL, wait_for_a_byte, NULL), 0);
    assert_int_equal(pthread_create(&spins, NULL, spin, NULL), 0);
    for (int i = 0; i < 200; i++)
        assert_false(asleep_all_others());
    goes_on = 0;
    pthread_join(spins, NULL);
    until_all_sleep();
    assert_int_equal(write(ends[1], "x", 1), 1);
    pthread_join(waits, NULL);
    close(ends[0]);
    close(ends[1]);
    until_alone();
}

/* --- Planted states -------------------------------------------------------------------------------- */

/* What is read of a thread's state, one look after the other; NULL: the system's words. */
static const char *const *planted;
static void (*before_first)(void);

/* In the place of the C library's, for this program. */
ssize_t read(int file, void *bytes, size_t size)
{
    if (!planted || !*planted)
        return syscall(SYS_read, file, bytes, size);
    if (before_first) {
        void (*call)(void) = before_first;
        before_first = NULL;
        call();
    }
    const char *text = *planted++;
    if (!*text)
        return -1; /* ESRCH: it has ended since its state was opened */
    memset(bytes, '9', size);
    memcpy(bytes, text, strlen(text));
    return (ssize_t)(text[strlen(text) - 1] == '\n' ? strlen(text) : size);
}

static void a_thread_is_asleep_by_its_state_and_where_it_has_not_run_since(void **state)
{
    (void)state;
    static const struct {
        const char *looks[3];
        bool asleep;
    } cases[] = {
#define STATE(letter, of_its_own, taken)                                                           \
    "Name:\tx\nState:\t" letter " (so)\nvoluntary_ctxt_switches:\t" of_its_own                     \
    "\nnonvoluntary_ctxt_switches:\t" taken "\n"
        {{STATE("S", "90", "90"), STATE("S", "90", "90")}, true},
        {{STATE("Z", "0", "0"), STATE("Z", "0", "0")}, true},
        {{STATE("X", "0", "0"), STATE("X", "0", "0")}, true},
        {{STATE("R", "90", "90"), NULL}, false},
        {{STATE("D", "90", "90"), NULL}, false}, /* it waits for a disk, and goes on by itself */
        {{STATE("T", "90", "90"), NULL}, false},
        {{STATE("S", "90", "90"), STATE("R", "90", "90")}, false},
        {{STATE("S", "90", "90"), STATE("S", "99", "90")}, false},
        {{STATE("S", "90", "90"), STATE("S", "90", "99")}, false},
        {{STATE("S", "90", "90"), STATE("S", "91", "91")}, false},
        {{STATE("S", "0", "0"), ""}, false}, /* it has ended: who knows what it did before */
        {{"", NULL}, true},
        {{"State:\tS", "State:\tS"}, true}, /* more than there is room for */
    };
    pthread_t waits;
    int to_waiting[2];
    assert_int_equal(pipe(ends), 0);
    memcpy(to_waiting, ends, sizeof ends);
    assert_int_equal(pthread_create(&waits, NULL, wait_for_a_byte, NULL), 0);
    until_all_sleep();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        planted = cases[i].looks;
        bool asleep = asleep_all_others();
        if (asleep != cases[i].asleep || *planted)
            fail_msg("%zu: %d, and not read: %s", i, asleep, *planted ? *planted : "nothing");
        planted = NULL;
    }
    assert_int_equal(write(to_waiting[1], "x", 1), 1);
    pthread_join(waits, NULL);
    close(to_waiting[0]);
    close(to_waiting[1]);
    until_alone();
}

static pthread_t ending;
static pid_t id_of_ending;

static void *tell_and_wait(void *unused)
{
    id_of_ending = gettid();
    return wait_for_a_byte(unused);
}

static void end_one(void)
{
    char folder[64];
    snprintf(folder, sizeof folder, "/proc/self/task/%d", (int)id_of_ending);
    assert_int_equal(write(ends[1], "x", 1), 1);
    pthread_join(ending, NULL);
    while (access(folder, F_OK) == 0)
        sched_yield();
}

/* Its name has been read, and then there is no folder of it. */
static void one_that_ends_during_a_look_is_none(void **state)
{
    (void)state;
    static const char *const looks[] = {STATE("S", "1", "1"), STATE("S", "1", "1"), NULL};
    pthread_t waits;
    int other[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&waits, NULL, wait_for_a_byte, NULL), 0);
    until_all_sleep();
    memcpy(other, ends, sizeof ends);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&ending, NULL, tell_and_wait, NULL), 0);
    until_all_sleep();
    before_first = end_one;
    planted = looks;
    bool asleep = asleep_all_others();
    bool all_read = !*planted;
    planted = NULL;
    assert_true(asleep);
    assert_true(all_read);
    assert_int_equal(write(other[1], "x", 1), 1);
    pthread_join(waits, NULL);
    for (int i = 0; i < 2; i++) {
        close(ends[i]);
        close(other[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_alone_has_nobody_to_wait_for),
        cmocka_unit_test(those_that_wait_sleep),
        cmocka_unit_test(one_that_runs_does_not),
        cmocka_unit_test(a_thread_is_asleep_by_its_state_and_where_it_has_not_run_since),
        cmocka_unit_test(one_that_ends_during_a_look_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
