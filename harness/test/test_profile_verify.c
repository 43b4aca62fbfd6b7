/* task_verify_none(): passes and fails as it must, blames nobody else's tasks, and its fixture. */
#include "test/words.h"

#include "profile/dump.h"
#include "profile/verify_tasks_cmocka.h"
#include "proof/look.h"
#include "task/chan.h"
#include "task/defer.h"
#include <unistd.h>

static void receive(void *c)
{
    defer(chan_drop, c);
    chan_recv(c, NULL);
}

static void receive_elsewhere(void *c)
{
    receive(c);
    note("back"); /* no tail call */
}

static void sleep_a_while(void *unused)
{
    (void)unused;
    task_sleep(MINUTE);
}

static void sleep_almost_ten_minutes(void *unused)
{
    (void)unused;
    task_sleep(10 * MINUTE - MILLISECOND);
}

static bool tired;

static void yield_until_tired(void *late)
{
    if (late)
        task_sleep(MINUTE);
    while (!tired)
        task_yield();
}

static void expect_none(const struct verify *v)
{
    char *left = task_verify_none(v);
    if (left)
        fail_msg("nothing should be left, but it says:\n%s", left);
}

/* Compares the first line, and returns the rest. */
static char *expect_left(const struct verify *v, const char *first_line)
{
    char *left = task_verify_none(v);
    if (!left)
        fail_msg("it should say: %s", first_line);
    assert_int_equal(strncmp(left, first_line, strlen(first_line)), 0);
    return left;
}

TASK_TEST(it_passes_when_every_task_has_ended)
{
    struct verify v = verify_begin();
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    for (int i = 0; i < 3; i++)
        go(receive, chan_ref(c));
    chan_close(c);
    expect_none(&v); /* they have not even run yet: it waits for quiescence */
}

/* The last one made before may have the stack of one that has ended: it need not be the last seen. */
TASK_TEST(it_knows_who_was_there_before)
{
    struct chan *first = chan_make(int, 0), *others = chan_make(int, 0);
    go(receive, first);
    go(receive, chan_ref(others));
    settle();
    chan_close(first);
    settle();
    go(receive, chan_ref(others));
    struct verify v = verify_begin();
    expect_none(&v);
    chan_close(others);
    chan_drop(others);
}

TASK_TEST(it_fails_with_the_dump_of_just_those_that_are_left)
{
    struct chan *c = chan_make(int, 0), *before = chan_make(int, 0);
    defer(chan_drop, c);
    defer(chan_drop, before);
    go(receive, chan_ref(before));
    struct verify v = verify_begin();
    for (int i = 0; i < 2; i++)
        go(receive_elsewhere, chan_ref(c));
    go(sleep_almost_ten_minutes, NULL); /* ends: only that time passes */
    char *left = expect_left(&v, "2 tasks left at quiescence:\n\n");
    expect_words(left, "2 tasks parked in chan receive at harness/test/test_profile_verify.c:");
    expect_words(left, ", for 10 minutes;");
    expect_words(left, "\nreceive_elsewhere(...)\n");
    expect_match(left, "^goroutine [0-9]+ \\[chan receive, 9 minutes\\]:$");
    assert_null(strstr(strstr(left, "goroutine ") + 1, "running"));
    free(left);
    chan_close(c);
    expect_none(&v);
    chan_close(before);
}

TASK_TEST(what_only_waits_for_time_has_the_horizon_to_end)
{
    struct verify v = verify_begin();
    go(sleep_a_while, NULL);
    expect_none(&v);
    v.horizon = 10 * SECOND;
    go(sleep_a_while, NULL);
    char *left = expect_left(&v, "1 task left at quiescence:\n");
    expect_words(left, "parked in sleep at ");
    free(left);
    expect_none(&(struct verify){.before = v.before, .horizon = MINUTE});
}

TASK_TEST(labels_tell_interleaved_tests_apart)
{
    struct chan *a = chan_make(int, 0), *b = chan_make(int, 0);
    defer(chan_drop, a);
    defer(chan_drop, b);
    struct verify of_a = verify_begin(), of_b = verify_begin();
    of_a.test = "a";
    of_b.test = "b \"quoted\"";
    task_label(VERIFY_LABEL, of_a.test);
    go(receive, chan_ref(a));
    task_label(VERIFY_LABEL, of_b.test);
    go(receive, chan_ref(b));
    task_label(VERIFY_LABEL, of_a.test);
    go(receive, chan_ref(a));
    char *left = expect_left(&of_a, "2 tasks of test \"a\" left at quiescence:\n");
    expect_no_words(left, "quoted");
    free(left);
    free(expect_left(&of_b, "1 task of test \"b \\\"quoted\\\"\" left at quiescence:\n"));
    chan_close(a);
    expect_none(&of_a); /* b's is still there, and is not a's fault */
    chan_close(b);
    expect_none(&of_b);
}

TASK_TEST(tasks_are_ignored_by_where_they_were_made_or_stand)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    struct verify v = verify_begin();
    go(receive, chan_ref(c));
    char place[64];
    snprintf(place, sizeof place, "test_profile_verify.c:%d", __LINE__ - 2);
    const char *const all[] = {place, "test/test_profile_verify.c", __func__, NULL};
    for (int i = 0; i < 3; i++) {
        const char *const one[] = {"elsewhere.c:1", all[i], NULL};
        v.ignore_made = one;
        expect_none(&v);
    }
    const char *const others[] = {"profile_verify.c", "verify.c:1", "receive", "elsewhere", NULL};
    v.ignore_made = others;
    free(expect_left(&v, "1 task left"));
    v.ignore_made = NULL;
    const char *const top[] = {"receive", NULL}, *const not_top[] = {"receiv", "start", NULL};
    v.ignore_top = top;
    expect_none(&v);
    v.ignore_top = not_top;
    free(expect_left(&v, "1 task left"));
    chan_close(c);
}

static void sleep_and_yield(void *unused)
{
    (void)unused;
    task_sleep(MINUTE);
    for (int i = 0; i < 5; i++)
        task_yield();
}

TASK_TEST(what_wakes_at_the_horizon_is_let_finish)
{
    struct verify v = verify_begin();
    v.horizon = MINUTE;
    go(sleep_and_yield, NULL);
    expect_none(&v);
    v.before = 0; /* the caller itself is never blamed */
    expect_none(&v);
}

LEAKING_TASK_TEST(a_task_that_never_rests_is_told)
{
    struct verify v = verify_begin();
    go(yield_until_tired, NULL);
    char *left = expect_left(&v, "1 task left at quiescence (some task never parks");
    expect_words(left, "1 task runnable at ");
    free(left);
    tired = true;
}

LEAKING_TASK_TEST(a_task_that_stops_the_clock_is_told)
{
    struct verify v = verify_begin();
    go(yield_until_tired, &v);
    free(expect_left(&v, "1 task left at quiescence (some task never parks"));
    tired = true;
}

TASK_TEST(many_are_told_in_groups)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    struct verify v = verify_begin();
    for (int i = 0; i < 1000; i++)
        go(receive, chan_ref(c));
    char *left = expect_left(&v, "1,000 tasks left at quiescence:\n");
    expect_words(left, "\n1000 @ 0x");
    expect_no_words(left, "goroutine ");
    free(left);
    chan_close(c);
}

/* --- By proof ------------------------------------------------------------------------------------ */

/* In frames of their own: what they had in their hands is nobody's then. */
static __attribute__((noinline)) void leave_two_and_a_sleeper(void)
{
    for (int i = 0; i < 2; i++)
        go(receive_elsewhere, chan_make(int, 0));
    go(sleep_a_while, NULL);
    settle();
}

static __attribute__((noinline)) void overwrite(void)
{
    volatile char below[16 * 1024];
    for (size_t i = 0; i < sizeof below; i++)
        below[i] = 0;
}

static char *left_by_proof(const struct verify *v)
{
    overwrite();
    return task_verify_none_leaked(v);
}

/* At once, and who is only slow is not blamed. */
static void expect_blamed_by_proof(void *unused)
{
    (void)unused;
    struct verify v = verify_begin();
    assert_null(left_by_proof(&v));
    leave_two_and_a_sleeper();
    char *left = left_by_proof(&v);
    expect_match(left, "^2 tasks that nobody can ever wake:$");
    expect_words(left, "\nreceive_elsewhere(...)\n");
    expect_no_words(left, "sleep_a_while");
    free(left);
    v.test = "a"; /* none has a label */
    assert_null(left_by_proof(&v));
    struct verify later = verify_begin();
    assert_null(left_by_proof(&later));
}

static void by_proof_those_are_blamed_that_nobody_can_wake(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("nothing is proven under the checkers");
    support_run_once(expect_blamed_by_proof);
}

LEAKING_TASK_TEST(what_can_not_be_proven_is_told)
{
    struct verify v = verify_begin();
    __atomic_test_and_set(&proof_is_looking, __ATOMIC_ACQUIRE); /* as another thread's look does */
    char *left = task_verify_none_leaked(&v);
    assert_string_equal(left, "nothing is proven: another look goes on\n");
    free(left);
    left = dump_text(&(struct dump){.format = DUMP_SUMMARY, .proof = DUMP_PROVEN});
    expect_match(left, "^nothing is proven: another look goes on$");
    free(left);
}

/* --- From outside of tasks, and as fixture ----------------------------------------------------- */

static struct chan *kept;

static void leave_one(void *unused)
{
    (void)unused;
    kept = chan_make(int, 0);
    go(receive, kept);
}

static void end_it(void *unused)
{
    (void)unused;
    chan_close(kept);
}

static void verify_outside(void *unused)
{
    (void)unused;
    clock_set_virtual(true);
    struct verify v = verify_begin();
    assert_int_equal(v.before, 0);
    expect_none(&v);
    task_run(leave_one, NULL);
    char *left = expect_left(&v, "1 task left at quiescence:\n");
    expect_words(left, "reference, its own\n");
    free(left);
    struct verify later = verify_begin(); /* it is nothing new by then */
    expect_none(&later);
    task_run(end_it, NULL);
    expect_none(&v);
}

static void it_works_outside_of_tasks(void **state)
{
    (void)state;
    support_run_outside(verify_outside);
}

/* Under the real clock no time is waited. */
static void verify_real(void *unused)
{
    (void)unused;
    struct verify v = verify_begin();
    go(sleep_a_while, NULL);
    free(expect_left(&v, "1 task left at quiescence:\n"));
}

static void run_real(void *unused)
{
    (void)unused;
    assert_int_equal(task_run(verify_real, NULL), 0);
}

static void the_real_clock_is_not_waited_for(void **state)
{
    (void)state;
    support_run_outside(run_real);
}

static void clean_test(void **state)
{
    (void)state;
    task_run(leave_one, NULL);
    task_run(end_it, NULL);
}

static void leaking_test(void **state)
{
    (void)state;
    task_run(leave_one, NULL);
}

static void asserting_test(void **state)
{
    (void)state;
    struct verify v = verify_begin();
    task_run(leave_one, NULL);
    assert_no_tasks(&v);
}

/* A group of tests of which two must fail, in a process of its own. */
static int be_the_fixture(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(clean_test, verify_setup, verify_teardown),
        cmocka_unit_test_setup_teardown(leaking_test, verify_setup, verify_teardown),
        cmocka_unit_test_setup_teardown(clean_test, verify_setup, verify_teardown),
        cmocka_unit_test(asserting_test),
    };
    unsetenv("CMOCKA_MESSAGE_OUTPUT");
    cmocka_set_test_filter(NULL);
    int failed = cmocka_run_group_tests_name("fixture", tests, NULL, NULL);
    fflush(NULL);
    _exit(failed);
}

static void the_fixture_fails_the_test_that_leaks_and_no_other(void **state)
{
    (void)state;
    char path[4096], command[4200];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    assert_true(n > 0);
    path[n] = 0;
    snprintf(command, sizeof command, "%s as-fixture 2>&1", path);
    char *words = words_of(command, 2);
    expect_match(words, "OK \\] clean_test");
    expect_words(words, "1 task left at quiescence:");
    expect_words(words, "in leave_one");
    expect_match(words, "ERROR +\\] leaking_test|leaking_test failed|FAILED +\\] leaking_test");
    expect_match(words, "FAILED +\\] asserting_test");
    expect_no_words(words, "] clean_test\n[  FAILED");
    free(words);
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "as-fixture"))
        return be_the_fixture();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_passes_when_every_task_has_ended),
        cmocka_unit_test(it_knows_who_was_there_before),
        cmocka_unit_test(it_fails_with_the_dump_of_just_those_that_are_left),
        cmocka_unit_test(what_only_waits_for_time_has_the_horizon_to_end),
        cmocka_unit_test(labels_tell_interleaved_tests_apart),
        cmocka_unit_test(tasks_are_ignored_by_where_they_were_made_or_stand),
        cmocka_unit_test(what_wakes_at_the_horizon_is_let_finish),
        cmocka_unit_test(a_task_that_never_rests_is_told),
        cmocka_unit_test(a_task_that_stops_the_clock_is_told),
        cmocka_unit_test(many_are_told_in_groups),
        cmocka_unit_test(by_proof_those_are_blamed_that_nobody_can_wake),
        cmocka_unit_test(what_can_not_be_proven_is_told),
        cmocka_unit_test(it_works_outside_of_tasks),
        cmocka_unit_test(the_real_clock_is_not_waited_for),
        cmocka_unit_test(the_fixture_fails_the_test_that_leaks_and_no_other),
    };
    return cmocka_run_group_tests_name("profile: assertions", tests, NULL, NULL);
}
