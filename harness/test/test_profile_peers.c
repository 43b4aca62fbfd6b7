/* Peers: who else waits on an object and who holds its address; and the summary's words for it. */
#include "test/looking.h"

/* --- Tasks that wait and hold ------------------------------------------------------------------ */

static void receive_too(void *c)
{
    defer(chan_drop, c);
    chan_recv(c, NULL);
}

static void hold_and_sleep(void *c)
{
    defer(chan_drop, c);
    task_sleep(HOUR);
}

static bool is_not_sleeping(const struct task_info *task, void *arg)
{
    (void)arg;
    return task->reason != WAIT_SLEEP && task->state == TASK_PARKED;
}

static void start_own(int n)
{
    for (int i = 0; i < n; i++) {
        struct chan *c = chan_make(int, 0);
        go(receive, c);
    }
}

/* What the tests' own frames may still hold is gone when nothing but these tasks is there. */
static void outside_of_tasks(void (*prepare)(void *), void (*check)(void))
{
    clock_set_virtual(true);
    assert_int_equal(task_run(prepare, NULL), 0);
    look(NULL);
    check();
    look_away();
}

static void leave_own(void *unused)
{
    (void)unused;
    start_own(3);
    settle();
    task_sleep(10 * MINUTE);
}

static void check_own(void)
{
    const struct waited *w = waited_by(receive);
    assert_int_equal(w->state.kind, OBJECT_CHANNEL);
    assert_int_equal(w->objects, 3);
    assert_int_equal(w->tasks, 3);
    assert_int_equal(w->held, 0);
    assert_int_equal(w->waiting.length, 0);
    assert_int_equal(w->holding.length, 0);
    assert_int_equal(w->state.channel.references, 1);
    char *text = summary();
    expect_match(text, "^3 tasks$");
    expect_match(text, "^3 tasks parked in chan receive at harness/test/looking.h:[0-9]+ "
                       "in receive, for 10 minutes; each one's channel has no sender and one "
                       "reference, its own$");
    expect_match(text, "^    channel without a buffer, made at "
                       "harness/test/test_profile_peers.c:[0-9]+ in start_own$");
    expect_match(text, "^    no other task's stack holds such an address$");
    free(text);
}

static void run_own(void *unused)
{
    (void)unused;
    outside_of_tasks(leave_own, check_own);
}

static void a_channel_of_one_s_own_has_no_peers(void **state)
{
    (void)state;
    support_run_outside(run_own);
}

static void leave_shared(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    for (int i = 0; i < 2000; i++)
        go(receive, chan_ref(c));
    settle();
    chan_drop(c);
    task_sleep(90 * SECOND);
}

static void check_shared(void)
{
    const struct waited *w = waited_by(receive);
    assert_int_equal(w->objects, 1);
    assert_int_equal(w->tasks, 2000);
    assert_int_equal(w->state.channel.receivers, 2000);
    assert_int_equal(w->held, 0);
    char *text = summary();
    expect_words(text, "2,000 tasks parked in chan receive at ");
    expect_words(text,
                 ", for 1.5 minutes; the channel has no sender and 2,000 references, their own\n");
    expect_words(text, "    no other task's stack holds its address\n");
    free(text);
}

static void run_shared(void *unused)
{
    (void)unused;
    outside_of_tasks(leave_shared, check_shared);
}

static void waiters_of_one_channel_do_not_count_as_holding_it(void **state)
{
    (void)state;
    support_run_outside(run_shared);
}

LEAKING_TASK_TEST(who_holds_the_address_is_found_on_its_stack)
{
    struct chan *volatile c = chan_make(int, 0);
    for (int i = 0; i < 2; i++)
        go(hold_and_sleep, chan_ref(c));
    go(receive, c);
    c = NULL;
    start_own(1); /* over what registers still know */
    settle();
    look(is_parked);
    const struct waited_list *list = &peers->groups[group_of(receive)];
    assert_int_equal(list->length, 1);
    assert_int_equal(list->waited[0].held, 1);
    expect_peer(&list->waited[0].holding, group_of(hold_and_sleep), 2, 2);
    look_away();
    char *text = dump_text(&(struct dump){.format = DUMP_SUMMARY, .filter = is_parked});
    expect_match(text, "^    its address is on the stack of 2 tasks \\(sleep at "
                       "harness/test/test_profile_peers.c:[0-9]+ in hold_and_sleep\\)$");
    free(text);
    look(is_not_sleeping); /* the holders are not of this profile, and still are there */
    expect_peer(&peers->groups[group_of(receive)].waited[0].holding, PEER_OUTSIDE, 2, 2);
    look_away();
    text = dump_text(&(struct dump){.format = DUMP_SUMMARY, .filter = is_not_sleeping});
    expect_words(text, "    its address is on the stack of 2 tasks not listed here\n");
    free(text);
}

__attribute__((noinline)) static void sleep_deeper(void)
{
    task_sleep(HOUR);
    note("back");
}

struct two {
    struct chan *volatile first, *volatile second;
};

/* Holds both in its own frame alone, two calls above the one that parks. */
static void hold_two(void *arg)
{
    struct two *from = arg;
    struct chan *volatile mine[] = {from->first, from->second}; /* in memory, in no register */
    from->first = from->second = NULL;
    sleep_deeper();
    chan_drop(mine[0]);
    chan_drop(mine[1]);
}

LEAKING_TASK_TEST(one_task_that_holds_two_channels_is_one_task)
{
    struct two *two = malloc(sizeof *two);
    *two = (struct two){chan_make(int, 0), chan_make(int, 0)};
    for (int i = 0; i < 2; i++)
        go(receive, i ? two->first : two->second);
    go(hold_two, two);
    settle();
    look(is_parked);
    const struct waited *w = waited_by(receive);
    assert_int_equal(w->objects, 2);
    assert_int_equal(w->held, 2);
    expect_peer(&w->holding, group_of(hold_two), 1, 2);
    look_away();
    char *text = dump_text(&(struct dump){.format = DUMP_SUMMARY, .filter = is_parked});
    expect_words(text, "    the address of each of them is on the stack of 1 task (sleep at ");
    free(text);
}

TASK_TEST(the_running_task_is_a_holder_like_any_other)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(receive, chan_ref(c));
    settle();
    look(NULL);
    const struct waited *w = waited_by(receive);
    assert_int_equal(w->holding.length, 1);
    assert_int_equal(profile->groups[w->holding.peers[0].group].state, TASK_RUNNING);
    look_away();
    chan_close(c);
}

TASK_TEST(who_else_waits_there_is_told)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    for (int i = 0; i < 3; i++)
        go(receive, chan_ref(c));
    for (int i = 0; i < 2; i++)
        go(receive_too, chan_ref(c));
    settle();
    look(is_parked);
    const struct waited *w = waited_by(receive), *too = waited_by(receive_too);
    assert_int_equal(w->state.channel.receivers, 5);
    expect_peer(&w->waiting, group_of(receive_too), 2, 1);
    expect_peer(&too->waiting, group_of(receive), 3, 1);
    look_away();
    char *text = summary();
    expect_match(text, "^    there wait, too: 2 tasks \\(chan receive at "
                       "harness/test/test_profile_peers.c:[0-9]+ in receive_too\\)$");
    free(text);
    chan_close(c);
}

/* --- At the edges ----------------------------------------------------------------------------- */

static void leave_in_one_go(void *unused)
{
    (void)unused;
    for (int i = 0; i < 100; i++) {
        go(receive, chan_make(int, 0));
        go(send_one, chan_make(int, 0));
        go(hold_and_sleep, chan_make(int, 0));
    }
    settle();
}

static void check_no_false_holders(void)
{
    assert_int_equal(waited_by(receive)->objects, 100);
    assert_int_equal(waited_by(receive)->held, 0);
    assert_int_equal(waited_by(send_one)->held, 0);
}

static void run_in_one_go(void *unused)
{
    (void)unused;
    outside_of_tasks(leave_in_one_go, check_no_false_holders);
}

/* A task starts with what the one before it left in the registers: none of it may look held. */
static void tasks_started_in_one_go_do_not_hold_each_other_s_channels(void **state)
{
    (void)state;
    support_run_outside(run_in_one_go);
}

LEAKING_TASK_TEST(a_channel_of_very_many_groups_is_cut)
{
    enum { GROUPS = 3 * PEER_GROUPS };
    char name[16];
    struct chan *c = chan_make(int, 0);
    for (int i = 0; i < GROUPS; i++) {
        snprintf(name, sizeof name, "%d", i);
        task_label("request", name);
        go(receive, chan_ref(c));
    }
    settle();
    look(is_parked);
    size_t cut = 0;
    assert_int_equal(profile->length, GROUPS);
    for (size_t i = 0; i < GROUPS; i++) {
        assert_int_equal(peers->groups[i].length, 1);
        const struct waited *w = &peers->groups[i].waited[0];
        assert_int_equal(w->tasks, 1);
        assert_int_equal(w->objects, 1);
        assert_true(w->waiting.length == (w->cut ? 0 : PEER_GROUPS - 1));
        cut += w->cut;
    }
    assert_int_equal(cut, GROUPS - PEER_GROUPS);
    look_away();
}

LEAKING_TASK_TEST(many_states_are_summed_up)
{
    for (int i = 0; i < 2 * WAITED_KINDS; i++) {
        struct chan *c = chan_make(int, 1 + i);
        for (int j = 0; j <= i; j++)
            chan_send(c, &j);
        go(send_one, c);
    }
    settle();
    look(is_parked);
    const struct waited_list *list = &peers->groups[group_of(send_one)];
    assert_int_equal(list->length, WAITED_KINDS);
    size_t objects = 0, various = 0;
    for (size_t i = 0; i < list->length; i++) {
        objects += list->waited[i].objects;
        various += list->waited[i].state.kind == OBJECT_VARIOUS;
    }
    assert_int_equal(objects, 2 * WAITED_KINDS);
    assert_int_equal(various, 1);
    look_away();
    char *text = summary();
    expect_words(text, "17 tasks: 17 objects more, each in another state\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_channel_of_one_s_own_has_no_peers),
        cmocka_unit_test(waiters_of_one_channel_do_not_count_as_holding_it),
        cmocka_unit_test(who_holds_the_address_is_found_on_its_stack),
        cmocka_unit_test(one_task_that_holds_two_channels_is_one_task),
        cmocka_unit_test(the_running_task_is_a_holder_like_any_other),
        cmocka_unit_test(who_else_waits_there_is_told),
        cmocka_unit_test(tasks_started_in_one_go_do_not_hold_each_other_s_channels),
        cmocka_unit_test(a_channel_of_very_many_groups_is_cut),
        cmocka_unit_test(many_states_are_summed_up),
    };
    return cmocka_run_group_tests_name("profile: peers", tests, NULL, NULL);
}
