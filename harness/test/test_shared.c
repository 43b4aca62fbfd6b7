/* Memory that several tasks share: zeroed, counted, ended once. */
#include "test/support.h"

#include "task/chan.h"
#include "task/defer.h"
#include "task/shared.h"
#include <stdalign.h>
#include <string.h>

struct query {
    struct chan *answers;
    int asked;
};

static void end_query(void *shared)
{
    struct query *query = shared;
    chan_drop(query->answers);
    note("ended after %d", query->asked);
}

static void ask(void *arg)
{
    struct query *query = arg;
    defer(shared_drop, query);
    task_sleep(++query->asked);
    chan_send(query->answers, &query->asked);
}

TASK_TEST(who_comes_last_ends_it)
{
    struct query *query = shared_new(sizeof *query, end_query);
    query->answers = chan_make(int, 3);
    for (int i = 0; i < 3; i++)
        go(ask, shared_ref(query));
    shared_drop(query);
    task_sleep(2);
    settle();
    expect_notes("");
    task_sleep(SECOND);
    expect_notes("ended after 3");
}

TASK_TEST(it_is_zeroed_and_aligned_whatever_its_size)
{
    static const char zeroes[1000];
    for (size_t size = 0; size <= sizeof zeroes; size += 111) {
        char *memory = shared_new(size, NULL);
        assert_int_equal((uintptr_t)memory % alignof(max_align_t), 0);
        assert_memory_equal(memory, zeroes, size);
        memset(memory, 7, size);
        assert_ptr_equal(shared_ref(memory), memory);
        shared_drop(memory);
        shared_drop(memory);
    }
}

TASK_TEST(nothing_can_be_referred_to_and_dropped)
{
    assert_null(shared_ref(NULL));
    shared_drop(NULL);
}

static void too_much(void *unused)
{
    (void)unused;
    shared_new(SIZE_MAX - 8, NULL);
}

static void more_than_memory_stops_the_program(void **state)
{
    (void)state;
    support_expect_stop(too_much, "fatal error: out of memory: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_comes_last_ends_it),
        cmocka_unit_test(it_is_zeroed_and_aligned_whatever_its_size),
        cmocka_unit_test(nothing_can_be_referred_to_and_dropped),
        cmocka_unit_test(more_than_memory_stops_the_program),
    };
    return cmocka_run_group_tests_name("shared memory", tests, NULL, NULL);
}
