/* What tasks wait on, each kind: its state, its peers, and the summary's words for them. */
#include "test/looking.h"

#include "task/ctx.h"
#include "task/mutex.h"
#include "task/timer.h"
#include "task/wait_group.h"

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

static void select_twice(void *c)
{
    chan_select(on_recv(c, NULL), on_recv(c, NULL));
}

TASK_TEST(a_select_may_wait_twice_on_one_channel)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(select_twice, c);
    settle();
    look(is_parked);
    const struct waited_list *list = &peers->groups[group_of(select_twice)];
    assert_int_equal(list->length, 2);
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(list->waited[i].select_case, i);
        assert_int_equal(list->waited[i].objects, 1);
        assert_int_equal(list->waited[i].tasks, 1);
        assert_int_equal(list->waited[i].waiting.length, 0);
    }
    look_away();
    chan_close(c);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_channel_has_no_receiver),
        cmocka_unit_test(a_select_tells_each_of_its_cases),
        cmocka_unit_test(a_select_may_wait_twice_on_one_channel),
        cmocka_unit_test(wait_groups_and_locks_have_holders_too),
        cmocka_unit_test(timers_contexts_and_nil_channels_are_called_so),
    };
    return cmocka_run_group_tests_name("profile: objects", tests, NULL, NULL);
}
