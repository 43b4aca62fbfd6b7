/* Channels: who parks, who is served next, and what arrives. Close and references are in
 * test_chan_lifetime.c, panics in test_panic.c. */
#include "test/operation.h"

#include "task/chan.h"
#include "task/defer.h"
#include <stdlib.h>
#include <string.h>

TASK_TEST(unbuffered_send_waits_for_its_receiver)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    struct operation sender = {.chan = c, .name = "sent", .value = 7};
    go(send_one, &sender);
    settle();
    expect_notes("");
    assert_int_equal(task_stats.waiting[WAIT_CHAN_SEND], 1);
    assert_int_equal(chan_len(c), 0);
    assert_int_equal(receive(c), 7);
    settle();
    expect_notes("sent");
}

TASK_TEST(unbuffered_receive_waits_for_its_sender)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    struct operation receiver = {.chan = c, .name = "got"};
    go(recv_one, &receiver);
    settle();
    expect_notes("");
    assert_int_equal(task_stats.waiting[WAIT_CHAN_RECEIVE], 1);
    chan_send(c, &(int){9});
    settle();
    expect_notes("got=9");
}

TASK_TEST(a_sender_that_finds_a_receiver_keeps_running)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    struct operation receiver = {.chan = c, .name = "got"};
    go(recv_one, &receiver);
    settle();
    chan_send(c, &(int){1});
    note("sent");
    settle();
    expect_notes("sent got=1");
}

TASK_TEST(a_buffer_takes_its_capacity_and_no_more)
{
    struct chan *c = chan_make(int, 3);
    defer(chan_drop, c);
    send_values(c, 1, 3);
    assert_int_equal(chan_len(c), 3);
    struct operation sender = {.chan = c, .name = "fourth", .value = 4};
    go(send_one, &sender);
    settle();
    expect_notes("");
    assert_int_equal(receive(c), 1);
    settle();
    expect_notes("fourth");
    for (int value = 2; value <= 4; value++)
        assert_int_equal(receive(c), value);
}

TASK_TEST(a_buffer_is_first_in_first_out_around_its_end)
{
    struct chan *c = chan_make(int, 3);
    defer(chan_drop, c);
    int sent = 0, received = 0;
    for (int turn = 0; turn < 20; turn++) {
        for (int i = 0; i <= turn % 3; i++)
            chan_send(c, &(int){sent++});
        for (int i = 0; i <= turn % 3; i++)
            assert_int_equal(receive(c), received++);
    }
}

TASK_TEST(a_parked_sender_follows_what_is_buffered)
{
    struct chan *c = chan_make(int, 2);
    defer(chan_drop, c);
    send_values(c, 1, 2);
    struct operation third = {.chan = c, .name = "third", .value = 3},
                     fourth = {.chan = c, .name = "fourth", .value = 4};
    go(send_one, &third);
    go(send_one, &fourth);
    settle();
    for (int value = 1; value <= 4; value++)
        assert_int_equal(receive(c), value);
    settle();
    expect_notes("third fourth");
}

TASK_TEST(receivers_are_served_first_come_first_served)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    struct operation receivers[] = {
        {.chan = c, .name = "a"}, {.chan = c, .name = "b"}, {.chan = c, .name = "c"}};
    for (int i = 0; i < 3; i++)
        go(recv_one, &receivers[i]);
    settle();
    send_values(c, 1, 3);
    settle();
    expect_notes("a=1 b=2 c=3");
}

TASK_TEST(senders_are_served_first_come_first_served)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    struct operation senders[] = {{.chan = c, .name = "a", .value = 1},
                                  {.chan = c, .name = "b", .value = 2},
                                  {.chan = c, .name = "c", .value = 3}};
    for (int i = 0; i < 3; i++)
        go(send_one, &senders[i]);
    settle();
    for (int value = 1; value <= 3; value++)
        assert_int_equal(receive(c), value);
    settle();
    expect_notes("a b c");
}

/* Sends count elements of the size through a channel and compares every byte, and the bytes beside
 * the element that nobody may touch. */
static void round_trip(size_t size, size_t capacity)
{
    enum { COUNT = 5, BORDER = 16 };
    struct chan *c = chan_make_sized(size, capacity);
    defer(chan_drop, c);
    unsigned char *sent = malloc(size + 1), *got = malloc(size + BORDER);
    defer(free, sent);
    defer(free, got);
    for (int n = 0; n < COUNT; n++) {
        for (size_t i = 0; i < size; i++)
            sent[i] = (unsigned char)(i * 7 + n + 1);
        memset(got, 0xEE, size + BORDER);
        chan_send(c, (void *)sent);
        assert_true(chan_recv(c, (void *)got));
        assert_memory_equal(got, sent, size);
        for (size_t i = 0; i < BORDER; i++)
            assert_int_equal(got[size + i], 0xEE);
    }
    memset(got, 0xEE, size + BORDER);
    chan_close(c);
    assert_false(chan_recv(c, (void *)got));
    for (size_t i = 0; i < size; i++)
        assert_int_equal(got[i], 0);
    for (size_t i = 0; i < BORDER; i++)
        assert_int_equal(got[size + i], 0xEE);
}

TASK_TEST(elements_of_any_size_pass_whole)
{
    static const size_t sizes[] = {0, 1, 2, 3, 4, 7, 8, 9, 16, 24, 64, 4096};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        round_trip(sizes[i], 1);
        round_trip(sizes[i], 3);
    }
}

struct wide {
    char bytes[24];
};

static void send_wide(void *arg)
{
    struct wide value = {"from the sender's stack"};
    chan_send(arg, &value);
    memset(&value, 0, sizeof value);
}

static void recv_wide(void *arg)
{
    struct wide value = {""};
    assert_true(chan_recv(arg, &value));
    note("%s", value.bytes);
}

TASK_TEST(a_wide_element_passes_between_stacks_both_ways)
{
    struct chan *c = chan_make(struct wide, 0);
    defer(chan_drop, c);
    go(send_wide, c);
    settle();
    struct wide value;
    assert_true(chan_recv(c, &value));
    assert_string_equal(value.bytes, "from the sender's stack");
    go(recv_wide, c);
    settle();
    chan_send(c, &(struct wide){"main"});
    settle();
    expect_notes("main");
}

TASK_TEST(signals_without_size_are_counted)
{
    struct chan *c = chan_make(struct {}, 2);
    defer(chan_drop, c);
    chan_send(c, NULL);
    chan_send(c, NULL);
    assert_int_equal(chan_len(c), 2);
    assert_false(chan_try_send(c, NULL));
    assert_true(chan_recv(c, NULL));
    assert_true(chan_recv(c, NULL));
    bool ok;
    assert_false(chan_try_recv(c, NULL, &ok));
}

TASK_TEST(a_receive_into_nothing_throws_the_element_away)
{
    struct chan *c = chan_make(int, 2);
    defer(chan_drop, c);
    send_values(c, 1, 2);
    assert_true(chan_recv(c, NULL));
    assert_int_equal(receive(c), 2);
    struct operation sender = {.chan = c, .name = "sent", .value = 3};
    struct chan *unbuffered = chan_make(int, 0);
    defer(chan_drop, unbuffered);
    sender.chan = unbuffered;
    go(send_one, &sender);
    settle();
    assert_true(chan_recv(unbuffered, NULL));
    settle();
    expect_notes("sent");
}

static void recv_into_nothing(void *arg)
{
    note(chan_recv(arg, NULL) ? "true" : "false");
}

TASK_TEST(a_parked_receive_into_nothing_is_served)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(recv_into_nothing, c);
    settle();
    chan_send(c, &(int){1});
    settle();
    expect_notes("true");
    go(recv_into_nothing, c);
    settle();
    chan_close(c);
    settle();
    expect_notes("false");
}

TASK_TEST(try_send_never_parks)
{
    struct chan *c = chan_make(int, 1);
    defer(chan_drop, c);
    assert_true(chan_try_send(c, &(int){1}));
    assert_false(chan_try_send(c, &(int){2}));
    assert_int_equal(receive(c), 1);
    assert_int_equal(chan_len(c), 0);

    struct chan *unbuffered = chan_make(int, 0);
    defer(chan_drop, unbuffered);
    assert_false(chan_try_send(unbuffered, &(int){3}));
    struct operation receiver = {.chan = unbuffered, .name = "got"};
    go(recv_one, &receiver);
    settle();
    assert_true(chan_try_send(unbuffered, &(int){4}));
    settle();
    expect_notes("got=4");
    assert_false(chan_try_send(NULL, &(int){5}));
}

TASK_TEST(try_recv_never_parks)
{
    struct chan *c = chan_make(int, 1);
    defer(chan_drop, c);
    int value = 50;
    bool ok = true;
    assert_false(chan_try_recv(c, &value, &ok));
    assert_false(ok); /* nothing was received */
    assert_int_equal(value, 50);
    chan_send(c, &(int){1});
    assert_true(chan_try_recv(c, &value, &ok));
    assert_true(ok);
    assert_int_equal(value, 1);
    chan_close(c);
    assert_true(chan_try_recv(c, &value, &ok));
    assert_false(ok);
    assert_int_equal(value, 0);
    ok = true;
    assert_false(chan_try_recv(NULL, &value, &ok));
    assert_false(ok);
    assert_false(chan_try_recv(NULL, &value, NULL));

    struct chan *unbuffered = chan_make(int, 0);
    defer(chan_drop, unbuffered);
    struct operation sender = {.chan = unbuffered, .name = "sent", .value = 2};
    go(send_one, &sender);
    settle();
    assert_true(chan_try_recv(unbuffered, &value, &ok));
    assert_true(ok);
    assert_int_equal(value, 2);
    settle();
    expect_notes("sent");
}
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unbuffered_send_waits_for_its_receiver),
        cmocka_unit_test(unbuffered_receive_waits_for_its_sender),
        cmocka_unit_test(a_sender_that_finds_a_receiver_keeps_running),
        cmocka_unit_test(a_buffer_takes_its_capacity_and_no_more),
        cmocka_unit_test(a_buffer_is_first_in_first_out_around_its_end),
        cmocka_unit_test(a_parked_sender_follows_what_is_buffered),
        cmocka_unit_test(receivers_are_served_first_come_first_served),
        cmocka_unit_test(senders_are_served_first_come_first_served),
        cmocka_unit_test(elements_of_any_size_pass_whole),
        cmocka_unit_test(a_wide_element_passes_between_stacks_both_ways),
        cmocka_unit_test(signals_without_size_are_counted),
        cmocka_unit_test(a_receive_into_nothing_throws_the_element_away),
        cmocka_unit_test(a_parked_receive_into_nothing_is_served),
        cmocka_unit_test(try_send_never_parks),
        cmocka_unit_test(try_recv_never_parks),
    };
    return cmocka_run_group_tests_name("channels", tests, NULL, NULL);
}
