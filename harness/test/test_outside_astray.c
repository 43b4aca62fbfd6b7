/* Whatever is in the memory that is looked at, a look ends, and says what it could not read. */
#include "outside/sleepers.h"
#include "outside/tree.h"
#include "task/hibernate.h"
#include "task/mutex.h"
#include "test/outside.h"

/* --- Lists that lead astray ---------------------------------------------------------------------------------- */

/* Looks with one word planted. */
static struct look look_with(uint64_t at, uint64_t value, bool moves)
{
    struct look seen;
    struct planted p = planted();
    plant(&p, at, value);
    look(&seen, &p, moves);
    return seen;
}

static struct look look_with_byte(uint64_t at, uint8_t value)
{
    struct look seen;
    struct planted p = planted();
    plant(&p, at, value);
    p.patches[0].size = 1;
    look(&seen, &p, false);
    return seen;
}

static uint64_t oldest_slab(void)
{
    uint64_t slab;
    memcpy(&slab, (const char *)task_layout.stacks + task_layout.field[LAYOUT_STACKS_OLDEST].at,
           sizeof slab);
    return slab;
}

LEAKING_TASK_TEST(a_list_of_stacks_that_leads_back_ends)
{
    make_waiters();
    uint64_t slab = oldest_slab(), values[] = {slab, 8, UINT64_MAX - 7, (uintptr_t)&task_layout};
    size_t all = task_count();
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        for (int moves = 0; moves < 2; moves++) {
            struct look seen =
                look_with(slab + task_layout.field[LAYOUT_SLAB_NEWER].at, values[i], moves);
            assert_true(seen.is_cut);
            assert_in_range(seen.length, 1, all - 1);
            look_free(&seen);
        }
}

LEAKING_TASK_TEST(stacks_that_can_not_be_are_not_followed)
{
    make_waiters();
    static const enum layout_field fields[] = {LAYOUT_SLAB_BASE, LAYOUT_SLAB_STRIDE,
                                               LAYOUT_SLAB_GUARD, LAYOUT_SLAB_OLDER};
    static const uint64_t values[] = {1, 4096, UINT64_MAX, UINT64_C(1) << 63};
    for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            struct look seen =
                look_with(oldest_slab() + task_layout.field[fields[f]].at, values[v], false);
            if (fields[f] != LAYOUT_SLAB_GUARD || values[v] != 4096) /* a narrow one */
                assert_true(seen.is_cut);
            look_free(&seen);
        }
}

LEAKING_TASK_TEST(a_record_that_makes_no_sense_is_not_shown)
{
    make_waiters();
    struct seen_task t = parked_one();
    static const enum layout_field fields[] = {LAYOUT_TASK_SLAB, LAYOUT_TASK_ID};
    for (size_t i = 0; i < 2; i++) {
        struct look seen = look_with(field_at(&t, fields[i]), 0, false);
        assert_int_equal(seen.broken, 1);
        assert_int_equal(seen.length, task_count() - 1);
        look_free(&seen);
    }
    static const enum layout_field bytes[] = {LAYOUT_TASK_STATE, LAYOUT_TASK_REASON,
                                              LAYOUT_TASK_PLACE};
    for (size_t i = 0; i < 3; i++) {
        struct look seen = look_with_byte(field_at(&t, bytes[i]), 0xF0);
        assert_int_equal(seen.broken, 1);
        look_free(&seen);
    }
}

static void expect_broken_stack(uint64_t at, uint64_t value)
{
    struct look seen = look_with(at, value, false);
    size_t broken = 0;
    for (size_t i = 0; i < seen.group_count; i++)
        broken += seen.groups[i].is_broken ? seen.groups[i].count : 0;
    assert_int_equal(broken, 1);
    assert_int_equal(seen.length, task_count());
    look_free(&seen);
}

LEAKING_TASK_TEST(a_chain_of_frames_that_leads_astray_ends)
{
    make_waiters();
    struct seen_task t = parked_one();
    expect_broken_stack(t.parked_at, t.parked_at);
    expect_broken_stack(t.parked_at, t.parked_at - 16);
    expect_broken_stack(t.parked_at, t.at);
    expect_broken_stack(t.parked_at, 8);
    expect_broken_stack(t.parked_at, t.parked_at + 1);
    expect_broken_stack(field_at(&t, LAYOUT_TASK_PARKED_AT), UINT64_MAX);
    expect_broken_stack(field_at(&t, LAYOUT_TASK_PARKED_AT), t.at - 8);
}

LEAKING_TASK_TEST(labels_that_lead_back_end)
{
    struct look seen;
    struct planted p = planted();
    make_waiters();
    look(&seen, &p, false);
    uint64_t at = 0;
    for (size_t i = 0; i < seen.group_count; i++)
        at = seen.groups[i].labels ? seen.groups[i].labels->at : at;
    look_free(&seen);
    assert_int_not_equal(at, 0);
    seen = look_with(at + task_layout.field[LAYOUT_LABEL_NEXT].at, at, false);
    for (size_t i = 0; i < seen.group_count; i++)
        if (seen.groups[i].labels)
            assert_int_equal(seen.groups[i].labels->count, 1);
    look_free(&seen);
    seen = look_with(at + task_layout.field[LAYOUT_LABEL_KEY].at, 8, false);
    assert_int_equal(seen.length, task_count());
    look_free(&seen);
}

LEAKING_TASK_TEST(a_ready_list_that_leads_back_ends)
{
    struct chan *channel = make_waiters();
    struct seen_task t = parked_one();
    chan_close(channel);
    uint64_t next = field_at(&t, LAYOUT_TASK_READY_NEXT), own = field_at(&t, LAYOUT_TASK_OWN_CASE);
    struct look seen = look_with(next, own, false);
    assert_true(seen.is_cut);
    assert_int_equal(seen.length, task_count());
    look_free(&seen);
    seen = look_with(next, 8, false);
    assert_true(seen.is_cut);
    look_free(&seen);
}

/* --- Bits that turn -------------------------------------------------------------------------------------------- */

static void read_all(struct look *seen, struct planted *p)
{
    struct tree tree;
    struct seen_case cases[CASES_MOST];
    for (size_t i = 0; i < seen->length; i++) {
        const struct seen_task *t = &seen->tasks[i];
        enum object_kind kind = object_kind_of((enum wait_reason)t->reason);
        size_t n = object_cases(&p->memory, &task_layout, t, cases);
        for (size_t k = 0; k < n; k++)
            object_at(&p->memory, &task_layout, kind, cases[k].at, cases[k].sends);
    }
    assert_true(tree_build(&tree, seen, &p->memory, &task_layout));
    tree_free(&tree);
}

static struct mutex locks[2];

static void take_both(void *first)
{
    struct mutex *one = first, *other = one == &locks[0] ? &locks[1] : &locks[0];
    mutex_lock(one);
    task_yield();
    mutex_lock(other);
}

LEAKING_TASK_TEST(whatever_bits_turn_a_look_ends)
{
    enum { ROUNDS = 60, READS_MOST = 100000 };
    char why[LOOK_WHY];
    struct look seen;
    struct chan *channel = make_waiters();
    go(take_both, &locks[0]);
    go(take_both, &locks[1]);
    go(wait_for, channel); /* stays ready */
    size_t told = 0;
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        struct planted p = planted();
        p.seed = round * 7919;
        p.one_in = 1 + round % 30;
        if (look_at(&seen, &p.memory, &task_layout, round % 2, false, why))
            read_all(&seen, &p);
        told += seen.broken || seen.is_cut || seen.changed;
        assert_in_range(p.reads, 1, READS_MOST);
        look_free(&seen);
    }
    assert_in_range(told, ROUNDS / 4, ROUNDS);
}

/* Also in the table of who hibernates, in its copies, and in the forms that these are told by. */
LEAKING_TASK_TEST(whatever_bits_turn_of_who_hibernates_a_look_ends)
{
    enum { ROUNDS = 60, READS_MOST = 100000 };
    char why[LOOK_WHY];
    struct look seen;
    make_waiters();
    if (!task_hibernate())
        support_skip("nobody hibernates here: %s", task_hibernate_error());
    uint64_t hibernated = task_stats.hibernated;
    size_t told = 0;
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        struct planted p = planted();
        p.seed = round * 7919;
        p.one_in = round == 1 ? 0 : 1 + round % 30;
        struct sleepers *sleepers = sleepers_open(&p.memory, &task_layout);
        assert_non_null(sleepers);
        struct memory *memory = sleepers_memory(sleepers);
        if (look_at(&seen, memory, &task_layout, round % 2, false, why) && round == 1) {
            assert_int_equal(seen.length, task_count());
            assert_int_equal(seen.broken, 0);
        }
        told += seen.broken || seen.is_cut || seen.changed;
        assert_in_range(p.reads, 1, READS_MOST);
        look_free(&seen);
        sleepers_close(sleepers);
    }
    assert_in_range(told, ROUNDS / 4, ROUNDS - 1);
    assert_int_equal(task_stats.hibernated, hibernated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_of_stacks_that_leads_back_ends),
        cmocka_unit_test(stacks_that_can_not_be_are_not_followed),
        cmocka_unit_test(a_record_that_makes_no_sense_is_not_shown),
        cmocka_unit_test(a_chain_of_frames_that_leads_astray_ends),
        cmocka_unit_test(labels_that_lead_back_end),
        cmocka_unit_test(a_ready_list_that_leads_back_ends),
        cmocka_unit_test(whatever_bits_turn_a_look_ends),
        cmocka_unit_test(whatever_bits_turn_of_who_hibernates_a_look_ends),
    };
    return cmocka_run_group_tests_name("outside_astray", tests, NULL, NULL);
}
