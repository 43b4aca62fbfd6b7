/* Peers: who else waits on an object and who holds its address, for each kind; and the words that
 * the summary finds for it. */
#include "test/words.h"

#include "profile/dump.h"
#include "profile/peers.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/timer.h"
#include "task/wait_group.h"

/* --- Finding ---------------------------------------------------------------------------------- */

static struct profile *profile;
static struct peers *peers;

static void look(profile_filter *filter)
{
    profile = profile_collect(filter, NULL);
    assert_non_null(profile);
    peers = peers_find(profile, filter, NULL);
    assert_non_null(peers);
    assert_int_equal(peers->length, profile->length);
}

static void look_away(void)
{
    profile_free(profile);
    peers_free(peers);
}

static uint32_t group_of(void (*entry)(void *))
{
    for (uint32_t i = 0; i < profile->length; i++)
        if (profile->groups[i].entry == entry)
            return i;
    fail_msg("no such group");
    return 0;
}

/* The only object that the tasks of this entry wait on. */
static const struct waited *waited_by(void (*entry)(void *))
{
    const struct waited_list *list = &peers->groups[group_of(entry)];
    assert_int_equal(list->length, 1);
    return &list->waited[0];
}

static void expect_peer(const struct peer_list *list, uint32_t group, size_t tasks, size_t objects)
{
    for (size_t i = 0; i < list->length; i++)
        if (list->peers[i].group == group) {
            assert_int_equal(list->peers[i].tasks, tasks);
            assert_int_equal(list->peers[i].objects, objects);
            return;
        }
    fail_msg("group %u is no peer", group);
}

static char *summary(void)
{
    char *text = dump_text(&(struct dump){.format = DUMP_SUMMARY});
    assert_non_null(text);
    return text;
}

/* --- Tasks that wait and hold ------------------------------------------------------------------ */

static void receive(void *c)
{
    defer(chan_drop, c);
    chan_recv(c, NULL);
}

static void receive_too(void *c)
{
    defer(chan_drop, c);
    chan_recv(c, NULL);
}

static void send_one(void *c)
{
    defer(chan_drop, c);
    chan_send(c, &(int){1});
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

static bool is_parked(const struct task_info *task, void *arg)
{
    (void)arg;
    return task->state == TASK_PARKED;
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
    expect_match(text,
                 "^3 tasks parked in chan receive at harness/test/test_profile_peers.c:[0-9]+ "
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
                 ", for 1 minute; the channel has no sender and 2,000 references, their own\n");
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

/* --- Each kind -------------------------------------------------------------------------------- */

TASK_TEST(a_full_channel_has_no_receiver)
{
    struct chan *c = chan_make(int, 1);
    defer(chan_drop, c);
    chan_send(c, &(int){0});
    go(send_one, chan_ref(c));
    settle();
    look(is_parked);
    const struct waited *w = waited_by(send_one);
    assert_true(w->sends);
    assert_int_equal(w->state.channel.length, 1);
    assert_int_equal(w->state.channel.capacity, 1);
    assert_int_equal(w->state.channel.senders, 1);
    look_away();
    char *text = summary();
    expect_words(text, "; the channel has no receiver, a full buffer of 1 and 2 references\n"
                       "    channel with 1 of 1 in its buffer, made at ");
    free(text);
    chan_recv(c, NULL);
}

struct pair_of_channels {
    struct chan *first, *second;
};

static void select_both(void *arg)
{
    struct pair_of_channels *both = arg;
    chan_select(on_recv(both->first, NULL), on_send(both->second, &(int){1}), on_recv(NULL, NULL));
}

TASK_TEST(a_select_tells_each_of_its_cases)
{
    struct pair_of_channels both = {chan_make(int, 0), chan_make(int, 0)};
    defer(chan_drop, both.first);
    defer(chan_drop, both.second);
    go(select_both, &both);
    go(receive, chan_ref(both.first));
    settle();
    look(is_parked);
    const struct waited_list *list = &peers->groups[group_of(select_both)];
    assert_int_equal(list->length, 2);
    assert_int_equal(list->waited[0].select_case, 0);
    assert_false(list->waited[0].sends);
    assert_int_equal(list->waited[0].state.channel.receivers, 2);
    expect_peer(&list->waited[0].waiting, group_of(receive), 1, 1);
    assert_int_equal(list->waited[1].select_case, 1);
    assert_true(list->waited[1].sends);
    assert_int_equal(list->waited[1].waiting.length, 0);
    expect_peer(&waited_by(receive)->waiting, group_of(select_both), 1, 1);
    look_away();
    char *text = summary();
    expect_match(text, "^  case 0, a receive: the channel has no sender and 2 references");
    expect_match(text, "^  case 1, a send: the channel has no receiver and one reference");
    free(text);
    chan_close(both.first);
}

struct work {
    struct wait_group group;
    struct mutex mutex;
    struct rw_mutex rw;
    struct cond cond;
};

static void finish_later(void *group)
{
    defer(wait_group_done, group);
    task_sleep(HOUR);
}

static void wait_for_all(void *group)
{
    wait_group_wait(group);
}

static void keep_locked(void *mutex)
{
    mutex_lock(mutex);
    defer(mutex_unlock, mutex);
    task_sleep(HOUR);
}

static void lock(void *mutex)
{
    mutex_lock(mutex);
    mutex_unlock(mutex);
}

static void read_long(void *rw)
{
    rw_mutex_rlock(rw);
    defer(rw_mutex_runlock, rw);
    task_sleep(HOUR);
}

static void write_lock(void *rw)
{
    rw_mutex_lock(rw);
    rw_mutex_unlock(rw);
}

static void wait_for_signal(void *cond)
{
    struct cond *c = cond;
    mutex_lock(c->mutex);
    cond_wait(c);
    mutex_unlock(c->mutex);
}

TASK_TEST(wait_groups_and_locks_have_holders_too)
{
    struct mutex signals = {0};
    struct work *w = calloc(1, sizeof *w);
    defer(free, w);
    w->cond.mutex = &signals;
    wait_group_add(&w->group, 2);
    for (int i = 0; i < 2; i++)
        go(finish_later, &w->group);
    go(wait_for_all, &w->group);
    go(keep_locked, &w->mutex);
    go(read_long, &w->rw);
    go(wait_for_signal, &w->cond);
    settle();
    go(lock, &w->mutex);
    go(write_lock, &w->rw);
    settle();
    look(is_parked);
    const struct waited *o = waited_by(wait_for_all);
    assert_int_equal(o->state.kind, OBJECT_WAIT_GROUP);
    assert_int_equal(o->state.count, 2);
    expect_peer(&o->holding, group_of(finish_later), 2, 2);
    o = waited_by(lock);
    assert_int_equal(o->state.kind, OBJECT_MUTEX);
    assert_true(o->state.locked);
    expect_peer(&o->holding, group_of(keep_locked), 1, 1);
    o = waited_by(write_lock);
    assert_int_equal(o->state.kind, OBJECT_RW_MUTEX);
    assert_int_equal(o->state.count, 1);
    expect_peer(&o->holding, group_of(read_long), 1, 1);
    assert_int_equal(waited_by(wait_for_signal)->state.kind, OBJECT_COND);
    look_away();
    char *text = summary();
    expect_words(text, "; the wait group has 2 still to be done\n");
    expect_match(text,
                 "^    its address is on the stack of 2 tasks \\(sleep at .* in finish_later\\)");
    expect_words(text, "; the mutex has an owner that keeps it\n");
    expect_words(text, "; the readers-writer mutex has one reader\n");
    expect_words(text, "; nobody has signalled the condition\n");
    free(text);
    cond_signal(&w->cond);
    task_sleep(HOUR);
    settle();
}

static void tick(void *unused)
{
    (void)unused;
    struct ticker *t = ticker_new(SECOND);
    defer(ticker_drop, t);
    for (int i = 0; i < 100; i++)
        chan_recv(ticker_chan(t), NULL);
    ticker_stop(t);
}

static void wait_for_end(void *arg)
{
    struct ctx *ctx = arg;
    chan_recv(ctx_done(ctx), NULL);
}

static void wait_for_nothing(void *unused)
{
    (void)unused;
    chan_recv(NULL, NULL);
}

LEAKING_TASK_TEST(timers_contexts_and_nil_channels_are_called_so)
{
    struct ctx *ctx = ctx_with_cancel(ctx_background());
    go(tick, NULL);
    go(wait_for_end, ctx);
    go(wait_for_nothing, NULL);
    settle();
    char *text = summary();
    expect_words(text, "4 tasks, 1 timer\n");
    expect_words(text, "    channel with 0 of 1 in its buffer, of a timer or ticker, which wakes "
                       "whoever waits\n");
    expect_words(text, "    channel without a buffer, closed when its context is done\n");
    expect_match(text, "parked in chan receive \\(nil chan\\) at .*; nothing can ever wake them$");
    expect_no_words(text, "its own");
    free(text);
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
        cmocka_unit_test(the_running_task_is_a_holder_like_any_other),
        cmocka_unit_test(who_else_waits_there_is_told),
        cmocka_unit_test(a_full_channel_has_no_receiver),
        cmocka_unit_test(a_select_tells_each_of_its_cases),
        cmocka_unit_test(wait_groups_and_locks_have_holders_too),
        cmocka_unit_test(timers_contexts_and_nil_channels_are_called_so),
        cmocka_unit_test(tasks_started_in_one_go_do_not_hold_each_other_s_channels),
        cmocka_unit_test(a_channel_of_very_many_groups_is_cut),
        cmocka_unit_test(many_states_are_summed_up),
    };
    return cmocka_run_group_tests_name("profile: peers", tests, NULL, NULL);
}
