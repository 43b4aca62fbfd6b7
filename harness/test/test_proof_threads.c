/* Where a proof looks besides memory: the stacks and registers of other threads, and what the loop's pool has in hand.
 * One that does not stop refuses the proof. */
#include "test/proof_cases.h"

#include "task/loop.h"
#include "task/time.h"
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* --- Other threads ------------------------------------------------------------------------------ */

static sem_t thread_has_it, thread_may_go;
static volatile int let_it_spin;

static void *hold_in_thread(void *c)
{
    struct chan *volatile held = c;
    sem_post(&thread_has_it);
    sem_wait(&thread_may_go);
    return held;
}

static void *hold_in_register(void *c)
{
    sem_post(&thread_has_it);
    while (let_it_spin)
        __asm__ volatile("" : "+r"(c));
    return c;
}

static pthread_t thread;

STEP start_thread(void *(*hold)(void *))
{
    sem_init(&thread_has_it, 0, 0);
    sem_init(&thread_may_go, 0, 0);
    let_it_spin = 1;
    assert_int_equal(pthread_create(&thread, NULL, hold, leave_receiver()), 0);
    sem_wait(&thread_has_it);
}

STEP end_thread(void)
{
    let_it_spin = 0;
    sem_post(&thread_may_go);
    void *c = NULL;
    pthread_join(thread, &c);
    chan_drop(c);
}

LEAKING_TASK_TEST(on_the_stack_of_another_thread)
{
    start_thread(hold_in_thread);
    assert_true(expect_live(1) == CAUSE_THREAD);
    end_thread();
    expect_leaked(1);
}

LEAKING_TASK_TEST(in_a_register_of_another_thread)
{
    start_thread(hold_in_register);
    assert_true(expect_live(1) == CAUSE_THREAD);
    end_thread();
    expect_leaked(1);
}

struct work {
    uv_work_t request;
    struct chan *c;
};

static void work_for_long(uv_work_t *request)
{
    (void)request;
    sem_post(&thread_has_it);
    sem_wait(&thread_may_go);
}

static void work_is_done(uv_work_t *request, int status)
{
    (void)status;
    struct work *w = (struct work *)request;
    chan_try_send(w->c, &(int){1});
    chan_drop(w->c);
    free(w);
}

STEP start_work(void)
{
    struct work *w = calloc(1, sizeof *w);
    w->c = leave_receiver();
    sem_init(&thread_has_it, 0, 0);
    sem_init(&thread_may_go, 0, 0);
    uv_queue_work(task_loop(), &w->request, work_for_long, work_is_done);
    sem_wait(&thread_has_it);
}

LEAKING_TASK_TEST(in_the_hands_of_the_loops_pool)
{
    start_work();
    expect_live(1);
    sem_post(&thread_may_go);
    usleep(10000); /* done, and its callback yet to come */
    expect_live(1);
    clock_set_virtual(false);
    while (task_count() > 1)
        task_sleep(MILLISECOND);
}

static void *block_all_signals(void *unused)
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    return hold_in_thread(unused);
}

LEAKING_TASK_TEST(a_thread_that_does_not_stop_refuses_the_proof)
{
    start_thread(block_all_signals);
    struct task_leaks leaks = look_now();
    assert_non_null(strstr(leaks.refused, "blocks the signal"));
    assert_int_equal(leaks.leaked, 0);
    end_thread();
    expect_leaked(1);
}

/* --- One that is late --------------------------------------------------------------------------- */

static int from_child[2], to_child[2];
static int pauses, release_after; /* of the proof, until the child may end */
static bool no_time_passes;

static void release_child(void)
{
    assert_int_equal(write(to_child[1], "", 1), 1);
}

/* In the place of the C library's, for this program. */
int nanosleep(const struct timespec *time, struct timespec *left)
{
    pauses++;
    if (pauses == release_after)
        release_child();
    return no_time_passes ? 0 : (int)syscall(SYS_nanosleep, time, left);
}

/* As by vfork(): no signal comes through until the child has ended, and none is blocked. */
static void *wait_for_child(void *c)
{
    struct chan *volatile held = c;
    char byte = 0;
    long child = syscall(SYS_clone, CLONE_VFORK | SIGCHLD, NULL, NULL, NULL, NULL);
    if (child == 0) {
        close(to_child[1]); /* so that it ends with the test, too */
        _exit(write(from_child[1], &byte, 1) != 1 || read(to_child[0], &byte, 1) != 1);
    }
    assert_int_equal(waitpid((pid_t)child, NULL, 0), child);
    while (sem_wait(&thread_may_go) != 0)
        continue;
    return held;
}

STEP start_late_thread(int release)
{
    char byte;
    assert_int_equal(pipe(from_child), 0);
    assert_int_equal(pipe(to_child), 0);
    sem_init(&thread_may_go, 0, 0);
    pauses = 0;
    release_after = release;
    assert_int_equal(pthread_create(&thread, NULL, wait_for_child, leave_receiver()), 0);
    assert_int_equal(read(from_child[0], &byte, 1), 1);
}

STEP end_late_thread(void)
{
    end_thread();
    for (int i = 0; i < 2; i++) {
        close(from_child[i]);
        close(to_child[i]);
    }
}

enum { PAUSES_A_MS = 20 };

/* For longer than one that blocks the signal. */
LEAKING_TASK_TEST(a_thread_that_comes_late_is_waited_for)
{
    start_late_thread(300 * PAUSES_A_MS);
    assert_true(expect_live(1) == CAUSE_THREAD);
    assert_true(pauses >= release_after);
    end_late_thread();
    expect_leaked(1);
}

LEAKING_TASK_TEST(a_thread_that_does_not_come_refuses_the_proof)
{
    start_late_thread(0);
    no_time_passes = true;
    struct task_leaks leaks = look_now();
    no_time_passes = false;
    assert_string_equal(leaks.refused, "another thread does not stop: for 2 s it has had no "
                                       "processor, or waits in the kernel");
    assert_int_equal(leaks.leaked, 0);
    assert_int_equal(pauses, 2000 * PAUSES_A_MS);
    release_child();
    end_late_thread();
    expect_leaked(1);
}

/* --- Too many ----------------------------------------------------------------------------------- */

enum { MANY = 600, LOOKS = 60 };

static void *wait_to_go(void *unused)
{
    while (sem_wait(&thread_may_go) != 0)
        continue;
    return unused;
}

/* They are not stopped, then, and for some the signal is yet to come: those go on as well. */
LEAKING_TASK_TEST(too_many_threads_refuse_the_proof_and_go_on)
{
    static pthread_t many[MANY];
    pthread_attr_t small;
    sem_init(&thread_may_go, 0, 0);
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 << 10);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(pthread_create(&many[i], &small, wait_to_go, NULL), 0);
    for (int i = 0; i < LOOKS; i++) {
        struct task_leaks leaks = look_now();
        assert_string_equal(leaks.refused, "there are too many threads to stop them");
    }
    for (int i = 0; i < MANY; i++)
        sem_post(&thread_may_go);
    for (int i = 0; i < MANY; i++)
        pthread_join(many[i], NULL);
    pthread_attr_destroy(&small);
    expect_leaked(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(on_the_stack_of_another_thread),
        cmocka_unit_test(in_a_register_of_another_thread),
        cmocka_unit_test(in_the_hands_of_the_loops_pool),
        cmocka_unit_test(a_thread_that_does_not_stop_refuses_the_proof),
        cmocka_unit_test(a_thread_that_comes_late_is_waited_for),
        cmocka_unit_test(a_thread_that_does_not_come_refuses_the_proof),
        cmocka_unit_test(too_many_threads_refuse_the_proof_and_go_on),
    };
    return cmocka_run_group_tests_name("proof and memory", tests, NULL, NULL);
}
