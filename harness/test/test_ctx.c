/* Contexts: the tree of cancellation, errors and causes, deadlines, values, who keeps whom. */
#include "test/support.h"

#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"

static void expect_running(struct ctx *c)
{
    assert_int_equal(ctx_err(c), CTX_OK);
    assert_null(ctx_cause(c));
    bool ok;
    assert_false(chan_try_recv(ctx_done(c), NULL, &ok));
}

static void expect_ended(struct ctx *c, enum ctx_error error, const char *cause)
{
    assert_int_equal(ctx_err(c), error);
    assert_string_equal(ctx_cause(c), cause);
    bool ok = true;
    assert_true(chan_try_recv(ctx_done(c), NULL, &ok));
    assert_false(ok);
}

TASK_TEST(background_never_ends)
{
    struct ctx *c = ctx_background();
    int64_t when;
    ctx_cancel(c);
    assert_null(ctx_done(c));
    assert_int_equal(ctx_err(c), CTX_OK);
    assert_null(ctx_cause(c));
    assert_false(ctx_deadline(c, &when));
    assert_null(ctx_value(c, &when));
    ctx_drop(c);
    assert_ptr_equal(ctx_background(), c);
}

TASK_TEST(cancel_closes_done_and_says_so)
{
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    expect_running(c);
    ctx_cancel(c);
    expect_ended(c, CTX_CANCELED, "context canceled");
}

TASK_TEST(errors_have_go_s_words)
{
    assert_string_equal(ctx_error_text(CTX_OK), "ok");
    assert_string_equal(ctx_error_text((enum ctx_error)99), "unknown");
    assert_string_equal(ctx_error_text(CTX_CANCELED), "context canceled");
    assert_string_equal(ctx_error_text(CTX_DEADLINE_EXCEEDED), "context deadline exceeded");
}

TASK_TEST(the_first_cancellation_counts)
{
    struct ctx *c = ctx_with_timeout(ctx_background(), SECOND);
    defer(ctx_drop, c);
    ctx_cancel_cause(c, "client went away");
    ctx_cancel_cause(c, "too late");
    ctx_cancel(c);
    task_sleep(2 * SECOND);
    expect_ended(c, CTX_CANCELED, "client went away");
}

TASK_TEST(a_cause_without_words_is_the_error)
{
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    ctx_cancel_cause(c, NULL);
    expect_ended(c, CTX_CANCELED, "context canceled");
}

TASK_TEST(done_is_one_channel_made_when_first_asked_for)
{
    uint64_t before = task_stats.channels;
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    assert_int_equal(task_stats.channels, before);
    struct chan *done = ctx_done(c);
    assert_non_null(done);
    assert_int_equal(task_stats.channels, before + 1);
    assert_ptr_equal(ctx_done(c), done);
    assert_int_equal(task_stats.channels, before + 1);
}

TASK_TEST(done_asked_for_after_the_end_is_closed)
{
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    ctx_cancel(c);
    assert_false(chan_recv(ctx_done(c), NULL));
}

struct member {
    struct ctx *ctx;
    const char *name;
};

static void wait_for_end(void *arg)
{
    struct member *m = arg;
    chan_recv(ctx_done(m->ctx), NULL);
    note("%s", m->name);
}

TASK_TEST(cancel_wakes_the_whole_tree_below_and_nobody_else)
{
    struct ctx *root = ctx_with_cancel(ctx_background());
    struct ctx *sibling = ctx_with_cancel(root), *child = ctx_with_cancel(root);
    struct ctx *grandchild = ctx_with_value(child, "key", "value");
    struct ctx *leaf = ctx_with_timeout(grandchild, HOUR), *other = ctx_with_cancel(child);
    defer(ctx_drop, root);
    defer(ctx_drop, sibling);
    defer(ctx_drop, child);
    defer(ctx_drop, grandchild);
    defer(ctx_drop, leaf);
    defer(ctx_drop, other);
    struct member waits = {leaf, "leaf"};
    go(wait_for_end, &waits);
    settle();
    ctx_cancel_cause(child, "child is done");
    settle();
    expect_notes("leaf");
    expect_running(root);
    expect_running(sibling);
    expect_ended(child, CTX_CANCELED, "child is done");
    expect_ended(grandchild, CTX_CANCELED, "child is done");
    expect_ended(leaf, CTX_CANCELED, "child is done");
    expect_ended(other, CTX_CANCELED, "child is done");
    assert_int_equal(task_stats.armed, 0);
    ctx_cancel(root);
    expect_ended(sibling, CTX_CANCELED, "context canceled");
    expect_ended(leaf, CTX_CANCELED, "child is done");
}

TASK_TEST(every_waiter_on_done_is_woken)
{
    struct ctx *c = ctx_with_cancel(ctx_background());
    defer(ctx_drop, c);
    struct member members[] = {{c, "a"}, {c, "b"}, {c, "c"}};
    for (int i = 0; i < 3; i++)
        go(wait_for_end, &members[i]);
    settle();
    ctx_cancel(c);
    settle();
    expect_notes("a b c");
}

TASK_TEST(a_child_of_an_ended_parent_is_born_ended)
{
    struct ctx *parent = ctx_with_cancel(ctx_background());
    defer(ctx_drop, parent);
    ctx_cancel_cause(parent, "before");
    struct ctx *child = ctx_with_timeout(parent, HOUR);
    defer(ctx_drop, child);
    expect_ended(child, CTX_CANCELED, "before");
    assert_int_equal(task_stats.armed, 0);
}

TASK_TEST(a_deadline_ends_at_its_time_with_its_own_error)
{
    int64_t when = clock_now() + 10 * SECOND, told = 0;
    struct ctx *c = ctx_with_deadline(ctx_background(), when);
    defer(ctx_drop, c);
    assert_true(ctx_deadline(c, &told));
    assert_int_equal(told, when);
    task_sleep(10 * SECOND - 1);
    expect_running(c);
    assert_false(chan_recv(ctx_done(c), NULL));
    assert_int_equal(clock_now(), when);
    expect_ended(c, CTX_DEADLINE_EXCEEDED, "context deadline exceeded");
}

TASK_TEST(a_deadline_ends_the_children_with_the_same_error)
{
    struct ctx *c = ctx_with_timeout(ctx_background(), SECOND), *child = ctx_with_cancel(c);
    defer(ctx_drop, c);
    defer(ctx_drop, child);
    int64_t when, child_when;
    assert_true(ctx_deadline(c, &when));
    assert_true(ctx_deadline(child, &child_when));
    assert_int_equal(when, child_when);
    chan_recv(ctx_done(child), NULL);
    expect_ended(child, CTX_DEADLINE_EXCEEDED, "context deadline exceeded");
}

TASK_TEST(a_time_that_has_passed_ends_at_once)
{
    struct ctx *now = ctx_with_timeout(ctx_background(), 0);
    struct ctx *before = ctx_with_timeout(ctx_background(), -SECOND);
    struct ctx *past = ctx_with_deadline(ctx_background(), clock_now() - 1);
    defer(ctx_drop, now);
    defer(ctx_drop, before);
    defer(ctx_drop, past);
    expect_ended(now, CTX_DEADLINE_EXCEEDED, "context deadline exceeded");
    expect_ended(before, CTX_DEADLINE_EXCEEDED, "context deadline exceeded");
    expect_ended(past, CTX_DEADLINE_EXCEEDED, "context deadline exceeded");
}

TASK_TEST(an_ended_parent_s_child_has_its_deadline)
{
    int64_t when = clock_now() + HOUR, told = 0;
    struct ctx *parent = ctx_with_timeout(ctx_background(), 2 * HOUR);
    defer(ctx_drop, parent);
    ctx_cancel(parent);
    struct ctx *earlier = ctx_with_deadline(parent, when),
               *later = ctx_with_timeout(parent, 3 * HOUR);
    defer(ctx_drop, earlier);
    defer(ctx_drop, later);
    assert_true(ctx_deadline(earlier, &told));
    assert_int_equal(told, when);
    assert_true(ctx_deadline(later, &told));
    assert_int_equal(told, when + HOUR);
    struct ctx *past = ctx_with_deadline(parent, when - 2 * HOUR);
    defer(ctx_drop, past);
    assert_true(ctx_deadline(past, &told));
    assert_int_equal(told, when - 2 * HOUR);
    expect_ended(past, CTX_CANCELED, "context canceled");
    assert_int_equal(task_stats.armed, 0);
}

TASK_TEST(a_deadline_has_a_cause)
{
    struct ctx *late = ctx_with_timeout_cause(ctx_background(), SECOND, "the backend is slow");
    struct ctx *child = ctx_with_cancel(late);
    struct ctx *shorter = ctx_with_deadline_cause(late, clock_now() + SECOND / 2, "half of it");
    struct ctx *longer = ctx_with_timeout_cause(late, HOUR, "not this one");
    struct ctx *cancelled = ctx_with_timeout_cause(ctx_background(), SECOND, "not this one");
    struct ctx *past = ctx_with_timeout_cause(ctx_background(), 0, "from the start");
    defer(ctx_drop, late);
    defer(ctx_drop, child);
    defer(ctx_drop, shorter);
    defer(ctx_drop, longer);
    defer(ctx_drop, cancelled);
    defer(ctx_drop, past);
    expect_running(late); /* and says no cause yet */
    expect_ended(past, CTX_DEADLINE_EXCEEDED, "from the start");
    ctx_cancel(cancelled);
    expect_ended(cancelled, CTX_CANCELED, "context canceled");
    task_sleep(2 * SECOND);
    expect_ended(late, CTX_DEADLINE_EXCEEDED, "the backend is slow");
    expect_ended(child, CTX_DEADLINE_EXCEEDED, "the backend is slow");
    expect_ended(longer, CTX_DEADLINE_EXCEEDED, "the backend is slow");
    expect_ended(shorter, CTX_DEADLINE_EXCEEDED, "half of it");
}

TASK_TEST(the_earlier_of_two_deadlines_holds)
{
    struct ctx *parent = ctx_with_timeout(ctx_background(), 2 * SECOND);
    struct ctx *later = ctx_with_timeout(parent, 5 * SECOND);
    struct ctx *earlier = ctx_with_timeout(parent, SECOND);
    defer(ctx_drop, parent);
    defer(ctx_drop, later);
    defer(ctx_drop, earlier);
    int64_t parents, laters, earliers, start = clock_now();
    assert_true(ctx_deadline(parent, &parents));
    assert_true(ctx_deadline(later, &laters));
    assert_true(ctx_deadline(earlier, &earliers));
    assert_int_equal(laters, parents);
    assert_int_equal(earliers, start + SECOND);
    chan_recv(ctx_done(earlier), NULL);
    assert_int_equal(clock_now(), start + SECOND);
    expect_running(parent);
    expect_running(later);
    chan_recv(ctx_done(later), NULL);
    assert_int_equal(clock_now(), start + 2 * SECOND);
    expect_ended(later, CTX_DEADLINE_EXCEEDED, "context deadline exceeded");
}

TASK_TEST(cancel_and_drop_disarm_the_deadline)
{
    struct ctx *cancelled = ctx_with_timeout(ctx_background(), HOUR);
    struct ctx *dropped = ctx_with_timeout(ctx_background(), HOUR);
    assert_int_equal(task_stats.armed, 2);
    ctx_cancel(cancelled);
    assert_int_equal(task_stats.armed, 1);
    ctx_drop(dropped);
    assert_int_equal(task_stats.armed, 0);
    ctx_drop(cancelled);
}

TASK_TEST(values_are_found_upwards_the_nearest_first)
{
    static const char user[] = "user", twin[] = "user", other[] = "other";
    struct ctx *outer = ctx_with_value(ctx_background(), user, "ada");
    struct ctx *between = ctx_with_cancel(outer);
    struct ctx *inner = ctx_with_value(between, user, "bob");
    struct ctx *beside = ctx_with_value(inner, other, "thing");
    defer(ctx_drop, outer);
    defer(ctx_drop, between);
    defer(ctx_drop, inner);
    defer(ctx_drop, beside);
    assert_string_equal(ctx_value(outer, user), "ada");
    assert_string_equal(ctx_value(between, user), "ada");
    assert_string_equal(ctx_value(beside, user), "bob");
    assert_string_equal(ctx_value(beside, other), "thing");
    assert_null(ctx_value(inner, other));
    assert_null(ctx_value(beside, twin)); /* same words, another address */
}

TASK_TEST(a_child_keeps_its_parent)
{
    static const char key[] = "key";
    uint64_t before = task_stats.contexts;
    struct ctx *parent = ctx_with_value(ctx_background(), key, "kept");
    struct ctx *child = ctx_with_cancel(parent);
    ctx_drop(parent);
    assert_int_equal(task_stats.contexts, before + 2);
    assert_string_equal(ctx_value(child, key), "kept");
    assert_ptr_equal(ctx_ref(child), child);
    ctx_drop(child);
    assert_int_equal(task_stats.contexts, before + 2);
    ctx_drop(child);
    assert_int_equal(task_stats.contexts, before);
}

TASK_TEST(a_parent_forgets_a_dropped_child)
{
    enum { CHILDREN = 1000 };
    struct ctx *children[CHILDREN];
    struct ctx *parent = ctx_with_cancel(ctx_background());
    defer(ctx_drop, parent);
    uint64_t seed = 7;
    for (int i = 0; i < CHILDREN; i++)
        children[i] = ctx_with_timeout(parent, HOUR);
    /* Dropped in no order, some before and some after the end. */
    for (int left = CHILDREN; left > 0; left--) {
        int i = (int)(support_random(&seed) % (unsigned)left);
        if (left == CHILDREN / 2)
            ctx_cancel(parent);
        if (left <= CHILDREN / 2)
            assert_int_equal(ctx_err(children[i]), CTX_CANCELED);
        ctx_drop(children[i]);
        children[i] = children[left - 1];
    }
    assert_int_equal(task_stats.armed, 0);
}

TASK_TEST(a_parent_does_not_cancel_what_took_a_dropped_child_s_memory)
{
    struct ctx *parent = ctx_with_cancel(ctx_background());
    defer(ctx_drop, parent);
    ctx_drop(ctx_with_cancel(parent));
    struct ctx *stranger = ctx_with_cancel(ctx_background()); /* an allocator reuses at once */
    defer(ctx_drop, stranger);
    ctx_cancel(parent);
    expect_running(stranger);
}

TASK_TEST(a_deep_tree_ends_and_goes_without_a_deep_stack)
{
    enum { DEPTH = 100000 };
    struct ctx *root = ctx_with_cancel(ctx_background()), *leaf = ctx_ref(root);
    for (int depth = 0; depth < DEPTH; depth++) {
        struct ctx *child = ctx_with_cancel(leaf);
        ctx_drop(leaf);
        leaf = child;
    }
    ctx_cancel_cause(root, "from the top");
    expect_ended(leaf, CTX_CANCELED, "from the top");
    ctx_drop(leaf);
    ctx_drop(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(background_never_ends),
        cmocka_unit_test(cancel_closes_done_and_says_so),
        cmocka_unit_test(errors_have_go_s_words),
        cmocka_unit_test(the_first_cancellation_counts),
        cmocka_unit_test(a_cause_without_words_is_the_error),
        cmocka_unit_test(done_is_one_channel_made_when_first_asked_for),
        cmocka_unit_test(done_asked_for_after_the_end_is_closed),
        cmocka_unit_test(cancel_wakes_the_whole_tree_below_and_nobody_else),
        cmocka_unit_test(every_waiter_on_done_is_woken),
        cmocka_unit_test(a_child_of_an_ended_parent_is_born_ended),
        cmocka_unit_test(a_deadline_ends_at_its_time_with_its_own_error),
        cmocka_unit_test(a_deadline_ends_the_children_with_the_same_error),
        cmocka_unit_test(a_time_that_has_passed_ends_at_once),
        cmocka_unit_test(an_ended_parent_s_child_has_its_deadline),
        cmocka_unit_test(a_deadline_has_a_cause),
        cmocka_unit_test(the_earlier_of_two_deadlines_holds),
        cmocka_unit_test(cancel_and_drop_disarm_the_deadline),
        cmocka_unit_test(values_are_found_upwards_the_nearest_first),
        cmocka_unit_test(a_child_keeps_its_parent),
        cmocka_unit_test(a_parent_forgets_a_dropped_child),
        cmocka_unit_test(a_parent_does_not_cancel_what_took_a_dropped_child_s_memory),
        cmocka_unit_test(a_deep_tree_ends_and_goes_without_a_deep_stack),
    };
    return cmocka_run_group_tests_name("contexts", tests, NULL, NULL);
}
