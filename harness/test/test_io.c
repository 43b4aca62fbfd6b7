/* I/O over pipes and pairs: what parks, what a context, a close and the other side's end do to it. */
#include "test/io_ends.h"

static void a_reader_waits_for_what_is_written(open_ends *make)
{
    struct io *ends[2];
    open_both(ends, make);
    defer(drop_both, ends);
    struct reader r = {never(), ends[0], 63};
    go(read_and_say, &r);
    settle();
    assert_int_equal(task_stats.waiting[WAIT_IO], 1);
    write_text(ends[1], "hello");
    task_sleep(1);
    settle();
    expect_notes("hello");
    assert_int_equal(task_stats.waiting[WAIT_IO], 0);
}

TASK_TEST(a_reader_of_a_pipe_waits_for_what_is_written)
{
    a_reader_waits_for_what_is_written(io_pipe);
}

TASK_TEST(a_reader_of_a_pair_waits_for_what_is_written)
{
    a_reader_waits_for_what_is_written(io_pair);
}

TASK_TEST(a_read_takes_what_is_there_and_a_full_read_waits_for_the_rest)
{
    struct io *ends[2];
    open_both(ends, io_pair);
    defer(drop_both, ends);
    char text[16] = "";
    write_text(ends[1], "abc");
    assert_int_equal(io_read(never(), ends[0], text, 2), 2);
    assert_int_equal(io_read(never(), ends[0], text, sizeof text), 1);
    assert_int_equal(text[0], 'c');
    assert_int_equal(io_read(never(), ends[0], text, 0), 0);
    write_text(ends[1], "12345");
    assert_int_equal(io_read_full(never(), ends[0], text, 4), 4);
    io_drop(ends[1]);
    ends[1] = NULL;
    assert_int_equal(io_read_full(never(), ends[0], text, 4), 1); /* the end came before */
    assert_int_equal(io_read_full(never(), ends[0], text, 4), 0);
}

enum { MUCH = 1 << 20 };

static void read_all(void *arg)
{
    struct io *io = arg;
    static unsigned char got[MUCH];
    size_t all = 0;
    for (ssize_t n;
         (n = io_read(never(), io, got + all, 7777 < MUCH - all ? 7777 : MUCH - all)) > 0;)
        all += (size_t)n;
    for (size_t i = 0; i < all; i++)
        assert_int_equal(got[i], i * 31 % 251);
    note("%zu", all);
}

static void much_goes_through(open_ends *make)
{
    static unsigned char all[MUCH];
    struct io *ends[2];
    open_both(ends, make);
    defer(drop_both, ends);
    for (size_t i = 0; i < MUCH; i++)
        all[i] = (unsigned char)(i * 31 % 251);
    go(read_all, ends[0]);
    assert_int_equal(io_write(never(), ends[1], all, MUCH), MUCH);
    io_close(ends[1]);
    settle();
    while (task_count() > 1)
        task_sleep(1);
    expect_notes("1048576");
}

TASK_TEST(more_than_a_pipe_holds_goes_through_it_whole)
{
    much_goes_through(io_pipe);
}

TASK_TEST(more_than_a_pair_holds_goes_through_it_whole)
{
    much_goes_through(io_pair);
}

/* --- Who does not answer --------------------------------------------------------------------------- */

TASK_TEST(a_deadline_ends_the_wait_for_a_silent_peer)
{
    struct io *ends[2];
    open_both(ends, io_pair);
    defer(drop_both, ends);
    int64_t start = clock_now();
    struct ctx *c = ctx_with_timeout(ctx_background(), 3 * SECOND);
    defer(ctx_drop, c);
    char text[8] = "as was";
    assert_int_equal(io_read(c, ends[0], text, sizeof text), -ETIMEDOUT);
    assert_int_equal(clock_now(), start + 3 * SECOND);
    assert_int_equal(io_read(c, ends[0], text, sizeof text), -ETIMEDOUT);
    write_text(ends[1], "late");
    assert_int_equal(io_read(c, ends[0], text, sizeof text), -ETIMEDOUT); /* as in Go */
    assert_string_equal(text, "as was");
    assert_int_equal(io_read(never(), ends[0], text, sizeof text), 4);
}

TASK_TEST(a_cancel_ends_the_wait_and_the_connection_can_be_used_again)
{
    struct io *ends[2];
    open_both(ends, io_pair);
    defer(drop_both, ends);
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    struct reader gives_up = {c, ends[0], 63}, waits = {never(), ends[0], 63};
    go(read_and_say, &gives_up);
    go(read_and_say, &waits);
    settle();
    ctx_cancel(c);
    settle();
    expect_notes("ECANCELED");
    write_text(ends[1], "later");
    task_sleep(1);
    settle();
    expect_notes("later");
}

TASK_TEST(a_full_pipe_keeps_its_writer_until_the_deadline)
{
    struct io *ends[2];
    open_both(ends, io_pipe);
    defer(drop_both, ends);
    static char much[MUCH];
    struct ctx *c = ctx_with_timeout(ctx_background(), SECOND);
    defer(ctx_drop, c);
    assert_int_equal(io_write(c, ends[1], much, MUCH), -ETIMEDOUT);
    assert_true(io_read(never(), ends[0], much, MUCH) > 0); /* some of it */
    assert_true(io_write_some(never(), ends[1], much, MUCH) > 0);
}

/* What a task reads into is gone with it: data that comes later goes nowhere. */
TASK_TEST(a_cancelled_read_writes_nowhere)
{
    struct io *ends[2];
    open_both(ends, io_pair);
    defer(drop_both, ends);
    for (int turn = 0; turn < 100; turn++) {
        struct ctx *c = ctx_with_cancel(ctx_background());
        defer(ctx_drop, c);
        struct reader r = {c, ends[0], 63};
        go(read_and_say, &r);
        settle();
        write_text(ends[1], "x"); /* the loop has not seen it yet */
        ctx_cancel(c);
        settle();
        expect_notes("ECANCELED");
        char text[8] = "";
        assert_int_equal(io_read(never(), ends[0], text, sizeof text), 1);
        assert_string_equal(text, "x");
    }
}

TASK_TEST(readiness_is_looked_at_before_time_moves)
{
    struct io *ends[2];
    open_both(ends, io_pair);
    defer(drop_both, ends);
    int64_t start = clock_now();
    struct ctx *c = ctx_with_timeout(ctx_background(), 1);
    defer(ctx_drop, c);
    struct reader r = {c, ends[0], 63};
    go(read_and_say, &r);
    settle();
    write_text(ends[1], "in time");
    task_sleep(1);
    settle();
    expect_notes("in time");
    assert_int_equal(clock_now(), start + 1);
}

/* --- Ends ----------------------------------------------------------------------------------------- */

TASK_TEST(a_close_wakes_all_who_wait_with_an_error)
{
    struct io *ends[2];
    open_both(ends, io_pair);
    defer(drop_both, ends);
    static char much[MUCH];
    struct reader r = {never(), ends[0], 63};
    for (int i = 0; i < 3; i++)
        go(read_and_say, &r);
    settle();
    assert_int_equal(io_close(ends[0]), 0);
    assert_int_equal(io_fd(ends[0]), -1);
    settle();
    expect_notes("EBADF EBADF EBADF");
    assert_int_equal(io_close(ends[0]), -EBADF);
    assert_int_equal(io_read(never(), ends[0], much, 1), -EBADF);
    assert_int_equal(io_write(never(), ends[0], much, 1), -EBADF);
}

static void write_much(void *io)
{
    static char much[MUCH];
    note("%s", strerrorname_np((int)-io_write(never(), io, much, MUCH)));
}

TASK_TEST(a_close_wakes_a_writer)
{
    struct io *ends[2];
    open_both(ends, io_pipe);
    defer(drop_both, ends);
    go(write_much, ends[1]);
    settle();
    io_close(ends[1]);
    settle();
    expect_notes("EBADF");
}

TASK_TEST(who_waits_keeps_it)
{
    struct io *ends[2];
    open_both(ends, io_pair);
    struct reader r = {never(), ends[0], 63};
    go(read_and_say, &r);
    settle();
    io_drop(ends[0]);
    assert_int_equal(task_stats.ios, 2);
    write_text(ends[1], "still");
    task_sleep(1);
    settle();
    expect_notes("still");
    assert_int_equal(task_stats.ios, 1);
    io_drop(ends[1]);
}

TASK_TEST(the_other_side_s_end_is_the_end_of_what_is_read)
{
    struct io *ends[2];
    open_both(ends, io_pair);
    defer(drop_both, ends);
    struct reader r = {never(), ends[0], 63};
    go(read_and_say, &r);
    settle();
    assert_int_equal(io_shutdown(ends[1]), 0);
    task_sleep(1);
    settle();
    expect_notes("end");
    write_text(ends[0], "back"); /* the other half goes on */
    char text[8] = "";
    assert_int_equal(io_read(never(), ends[1], text, sizeof text), 4);
    assert_int_equal(io_write(never(), ends[1], "x", 1), -EPIPE);
}

TASK_TEST(a_pipe_that_nobody_reads_is_broken_and_no_signal)
{
    struct io *ends[2];
    open_both(ends, io_pipe);
    defer(drop_both, ends);
    io_close(ends[0]);
    assert_int_equal(io_write(never(), ends[1], "x", 1), -EPIPE);
    assert_int_equal(io_shutdown(ends[1]), -ENOTSOCK);
}

TASK_TEST(who_left_with_unread_data_resets_the_connection)
{
    struct io *ends[2];
    open_both(ends, io_pair);
    defer(drop_both, ends);
    write_text(ends[0], "unread");
    io_close(ends[1]);
    char text[8];
    assert_int_equal(io_read(never(), ends[0], text, sizeof text), -ECONNRESET);
    assert_int_equal(io_read(never(), ends[0], text, sizeof text), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_of_a_pipe_waits_for_what_is_written),
        cmocka_unit_test(a_reader_of_a_pair_waits_for_what_is_written),
        cmocka_unit_test(a_read_takes_what_is_there_and_a_full_read_waits_for_the_rest),
        cmocka_unit_test(more_than_a_pipe_holds_goes_through_it_whole),
        cmocka_unit_test(more_than_a_pair_holds_goes_through_it_whole),
        cmocka_unit_test(a_deadline_ends_the_wait_for_a_silent_peer),
        cmocka_unit_test(a_cancel_ends_the_wait_and_the_connection_can_be_used_again),
        cmocka_unit_test(a_full_pipe_keeps_its_writer_until_the_deadline),
        cmocka_unit_test(a_cancelled_read_writes_nowhere),
        cmocka_unit_test(readiness_is_looked_at_before_time_moves),
        cmocka_unit_test(a_close_wakes_all_who_wait_with_an_error),
        cmocka_unit_test(a_close_wakes_a_writer),
        cmocka_unit_test(who_waits_keeps_it),
        cmocka_unit_test(the_other_side_s_end_is_the_end_of_what_is_read),
        cmocka_unit_test(a_pipe_that_nobody_reads_is_broken_and_no_signal),
        cmocka_unit_test(who_left_with_unread_data_resets_the_connection),
    };
    return cmocka_run_group_tests_name("I/O", tests, NULL, NULL);
}
