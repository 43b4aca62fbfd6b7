/* Why nobody wakes a task, or who will, in words: each kind of wait in a dump that asks for the proof. */
#include "test/proof_cases.h"
#include "test/words.h"

#include "profile/dump.h"
#include "task/ctx.h"
#include "task/mutex.h"
#include "task/semaphore.h"
#include "task/time.h"
#include "task/timer.h"
#include "task/wait_group.h"

static __attribute__((noinline)) char *said(void)
{
    settle();
    proof_wipe_stack();
    char *text = dump_text(&(struct dump){.format = DUMP_SUMMARY, .proof = DUMP_PROVEN});
    assert_non_null(text);
    return text;
}

#define EXPECT_SAID(...)                                                                           \
    do {                                                                                           \
        char *text = said();                                                                       \
        const char *const wanted[] = {__VA_ARGS__};                                                \
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)                                \
            expect_words(text, wanted[i]);                                                         \
        free(text);                                                                                \
    } while (0)

/* --- Channels ----------------------------------------------------------------------------------- */

STEP leave_receivers(int n)
{
    for (int i = 0; i < n; i++)
        go(receive, chan_make(int, 0));
}

LEAKING_TASK_TEST(a_channel_that_nobody_has_sent_to)
{
    leave_receivers(1200);
    EXPECT_SAID("1,200 are leaked: nobody can ever wake them; 1 is live\n",
                "    nobody has ever sent\n    leaked: nobody can ever wake them\n");
}

static void send_once(void *c)
{
    defer(chan_drop, c);
    chan_send(c, &(int){1});
}

static void receive_twice(void *c)
{
    defer(chan_drop, c);
    chan_recv(c, NULL);
    chan_recv(c, NULL);
}

STEP leave_one_that_is_served_once(void)
{
    struct chan *c = chan_make(int, 0);
    go(receive_twice, c);
    go(send_once, chan_ref(c));
}

LEAKING_TASK_TEST(a_channel_whose_sender_has_ended)
{
    leave_one_that_is_served_once();
    EXPECT_SAID("1 is leaked: nobody can ever wake it; 1 is live\n", "    last sent at ",
                "in send_once; no task is in send_once any more\n");
}

static struct chan *volatile known_channel;

STEP leave_in_static_data(void)
{
    go(receive, chan_ref(known_channel = chan_make(int, 0)));
}

LEAKING_TASK_TEST(static_data_by_its_name)
{
    leave_in_static_data();
    EXPECT_SAID("\n2 are live\n", "    live: reachable from static data known_channel+0x0");
}

static void await_end(void *ctx)
{
    defer(ctx_drop, ctx);
    chan_recv(ctx_done(ctx), NULL);
}

STEP leave_below_lost_context(void)
{
    go(await_end, ctx_with_cancel(ctx_background()));
}

LEAKING_TASK_TEST(a_context_by_where_it_was_made)
{
    leave_below_lost_context();
    EXPECT_SAID("    its context was made at ",
                "in leave_below_lost_context; nobody who is live can cancel it, and no deadline "
                "will\n");
}

static void wait_for_stopped_timer(void *unused)
{
    (void)unused;
    struct timer *t = timer_new(HOUR);
    defer(timer_drop, t);
    timer_stop(t);
    chan_recv(timer_chan(t), NULL);
}

LEAKING_TASK_TEST(a_timer_that_is_stopped)
{
    go(wait_for_stopped_timer, NULL);
    EXPECT_SAID("    its timer was made at ",
                "in wait_for_stopped_timer; it is stopped, or has fired\n");
}

/* --- Locks -------------------------------------------------------------------------------------- */

static struct mutex lock, other_lock;

static void lock_and_end(void *m)
{
    mutex_lock(m);
}

LEAKING_TASK_TEST(a_lock_whose_owner_has_ended)
{
    go(lock_and_end, &lock);
    settle();
    go(lock_and_end, &lock);
    EXPECT_SAID("    locked at ", "in lock_and_end by task ", ", which has ended with it\n");
}

static void lock_and_lock(void *m)
{
    mutex_lock(m);
    mutex_lock(m);
}

LEAKING_TASK_TEST(a_lock_that_its_owner_waits_for)
{
    go(lock_and_lock, &lock);
    EXPECT_SAID(", which waits for it again, for itself\n");
}

static void sleep_under_lock(void *m)
{
    mutex_lock(m);
    task_sleep(HOUR);
    mutex_unlock(m);
}

LEAKING_TASK_TEST(a_lock_whose_owner_sleeps)
{
    go(sleep_under_lock, &lock);
    settle();
    go(lock_and_end, &lock);
    EXPECT_SAID("2 are woken by time alone; 1 is live\n", " (sleep_under_lock, made at ",
                " has the lock, and sleeps for another ");
}

static void lock_one_then_the_other(void *first)
{
    mutex_lock(first);
    task_yield();
    mutex_lock(first == &lock ? &other_lock : &lock);
}

LEAKING_TASK_TEST(a_circle_of_locks_is_one_line)
{
    go(lock_one_then_the_other, &lock);
    go(lock_one_then_the_other, &other_lock);
    EXPECT_SAID("    cycle: task ", " in lock_one_then_the_other -> task ");
    char *text = said();
    const char *cycle = strstr(text, "    cycle: "), *end = strchr(cycle, '\n');
    size_t links = 0;
    for (const char *at = cycle; (at = strstr(at, " -> ")) && at < end; at++)
        links++;
    assert_int_equal(links, 2);
    free(text);
}

/* --- Groups and conditions ---------------------------------------------------------------------- */

static void wait_for_two(void *unused)
{
    (void)unused;
    struct wait_group g = {0};
    wait_group_add(&g, 2);
    wait_group_done(&g);
    wait_group_wait(&g);
}

LEAKING_TASK_TEST(a_group_by_its_adds_and_dones)
{
    go(wait_for_two, NULL);
    EXPECT_SAID("    2 added, last at ", "in wait_for_two; 1 done, last at ");
}

static void signal_and_wait(void *unused)
{
    (void)unused;
    struct mutex m = {0};
    struct cond c = {.mutex = &m};
    mutex_lock(&m);
    cond_signal(&c);
    cond_wait(&c);
}

LEAKING_TASK_TEST(a_signal_that_nobody_heard)
{
    go(signal_and_wait, NULL);
    EXPECT_SAID("    signalled 1 time, last at ", "in signal_and_wait; 1 time nobody waited\n");
}

/* --- What is not proven ------------------------------------------------------------------------- */

static volatile uintptr_t disguised;

STEP leave_disguised(void)
{
    struct chan *c = chan_make(int, 0);
    go(receive, chan_ref(c));
    disguised = ~(uintptr_t)c;
}

LEAKING_TASK_TEST(a_reference_that_was_not_found)
{
    leave_disguised();
    EXPECT_SAID("1 is not proven: somebody may have what it needs; 1 is live\n",
                "    not proven: what is waited for has more references than holders that were "
                "found\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_channel_that_nobody_has_sent_to),
        cmocka_unit_test(a_channel_whose_sender_has_ended),
        cmocka_unit_test(static_data_by_its_name),
        cmocka_unit_test(a_context_by_where_it_was_made),
        cmocka_unit_test(a_timer_that_is_stopped),
        cmocka_unit_test(a_lock_whose_owner_has_ended),
        cmocka_unit_test(a_lock_that_its_owner_waits_for),
        cmocka_unit_test(a_lock_whose_owner_sleeps),
        cmocka_unit_test(a_circle_of_locks_is_one_line),
        cmocka_unit_test(a_group_by_its_adds_and_dones),
        cmocka_unit_test(a_signal_that_nobody_heard),
        cmocka_unit_test(a_reference_that_was_not_found),
    };
    return cmocka_run_group_tests_name("reasons", tests, NULL, NULL);
}
