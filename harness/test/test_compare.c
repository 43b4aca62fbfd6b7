/* Results compared, and results cited: what changed and how sure that is, and words that somebody else
 * can check. */
#include "test/planted.h"
#include "test/words.h"

#include "result/cite.h"
#include "result/compare.h"
#include "result/conditions.h"
#include "result/result.h"
#include "result/summarize.h"
#include <math.h>
#include <unistd.h>

/* --- Comparing ------------------------------------------------------------------------------ */

static const struct comparison *row_of(const struct comparison *rows, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].id, id) == 0 && rows[i].variant == VARIANT_LEAK)
            return &rows[i];
    return NULL;
}

static struct summary *summary_planted(const char *path, const struct planted *planted,
                                       size_t count)
{
    char why[512];
    unlink(path);
    planted_record(path, planted, count);
    struct recorded *recorded = recorded_read(path, why, sizeof why);
    struct summary *summary = summary_of(recorded);
    assert_non_null(summary);
    recorded_free(recorded);
    return summary;
}

static void changes_are_judged_with_their_interval(void **state)
{
    (void)state;
    static const struct planted was[] = {
        {.id = "channel_receive", .runs = 5, .requests = 1000, .bytes = {4200}, .spread = 5},
        {.id = "worker_loop", .runs = 5, .requests = 1000, .bytes = {4200}, .spread = 5},
        {.id = "channel_close", .runs = 5, .requests = 1000, .bytes = {4200}, .spread = 5},
        {.id = "done_channel", .runs = 5, .requests = 1000, .bytes = {4200}, .spread = 5},
    };
    static const struct planted is[] = {
        {.id = "channel_receive", .runs = 5, .requests = 1000, .bytes = {3900}, .spread = 5},
        {.id = "worker_loop", .runs = 5, .requests = 1000, .bytes = {4500}, .spread = 5},
        {.id = "channel_close", .runs = 5, .requests = 1000, .bytes = {4201}, .spread = 5},
        {.id = "context_cancel", .runs = 5, .requests = 1000, .bytes = {4200}, .spread = 5},
    };
    size_t count;
    struct summary *before = summary_planted(planted_path("was"), was, 4);
    struct summary *after = summary_planted(planted_path("is"), is, 4);
    struct comparison *rows = compare(before, after, &count);
    assert_int_equal(count, 10);
    const struct comparison *better = row_of(rows, count, "channel_receive");
    assert_int_equal(better->change, CHANGE_BETTER);
    assert_true(fabs(better->contrast.value - log(3900.0 / 4200)) < 0.001);
    assert_true(better->contrast.low < log(3900.0 / 4200) && better->contrast.high < 0);
    assert_int_equal(row_of(rows, count, "worker_loop")->change, CHANGE_WORSE);
    assert_int_equal(row_of(rows, count, "channel_close")->change, CHANGE_SAME);
    assert_int_equal(row_of(rows, count, "done_channel")->change, CHANGE_ABSENT);
    assert_int_equal(row_of(rows, count, "context_cancel")->change, CHANGE_ABSENT);
    free(rows);
    char *conditions = conditions_differ(before, after);
    assert_string_equal(conditions, "");
    free(conditions);
    summary_free(before);
    summary_free(after);
}

static void other_conditions_are_said(void **state)
{
    (void)state;
    struct planted more = planted_two[0];
    more.requests = 2000;
    struct summary *before = summary_planted(planted_path("was"), planted_two, 1);
    struct summary *after = summary_planted(planted_path("is"), &more, 1);
    json_t *machine = json_object_get(after->about, "machine");
    json_object_set_new(machine, "processor", json_string("Another"));
    json_object_del(machine, "kernel");
    char *conditions = conditions_differ(before, after);
    expect_match(conditions, "^processor: .* before, Another after$");
    expect_match(conditions, "^kernel: .* before, nothing after$");
    expect_match(conditions, "^channel_receive: requests 1000 before, 2000 after$");
    free(conditions);
    summary_free(before);
    summary_free(after);
    const struct ran *ran = planted_shell("$LAB compare was is");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "not the same conditions:\nchannel_receive: requests 1000 before");
    expect_match(ran->said, "channel_receive +leak .* not comparable: other load");
    assert_int_equal(planted_shell("$LAB compare was")->status, 1);
    assert_int_equal(planted_shell("$LAB compare")->status, 2);
    assert_int_equal(planted_shell("$LAB compare was is was")->status, 2);
    assert_int_equal(planted_shell("$LAB compare was nowhere")->status, 1);
}

/* Five runs a variant, each a process: there is something to split; of three there is not. */
static void how_often_it_is_wrong_stands_beside_bytes(void **state)
{
    (void)state;
    static const struct planted was = {
        .id = "channel_receive", .runs = 5, .requests = 1000, .bytes = {4200}, .spread = 5};
    planted_record(planted_path("was"), &was, 1);
    planted_record(planted_path("is"), planted_two, 1);
    const struct ran *ran = planted_shell("$LAB compare was is");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "cover new runs of the same two invocations, each a process of its own "
                            "(at least 3 a side); how another invocation differs is not known");
    expect_match(ran->said, "^was, bytes a request: A/A: 0.0 % of [0-9]+ verdicts on random halves "
                            "of the same 5 processes were better or worse .*; one half's interval "
                            "held the other half's mean in [0-9]+ of 100$");
    expect_match(ran->said, "^is, bytes a request: A/A: not measured, for want of four processes");
}

/* --- Other conditions ----------------------------------------------------------------------- */

/* What becomes of the leak's row where the record after has this instead. */
static struct comparison changed(const char *object, const char *name, json_t *value)
{
    size_t count;
    struct summary *before = summary_planted(planted_path("was"), planted_two, 1);
    struct summary *after = summary_planted(planted_path("is"), planted_two, 1);
    if (value)
        json_object_set_new(json_object_get(after->about, object), name, value);
    else
        json_object_del(json_object_get(after->about, object), name);
    struct comparison *rows = compare(before, after, &count);
    struct comparison row = *row_of(rows, count, "channel_receive");
    free(rows);
    summary_free(before);
    summary_free(after);
    return row;
}

static void bytes_are_not_judged_where_machine_or_build_differ(void **state)
{
    (void)state;
    static const struct {
        const char *object, *name, *bar;
    } all[] = {
        {"machine", "processor", "other machine"},
        {"machine", "cores", "other machine"},
        {"machine", "kernel", "other kernel"},
        {"machine", "transparent_huge_pages", "other huge pages"},
        {"build", "compiler", "other compiler"},
        {"build", "flags", "other flags"},
        {"libraries", "libuv", "other libraries"},
        {"environment", "MALLOC_CONF", "other environment"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct comparison row = changed(all[i].object, all[i].name, json_string("Another"));
        assert_int_equal(row.change, CHANGE_NOT_COMPARABLE);
        assert_string_equal(row.bar, all[i].bar);
        assert_true(isnan(row.contrast.low) && isnan(row.contrast.differs));
        row =
            changed(all[i].object, all[i].name, NULL); /* what one has not recorded may be alike */
        assert_int_equal(row.change, CHANGE_SAME);
        assert_null(row.bar);
    }
    struct comparison row = changed("machine", "memory_bytes", json_integer(1 << 30));
    assert_int_equal(row.change, CHANGE_SAME);
}

static void counts_are_judged_on_any_machine(void **state)
{
    (void)state;
    size_t count;
    struct summary *before = summary_planted(planted_path("was"), planted_two, 2);
    struct summary *after = summary_planted(planted_path("is"), planted_two, 2);
    json_object_set_new(json_object_get(after->about, "machine"), "processor",
                        json_string("Another"));
    struct measured *leak = &after->pairs[0].variants[VARIANT_LEAK];
    for (size_t i = 0; i < leak->run_count; i++)
        leak->runs[i].tasks_left *= 2;
    struct comparison *rows = compare(before, after, &count);
    assert_int_equal(row_of(rows, count, "channel_receive")->change, CHANGE_WORSE);
    assert_int_equal(row_of(rows, count, "worker_loop")->change, CHANGE_NOT_COMPARABLE);
    free(rows);
    after->pairs[0].settings.rate *= 2; /* under another load a count may be another, too */
    rows = compare(before, after, &count);
    assert_int_equal(row_of(rows, count, "channel_receive")->change, CHANGE_NOT_COMPARABLE);
    assert_string_equal(row_of(rows, count, "channel_receive")->bar, "other load");
    free(rows);
    summary_free(before);
    summary_free(after);
}

static void the_bar_is_told_in_its_row(void **state)
{
    (void)state;
    planted_record(planted_path("was"), planted_two, 1);
    const struct ran *ran =
        planted_shell("sed '1s/\"processor\": *\"[^\"]*\"/\"processor\":\"Another\"/' was >is; "
                      "$LAB compare was is");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "not the same conditions:\nprocessor: ");
    expect_match(ran->said, "^channel_receive +leak .* not comparable: other machine "
                            "\\(tasks left per request: 1.000 in both\\)$");
    expect_no_words(ran->said, "the same\n");
    expect_no_words(ran->said, "worse");
}

/* --- Citing --------------------------------------------------------------------------------- */

static void a_citation_can_be_checked(void **state)
{
    (void)state;
    const char *name = planted_saved("m");
    const struct ran *ran = planted_shell("$LAB cite channel_receive");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said,
                 "channel_receive (\"A receive that nobody serves\"): Over 1,000 requests "
                 "at 1,000/s, each request to the leak leaves behind 1.000 task and 4,200");
    expect_words(ran->said, "range over 3 repetitions of one invocation: 4,19");
    expect_words(ran->said, "each request to the fix leaves behind 0.000 tasks and 0 bytes");
    expect_words(ran->said, "by \"leaklab run --json 'a file.ndjson'\"");
    expect_words(ran->said, "with leaklab " LEAKLAB_VERSION ", commit ");
    char link[256];
    snprintf(link, sizeof link, "results/%s/README.md#channel_receive\n", name);
    expect_words(ran->said, link);
    /* Where it points there is such a heading. */
    char *readme = planted_read(planted_path("results/%s/README.md", name), NULL);
    expect_words(readme, "\n### channel_receive\n");
    free(readme);
    ran = planted_shell("$LAB cite channel_receive --format markdown");
    expect_words(ran->said, "`channel_receive`");
    expect_words(ran->said, "](results/");
    ran = planted_shell("$LAB cite channel_receive --format bibtex");
    expect_match(ran->said, "^@misc\\{leaklab_channel_receive_20[0-9]{6}-m,$");
    expect_words(ran->said, "range over 3 repetitions of one invocation");
    expect_words(ran->said, "README.md\\#channel\\_receive}");
    assert_int_equal(planted_shell("$LAB cite channel_receive --format html")->status, 2);
    ran = planted_shell("$LAB cite chanel_receive");
    assert_int_equal(ran->status, 2);
    expect_words(ran->said, "channel_receive");
    assert_int_equal(planted_shell("$LAB cite channel_receive --result ../x")->status, 2);
    assert_int_equal(planted_shell("$LAB cite channel_receive --result 20200101-x")->status, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(changes_are_judged_with_their_interval),
        TEST(other_conditions_are_said),
        TEST(how_often_it_is_wrong_stands_beside_bytes),
        TEST(bytes_are_not_judged_where_machine_or_build_differ),
        TEST(counts_are_judged_on_any_machine),
        TEST(the_bar_is_told_in_its_row),
        TEST(a_citation_can_be_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
