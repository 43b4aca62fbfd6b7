/* `leaklab run` from its start to the pages: where there are few descriptors, and a leak that is measured once more,
 * recovered and hibernated. */
#include "test/planted.h"
#include "test/words.h"

static void skip_where_instrumented(void)
{
    if (support_is_instrumented())
        support_skip("sanitizers have descriptors of their own, and no proof without jemalloc");
}

/* Runs the words with six descriptors, seven, and so on until they are right. */
static const char *with_few_descriptors(const char *words)
{
    const struct ran *ran =
        planted_shell("n=6; while [ $n -lt 99 ]; do (ulimit -n $n; $LAB %s); is=$?; "
                      "[ $is = 0 ] && exit; [ $is = 1 ] || exit $is; n=$((n+1)); done",
                      words);
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "leaklab: no event loop can be made to run cases in: ");
    expect_words(ran->said, " (see `ulimit -n`)\n");
    expect_words(ran->said,
                 "DIED before it began: no shared memory for its counters: Too many open files");
    expect_words(ran->said, "DIED before it began: no process for it: too many open files (see "
                            "`ulimit -n`)");
    expect_no_words(ran->said,
                    "have gone"); /* a second proof that is refused refutes no first one */
    expect_words(ran->said, "1 of 1 as the catalog says");
    return ran->said;
}

static void few_descriptors_are_said_and_nothing_crashes(void **state)
{
    (void)state;
    skip_where_instrumented();
    const char *said =
        with_few_descriptors("run channel_receive --variant leak --requests 5 --rate max");
    expect_words(said,
                 "5 tasks were proven never to be woken, and whether they still are there could "
                 "not be proven: ");
    said = with_few_descriptors("check channel_receive --variant leak --requests 5");
    expect_words(said, "DIED with exit status 2 in start after 0 requests: fatal error: can not "
                       "make an event loop");
}

/* From the record to the result's pages. */
static void a_leak_is_measured_once_more_recovered_and_hibernated(void **state)
{
    (void)state;
    skip_where_instrumented();
    const struct ran *ran = planted_shell("$LAB run channel_receive --recover=20ms "
                                          "--hibernate=20ms --requests 100 --rate max --json r");
    assert_int_equal(ran->status, 0);
    expect_match(
        ran->said,
        "^channel_receive  recovered leak +100 +0\\.000 .* clean; ended: 100 proven tasks, "
        "chan receive at leaks/pitfalls/channel_receive\\.c:");
    expect_match(ran->said,
                 "^channel_receive  hibernated leak +100 +1\\.000 .*; [0-9]+ hibernate, in [0-9]+ "
                 "bytes of heap each");
    ran = planted_shell(
        "grep '\"type\":\"end\"' r | grep -o '\"recovered\":.*\\|\"hibernated\":.*' | sort; "
        "grep -c '\"recover_ns\":20000000[,}]' r; grep -o '\"twin_version\":\"[^\"]*\"' r");
    expect_match(ran->said, "^\"hibernated\":\\{\"tasks\":[1-9][0-9]*,\"heap_bytes\":[1-9]");
    expect_match(ran->said, "^\"recovered\":\\{\"ended\":100,\"spinning\":0,\"looks\":[1-9]");
    expect_match(ran->said, "^1$");
    expect_words(ran->said, "\"twin_version\":\"C, what is proven made to end\"\n");
    expect_words(ran->said, "\"twin_version\":\"C, who is parked for long asleep\"\n");
    ran = planted_shell("$LAB report --output pages r >/dev/null && cd pages && "
                        "grep -h 'recovered' pairs/channel_receive.* figures/channel_receive-*");
    assert_int_equal(ran->status, 0);
    expect_match(
        ran->said,
        "^- \\*\\*recovered\\*\\*, the leak with every task made to end that can never wake: "
        "clean; ended: 100 proven tasks");
    expect_words(ran->said, "**The leak, recovered: every task made to end that can never wake.**");
    expect_words(ran->said,
                 "<h3>The leak, recovered: every task made to end that can never wake</h3>");
    expect_words(ran->said, "<text>recovered 0</text>");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(few_descriptors_are_said_and_nothing_crashes),
        TEST(a_leak_is_measured_once_more_recovered_and_hibernated),
    };
    return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
