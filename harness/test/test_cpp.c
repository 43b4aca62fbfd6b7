/* The headers from C++17: what the macros there are instead of compound literals does the same. */
#include "test/in_cpp.h"
#include "test/proof_cases.h"

TASK_TEST(channels_selects_and_tasks_from_cpp)
{
    assert_int_equal(cpp_answers(), 6);
}

static void a_wrong_size_is_refused_from_cpp(void **state)
{
    (void)state;
    support_expect_panic(cpp_wrong_size, "send of 4 bytes on a channel whose elements have 16");
}

static void set(void *arg)
{
    *(int *)arg = 7;
}

static void run_from_cpp(void *unused)
{
    (void)unused;
    int value = 0;
    assert_int_equal(cpp_run(set, &value), 0);
    assert_int_equal(value, 7);
}

static void task_run_from_cpp(void **state)
{
    (void)state;
    support_run_outside(run_from_cpp);
}

static void end_an_object(void *unused)
{
    (void)unused;
    int said = 0;
    go(cpp_wait_with_an_object, &said);
    settle();
    assert_int_equal(said, 1);
    expect_ended(1);
    assert_int_equal(said, 3);
}

static void what_is_made_to_end_destroys_its_objects(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("nothing is proven under the checkers");
    support_run_balanced(end_an_object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels_selects_and_tasks_from_cpp),
        cmocka_unit_test(a_wrong_size_is_refused_from_cpp),
        cmocka_unit_test(task_run_from_cpp),
        cmocka_unit_test(what_is_made_to_end_destroys_its_objects),
    };
    return cmocka_run_group_tests_name("C++", tests, NULL, NULL);
}
