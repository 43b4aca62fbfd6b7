/* Proof where something is wrong: records that are broken, looks within looks, locks whose owner was made to end. */
#include "test/proof_cases.h"
#include "test/words.h"

#include "profile/dump.h"
#include "task/counted.h"
#include "task/ctx.h"
#include "task/mutex.h"
#include "task/time.h"
#include "task/timer.h"

/* --- Memory that is given out again ------------------------------------------------------------- */

/* What a block of the program's finds in its memory, where it does not write: an object that has ended there. */
static void expect_no_object_at(uintptr_t ended)
{
    const volatile struct counted *c = (const volatile struct counted *)(ended + COUNTED_AT);
    uint32_t kind = c->kind & ~UINT32_C(0xff);
    assert_int_not_equal(kind, COUNTED_CHAN);
}

static void do_nothing(void *unused)
{
    (void)unused;
}

LEAKING_TASK_TEST(what_has_ended_is_no_object_any_more)
{
    struct chan *c = chan_make(int, 1);
    uintptr_t at = (uintptr_t)c;
    chan_drop(c);
    expect_no_object_at(at);

    struct ctx *ctx = ctx_with_cancel(ctx_background());
    at = (uintptr_t)ctx;
    struct ctx_after *after = ctx_after_func(ctx, do_nothing, NULL);
    uintptr_t after_at = (uintptr_t)after;
    ctx_after_stop(after);
    ctx_after_drop(after);
    expect_no_object_at(after_at);
    ctx_drop(ctx);
    expect_no_object_at(at);

    struct timer *t = timer_func(HOUR, do_nothing, NULL);
    at = (uintptr_t)t;
    timer_stop(t);
    timer_drop(t);
    expect_no_object_at(at);
}

/* --- Broken records ----------------------------------------------------------------------------- */

STEP leave_receivers(int n)
{
    for (int i = 0; i < n; i++)
        go(receive, chan_make(int, 0));
}

struct breaking {
    uintptr_t address;
    uint64_t caller;
    int left; /* to be broken */
};

/* Its record lies behind its frames: whatever points to these in its first lines no longer does. */
static bool break_record(const struct task_info *info, void *arg)
{
    enum { WORDS = 24 };
    struct breaking *b = arg;
    uintptr_t *record = (uintptr_t *)(uintptr_t)info->stack_high, low = (uintptr_t)info->stack_low;
    if (info->id == b->caller || !b->left)
        return true;
    for (int i = 0; i < WORDS; i++)
        if (record[i] >= low && record[i] < (uintptr_t)record)
            record[i] = b->address;
    b->left--;
    return true;
}

static void break_one(uintptr_t address)
{
    struct breaking b = {address, task_id(), 1};
    task_each(break_record, &b);
    assert_int_equal(b.left, 0);
}

static void expect_one_stays(uintptr_t address)
{
    leave_receivers(3);
    settle();
    break_one(address);
    expect_leaked(3);
    char *text = dump_text(&(struct dump){.format = DUMP_FULL, .proof = DUMP_PROVEN});
    expect_words(text, "(leaked)");
    free(text);
    proof_wipe_stack();
    assert_int_equal(end_now(NULL, NULL), 2);
    settle();
    assert_int_equal(task_count(), 2);
}

LEAKING_TASK_TEST(a_frame_below_all_stacks)
{
    expect_one_stays(16);
}

LEAKING_TASK_TEST(a_frame_above_all_stacks)
{
    expect_one_stays(UINTPTR_MAX - 15);
}

LEAKING_TASK_TEST(a_frame_in_another_stack)
{
    volatile char here = 0;
    expect_one_stays((uintptr_t)&here);
}

/* --- Looks within looks ------------------------------------------------------------------------- */

static void look_again(const struct task_info *t, void *arg)
{
    struct task_leaks leaks;
    (void)t;
    assert_true(task_leaks(&leaks));
    char *text = dump_text(&(struct dump){.format = DUMP_SUMMARY, .proof = DUMP_PROVEN});
    expect_words(text, " leaked: nobody can ever wake");
    free(text);
    ++*(int *)arg;
}

LEAKING_TASK_TEST(a_dump_while_it_is_told_who_ends)
{
    int told = 0;
    leave_receivers(3);
    proof_wipe_stack();
    settle();
    assert_int_equal(end_now(look_again, &told), 3);
    assert_int_equal(told, 3);
    settle();
    assert_int_equal(task_count(), 1);
}

/* --- Locks that stay ---------------------------------------------------------------------------- */

static struct mutex lock;

static void wait_under_lock(void *unused)
{
    (void)unused;
    mutex_lock(&lock);
    chan_recv(NULL, NULL);
    mutex_unlock(&lock);
}

static void want_lock(void *unused)
{
    (void)unused;
    mutex_lock(&lock);
}

/* It is still its owner's, who has ended: so whoever wants it is leaked, and is told why. */
LEAKING_TASK_TEST(a_lock_that_was_not_deferred_stays_and_is_told)
{
    go(wait_under_lock, NULL);
    expect_ended(1);
    assert_int_equal(task_count(), 1);
    go(want_lock, NULL);
    expect_leaked(1);
    char *text = dump_text(&(struct dump){.format = DUMP_SUMMARY, .proof = DUMP_PROVEN});
    expect_words(text, "in wait_under_lock by task ");
    expect_words(text, ", which has ended with it\n");
    free(text);
}

/* --- A proof that was wrong --------------------------------------------------------------------- */

/* By what the proof can not see: a pointer that is disguised, and lent, so that no count tells of it. */
static volatile uintptr_t disguised;

static void borrow_and_go_on(void *c)
{
    chan_recv(c, NULL);
    for (;;)
        task_yield();
}

STEP leave_borrower(void)
{
    struct chan *c = chan_make(int, 0);
    go(borrow_and_go_on, c);
    disguised = ~(uintptr_t)c;
}

static void wake_a_proven_one(void *unused)
{
    (void)unused;
    leave_borrower();
    expect_leaked(1);
    chan_send((struct chan *)~disguised, &(int){1});
    task_yield();
}

#ifdef TASK_DEBUG
static void who_wakes_although_proven_stops_a_debug_build(void **state)
{
    (void)state;
    support_expect_stop(wake_a_proven_one, "wakes, of which a proof has said that nobody can");
}
#else
LEAKING_TASK_TEST(who_goes_on_although_proven_is_counted)
{
    struct task_leaks leaks;
    wake_a_proven_one(NULL);
    assert_true(task_leaks(&leaks));
    assert_int_equal(leaks.contradicted, 1);
    assert_int_equal(leaks.leaked, 0);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_has_ended_is_no_object_any_more),
        cmocka_unit_test(a_frame_below_all_stacks),
        cmocka_unit_test(a_frame_above_all_stacks),
        cmocka_unit_test(a_frame_in_another_stack),
        cmocka_unit_test(a_dump_while_it_is_told_who_ends),
        cmocka_unit_test(a_lock_that_was_not_deferred_stays_and_is_told),
#ifdef TASK_DEBUG
        cmocka_unit_test(who_wakes_although_proven_stops_a_debug_build),
#else
        cmocka_unit_test(who_goes_on_although_proven_is_counted),
#endif
    };
    return cmocka_run_group_tests_name("proof where something is wrong", tests, NULL, NULL);
}
