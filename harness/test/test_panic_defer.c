/* A panic that nobody recovers from: deferred calls first, then the words, and the end. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/error_group.h"
#include "task/once.h"
#include "task/recover.h"
#include "task/timer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void say(const char *word)
{
    dprintf(STDERR_FILENO, "%s ", word);
}

/* These words, in this order, and exit status 2. */
static void expect_words(void (*body)(void *), const char *const *words)
{
    const struct ending *ending = support_ending(body);
    const char *at = ending->words;
    for (; *words; words++) {
        const char *found = strstr(at, *words);
        if (!found)
            fail_msg("after \"%.20s...\" there should be \"%s\", all words are:\n%s", at, *words,
                     ending->words);
        at = found + strlen(*words);
    }
    assert_int_equal(ending->status, 2);
}

static void fail_with_open_files(void *unused)
{
    (void)unused;
    defer(say, "first-opened");
    defer(say, "last-opened");
    chan_close(NULL);
}

static void fail_in_a_task(void *unused)
{
    (void)unused;
    defer(say, "not-its-own");
    go(fail_with_open_files, NULL);
    settle();
}

static void deferred_calls_come_before_the_words(void **state)
{
    (void)state;
    static const char *const words[] = {"last-opened first-opened panic: close of nil channel\n",
                                        "task 2 [running]: fail_with_open_files\n",
                                        "created by fail_in_a_task in task 1\n", NULL};
    expect_words(fail_in_a_task, words);
    if (strstr(support_ending(fail_in_a_task)->words, "not-its-own"))
        fail_msg("another task's deferred calls were run");
}

/* --- Panics in deferred calls -------------------------------------------------------------------- */

static void panic_again(const char *message)
{
    task_panic("%s", message);
}

static void fail_three_times(void *unused)
{
    (void)unused;
    defer(say, "still");
    defer(panic_again, "third");
    defer(panic_again, "second");
    chan_close(NULL);
}

static void every_panic_is_told_the_first_one_first(void **state)
{
    (void)state;
    static const char *const words[] = {
        "still panic: close of nil channel\n\tpanic: second\n\tpanic: third\n",
        "task 1 [running]: ", NULL};
    expect_words(fail_three_times, words);
}

static void close_twice(void *c)
{
    chan_close(c);
    chan_close(c);
}

static void send_on_closed(struct chan *c)
{
    chan_send(c, &(int){1});
}

static void fail_at_both_ends(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 1);
    defer(send_on_closed, c);
    close_twice(c);
}

static void each_panic_has_its_own_sites(void **state)
{
    (void)state;
    static const char *const words[] = {"panic: close of closed channel\n",
                                        "\tclosed again at ",
                                        "\tclosed first at ",
                                        "\tpanic: send on closed channel\n",
                                        "\tsent at ",
                                        "\tclosed at ",
                                        NULL};
    expect_words(fail_at_both_ends, words);
}

static void panic_with(void *message)
{
    panic_again(message);
}

static void recover_from_all(const char *message)
{
    struct panic panic;
    if (task_recover(panic_with, (void *)message, &panic))
        say(panic.message);
}

static void recover_while_failing(void *unused)
{
    (void)unused;
    defer(recover_from_all, "recovered");
    chan_close(NULL);
}

static void what_was_recovered_from_is_not_told(void **state)
{
    (void)state;
    static const char *const words[] = {"recovered panic: close of nil channel\n\ntask 1 ", NULL};
    expect_words(recover_while_failing, words);
}

/* --- What runs nothing ---------------------------------------------------------------------------- */

static void expect_no_deferred_call(void (*body)(void *), const char *words)
{
    support_expect_stop(body, words);
    if (strstr(support_ending(body)->words, "deferred-call"))
        fail_msg("a deferred call was run: %s", support_ending(body)->words);
}

static void unlock_unlocked(void *unused)
{
    (void)unused;
    struct mutex m = {0};
    defer(say, "deferred-call");
    mutex_unlock(&m);
}

static void recover_from_fatal(void *unused)
{
    (void)unused;
    task_recover(unlock_unlocked, NULL, NULL);
}

static void deadlock(void *unused)
{
    (void)unused;
    defer(say, "deferred-call");
    chan_recv(NULL, NULL);
}

static __attribute__((noinline)) int overflow(volatile int *depth)
{
    volatile int frame[128];
    frame[0] = *depth + 1;
    return frame[0] < 1000000 ? overflow(frame) + frame[0] : 0;
}

static void run_out_of_stack(void *unused)
{
    (void)unused;
    defer(say, "deferred-call");
    overflow(&(int){0});
}

static void fatal_errors_end_the_program_at_once(void **state)
{
    (void)state;
    expect_no_deferred_call(unlock_unlocked, "fatal error: sync: unlock of unlocked mutex\n");
    expect_no_deferred_call(recover_from_fatal, "fatal error: sync: unlock of unlocked mutex\n");
    expect_no_deferred_call(deadlock, "fatal error: all tasks are asleep - deadlock!\n");
    if (!support_is_instrumented())
        expect_no_deferred_call(run_out_of_stack, "fatal error: stack overflow\n");
}

static void close_nothing(void *unused)
{
    (void)unused;
    defer(say, "deferred-call");
    chan_close(NULL);
}

static void panic_in_the_loop(void *unused)
{
    (void)unused;
    timer_func(SECOND, close_nothing, NULL);
    task_sleep(HOUR);
}

static void recover_in_the_loop(void *unused)
{
    (void)unused;
    task_recover(close_nothing, NULL, NULL);
}

static void recover_nowhere(void *unused)
{
    (void)unused;
    timer_func(SECOND, recover_in_the_loop, NULL);
    task_sleep(HOUR);
}

static void outside_of_tasks_a_panic_is_the_end(void **state)
{
    (void)state;
    expect_no_deferred_call(panic_in_the_loop, "panic: close of nil channel\n");
    expect_no_deferred_call(recover_nowhere, "fatal error: task_recover() outside of a task");
}

/* --- What can not be unwound ----------------------------------------------------------------------- */

#if defined(__x86_64__)
#define CALL_WITHOUT_TABLES "pushq %rbp\n\tmovq %rsp, %rbp\n\tcallq *%rdi\n\tpopq %rbp\n\tretq\n"
#elif defined(__aarch64__)
#define CALL_WITHOUT_TABLES                                                                        \
    "stp x29, x30, [sp, #-16]!\n\tmov x29, sp\n\tblr x0\n\tldp x29, x30, [sp], #16\n\tret\n"
#endif

#ifdef CALL_WITHOUT_TABLES
/* Assembly as it was written before there were tables. */
__asm__(".text\n.globl call_without_tables\n.type call_without_tables, %function\n"
        "call_without_tables:\n\t" CALL_WITHOUT_TABLES
        ".size call_without_tables, . - call_without_tables\n");
void call_without_tables(void (*fn)(void));

static void fail_inside(void)
{
    defer(say, "inside");
    chan_close(NULL);
}

static void fail_below_assembly(void *unused)
{
    (void)unused;
    defer(say, "deferred-call");
    call_without_tables(fail_inside);
}

static void recover_below_assembly(void *unused)
{
    (void)unused;
    task_recover(fail_below_assembly, NULL, NULL);
}

static void leave_inside(void)
{
    task_exit();
}

static void leave_below_assembly(void *unused)
{
    (void)unused;
    call_without_tables(leave_inside);
}

static void without_tables_it_is_said_and_is_the_end(void **state)
{
    (void)state;
    support_expect_panic(leave_below_assembly, "task_exit() through code without unwind tables");
    static const char *const words[] = {
        "inside panic: close of nil channel\n",
        "\tdeferred calls further out were not run: no unwind tables at call_without_tables+0x",
        "\ntask 1 [running]: ", NULL};
    expect_words(fail_below_assembly, words);
    expect_words(recover_below_assembly, words);
    expect_no_deferred_call(fail_below_assembly, "panic: ");
}
#else
static void without_tables_it_is_said_and_is_the_end(void **state)
{
    (void)state;
    print_message("# nobody has written that assembly for this processor\n");
    skip();
}
#endif

static void use_up_memory(void *unused)
{
    (void)unused;
    defer(say, "deferred-call");
    assert_int_equal(setrlimit(RLIMIT_AS, &(struct rlimit){1 << 20, 1 << 20}), 0);
    static void *volatile got;
    for (size_t size = 1 << 20; size >= 8; size /= 2)
        while ((got = malloc(size)))
            ;
    chan_close(NULL);
}

static void without_memory_it_is_said_and_is_the_end(void **state)
{
    (void)state;
    support_need_memory_limit();
    expect_no_deferred_call(use_up_memory, "panic: close of nil channel\n"
                                           "\tno memory to run deferred calls\n");
}

/* --- What the runtime defers itself ------------------------------------------------------------------ */

static void fail_once(void *unused)
{
    (void)unused;
    note("once");
    chan_close(NULL);
}

static void do_once(void *once)
{
    once_do(once, fail_once, NULL);
}

TASK_TEST(a_call_that_panicked_was_made_once)
{
    struct once once = {0};
    struct panic panic;
    assert_true(task_recover(do_once, &once, &panic));
    assert_string_equal(panic.message, "close of nil channel");
    assert_false(task_recover(do_once, &once, &panic));
    expect_notes("once");
}

static int fail_in_a_group(void *unused)
{
    (void)unused;
    defer(say, "member");
    chan_close(NULL);
    return 0;
}

static void fail_together(void *unused)
{
    (void)unused;
    struct error_group group = {0};
    error_group_go(&group, fail_in_a_group, NULL);
    error_group_wait(&group);
    say("waited");
}

static void a_member_s_panic_ends_the_program(void **state)
{
    (void)state;
    static const char *const words[] = {"member panic: close of nil channel\n",
                                        "task 2 [running]: fail_in_a_group\n", NULL};
    expect_words(fail_together, words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deferred_calls_come_before_the_words),
        cmocka_unit_test(every_panic_is_told_the_first_one_first),
        cmocka_unit_test(each_panic_has_its_own_sites),
        cmocka_unit_test(what_was_recovered_from_is_not_told),
        cmocka_unit_test(fatal_errors_end_the_program_at_once),
        cmocka_unit_test(outside_of_tasks_a_panic_is_the_end),
        cmocka_unit_test(without_tables_it_is_said_and_is_the_end),
        cmocka_unit_test(without_memory_it_is_said_and_is_the_end),
        cmocka_unit_test(a_call_that_panicked_was_made_once),
        cmocka_unit_test(a_member_s_panic_ends_the_program),
    };
    return cmocka_run_group_tests_name("panics and deferred calls", tests, NULL, NULL);
}
