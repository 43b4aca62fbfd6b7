/* Channels: close, references, what can be seen from outside, and waiting without end. */
#include "test/operation.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/inspect.h"

TASK_TEST(the_buffer_is_delivered_after_close_then_false_and_zero)
{
    struct chan *c = chan_make(int, 3);
    defer(chan_drop, c);
    send_values(c, 1, 3);
    chan_close(c);
    for (int value = 1; value <= 3; value++)
        assert_int_equal(receive(c), value);
    for (int turn = 0; turn < 3; turn++) {
        int value = 99;
        assert_false(chan_recv(c, &value));
        assert_int_equal(value, 0);
    }
}

TASK_TEST(close_wakes_every_receiver_in_order)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    struct operation receivers[] = {{.chan = c, .name = "a", .value = 5},
                                    {.chan = c, .name = "b", .value = 5},
                                    {.chan = c, .name = "c", .value = 5}};
    for (int i = 0; i < 3; i++)
        go(recv_one, &receivers[i]);
    settle();
    chan_close(c);
    settle();
    expect_notes("a=0! b=0! c=0!");
}

TASK_TEST(len_and_cap)
{
    struct chan *c = chan_make(int, 4);
    defer(chan_drop, c);
    assert_int_equal(chan_cap(c), 4);
    assert_int_equal(chan_len(c), 0);
    send_values(c, 1, 2);
    assert_int_equal(chan_len(c), 2);
    receive(c);
    assert_int_equal(chan_len(c), 1);
    assert_int_equal(chan_len(NULL), 0);
    assert_int_equal(chan_cap(NULL), 0);
}

TASK_TEST(the_last_drop_frees_with_what_is_buffered)
{
    uint64_t before = task_stats.channels;
    struct chan *c = chan_make(int, 4);
    send_values(c, 1, 3);
    assert_int_equal(task_stats.channels, before + 1);
    assert_ptr_equal(chan_ref(c), c);
    assert_int_equal(chan_inspect(c).references, 2);
    chan_drop(c);
    assert_int_equal(task_stats.channels, before + 1);
    assert_int_equal(receive(c), 1);
    chan_drop(c);
    assert_int_equal(task_stats.channels, before);
    assert_null(chan_ref(NULL));
    chan_drop(NULL);
}

TASK_TEST(inspection_tells_what_a_channel_holds_and_who_waits)
{
    struct chan *c = chan_make(int, 2);
    defer(chan_drop, c);
    send_values(c, 1, 2);
    struct operation senders[] = {{.chan = c, .name = "a", .value = 3},
                                  {.chan = c, .name = "b", .value = 4}};
    go(send_one, &senders[0]);
    go(send_one, &senders[1]);
    settle();
    struct chan_info info = chan_inspect(c);
    assert_int_equal(info.length, 2);
    assert_int_equal(info.capacity, 2);
    assert_int_equal(info.element_size, sizeof(int));
    assert_int_equal(info.senders, 2);
    assert_int_equal(info.receivers, 0);
    assert_int_equal(info.references, 1);
    assert_false(info.closed);
    assert_non_null(info.made_at);
    assert_null(info.closed_at);
    for (int value = 1; value <= 4; value++)
        assert_int_equal(receive(c), value);
    settle();
    chan_close(c);
    assert_true(chan_inspect(c).closed);
    assert_non_null(chan_inspect(c).closed_at);
}

LEAKING_TASK_TEST(a_null_channel_parks_for_ever)
{
    struct operation sender = {.chan = NULL, .name = "sent"},
                     receiver = {.chan = NULL, .name = "got"};
    go(send_one, &sender);
    go(recv_one, &receiver);
    settle();
    task_sleep(24 * HOUR);
    expect_notes("");
    assert_int_equal(task_stats.waiting[WAIT_CHAN_SEND_NIL], 1);
    assert_int_equal(task_stats.waiting[WAIT_CHAN_RECEIVE_NIL], 1);
    assert_int_equal(task_count(), 3);
}

LEAKING_TASK_TEST(a_channel_lives_while_a_task_waits_on_it)
{
    struct chan *c = chan_make(int, 0);
    struct operation receiver = {.chan = c, .name = "got"};
    go(recv_one, &receiver);
    settle();
    chan_drop(c);
    assert_int_equal(task_stats.channels, 1);
    assert_int_equal(chan_inspect(c).receivers, 1);
    assert_int_equal(chan_inspect(c).references, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_buffer_is_delivered_after_close_then_false_and_zero),
        cmocka_unit_test(close_wakes_every_receiver_in_order),
        cmocka_unit_test(len_and_cap),
        cmocka_unit_test(the_last_drop_frees_with_what_is_buffered),
        cmocka_unit_test(inspection_tells_what_a_channel_holds_and_who_waits),
        cmocka_unit_test(a_null_channel_parks_for_ever),
        cmocka_unit_test(a_channel_lives_while_a_task_waits_on_it),
    };
    return cmocka_run_group_tests_name("channel lifetime", tests, NULL, NULL);
}
