/* Waiting for I/O: several at once, who need not wait, other people's descriptors, deadlocks. */
#include "test/io_ends.h"

#include "task/chan.h"
#include "task/inspect.h"
#include "task/timer.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- Several at once ------------------------------------------------------------------------------- */

TASK_TEST(one_edge_serves_all_who_wait_while_there_is_something)
{
    struct io *ends[2];
    open_both(ends, io_pair);
    defer(drop_both, ends);
    struct reader r = {never(), ends[0], 1};
    for (int i = 0; i < 5; i++)
        go(read_and_say, &r);
    settle();
    write_text(ends[1], "abc"); /* one event, three bytes, five who want one */
    task_sleep(1);
    settle();
    expect_notes("a b c");
    assert_int_equal(task_stats.waiting[WAIT_IO], 2);
    write_text(ends[1], "d");
    task_sleep(1);
    io_shutdown(ends[1]);
    task_sleep(1);
    settle();
    expect_notes("d end");
}

TASK_TEST(who_was_woken_in_vain_keeps_its_place)
{
    struct io *ends[2];
    open_both(ends, io_pair);
    defer(drop_both, ends);
    struct reader readers[] = {{never(), ends[0], 1}, {never(), ends[0], 2}, {never(), ends[0], 1}};
    for (int i = 0; i < 3; i++)
        go(read_and_say, &readers[i]);
    settle();
    write_text(ends[1], "a"); /* for the first; the second has looked, too */
    task_sleep(1);
    settle();
    write_text(ends[1], "bcd");
    task_sleep(1);
    settle();
    expect_notes("a bc d");
}

static bool add_parks(const struct task_info *task, void *all)
{
    *(uint64_t *)all += task->parks;
    return true;
}

TASK_TEST(one_byte_does_not_wake_a_crowd)
{
    enum { READERS = 100 };
    struct io *ends[2];
    open_both(ends, io_pair);
    defer(drop_both, ends);
    struct reader r = {never(), ends[0], 1};
    for (int i = 0; i < READERS; i++)
        go(read_and_say, &r);
    settle();
    uint64_t before = 0, after = 0;
    task_each(add_parks, &before);
    write_text(ends[1], "a");
    task_sleep(1);
    settle();
    task_each(add_parks, &after);
    assert_true(after - before <= 3); /* the sleep, and one who looked in vain; one has ended */
    expect_notes("a");
    io_close(ends[0]);
}

struct canceller {
    struct io *io;
    struct ctx *ctx;
};

static void read_and_cancel(void *arg)
{
    struct canceller *all = arg;
    char text[1];
    assert_int_equal(io_read(never(), all->io, text, 1), 1);
    ctx_cancel(all->ctx);
}

/* One turn of the loop makes two tasks ready: the one cancels what the other was woken for. */
TASK_TEST(who_gives_up_after_an_edge_hands_it_on)
{
    struct io *ends[2], *others[2];
    open_both(ends, io_pair);
    defer(drop_both, ends);
    assert_int_equal(io_pair(others), 0);
    defer(drop_both, others);
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    struct canceller canceller = {others[0], c};
    struct reader first = {c, ends[0], 1}, second = {never(), ends[0], 1};
    go(read_and_cancel, &canceller);
    go(read_and_say, &first);
    go(read_and_say, &second);
    settle();
    write_text(others[1], "x");
    write_text(ends[1], "a");
    task_sleep(1);
    settle();
    expect_notes("ECANCELED a");
}

static void say(void *word)
{
    note("%s", (const char *)word);
}

static void feed(void *arg)
{
    struct io **ends = arg;
    char text[1];
    for (int i = 0; i < 1000; i++) {
        write_text(ends[1], "x");
        assert_int_equal(io_read(never(), ends[0], text, 1), 1);
    }
    note("fed");
}

/* Every call finds what it wants, so none of them parks. */
TASK_TEST(who_never_has_to_wait_lets_the_others_run)
{
    struct io *ends[2];
    open_both(ends, io_pair);
    defer(drop_both, ends);
    struct timer *t = timer_func(0, say, "timer");
    defer(timer_drop, t);
    go(feed, ends);
    go(say, "other");
    settle();
    expect_notes("timer other fed");
}

/* --- Other descriptors ------------------------------------------------------------------------------ */

TASK_TEST(a_regular_file_never_parks)
{
    char name[] = "/tmp/test_io-XXXXXX", text[8] = "";
    struct io *io = NULL;
    assert_int_equal(io_open(mkstemp(name), &io), 0);
    unlink(name);
    write_text(io, "kept");
    assert_int_equal(lseek(io_fd(io), 0, SEEK_SET), 0);
    assert_int_equal(io_read(never(), io, text, sizeof text), 4);
    assert_int_equal(io_read(never(), io, text, sizeof text), 0);
    assert_string_equal(text, "kept");
    io_drop(io);
}

TASK_TEST(a_descriptor_of_someone_else_parks_too)
{
    int fds[2];
    struct io *io = NULL;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    assert_int_equal(io_open(fds[0], &io), 0);
    struct reader r = {never(), io, 63};
    go(read_and_say, &r);
    settle();
    assert_int_equal(write(fds[1], "other", 5), 5);
    task_sleep(1);
    settle();
    expect_notes("other");
    close(fds[1]);
    io_drop(io);
    assert_int_equal(io_open(-1, &io), -EBADF);
}

static void on_signal(int number)
{
    (void)number;
    note("signal");
}

LEAKING_TASK_TEST(a_program_that_handles_sigpipe_keeps_its_handler)
{
    struct io *ends[2];
    signal(SIGPIPE, on_signal);
    open_both(ends, io_pipe);
    io_close(ends[0]);
    assert_int_equal(io_write(never(), ends[1], "x", 1), -EPIPE);
    expect_notes("signal");
}

/* --- Deadlocks and errors of use -------------------------------------------------------------------- */

static void wait_for_another_process(void *unused)
{
    (void)unused;
    int fds[2];
    struct io *io = NULL;
    char text[8] = "";
    assert_int_equal(pipe(fds), 0);
    if (fork() == 0) {
        usleep(20000); /* so that the other process waits; what it sees does not depend on it */
        _exit(write(fds[1], "7", 1) == 1 ? 0 : 1);
    }
    assert_int_equal(io_open(fds[0], &io), 0);
    assert_int_equal(io_read(never(), io, text, sizeof text), 1);
    _exit(text[0]);
}

static void who_waits_for_a_peer_is_not_deadlocked(void **state)
{
    (void)state;
    assert_int_equal(support_ending(wait_for_another_process)->status, '7');
}

static void wait_no_more(void *unused)
{
    (void)unused;
    struct io *ends[2];
    struct reader r = {never(), NULL, 63};
    io_pair(ends);
    r.io = ends[0];
    go(read_and_say, &r);
    settle();
    io_close(ends[0]);
    settle();
    chan_recv(NULL, NULL);
}

static void who_no_longer_waits_for_a_peer_is_deadlocked(void **state)
{
    (void)state;
    support_expect_stop(wait_no_more, "fatal error: all tasks are asleep - deadlock!\n");
}

static void read_in_the_loop(void *io)
{
    char text[8];
    io_read(never(), io, text, sizeof text);
}

static void wait_in_the_loop(void *unused)
{
    (void)unused;
    struct io *ends[2];
    io_pair(ends);
    timer_func(SECOND, read_in_the_loop, ends[0]);
    task_sleep(HOUR);
}

static void without_context(void *unused)
{
    (void)unused;
    struct io *ends[2];
    char text[8];
    io_pair(ends);
    io_read(NULL, ends[0], text, sizeof text);
}

static void waiting_needs_its_place_and_a_context(void **state)
{
    (void)state;
    support_expect_stop(wait_in_the_loop, "outside of a task");
    support_expect_panic(without_context, "io: nil context");
}

TASK_TEST(no_connection_is_an_error)
{
    char text[8];
    assert_int_equal(io_read(never(), NULL, text, sizeof text), -EINVAL);
    assert_int_equal(io_write(never(), NULL, text, sizeof text), -EINVAL);
    assert_int_equal(io_close(NULL), -EINVAL);
    assert_int_equal(io_shutdown(NULL), -EINVAL);
    assert_int_equal(io_address(NULL, text, sizeof text), -EINVAL);
    assert_int_equal(io_peer_address(NULL, text, sizeof text), -EINVAL);
    assert_null(io_ref(NULL));
    io_drop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_edge_serves_all_who_wait_while_there_is_something),
        cmocka_unit_test(who_was_woken_in_vain_keeps_its_place),
        cmocka_unit_test(one_byte_does_not_wake_a_crowd),
        cmocka_unit_test(who_gives_up_after_an_edge_hands_it_on),
        cmocka_unit_test(who_never_has_to_wait_lets_the_others_run),
        cmocka_unit_test(a_regular_file_never_parks),
        cmocka_unit_test(a_descriptor_of_someone_else_parks_too),
        cmocka_unit_test(a_program_that_handles_sigpipe_keeps_its_handler),
        cmocka_unit_test(who_waits_for_a_peer_is_not_deadlocked),
        cmocka_unit_test(who_no_longer_waits_for_a_peer_is_deadlocked),
        cmocka_unit_test(waiting_needs_its_place_and_a_context),
        cmocka_unit_test(no_connection_is_an_error),
    };
    return cmocka_run_group_tests_name("waiting for I/O", tests, NULL, NULL);
}
