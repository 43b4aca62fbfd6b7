/* The table of who hibernates: slabs by address, whatever the order in which they came, and who is beside whom. Planted slabs,
 * of which no byte is touched. */
#include "test/support.h"

#include "task/hibernate_table.h"
#include <stdlib.h>
#include <string.h>

enum { SLABS = 40, STRIDE = 1 << 16 };

static struct slab slabs[SLABS];

/* With a gap of one stack between two. */
static char *base_of(int i)
{
    return (char *)(uintptr_t)(0x700000000000 + (uintptr_t)i * (SLAB_STACKS + 1) * STRIDE);
}

static void plant(void)
{
    for (int i = 0; i < SLABS; i++)
        slabs[i] = (struct slab){.base = base_of(i), .stride = STRIDE};
}

static void forget_all(void)
{
    for (int i = 0; i < SLABS; i++)
        task_stacks.forget(&slabs[i]);
}

static void slabs_are_found_by_address_whatever_their_order(void **state)
{
    (void)state;
    uint64_t bytes = task_stats.hibernated_bytes, changes = task_hibernated.changes;
    int64_t own = (int64_t)task_stats.own_heap;
    plant();
    assert_null(hibernated_of(&slabs[0]));
    for (int i = 0; i < SLABS; i++) {
        struct slab *s = &slabs[i * 7 % SLABS];
        struct hibernated *of = hibernated_add(s);
        assert_non_null(of);
        assert_ptr_equal(of->slab, s);
        assert_true(of->all == 0 && of->looked_at == 0);
        assert_ptr_equal(hibernated_add(s), of); /* once */
        assert_int_equal(task_hibernated.length, i + 1);
    }
    assert_int_equal(task_hibernated.changes - changes, SLABS);
    for (int i = 0; i < SLABS; i++) {
        struct hibernated *of = task_hibernated.all[i].of;
        assert_ptr_equal(of->slab, &slabs[i]); /* by address */
        assert_int_equal(task_hibernated.all[i].base, (uintptr_t)base_of(i));
        assert_int_equal(task_hibernated.all[i].end, (uintptr_t)base_of(i) + SLAB_STACKS * STRIDE);
        assert_ptr_equal(hibernated_of(&slabs[i]), of);
        assert_ptr_equal(hibernated_at(base_of(i)), of);
        assert_ptr_equal(hibernated_at(base_of(i) + SLAB_STACKS * STRIDE - 1), of);
        assert_null(hibernated_at(base_of(i) + SLAB_STACKS * STRIDE));
        assert_null(hibernated_at(base_of(i) - 1));
    }
    assert_true(task_stats.hibernated_bytes - bytes >= SLABS * sizeof(struct hibernated));
    assert_true((int64_t)task_stats.own_heap - own >= SLABS * (int64_t)sizeof(struct hibernated));
    task_stacks.forget(&slabs[3]);
    assert_null(hibernated_of(&slabs[3]));
    assert_int_equal(task_hibernated.length, SLABS - 1);
    assert_int_equal(task_hibernated.changes - changes, SLABS + 1);
    for (int i = 0; i < SLABS; i++)
        assert_int_equal(hibernated_of(&slabs[i]) == NULL, i == 3);
    task_stacks.forget(&slabs[3]); /* it is not there any more */
    assert_int_equal(task_hibernated.length, SLABS - 1);
    forget_all();
    assert_int_equal(task_hibernated.length, 0);
    assert_int_equal(task_hibernated.changes - changes, 2 * SLABS);
    assert_int_equal(task_stats.hibernated_bytes, bytes);
}

static void sleep_at(int slab, int place)
{
    hibernated_of(&slabs[slab])->all |= UINT64_C(1) << place;
}

static void expect_beside(int slab, int place, bool upwards, int other_slab, int other_place)
{
    struct sleeper from = {hibernated_of(&slabs[slab]), place}, found;
    bool any = hibernated_beside(&from, upwards, &found);
    assert_int_equal(any, other_slab >= 0);
    if (any && (found.of != hibernated_of(&slabs[other_slab]) || found.place != other_place))
        fail_msg("%d of %ld, not %d of %d", found.place, (long)(found.of->slab - slabs),
                 other_place, other_slab);
}

static void who_is_beside_is_the_next_by_address(void **state)
{
    (void)state;
    enum { NONE = -1 };
    plant();
    for (int i = 0; i < 4; i++)
        hibernated_add(&slabs[i]);
    sleep_at(0, 5);
    sleep_at(1, 0);
    sleep_at(1, 7);
    sleep_at(1, 8);
    sleep_at(1, 63);
    sleep_at(2, 63);
    expect_beside(0, 5, true, 1, 0);
    expect_beside(0, 5, false, NONE, 0); /* the first */
    expect_beside(1, 0, false, 0, 5);
    expect_beside(1, 0, true, 1, 7);
    expect_beside(1, 7, true, 1, 8);
    expect_beside(1, 8, false, 1, 7);
    expect_beside(1, 8, true, 1, 63);
    expect_beside(1, 7, false, 1, 0);
    expect_beside(1, 63, true, 2, 63);
    expect_beside(2, 63, false, 1, 63);
    expect_beside(2, 63, true, NONE, 0); /* in the next slab there is nobody */
    expect_beside(3, 9, false, 2, 63);
    expect_beside(3, 9, true, NONE, 0); /* there is no next slab */
    hibernated_of(&slabs[1])->looked_at = UINT64_C(1) << 63 | 1;
    expect_beside(2, 63, false, 1, 8); /* who is looked at is passed over */
    expect_beside(0, 5, true, 1, 7);
    forget_all();
}

static void an_address_finds_who_sleeps_there(void **state)
{
    (void)state;
    struct sleeper found;
    plant();
    hibernated_add(&slabs[2]);
    sleep_at(2, 4);
    char *stack = base_of(2) + 4 * STRIDE;
    assert_true(hibernated_find(stack, &found));
    assert_true(found.of->slab == &slabs[2] && found.place == 4);
    assert_true(hibernated_find(stack + STRIDE - 1, &found));
    assert_false(hibernated_find(stack - 1, &found));
    assert_false(hibernated_find(stack + STRIDE, &found));
    assert_false(hibernated_find(base_of(3), &found));
    hibernated_of(&slabs[2])->looked_at = UINT64_C(1) << 4;
    assert_false(hibernated_find(stack, &found));
    forget_all();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slabs_are_found_by_address_whatever_their_order),
        cmocka_unit_test(who_is_beside_is_the_next_by_address),
        cmocka_unit_test(an_address_finds_who_sleeps_there),
    };
    return cmocka_run_group_tests_name("hibernate: table", tests, NULL, NULL);
}
