/* Proof over channels: a wait that nobody can end is found, and beside each stands the same wait that somebody can.
 */
#include "test/proof_cases.h"

#include "task/ctx.h"
#include "task/time.h"
#include "task/timer.h"
#include <string.h>

enum { MANY = 10 };

/* --- Nobody else has it ------------------------------------------------------------------------- */

STEP leave_receivers(int n)
{
    for (int i = 0; i < n; i++)
        go(receive, chan_make(int, 0));
}

LEAKING_TASK_TEST(receives_from_channels_of_nobody_else)
{
    leave_receivers(MANY);
    expect_leaked(MANY);
}

STEP leave_senders(int n)
{
    for (int i = 0; i < n; i++)
        go(send_one, chan_make(int, 0));
}

LEAKING_TASK_TEST(sends_to_channels_of_nobody_else)
{
    leave_senders(MANY);
    expect_leaked(MANY);
}

static void wait_for_no_channel(void *how)
{
    if (!strcmp(how, "receive"))
        chan_recv(NULL, NULL);
    if (!strcmp(how, "send"))
        chan_send(NULL, &(int){1});
    if (!strcmp(how, "select"))
        chan_select(on_recv(NULL, NULL), on_send(NULL, NULL));
    chan_select_cases(NULL, 0);
}

LEAKING_TASK_TEST(waits_for_no_channel_at_all)
{
    go(wait_for_no_channel, "receive");
    go(wait_for_no_channel, "send");
    go(wait_for_no_channel, "select");
    go(wait_for_no_channel, "no cases");
    expect_leaked(4);
}

struct two {
    struct chan *a, *b;
};

static void choose(void *arg)
{
    struct two two = *(struct two *)arg;
    free(arg);
    defer(chan_drop, two.a);
    defer(chan_drop, two.b);
    chan_select(on_recv(two.a, NULL), on_send(two.b, &(int){1}));
}

static struct two *two_of(struct chan *a, struct chan *b)
{
    struct two *two = malloc(sizeof *two);
    *two = (struct two){a, b};
    return two;
}

STEP leave_selects(int n)
{
    for (int i = 0; i < n; i++)
        go(choose, two_of(chan_make(int, 0), chan_make(int, 0)));
}

LEAKING_TASK_TEST(selects_whose_cases_are_all_of_nobody_else)
{
    leave_selects(MANY);
    expect_leaked(MANY);
}

/* Each waits for what the other would do after. */
static void select_on_each_other(void *arg)
{
    struct two *two = arg;
    chan_select(on_recv(two->a, NULL), on_recv(two->b, NULL));
    chan_send(two->a, NULL);
    chan_send(two->b, NULL);
}

STEP leave_mutual_selects(void)
{
    struct chan *a = chan_make(struct {}, 0), *b = chan_make(struct {}, 0);
    go(select_on_each_other, two_of(chan_ref(a), chan_ref(b)));
    go(select_on_each_other, two_of(a, b));
}

LEAKING_TASK_TEST(two_that_wait_for_each_other)
{
    leave_mutual_selects();
    expect_leaked(2);
}

/* --- Somebody has it ---------------------------------------------------------------------------- */

static struct chan *volatile in_static_data;

STEP keep_in_static_data(void)
{
    in_static_data = chan_make(int, 0);
    go(receive, chan_ref(in_static_data));
}

STEP forget_static_data(void)
{
    chan_drop(in_static_data);
    in_static_data = NULL;
}

LEAKING_TASK_TEST(a_channel_in_static_data_may_be_served_and_its_place_is_told)
{
    keep_in_static_data();
    assert_true(expect_live(1) == (uintptr_t)&in_static_data);
    forget_static_data();
    expect_leaked(1);
}

struct node {
    struct node *next;
    char fill[40];
    struct chan *c;
};

static struct node *volatile list;

STEP keep_in_list(int n)
{
    for (int i = 0; i < n; i++) {
        struct node *node = calloc(1, sizeof *node);
        node->next = list;
        node->c = chan_make(int, 0);
        list = node;
        go(receive, chan_ref(node->c));
    }
}

LEAKING_TASK_TEST(a_channel_is_followed_through_the_heap)
{
    keep_in_list(1000);
    assert_true(expect_live(1000) == (uintptr_t)&list);
    list = list->next->next;
    EXPECT_VERDICTS(998, 0, 0, 2); /* the two nodes are leaked, too */
}

/* A live task's frames. */
static void hold_and_sleep(void *c)
{
    defer(chan_drop, c);
    task_sleep(HOUR);
}

STEP leave_a_receiver_and_a_sleeper(void)
{
    struct chan *c = chan_make(int, 0);
    go(receive, chan_ref(c));
    go(hold_and_sleep, c);
}

LEAKING_TASK_TEST(who_sleeps_may_serve_it_when_it_wakes)
{
    leave_a_receiver_and_a_sleeper();
    expect_by_time(2);
    task_sleep(2 * HOUR);
    expect_leaked(1);
}

/* A chain: each serves the next, and only the first is live. */
static void pass_on(void *arg)
{
    struct two two = *(struct two *)arg;
    free(arg);
    defer(chan_drop, two.a);
    defer(chan_drop, two.b);
    chan_recv(two.a, NULL);
    chan_send(two.b, &(int){1});
}

STEP leave_chain(int n, bool is_held)
{
    struct chan *next = chan_make(int, 0);
    if (is_held)
        in_static_data = chan_ref(next);
    for (int i = 0; i < n; i++) {
        struct chan *c = next;
        next = chan_make(int, 0);
        go(pass_on, two_of(c, chan_ref(next)));
    }
    chan_drop(next);
}

LEAKING_TASK_TEST(a_chain_is_live_to_its_end_or_leaked_to_its_end)
{
    leave_chain(1000, true);
    expect_live(1000);
}

LEAKING_TASK_TEST(a_chain_that_nobody_holds_is_leaked_to_its_end)
{
    leave_chain(1000, false);
    expect_leaked(1000);
}

/* --- What is in a channel ----------------------------------------------------------------------- */

STEP keep_in_buffer(void)
{
    struct chan *c = chan_make(int, 0), *carrier = chan_make(struct chan *, 3);
    struct chan *none = NULL;
    go(receive, chan_ref(c));
    in_static_data = carrier;
    for (int i = 0; i < 2; i++) {
        chan_send(carrier, &none);
        chan_recv(carrier, NULL);
    }
    chan_send(carrier, &none); /* the last place of three, and then the first */
    chan_send(carrier, &c);
}

STEP take_from_buffer(void)
{
    struct chan *c;
    chan_recv(in_static_data, NULL);
    chan_recv(in_static_data, &c);
    chan_drop(c);
}

LEAKING_TASK_TEST(a_channel_in_the_buffer_of_another_may_be_taken_out)
{
    keep_in_buffer();
    expect_live(1);
    take_from_buffer(); /* what was taken lies in the buffer still */
    expect_leaked(1);
}

struct __attribute__((packed)) message {
    char kind;
    struct chan *reply;
    char rest[3];
};

STEP keep_in_packed_buffer(void)
{
    struct chan *c = chan_make(int, 0), *carrier = chan_make(struct message, 2);
    go(receive, chan_ref(c));
    in_static_data = carrier;
    chan_send(carrier, &((struct message){1, NULL, ""}));
    chan_send(carrier, &((struct message){2, c, ""}));
}

LEAKING_TASK_TEST(a_channel_in_a_packed_element_may_be_taken_out)
{
    keep_in_packed_buffer();
    expect_live(1);
}

static void send_channel(void *arg)
{
    struct two two = *(struct two *)arg;
    free(arg);
    defer(chan_drop, two.b);
    chan_send(two.b, &two.a);
}

STEP keep_in_senders_hands(void)
{
    struct chan *c = chan_make(int, 0);
    in_static_data = chan_make(struct chan *, 0);
    go(receive, chan_ref(c));
    go(send_channel, two_of(c, chan_ref(in_static_data)));
}

LEAKING_TASK_TEST(a_channel_that_a_parked_sender_has_in_hand_may_be_received)
{
    keep_in_senders_hands();
    expect_live(2);
}

/* --- Where it is held from ---------------------------------------------------------------------- */

static void *volatile anywhere;

STEP keep_in_the_middle_of(size_t size, size_t at)
{
    char *block = calloc(1, size);
    struct chan **slot = (struct chan **)(block + at);
    *slot = chan_make(int, 0);
    go(receive, chan_ref(*slot));
    anywhere = block + size / 2; /* a pointer to its middle alone */
}

LEAKING_TASK_TEST(a_block_is_reached_wherever_it_is_pointed_to)
{
    static const size_t sizes[] = {16, 48, 5000, 14336, 14337, 65536, 1 << 20, 200 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        keep_in_the_middle_of(sizes[i], 0);
        EXPECT_VERDICTS(1, 0, 0, 2 * i);
        keep_in_the_middle_of(sizes[i], (sizes[i] / sizeof(void *) - 1) * sizeof(void *));
        EXPECT_VERDICTS(1, 0, 0, 2 * i + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(receives_from_channels_of_nobody_else),
        cmocka_unit_test(sends_to_channels_of_nobody_else),
        cmocka_unit_test(waits_for_no_channel_at_all),
        cmocka_unit_test(selects_whose_cases_are_all_of_nobody_else),
        cmocka_unit_test(two_that_wait_for_each_other),
        cmocka_unit_test(a_channel_in_static_data_may_be_served_and_its_place_is_told),
        cmocka_unit_test(a_channel_is_followed_through_the_heap),
        cmocka_unit_test(who_sleeps_may_serve_it_when_it_wakes),
        cmocka_unit_test(a_chain_is_live_to_its_end_or_leaked_to_its_end),
        cmocka_unit_test(a_chain_that_nobody_holds_is_leaked_to_its_end),
        cmocka_unit_test(a_channel_in_the_buffer_of_another_may_be_taken_out),
        cmocka_unit_test(a_channel_in_a_packed_element_may_be_taken_out),
        cmocka_unit_test(a_channel_that_a_parked_sender_has_in_hand_may_be_received),
        cmocka_unit_test(a_block_is_reached_wherever_it_is_pointed_to),
    };
    return cmocka_run_group_tests_name("proof of channels", tests, NULL, NULL);
}
