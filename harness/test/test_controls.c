/* Programs that look like leaks and are none: right both ways, by `check` and by `run`. And what `check` does with
 * them, whose findings are not at once those of the list. This program is its own child, as leaklab is. */
#include "test/support.h"
#include "test/words.h"

#include "load/child.h"
#include "load/lab.h"
#include "load/selection.h"
#include "probe/verdict.h"
#include <stdlib.h>
#include <string.h>

enum { CONTROLS_LEAST = 16 };

static void expect_all_right(struct settings settings, bool copies, enum strictness strictness)
{
    struct outcome *cases = calloc(controls_length, sizeof *cases);
    assert_non_null(cases);
    for (size_t i = 0; i < controls_length; i++)
        cases[i] = outcome_of(&controls[i], VARIANT_FIX, &settings);
    struct lab_plan plan = {
        .cases = cases, .length = controls_length, .at_once = 4, .copies = copies};
    assert_int_equal(lab_run(&plan), 0);
    size_t wrong = 0;
    for (size_t i = 0; i < controls_length; i++) {
        struct verdict verdict;
        verdict_of(&cases[i], strictness, &verdict);
        bool held = expectation_is_any(&controls[i].expected[VARIANT_FIX]);
        bool right = verdict.as_catalogued && verdict.kind != VERDICT_LEAK &&
                     (verdict.kind == VERDICT_HOLDS) == held;
        if (!right)
            print_message("%s: %s (%s)\n", controls[i].id, verdict.words, verdict.wrong);
        wrong += !right;
        outcome_free(&cases[i]);
    }
    free(cases);
    assert_int_equal(wrong, 0);
}

static void there_are_enough_of_them(void **state)
{
    (void)state;
    assert_true(controls_length >= CONTROLS_LEAST);
    for (size_t i = 0; i < controls_length; i++)
        assert_ptr_equal(controls_find(controls[i].id), &controls[i]);
    assert_null(controls_find("channel_receive"));
}

/* With so many requests that a cache of seven hundred is full: its entries are young ones after load, and no more. */
static void all_are_right_under_the_virtual_clock(void **state)
{
    (void)state;
    struct settings settings = settings_default();
    settings.requests = 1000;
    expect_all_right(settings_to_check(settings), true, JUDGE_EXACTLY);
}

static void all_are_right_under_the_real_clock(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("a chain of a thousand tasks a request takes minutes under the checkers");
    struct settings settings = settings_default();
    settings.baseline = 0;
    settings.warm_up = 200;
    settings.rate = 2000;
    settings.requests = 1200;
    expect_all_right(settings, false, JUDGE_REAL_CLOCK);
}

/* --- The command ---------------------------------------------------------------------------- */

static char *leaklab(const char *words)
{
    char command[512];
    const char *lab = getenv("LEAKLAB");
    if (!lab) {
        print_message("LEAKLAB does not name the leaklab of this build: use make test\n");
        skip();
    }
    snprintf(command, sizeof command, "%s %s 2>&1", lab, words);
    return words_of(command, 0);
}

/* What each of them holds, and for how long: so that none becomes another one unseen. */
static const char *const held[] = {
    "handover             control  clean, but for 1 task and 1 channel, however",
    "poll_nine_minutes    control  HOLDS 1.000 task/request for 9 min",
    "poll_eleven_minutes  control  HOLDS 1.000 task/request for 11 min",
    "poll_a_day           control  HOLDS 1.000 task/request for 1 day",
    "expiry_timer         control  HOLDS 1.000 timer/request for 15 min",
    "after_the_answer     control  clean\n",
    "chain_of_a_thousand  control  clean\n",
    "served_from_a_table  control  HOLDS 1.000 task/request for 5 min",
    "lock_of_a_sleeper    control  HOLDS 1.000 task/request for 59.9 s",
    "idle_pool            control  clean\n",
    "context_tree         control  HOLDS 3.000 task/request for 30 s",
    "housekeeper          control  clean\n",
    "pipe                 control  clean\n",
    "idle_connection      control  clean\n",
    "bounded_cache        control  clean\n",
    "late_cache           control  clean, but for 700 channels, however",
    "ticker_stopped_later control  HOLDS 2.000 task/request for 1.5 min",
    "retry_that_gives_up  control  HOLDS 1.000 task/request for 17.5 min",
    "batch                control  clean, but for 1 channel, however",
    "looks_each_second    control  HOLDS 1.000 task/request for 15 min",
    "relay                control  HOLDS 1.000 task/request for 3.33 min",
    "timer_relay          control  HOLDS 1.000 timer/request for 5 min",
    "sessions             control  clean\n",
    "flushed_batch        control  clean, but for 200 tasks and 1 channel, however",
    "batch_of_records     control  clean\n",
    "lazy_workers         control  clean\n",
    "names_at_random      control  clean, but for 5 channels, however",
    "queue_for_a_lock     control  HOLDS 1.000 task/request for 50.5 min",
    "shared_draft         control  HOLDS 1.000 task/request for 2 min",
    "slow_handover        control  HOLDS 0.999 task/request for 1 min",
};

static void check_looks_again_at_what_is_not_as_it_should_be(void **state)
{
    (void)state;
    char *words = leaklab("check --controls");
    for (size_t i = 0; i < sizeof held / sizeof *held; i++)
        expect_words(words, held[i]);
    expect_words(words, " as they should be (");
    assert_null(strstr(words, "FAIL"));
    free(words);
}

static void a_control_is_checked_and_run_by_its_name(void **state)
{
    (void)state;
    char *words = leaklab("check handover channel_receive --variant fix");
    expect_words(words, "ok    handover         control  clean, but for 1 task and 1 channel");
    expect_words(words, "ok    channel_receive  fix   clean\n");
    free(words);
    words = leaklab("run handover --requests 200 --rate 2000");
    expect_words(words, "handover  control       200      0.000");
    free(words);
}

int main(int argc, char **argv)
{
    if (argc == 4 && !strcmp(argv[1], "case"))
        child_run(controls_find(argv[2]), VARIANT_FIX);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_enough_of_them),
        cmocka_unit_test(all_are_right_under_the_virtual_clock),
        cmocka_unit_test(all_are_right_under_the_real_clock),
        cmocka_unit_test(check_looks_again_at_what_is_not_as_it_should_be),
        cmocka_unit_test(a_control_is_checked_and_run_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
