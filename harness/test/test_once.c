/* Once: one call, whoever asks, and nobody goes on before it has returned. */
#include "test/support.h"

#include "task/once.h"

static void say(void *word)
{
    note("%s", (const char *)word);
}

TASK_TEST(the_first_call_is_made_and_no_other)
{
    struct once once = {0};
    once_do(&once, say, "first");
    once_do(&once, say, "second");
    once_do(&once, say, "third");
    expect_notes("first");
}

TASK_TEST(each_once_is_its_own)
{
    struct once one = {0}, other = {0};
    once_do(&one, say, "one");
    once_do(&other, say, "other");
    expect_notes("one other");
}

static void open_slowly(void *arg)
{
    note("open");
    task_sleep(SECOND);
    *(bool *)arg = true;
}

struct door {
    struct once once;
    bool open;
};

static void enter(void *arg)
{
    struct door *door = arg;
    once_do(&door->once, open_slowly, &door->open);
    note("%s", door->open ? "in" : "against the door");
}

TASK_TEST(who_comes_meanwhile_waits_for_the_call)
{
    struct door door = {0};
    for (int i = 0; i < 3; i++)
        go(enter, &door);
    settle();
    assert_int_equal(task_stats.waiting[WAIT_MUTEX], 2);
    expect_notes("open");
    task_sleep(SECOND);
    settle();
    expect_notes("in in in");
}

static void ask_again(void *once)
{
    once_do(once, say, "again");
}

static void ask_inside(void *unused)
{
    (void)unused;
    static struct once once;
    once_do(&once, ask_again, &once);
}

static void a_call_that_asks_again_waits_for_itself(void **state)
{
    (void)state;
    support_expect_stop(ask_inside, "fatal error: all tasks are asleep - deadlock!\n");
    support_expect_stop(ask_inside, "[sync.Mutex.Lock]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_call_is_made_and_no_other),
        cmocka_unit_test(each_once_is_its_own),
        cmocka_unit_test(who_comes_meanwhile_waits_for_the_call),
        cmocka_unit_test(a_call_that_asks_again_waits_for_itself),
    };
    return cmocka_run_group_tests_name("once", tests, NULL, NULL);
}
