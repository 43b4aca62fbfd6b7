/* What is seen of tasks from outside is what they are. */
#include "outside/tree.h"
#include "profile/frames.h"
#include "task/mutex.h"
#include "test/outside.h"

/* --- What is there is seen -------------------------------------------------------------------------------- */

static bool expect_seen(const struct task_info *task, void *arg)
{
    const struct look *seen = arg;
    uint32_t n = look_task_at(seen, (uintptr_t)task->stack_high);
    assert_int_not_equal(n, LOOK_NONE);
    const struct seen_task *t = &seen->tasks[n];
    const struct seen_group *g = &seen->groups[t->group];
    assert_int_equal(t->id, task->id);
    assert_int_equal(t->parent, task->parent);
    assert_int_equal(t->state, task->state);
    assert_int_equal(t->reason, task->reason);
    assert_int_equal(g->state, task->state);
    assert_string_equal(g->site->file, task->site->file);
    assert_string_equal(g->site->function, task->site->function);
    assert_int_equal(g->site->line, task->site->line);
    assert_int_equal(g->labels != NULL, task->labels != NULL);
    const void *frames[LOOK_DEPTH];
    enum frames_end end;
    if (task->state == TASK_RUNNING)
        return true;
    assert_int_equal(g->depth, frames_walk(task, frames, LOOK_DEPTH, &end));
    assert_memory_equal(g->frames, frames, g->depth * sizeof *frames);
    return true;
}

static void expect_all_seen(void)
{
    struct look seen;
    struct planted p = planted();
    look(&seen, &p, false);
    assert_int_equal(seen.length, task_count());
    assert_int_equal(seen.broken, 0);
    assert_false(seen.is_cut);
    task_each(expect_seen, &seen);
    look_free(&seen);
}

LEAKING_TASK_TEST(each_task_is_seen_as_it_is)
{
    expect_all_seen();
    struct chan *channel = make_waiters();
    expect_all_seen();
    go(wait_for, channel); /* ready, and has never run */
    expect_all_seen();
}

/* They are linked into the ready list as they are, and their states written later. */
LEAKING_TASK_TEST(who_was_woken_by_a_close_is_runnable)
{
    struct look seen;
    struct planted p = planted();
    chan_close(make_waiters());
    look(&seen, &p, false);
    size_t ready = 0;
    for (size_t i = 0; i < seen.length; i++)
        ready += seen.tasks[i].state == TASK_READY;
    assert_int_equal(ready, WAITERS + 1);
    assert_false(seen.is_cut);
    look_free(&seen);
}

LEAKING_TASK_TEST(the_first_label_of_a_key_counts)
{
    struct look seen;
    struct planted p = planted();
    make_waiters();
    look(&seen, &p, false);
    assert_int_equal(seen.group_count, 3);
    assert_int_equal(seen.groups[0].count, WAITERS);
    assert_null(seen.groups[0].labels);
    const struct seen_labels *labels =
        seen.groups[1].labels ? seen.groups[1].labels : seen.groups[2].labels;
    assert_non_null(labels);
    assert_int_equal(labels->count, 2);
    assert_memory_equal(labels->text, "team\0red\0role\0reader", sizeof "team\0red\0role\0reader");
    look_free(&seen);
}

/* --- Tables of another runtime ------------------------------------------------------------------------------ */

/* The table with this in place of what it has at an offset. */
static void expect_refused(size_t offset, uint64_t value, const char *words)
{
    char why[LAYOUT_WHY] = "";
    struct task_layout layout;
    struct planted p = planted();
    plant(&p, (uintptr_t)&task_layout + offset, value);
    assert_false(layout_read(&p.memory, (uintptr_t)&task_layout, &layout, why));
    expect_words(why, words);
}

static void tables_that_can_not_be_read_are_refused(void **state)
{
    (void)state;
    char why[LAYOUT_WHY];
    struct task_layout layout;
    struct planted p = planted();
    uint64_t next = TASK_LAYOUT_VERSION + 1 + ((uint64_t)sizeof layout << 32);
    assert_true(layout_read(&p.memory, (uintptr_t)&task_layout, &layout, why));
    assert_memory_equal(&layout, &task_layout, sizeof layout);
    assert_false(layout_read(&p.memory, 8, &layout, why));
    expect_words(why, "can not be read");
    expect_refused(0, 0, "is none");
    expect_refused(offsetof(struct task_layout, version), next,
                   "runtime layout 3, this program reads 2");
    expect_refused(offsetof(struct task_layout, size), 8, "another machine");
    expect_refused(offsetof(struct task_layout, word), 4, "another machine");
    for (size_t i = 0; i < LAYOUT_FIELDS; i++)
        expect_refused(offsetof(struct task_layout, field[i]), UINT64_MAX, "is broken");
    for (size_t i = 0; i + 4 <= TASK_LAYOUT_PLACES; i++)
        expect_refused(offsetof(struct task_layout, record_below[i]), UINT64_MAX, "is broken");
    expect_refused(offsetof(struct task_layout, task_size), 0, "is broken");
}

/* --- What changes meanwhile ----------------------------------------------------------------------------------- */

LEAKING_TASK_TEST(who_ran_meanwhile_is_counted_and_marked)
{
    struct look seen;
    struct planted p = planted();
    make_waiters();
    struct seen_task t = parked_one();
    look(&seen, &p, true);
    assert_int_equal(seen.changed, 0);
    assert_int_equal(seen.made, 0);
    look_free(&seen);
    /* Read last: whether the clock is virtual; before it, by the second pass, the scheduler and each record. */
    p.from = p.reads - (task_count() + 1) - 1;
    p.reads = 0;
    plant(&p, field_at(&t, LAYOUT_TASK_PARKS), t.parks + 1);
    plant(&p, (uintptr_t)task_layout.scheduler + task_layout.field[LAYOUT_SCHED_LAST_ID].at,
          task_count() + 5);
    look(&seen, &p, true);
    assert_int_equal(seen.changed, 1);
    assert_int_equal(seen.made, 5);
    assert_true(seen.tasks[look_task_at(&seen, t.at)].has_changed);
    look_free(&seen);
}

/* --- Who waits for whom ------------------------------------------------------------------------------------------ */

static struct mutex locks[2];

static void take_both(void *first)
{
    struct mutex *one = first, *other = one == &locks[0] ? &locks[1] : &locks[0];
    mutex_lock(one);
    task_yield();
    mutex_lock(other);
}

LEAKING_TASK_TEST(a_cycle_of_locks_is_found)
{
    struct look seen;
    struct tree tree;
    struct planted p = planted();
    go(take_both, &locks[0]);
    go(take_both, &locks[1]);
    settle();
    look(&seen, &p, false);
    assert_true(tree_build(&tree, &seen, &p.memory, &task_layout));
    assert_int_equal(tree.cycles, 1);
    assert_int_equal(tree.in_cycles, 2);
    for (size_t i = 0; i < seen.length; i++)
        assert_int_equal(tree.nodes[i].in_cycle, seen.tasks[i].reason == WAIT_MUTEX);
    tree_free(&tree);
    look_free(&seen);
}

enum { CHAIN = 500 };
static struct mutex chain[CHAIN + 1];

static void take_next(void *mine)
{
    struct mutex *own = mine;
    mutex_lock(own);
    mutex_lock(own - 1);
}

/* As deep as there are tasks, and each below the one before. */
LEAKING_TASK_TEST(a_long_chain_is_one)
{
    struct look seen;
    struct tree tree;
    struct planted p = planted();
    mutex_lock(&chain[0]);
    for (int i = 1; i <= CHAIN; i++) {
        go(take_next, &chain[i]);
        settle();
    }
    look(&seen, &p, false);
    assert_true(tree_build(&tree, &seen, &p.memory, &task_layout));
    assert_int_equal(tree.cycles, 0);
    uint32_t at = tree.first_root;
    assert_int_equal(tree.nodes[at].next, LOOK_NONE);
    for (uint64_t depth = 0; depth < CHAIN; depth++) {
        at = tree.nodes[at].first_child;
        assert_int_not_equal(at, LOOK_NONE);
        assert_int_equal(tree.nodes[at].tie, TIE_OWNS);
        assert_int_equal(tree.nodes[at].next, LOOK_NONE);
    }
    tree_free(&tree);
    look_free(&seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_task_is_seen_as_it_is),
        cmocka_unit_test(who_was_woken_by_a_close_is_runnable),
        cmocka_unit_test(the_first_label_of_a_key_counts),
        cmocka_unit_test(tables_that_can_not_be_read_are_refused),
        cmocka_unit_test(who_ran_meanwhile_is_counted_and_marked),
        cmocka_unit_test(a_cycle_of_locks_is_found),
        cmocka_unit_test(a_long_chain_is_one),
    };
    return cmocka_run_group_tests_name("outside", tests, NULL, NULL);
}
