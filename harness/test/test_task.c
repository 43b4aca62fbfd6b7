/* Tasks: who runs when, ids, labels, and what task_run() leaves for the next. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/inspect.h"
#include <stdio.h>
#include <string.h>

static void say(void *word)
{
    note("%s", (const char *)word);
}

static void yield_between(void *word)
{
    note("%s1", (const char *)word);
    task_yield();
    note("%s2", (const char *)word);
}

TASK_TEST(a_new_task_runs_when_its_maker_parks)
{
    go(say, "child");
    note("maker");
    task_yield();
    expect_notes("maker child");
}

TASK_TEST(ready_tasks_run_first_come_first_served)
{
    go(say, "a");
    go(say, "b");
    go(say, "c");
    settle();
    expect_notes("a b c");
}

TASK_TEST(yield_lets_every_other_ready_task_run_once)
{
    go(yield_between, "a");
    go(yield_between, "b");
    note("main");
    task_yield();
    note("main");
    task_yield();
    note("main");
    expect_notes("main a1 b1 main a2 b2 main");
}

static void recv_then_say(void *arg)
{
    chan_recv(arg, NULL);
    note("woken");
}

TASK_TEST(a_woken_task_queues_behind_those_that_are_ready)
{
    struct chan *c = chan_make(struct {}, 0);
    defer(chan_drop, c);
    go(recv_then_say, c);
    settle();
    go(say, "a");
    chan_send(c, NULL);
    go(say, "b");
    settle();
    expect_notes("a woken b");
}

static void keep_id(void *arg)
{
    *(uint64_t *)arg = task_id();
}

TASK_TEST(ids_grow_and_are_never_used_again)
{
    uint64_t last = task_id();
    assert_true(last > 0);
    for (int i = 0; i < 1000; i++) {
        uint64_t seen = 0, id = go(keep_id, &seen);
        assert_true(id > last);
        last = id;
        settle();
        assert_int_equal(seen, id);
    }
}

static void recurse(void *arg)
{
    int *depth = arg;
    if (--*depth > 0)
        go(recurse, depth);
}

TASK_TEST(tasks_make_tasks)
{
    int depth = 5000;
    go(recurse, &depth);
    settle();
    assert_int_equal(depth, 0);
    assert_int_equal(task_count(), 1);
}

static void wait_for_close(void *arg)
{
    chan_recv(arg, NULL);
}

TASK_TEST(every_task_is_counted_in_one_place)
{
    enum { TASKS = 100 };
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    uint64_t spawned = task_stats.spawned, finished = task_stats.finished;
    for (int i = 0; i < TASKS; i++)
        go(wait_for_close, c);
    assert_int_equal(task_count(), TASKS + 1);
    assert_int_equal(task_stats.spawned, spawned + TASKS);
    assert_int_equal(parked(), 0);
    settle();
    assert_int_equal(task_stats.waiting[WAIT_CHAN_RECEIVE], TASKS);
    assert_int_equal(parked(), TASKS);
    assert_int_equal(task_stats.waiting[WAIT_NONE], 0);
    assert_int_equal(task_stats.finished, finished);
    chan_close(c);
    assert_int_equal(parked(), 0); /* ready, though none has run */
    assert_int_equal(task_count(), TASKS + 1);
    settle();
    assert_int_equal(task_stats.finished, finished + TASKS);
    assert_int_equal(task_stats.spawned, task_stats.finished + task_stats.live);
}

static void label_child(void *arg)
{
    (void)arg;
    note("%s", task_label_get("request"));
    task_label("request", "child's");
    note("%s", task_label_get("request"));
}

TASK_TEST(labels_are_inherited_and_never_given_back)
{
    assert_null(task_label_get("request"));
    task_label("request", "one");
    go(label_child, NULL);
    task_label("request", "two"); /* the child keeps what it inherited */
    settle();
    expect_notes("one child's");
    assert_string_equal(task_label_get("request"), "two");
    assert_null(task_label_get("other"));
    go(label_child, NULL);
    settle();
    expect_notes("two child's");
}

TASK_TEST(label_strings_are_copied)
{
    char key[] = "key", value[] = "value";
    task_label(key, value);
    memset(key, 'x', sizeof key - 1);
    memset(value, 'x', sizeof value - 1);
    assert_string_equal(task_label_get("key"), "value");
    assert_null(task_label_get("xxx"));
}

static bool count_labels(const struct task_info *task, void *most)
{
    size_t n = 0;
    for (const struct task_labels *l = task->labels; l; l = l->next)
        n++;
    if (n > *(size_t *)most)
        *(size_t *)most = n;
    return true;
}

static void relabel(void *arg)
{
    (void)arg;
    task_label("request", "child's");
}

/* One label a key, however often it is set, also while children share the older ones. */
TASK_TEST(a_label_takes_the_place_of_an_older_one)
{
    size_t most = 0;
    for (int i = 0; i < 100; i++) {
        char value[16];
        snprintf(value, sizeof value, "%d", i);
        task_label("request", value);
        task_label("user", value);
        go(relabel, NULL);
        task_each(count_labels, &most);
        assert_string_equal(task_label_get("request"), value);
        assert_string_equal(task_label_get("user"), value);
        task_yield();
    }
    assert_int_equal(most, 2);
}

static void park_under_label(void *arg)
{
    chan_recv(arg, NULL);
    note("%s", task_label_get("deep"));
}

static void make_and_end(void *arg)
{
    task_label("deep", "from a task that has ended");
    go(park_under_label, arg);
}

TASK_TEST(labels_outlive_the_task_that_made_them)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(make_and_end, c);
    settle();
    assert_int_equal(task_count(), 2);
    chan_close(c);
    settle();
    expect_notes("from a task that has ended");
}

/* Far more keys than a walk by recursion would have room for, and the one furthest down replaced. */
TASK_TEST(labels_by_the_thousand_fit_a_stack)
{
    enum { KEYS = 3000 };
    char key[16], value[24];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < KEYS; i += round ? KEYS / 4 : 1) {
            snprintf(key, sizeof key, "key%d", i);
            snprintf(value, sizeof value, "%d.%d", round, i);
            task_label(key, value);
        }
    size_t most = 0;
    task_each(count_labels, &most);
    assert_int_equal(most, KEYS);
    for (int i = 0; i < KEYS; i++) {
        snprintf(key, sizeof key, "key%d", i);
        snprintf(value, sizeof value, "%d.%d", i % (KEYS / 4) == 0, i);
        assert_string_equal(task_label_get(key), value);
    }
}

/* --- NULL where something is needed -------------------------------------------------------------- */

static void go_nowhere(void *unused)
{
    (void)unused;
    go(NULL, NULL);
}

static void run_nothing(void *unused)
{
    (void)unused;
    task_run(NULL, NULL);
}

static void label_null_key(void *unused)
{
    (void)unused;
    task_label(NULL, "value");
}

static void label_null_value(void *unused)
{
    (void)unused;
    task_label("key", NULL);
}

static void ask_for_null_key(void *unused)
{
    (void)unused;
    task_label_get(NULL);
}

static void null_is_refused_in_words(void **state)
{
    (void)state;
    support_expect_panic(go_nowhere, "go of nil func value");
    support_expect_panic(run_nothing, "go of nil func value");
    support_expect_panic(label_null_key, "task_label() with NULL for a key");
    support_expect_panic(label_null_value, "task_label() with NULL for a value");
    support_expect_panic(ask_for_null_key, "task_label_get() with NULL for a key");
}

/* --- task_run(), from outside of tasks ------------------------------------------------------------ */

struct steps {
    struct chan *chan;
    int reached;
};

static void count_to_two(void *arg)
{
    struct steps *s = arg;
    s->reached = 1;
    chan_recv(s->chan, NULL);
    s->reached = 2;
}

static void leave_one_behind(void *arg)
{
    struct steps *s = arg;
    s->chan = chan_make(int, 0);
    go(count_to_two, s);
    task_yield();
}

static void release_it(void *arg)
{
    struct steps *s = arg;
    chan_close(s->chan);
    settle();
    chan_drop(s->chan);
}

static void run_twice(void *unused)
{
    (void)unused;
    struct steps steps = {0};
    assert_int_equal(task_id(), 0);
    assert_int_equal(task_count(), 0);
    assert_int_equal(task_run(leave_one_behind, &steps), 0);
    assert_int_equal(steps.reached, 1);
    assert_int_equal(task_count(), 1);
    assert_int_equal(task_stats.waiting[WAIT_CHAN_RECEIVE], 1);
    assert_int_equal(task_id(), 0);
    assert_int_equal(task_run(release_it, &steps), 0);
    assert_int_equal(steps.reached, 2);
    assert_int_equal(task_count(), 0);
}

static void a_later_task_run_goes_on_with_what_was_left(void **state)
{
    (void)state;
    support_run_outside(run_twice);
}

static void set_flag(void *flag)
{
    *(bool *)flag = true;
}

static void make_and_return(void *flag)
{
    go(set_flag, flag);
}

static void do_nothing(void *arg)
{
    (void)arg;
    task_yield();
}

static void return_before_others(void *unused)
{
    (void)unused;
    bool flag = false;
    assert_int_equal(task_run(make_and_return, &flag), 0);
    assert_false(flag); /* ready, and not run: fn has returned */
    assert_int_equal(task_count(), 1);
    assert_int_equal(task_run(do_nothing, NULL), 0);
    assert_true(flag);
    assert_int_equal(task_count(), 0);
}

static void task_run_ends_with_its_function(void **state)
{
    (void)state;
    support_run_outside(return_before_others);
}

static void make_outside(void *unused)
{
    (void)unused;
    bool flag = false;
    assert_true(go(set_flag, &flag) > 0);
    assert_false(flag);
    assert_int_equal(task_run(do_nothing, NULL), 0);
    assert_true(flag);
}

static void go_from_outside_is_run_by_task_run(void **state)
{
    (void)state;
    support_run_outside(make_outside);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_task_runs_when_its_maker_parks),
        cmocka_unit_test(ready_tasks_run_first_come_first_served),
        cmocka_unit_test(yield_lets_every_other_ready_task_run_once),
        cmocka_unit_test(a_woken_task_queues_behind_those_that_are_ready),
        cmocka_unit_test(ids_grow_and_are_never_used_again),
        cmocka_unit_test(tasks_make_tasks),
        cmocka_unit_test(every_task_is_counted_in_one_place),
        cmocka_unit_test(labels_are_inherited_and_never_given_back),
        cmocka_unit_test(label_strings_are_copied),
        cmocka_unit_test(a_label_takes_the_place_of_an_older_one),
        cmocka_unit_test(labels_outlive_the_task_that_made_them),
        cmocka_unit_test(labels_by_the_thousand_fit_a_stack),
        cmocka_unit_test(null_is_refused_in_words),
        cmocka_unit_test(a_later_task_run_goes_on_with_what_was_left),
        cmocka_unit_test(task_run_ends_with_its_function),
        cmocka_unit_test(go_from_outside_is_run_by_task_run),
    };
    return cmocka_run_group_tests_name("tasks", tests, NULL, NULL);
}
