/* Records that end anywhere: what is there is shown and can be saved, and nothing of it is in the way of what
 * is whole. */
#include "test/planted.h"
#include "test/words.h"

#include "page/pages.h"
#include "record/recorded.h"
#include "result/summarize.h"
#include "result/unfinished.h"
#include <sys/file.h>
#include <sys/stat.h>

/* The record of two pairs, one run each; its length. */
static char *plant(size_t *length)
{
    struct planted two[2] = {planted_two[0], planted_two[1]};
    two[0].runs = two[1].runs = 1;
    planted_record(planted_path("whole.ndjson"), two, 2);
    return planted_read(planted_path("whole.ndjson"), length);
}

/* The pages of the first `length` bytes, without their figures. */
static void make_pages(const char *text, size_t length)
{
    char why[512];
    planted_write(planted_path("cut.ndjson"), text, length);
    struct recorded *recorded = recorded_read(planted_path("cut.ndjson"), why, sizeof why);
    if (!recorded)
        fail_msg("cut at %zu: %s", length, why);
    struct summary *summary = summary_of(recorded);
    assert_non_null(summary);
    struct edition *edition = edition_of(summary, NULL, 0);
    assert_non_null(edition);
    struct page_files pages;
    assert_true(pages_make(edition, &pages));
    for (size_t i = 0; i < pages.count; i++)
        assert_non_null(pages.files[i].text);
    pages_free(&pages);
    for (size_t i = 0; recorded && i < recorded->case_count; i++) {
        char *words = unfinished_words(&recorded->cases[i]);
        assert_non_null(words);
        free(words);
    }
    edition_free(edition);
    summary_free(summary);
    recorded_free(recorded);
}

/* Whether the line at `at` says something of the load phase. */
static bool is_of_load(const char *at)
{
    static const char phase[] = "\"phase\":\"load\"";
    const char *found = memmem(at, strcspn(at, "\n"), phase, strlen(phase));
    return found != NULL;
}

/* Of the samples under load, which are alike, every ninth, and those beside something else. */
static void every_line_can_be_the_last(void **state)
{
    (void)state;
    size_t length, alike = 0, number = 0;
    size_t step = support_is_instrumented() ? 5 : 1;
    char *text = plant(&length);
    for (char *at = text, *end; (end = strchr(at, '\n')); at = end + 1) {
        alike = is_of_load(at) && is_of_load(end + 1) ? alike + 1 : 0;
        if ((alike < 2 || alike % 9 == 0) && number++ % step == 0)
            make_pages(text, (size_t)(end + 1 - text));
    }
    free(text);
}

/* With figures: where a case begins, within it, and where it ends. */
static void what_is_there_is_shown(void **state)
{
    (void)state;
    size_t length;
    char *text = plant(&length);
    const char *at = text + strcspn(text, "\n") + 1;
    for (int cases = 0; cases < 3 && at; cases++) {
        const char *begun = strstr(at, "{\"type\":\"start\"");
        const char *ended = begun ? strstr(begun, "{\"type\":\"end\"") : NULL;
        assert_non_null(ended);
        const char *const cuts[] = {begun, begun + 5000, ended, strchr(ended, '\n') + 1};
        for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
            planted_write(planted_path("cut.ndjson"), text, (size_t)(cuts[i] - text));
            const struct ran *ran = planted_shell("$LAB report cut.ndjson");
            if (ran->status != 0)
                fail_msg("cut at %zu: %s", (size_t)(cuts[i] - text), ran->said);
            expect_words(ran->said, "cut.ndjson.report/index.html");
        }
        at = strchr(ended, '\n');
    }
    free(text);
}

static void what_did_not_end_is_told(void **state)
{
    (void)state;
    size_t length;
    char *text = plant(&length);
    const char *second = strstr(text, "\"case\":1,\"time_ns\"");
    const char *load = strstr(second, "\"phase\":\"load\"");
    planted_write(planted_path("cut.ndjson"), text, (size_t)(load - text));
    const struct ran *ran = planted_shell("$LAB report cut.ndjson");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^channel_receive +leak +1 +1,000 +1.000");
    expect_match(ran->said, "^channel_receive fix, run 1: cut off in baseline after .*: 0 requests "
                            "sent, 0 tasks, 10.0 MiB resident$");
    ran =
        planted_shell("sed 's/\"ended\":\"well\"/\"ended\":\"signal\"/; "
                      "s/\"words\":\"clean\"/\"words\":\"died\"/' whole.ndjson >died.ndjson; $LAB "
                      "report died.ndjson");
    expect_words(ran->said, "worker_loop fix, run 1: ended by signal: died\n");
    free(text);
}

static void a_cut_result_is_in_nobodys_way(void **state)
{
    (void)state;
    size_t length;
    char *text = plant(&length);
    const char *third = strstr(text, "\"type\":\"start\",\"case\":2");
    planted_write(planted_path("cut.ndjson"), text, (size_t)(strchr(third, '\n') + 1 - text));
    const struct ran *ran = planted_shell(
        "$LAB save --machine cut cut.ndjson && $LAB save --machine whole whole.ndjson "
        "&& $LAB verify && cat results/*-cut/README.md");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "2 results, all as they say");
    expect_words(ran->said, "\nOf these no run came to its end: worker_loop.\n");
    free(text);
}

static void a_result_that_can_not_be_read_is_left_out(void **state)
{
    (void)state;
    planted_saved("bad");
    const char *name = planted_saved("good");
    const struct ran *ran = planted_shell("echo >$(echo results/*-bad)/result.json; $LAB report; "
                                          "s=$?; cat results/README.md; exit $s");
    assert_int_equal(ran->status, 1);
    expect_match(ran->said, "^leaklab report: results/[0-9]*-bad/result.json: no JSON");
    expect_words(ran->said, "results/index.html\n"); /* and the others are made */
    expect_words(ran->said, name);
    expect_no_words(ran->said, "-bad/README");
    ran = planted_shell("$LAB save --machine later good.ndjson; s=$?; grep -c -- -later "
                        "results/README.md; exit $s");
    assert_int_equal(ran->status, 1);
    expect_match(ran->said, "the result is saved, but not all pages are made: results/.*-bad/");
    expect_match(ran->said, "^[1-9]");
    ran = planted_shell("$LAB verify");
    expect_words(ran->said, "-bad is not as it was saved");
    expect_no_words(ran->said, "index.html");
    expect_no_words(ran->said, "pairs/");
}

/* --- Saves that were killed ----------------------------------------------------------------- */

static void what_a_killed_save_left_is_cleared(void **state)
{
    (void)state;
    const char *name = planted_saved("m");
    const struct ran *ran = planted_shell(
        "mkdir results/.unfinished-abcdef && echo x >results/.unfinished-abcdef/record.ndjson.gz; "
        "echo x >results/index.html.new; echo x >results/pairs/worker_loop.html.new; "
        "echo x >results/pairs/no_more.md; echo x >results/%s/figures/worker_loop-live.svg.new; "
        "echo "
        "x "
        ">results/%s/figures/old-live.svg; $LAB verify",
        name, name);
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, ".unfinished-abcdef is neither a result nor a page of them");
    expect_words(ran->said, "index.html.new is neither");
    expect_words(ran->said, "pairs/worker_loop.html.new is no page of a pair");
    expect_words(ran->said, "pairs/no_more.md is no page of a pair");
    expect_words(ran->said, "figures/worker_loop-live.svg.new is no figure of the result");
    ran = planted_shell("$LAB save --machine n m.ndjson && ls -A results && $LAB verify");
    assert_int_equal(ran->status, 0);
    expect_no_words(ran->said, "unfinished");
}

/* Who writes is alone: what another is about to write is no leftover. */
static void a_save_waits_for_another(void **state)
{
    (void)state;
    planted_record(planted_path("m.ndjson"), planted_two, 1);
    assert_int_equal(planted_shell("mkdir -p results/.unfinished-abcdef")->status, 0);
    FILE *held = fopen(planted_path("results"), "re");
    assert_non_null(held);
    assert_int_equal(flock(fileno(held), LOCK_EX), 0);
    const struct ran *ran = planted_shell(
        "$LAB save --machine m m.ndjson & i=$(stat -c %%i results); while ! grep -q -- \"-> "
        "FLOCK.*:$i \" /proc/locks; do sleep 0.02; done; ls -A results; kill $!");
    assert_string_equal(ran->said, ".unfinished-abcdef\n");
    fclose(held);
    ran = planted_shell("$LAB save --machine m m.ndjson && ls -A results");
    assert_int_equal(ran->status, 0);
    expect_no_words(ran->said, "unfinished");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_line_can_be_the_last),
        TEST(what_is_there_is_shown),
        TEST(what_did_not_end_is_told),
        TEST(a_cut_result_is_in_nobodys_way),
        TEST(a_result_that_can_not_be_read_is_left_out),
        TEST(what_a_killed_save_left_is_cleared),
        TEST(a_save_waits_for_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
