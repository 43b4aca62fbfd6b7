/* The heap's figures: what is allocated at once and to the byte, the others no more often than ten times a second, by the
 * virtual clock. */
#include "test/support.h"

#include "plain/loop_clock.h"
#include "probe/gauges.h"
#include "probe/heap.h"
#include <stdlib.h>
#include <string.h>

enum { LARGE = 4 << 20, MORE = 64 << 10 /* what an allocator may add to it */ };

/* Of which the compiler knows nothing, so that it leaves out none of the calls. */
static void *(*volatile allocate)(size_t) = malloc;

static void need_jemalloc(void)
{
    if (support_is_instrumented())
        support_skip("another allocator is in use, a sanitizer's or Valgrind's");
    assert_true(heap_is_known());
}

static int begin(void **state)
{
    (void)state;
    loop_clock_set_virtual(true);
    return 0;
}

static int end(void **state)
{
    (void)state;
    loop_clock_set_virtual(false);
    return 0;
}

static void its_tables_are_added_up_ten_times_a_second(void **state)
{
    (void)state;
    struct heap before, now;
    need_jemalloc();
    heap_refresh(&before);
    int64_t began = loop_clock_now();
    char *block = allocate(LARGE);
    memset(block, 1, LARGE);
    heap_read(&now);
    assert_in_range(now.allocated - before.allocated, LARGE, LARGE + MORE);
    assert_int_equal(now.active, before.active);
    loop_clock_move(began + 100 * MILLISECOND - 1);
    heap_read(&now);
    assert_int_equal(now.active, before.active);
    assert_int_equal(now.resident, before.resident);
    assert_int_equal(now.retained, before.retained);
    loop_clock_move(began + 100 * MILLISECOND);
    heap_read(&now);
    int64_t active = now.active;
    assert_in_range(active - before.active, LARGE, LARGE + MORE);
    assert_true(now.resident >= before.resident + LARGE);
    free(block);
    heap_read(&now);
    assert_int_equal(now.allocated, before.allocated);
    assert_int_equal(now.active, active); /* as it was then */
    heap_refresh(&now);
    assert_int_equal(now.active, before.active);
}

/* What was freed is held back for a while, unless it is asked for. */
static void what_is_held_back_is_given_back(void **state)
{
    (void)state;
    struct heap held, purged;
    need_jemalloc();
    char *block = allocate(LARGE);
    memset(block, 1, LARGE);
    free(block);
    heap_refresh(&held);
    heap_purge();
    heap_refresh(&purged);
    assert_true(held.resident - purged.resident >= LARGE);
    assert_int_equal(purged.active, held.active);
}

/* Of another allocator nothing is known, and that is said. */
static void what_is_not_known_is_said(void **state)
{
    (void)state;
    struct heap heap = {-1, -1, -1, -1};
    heap_refresh(&heap);
    bool known = heap_is_known();
    assert_int_equal(heap.allocated >= 0, known);
    assert_int_equal(heap.active > 0, known);
    assert_int_equal(heap_allocated() >= 0, known);
    if (known)
        assert_non_null(heap_version());
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        CASE(its_tables_are_added_up_ten_times_a_second),
        CASE(what_is_held_back_is_given_back),
        CASE(what_is_not_known_is_said),
    };
    return cmocka_run_group_tests_name("heap", tests, NULL, NULL);
}
