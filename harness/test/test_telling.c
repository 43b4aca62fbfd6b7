/* What `leaklab report` tells of records that are cut off, damaged or of deaths, and where its pages go; and
 * `leaklab list` and `show` of the catalog. */
#include "test/planted.h"
#include "test/words.h"

#include "catalog.h"
#include "command/telling.h"
#include "probe/expected.h"
#include "probe/verdict.h"

static void plant(const char *name)
{
    static const struct planted one = {
        .id = "channel_receive", .runs = 3, .requests = 1000, .bytes = {4200, 0}, .seed = 7};
    planted_record(planted_path("%s", name), &one, 1);
}

static void a_record_s_pages_stand_beside_it(void **state)
{
    (void)state;
    plant("r.ndjson");
    const struct ran *ran = planted_shell("$LAB report r.ndjson && ls r.ndjson.report");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^channel_receive +leak +3 +1,000 +1.000 +4,200");
    expect_words(ran->said, "\nr.ndjson.report/index.html\n");
    expect_match(ran->said, "^index.html$");
    expect_no_words(ran->said, "cut off");
    ran = planted_shell("$LAB report r.ndjson --output there && ls there");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "\nthere/index.html\n");
}

static void a_cut_record_is_told_with_its_line(void **state)
{
    (void)state;
    plant("r.ndjson");
    const struct ran *ran =
        planted_shell("head -n -1 r.ndjson >whole_lines; $LAB report whole_lines");
    assert_int_equal(ran->status, 0);
    expect_words(
        ran->said,
        "whole_lines: ends without its last line: it was cut off, or is still being written\n");
    expect_match(ran->said, "^channel_receive +fix +3 ");
    ran = planted_shell("head -c 20000 r.ndjson >half; $LAB report half");
    expect_match(ran->said, "^half: cut off within line [0-9]+: read up to the line before$");
}

static void what_is_no_record_is_said_and_the_others_are_told(void **state)
{
    (void)state;
    plant("r.ndjson");
    const struct ran *ran = planted_shell("echo hello >none; $LAB report none r.ndjson nowhere");
    assert_int_equal(ran->status, 1);
    expect_match(ran->said, "^leaklab report: none:1: no JSON");
    expect_words(ran->said, "\nr.ndjson.report/index.html\n");
    expect_words(ran->said, "leaklab report: can not read nowhere: No such file or directory\n");
}

static void deaths_are_told_below_the_table(void **state)
{
    (void)state;
    static const struct planted dying = {.id = "channel_receive",
                                         .runs = 1,
                                         .requests = 1000,
                                         .bytes = {4200, 0},
                                         .seed = 7,
                                         .memory_limit = 32 << 20};
    planted_record(planted_path("d.ndjson"), &dying, 1);
    const struct ran *ran = planted_shell("$LAB report d.ndjson");
    assert_int_equal(ran->status, 0);
    expect_match(
        ran->said,
        "^channel_receive leak with 32.0 MiB: forecast after the first 3.33 s: dies after .*; it "
        "died after 10.0 s: the forecast was ");
    expect_match(
        ran->said,
        "^channel_receive fix with 32.0 MiB: forecast after the first 3.33 s: does not die by "
        "this: no growth was seen; it outlived the 10.0 s of load$");
}

static void the_list_is_in_families(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell("$LAB list");
    char wanted[65536] = "";
    const char *family = "";
    int width = catalog_id_width();
    FOR_EACH_PAIR (pair) {
        char leaves[256];
        size_t length = strlen(wanted);
        expectation_text(&pair->expected[VARIANT_LEAK], leaves, sizeof leaves);
        if (strcmp(family, pair->family) != 0)
            length += (size_t)snprintf(wanted + length, sizeof wanted - length, "%s%s\n",
                                       *family ? "\n" : "", pair->family);
        family = pair->family;
        snprintf(wanted + length, sizeof wanted - length, "  %-*s  %s\n  %-*s  leaves behind: %s\n",
                 width, pair->id, pair->title, width, "", leaves);
    }
    assert_int_equal(ran->status, 0);
    assert_string_equal(ran->said, wanted);
    ran =
        planted_shell("$LAB list full_buffer io | grep -v 'leaves behind' | sed 's/  *[A-Z].*//'");
    assert_string_equal(ran->said, "pitfalls\n  full_buffer\n\nio\n  read_without_deadline\n  "
                                   "half_closed\n  unread_body\n  open_listener\n");
    ran = planted_shell("$LAB list xyzzy");
    assert_int_equal(ran->status, 2);
    expect_words(ran->said, "no pair is called 'xyzzy' (leaklab list shows them all)");
    ran = planted_shell("$LAB list --family full_buffer");
    assert_int_equal(ran->status, 2);
    expect_words(ran->said, "--family 'full_buffer': there is no such family");
}

static void a_pair_is_shown_with_what_to_expect(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell("ln -s $LAB mine; ./mine show wait_group");
    assert_int_equal(ran->status, 0);
    assert_int_equal(strncmp(ran->said,
                             "wait_group (strategies): A wait for a worker that never finishes\n\n",
                             66),
                     0);
    expect_match(ran->said, "^leaks/strategies/wait_group.c +fixes/strategies/wait_group.c$");
    expect_match(ran->said, "^leak  each request leaves behind: 1 task in chan receive");
    /* By the name it was called by, to be copied. */
    expect_words(
        ran->said,
        "\nfix   each request leaves behind: nothing\n\n./mine check wait_group    proves it\n"
        "./mine run wait_group    measures it under load\n");
    ran = planted_shell("$LAB show; $LAB show wait_group full_buffer");
    assert_int_equal(ran->status, 2);
    expect_words(ran->said, "which pair? (leaklab list shows them all)");
    expect_words(ran->said, "one id at a time, not also 'full_buffer'");
    ran = planted_shell("mkdir none; PATH=$PWD/none $LAB show wait_group");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said,
                 "leaklab show: the program diff does not run here: install diffutils\n");
}

/* How far a case is, by requests or by time, whichever is further; never more than all of it. */
static void a_live_line_tells_how_far_a_case_is(void **state)
{
    (void)state;
    static struct gauges gauges;
    char *said = NULL;
    size_t length;
    FILE *out = open_memstream(&said, &length);
    struct outcome outcome = {.pair = catalog_find("channel_receive"), .gauges = &gauges};
    outcome.settings.requests = 200;
    outcome.settings.duration = 1000;
    outcome.began = 400;
    gauges.progress.phase_began[PHASE_LOAD] = 500;
    struct telling telling = telling_start(&outcome, 1, out);
    telling.terminal.live = true;
    telling.terminal.width = 0;
    static const struct {
        enum phase phase;
        uint64_t sent;
        int64_t time;
        const char *share;
    } looks[] = {
        {PHASE_LOAD, 50, 200, " 25 %"},    {PHASE_LOAD, 50, 850, " 75 %"},
        {PHASE_LOAD, 200, 900, "100 %"},   {PHASE_LOAD, 190, 2900, "100 %"},
        {PHASE_SETTLE, 10, 3000, "100 %"},
    };
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        char line[128];
        struct sample sample = {
            .phase = looks[i].phase, .sent = looks[i].sent, .time = looks[i].time};
        sample.counts.tasks = 1234;
        sample.memory.rss = 3 << 20;
        telling_look(&telling, 0, &outcome, &sample);
        fflush(out);
        snprintf(line, sizeof line,
                 "[1/1] channel_receive  leak  %-8s %s  1,234 tasks  3.0 MiB RSS",
                 phase_text(looks[i].phase), looks[i].share);
        expect_words(said, line);
        rewind(out);
    }
    fclose(out);
    free(said);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_record_s_pages_stand_beside_it),
        TEST(a_cut_record_is_told_with_its_line),
        TEST(what_is_no_record_is_said_and_the_others_are_told),
        TEST(deaths_are_told_below_the_table),
        TEST(the_list_is_in_families),
        TEST(a_pair_is_shown_with_what_to_expect),
        TEST(a_live_line_tells_how_far_a_case_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
