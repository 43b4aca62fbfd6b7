/* What a program tells by itself: at panic and deadlock, on SIGUSR1; and the example that does all
 * of it with a main of its own. */
#include "test/words.h"

#include "profile/install.h"
#include "task/chan.h"
#include "task/defer.h"
#include "task/inspect.h"
#include "task/stats.h"
#include <signal.h>
#include <unistd.h>

__attribute__((noinline)) static void receive(void *c)
{
    chan_recv(c, NULL);
}

static void start(struct chan *c, int n)
{
    for (int i = 0; i < n; i++)
        go(receive, c);
    settle();
}

static void die_in_deadlock(void *unused)
{
    (void)unused;
    dump_install();
    struct chan *c = chan_make(int, 0);
    start(c, 2);
    receive(c);
}

static void a_deadlock_dumps_everyone(void **state)
{
    (void)state;
    const struct ending *e = support_ending(die_in_deadlock);
    assert_int_equal(e->status, 2);
    expect_words(e->words, "fatal error: all tasks are asleep - deadlock!\n");
    expect_match(e->words, "^goroutine [0-9]+ \\[chan receive\\]:$");
    expect_words(e->words, "\nreceive(...)\n\tharness/test/test_profile_install.c:");
    expect_words(e->words, "\ndie_in_deadlock(...)\n");
    expect_match(e->words, "^created by start in goroutine [0-9]+$");
}

static void die_in_deadlock_with_many(void *unused)
{
    (void)unused;
    dump_install();
    struct chan *c = chan_make(int, 0);
    start(c, 2000);
    receive(c);
}

static void many_are_told_in_words(void **state)
{
    (void)state;
    const struct ending *e = support_ending(die_in_deadlock_with_many);
    assert_int_equal(e->status, 2);
    expect_words(e->words, "\n2,000 tasks parked in chan receive at "
                           "harness/test/test_profile_install.c:");
    expect_no_words(e->words, "goroutine ");
}

/* The first line of what is told of so many tasks; no descriptor is left open by it. */
static void expect_first_line(const char *words)
{
    char said[256] = "", path[] = "/tmp/leaklab-everyone-XXXXXX";
    int fd = mkstemp(path), before = dup(fd);
    unlink(path);
    close(before);
    task_dump_all(fd);
    int after = dup(fd);
    assert_int_equal(after, before);
    close(after);
    assert_true(pread(fd, said, sizeof said - 1, 0) > 0);
    close(fd);
    said[strcspn(said, "\n")] = 0;
    assert_string_equal(said, words);
}

LEAKING_TASK_TEST(a_hundred_are_told_one_by_one)
{
    assert_int_equal(dump_install(), 0);
    assert_int_equal(dump_install(), 0); /* once more is the same */
    struct chan *c = chan_make(int, 0);
    start(c, 99);
    expect_first_line("goroutine 1 [running]:");
    start(c, 1);
    expect_first_line("101 tasks");
}

static void die_by_panic(void *unused)
{
    (void)unused;
    dump_install();
    struct chan *c = chan_make(int, 0), *closed = chan_make(int, 0);
    start(c, 1);
    chan_close(closed);
    chan_send(closed, &(int){1});
}

static void a_panic_names_lines_and_dumps_everyone(void **state)
{
    (void)state;
    const struct ending *e = support_ending(die_by_panic);
    assert_int_equal(e->status, 2);
    expect_words(e->words, "panic: send on closed channel\n");
    expect_match(e->words,
                 "die_by_panic\\+0x[0-9a-f]+ harness/test/test_profile_install.c:[0-9]+$");
    expect_match(e->words, "^goroutine [0-9]+ \\[running\\]:$");
    expect_match(e->words, "^goroutine [0-9]+ \\[chan receive\\]:$");
    expect_words(e->words, "\nreceive(...)\n");
}

static void die_without_memory(void *unused)
{
    (void)unused;
    dump_install();
    struct chan *c = chan_make(int, 0);
    start(c, 2000);
    close(STDOUT_FILENO); /* and no descriptor for a copy of standard error */
    for (int fd = 3; fd < 1024; fd++)
        close(fd);
    while (dup(STDERR_FILENO) >= 0)
        continue;
    task_panic("no descriptors");
}

static void what_can_not_be_told_well_is_told_plainly(void **state)
{
    (void)state;
    const struct ending *e = support_ending(die_without_memory);
    assert_int_equal(e->status, 2);
    expect_words(e->words, "panic: no descriptors\n");
    expect_match(e->words, "^task [0-9]+ \\[chan receive\\]: receive, made in start at ");
}

/* --- SIGUSR1 ---------------------------------------------------------------------------------- */

static void signal_while_waiting(void *unused)
{
    (void)unused;
    assert_int_equal(dump_install(), 0);
    assert_int_equal(dump_install(), 0); /* once is enough */
    struct chan *c = chan_make(int, 0);
    start(c, 3);
    raise(SIGUSR1);
    task_sleep(SECOND);
    dprintf(STDERR_FILENO, "and on it goes\n");
    chan_close(c);
}

static void a_signal_prints_the_summary_and_nothing_else_happens(void **state)
{
    (void)state;
    const struct ending *e = support_ending(signal_while_waiting);
    assert_int_equal(e->status, 0);
    expect_words(e->words,
                 "\n3 tasks parked in chan receive at harness/test/test_profile_install.c:");
    expect_words(e->words, "and on it goes\n");
    const char *first = strstr(e->words, "3 tasks parked");
    assert_null(strstr(first + 1, "3 tasks parked"));
}

static void signal_while_busy(void *unused)
{
    (void)unused;
    dump_install();
    struct chan *c = chan_make(int, 0);
    start(c, 3);
    raise(SIGUSR1);
    for (int i = 0; i < 10000; i++)
        task_yield(); /* never waits for anything */
    chan_close(c);
}

static void a_busy_program_hears_the_signal(void **state)
{
    (void)state;
    const struct ending *e = support_ending(signal_while_busy);
    assert_int_equal(e->status, 0);
    expect_words(e->words, "\n3 tasks parked in chan receive at ");
}

/* --- The example ------------------------------------------------------------------------------ */

/* A program that lies beside the lab. */
static char *beside(const char *program, const char *words, int status)
{
    char command[512];
    const char *lab = getenv("LEAKLAB");
    if (!lab) {
        support_skip("LEAKLAB does not name the leaklab of this build: use make test");
    }
    snprintf(command, sizeof command, "%.*s%s %s 2>&1", (int)(strrchr(lab, '/') - lab + 1), lab,
             program, words);
    return words_of(command, status);
}

static char *example(const char *words, int status)
{
    return beside("harness/profile/example/own_main", words, status);
}

static void the_example_finds_its_leak(void **state)
{
    (void)state;
    char *words = example("", 1);
    expect_match(words, "^4 tasks$");
    expect_words(words, "\n3 tasks parked in chan receive at "
                        "harness/profile/example/own_main.c:");
    expect_words(words, "3 tasks left at quiescence:\n");
    expect_words(words, "; the channel has no sender and 3 references, their own\n");
    free(words);
}

static void the_example_without_its_leak_is_clean(void **state)
{
    (void)state;
    char *words = example("close", 0);
    expect_words(words, "no task is left\n");
    free(words);
}

static void the_hard_errors_tell_function_and_line(void **state)
{
    (void)state;
    char *words = beside("leaks/hard_errors/closed_channel", "", 2);
    expect_words(words, "panic: send on closed channel\n");
    expect_match(words, "^\tsent at handle\\+0x[0-9a-f]+ leaks/hard_errors/closed_channel.c:17$");
    expect_match(words, "^\tclosed at handle\\+0x[0-9a-f]+ leaks/hard_errors/closed_channel.c:15$");
    free(words);
    words = beside("fixes/hard_errors/closed_channel", "", 0);
    expect_words(words, "received 0, closed\n");
    free(words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadlock_dumps_everyone),
        cmocka_unit_test(many_are_told_in_words),
        cmocka_unit_test(a_hundred_are_told_one_by_one),
        cmocka_unit_test(a_panic_names_lines_and_dumps_everyone),
        cmocka_unit_test(what_can_not_be_told_well_is_told_plainly),
        cmocka_unit_test(a_signal_prints_the_summary_and_nothing_else_happens),
        cmocka_unit_test(a_busy_program_hears_the_signal),
        cmocka_unit_test(the_example_finds_its_leak),
        cmocka_unit_test(the_example_without_its_leak_is_clean),
        cmocka_unit_test(the_hard_errors_tell_function_and_line),
    };
    return cmocka_run_group_tests_name("profile: by itself", tests, NULL, NULL);
}
