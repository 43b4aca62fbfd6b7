/* What is summed up of a record of leak detectors, figure by figure, and the tables of a terminal. */
#include "test/detected.h"
#include "test/paper.h"

#include "report/detectors.h"
#include "result/scoreboard.h"
#include <stdlib.h>
#include <string.h>

static struct detection case_of(size_t detector, const char *id, enum detected program,
                                int64_t findings, bool found, const char *at)
{
    return (struct detection){.detector = detector,
                              .id = (char *)id,
                              .family = "io",
                              .title = "A title",
                              .program = program,
                              .findings = findings,
                              .found = found,
                              .at = (char *)at,
                              .why = findings < 0 ? "it died" : "",
                              .cpu = 1000 * (1 + findings),
                              .wall = 7,
                              .peak = 1024 * (1 + findings)};
}

/* Of detector 0 pairs with tasks and a control, of 1 plain C, and of 2 nothing but what it could not look at. */
static struct detections *looked(void)
{
    const struct detection all[] = {
        case_of(0, "p", DETECTED_LEAK, 4, true, "leaks/io/p.c:12"),
        case_of(0, "p", DETECTED_FIX, 1, false, ""),
        case_of(0, "q", DETECTED_LEAK, 2, true, ""),
        case_of(0, "q", DETECTED_FIX, 2, true, ""),
        case_of(0, "r", DETECTED_LEAK, 0, false, ""),
        case_of(0, "s", DETECTED_LEAK, 9, true, "leaks/io/s.c:1"),
        case_of(0, "s", DETECTED_FIX, 3, true, ""),
        case_of(0, "t", DETECTED_LEAK, 0, false, ""),
        case_of(0, "t", DETECTED_FIX, 3, true, ""),
        case_of(0, "u", DETECTED_LEAK, -1, false, ""),
        case_of(0, "c", DETECTED_CONTROL, 5, true, "harness/controls/c.c:1"),
        case_of(0, "d", DETECTED_CONTROL, 0, false, ""),
        case_of(0, "e", DETECTED_CONTROL, 0, false, ""),
        case_of(1, "v", DETECTED_LEAK, 1, true, ""),
        case_of(1, "v", DETECTED_FIX, 0, false, ""),
        case_of(2, "p", DETECTED_LEAK, -1, false, ""),
    };
    char why[300];
    plant_detections(all, sizeof all / sizeof *all);
    struct detections *d = detections_read(planted_path("d"), why, sizeof why);
    assert_non_null(d);
    return d;
}

static void sums_are_of_each_detector(void **state)
{
    (void)state;
    static const struct {
        const char *recall, *precision, *named, *fixes, *controls, *time, *memory, *needs;
        bool has;
    } sums[] = {
        {"3 of 5 (60 %)", "3 of 7 (43 %)", "2 of 3", "3 of 4", "1 of 3", "3.00 us", "3.0 KiB",
         "the program's end", true},
        {"1 of 1 (100 %)", "1 of 1 (100 %)", "0 of 1", "0 of 1", "-", "1.50 us", "1.5 KiB",
         "the source", true},
        {"-", "-", "-", "-", "-", "-", "-", "one look", true},
    };
    struct detections *d = looked();
    char text[SCORE_TEXT];
    for (size_t i = 0; i < 3; i++) {
        struct score score = score_of(d, i);
        assert_string_equal(score_recall(text, &score), sums[i].recall);
        assert_string_equal(score_precision(text, &score), sums[i].precision);
        assert_string_equal(score_named(text, &score), sums[i].named);
        assert_string_equal(score_fixes(text, &score), sums[i].fixes);
        assert_string_equal(score_controls(text, &score), sums[i].controls);
        assert_string_equal(score_time(text, &score), sums[i].time);
        assert_string_equal(score_memory(text, &score), sums[i].memory);
        assert_string_equal(score_needs(&score), sums[i].needs);
        assert_int_equal(score_has(&score), sums[i].has);
        assert_int_equal(score.failed, i != 1);
    }
    detections_free(d);
}

/* "has" is of any kind of case alone. */
static void any_case_is_something(void **state)
{
    (void)state;
    assert_false(score_has(&(struct score){.found = 1}));
    assert_true(score_has(&(struct score){.leaks = 1}));
    assert_true(score_has(&(struct score){.fixes = 1}));
    assert_true(score_has(&(struct score){.controls = 1}));
    assert_true(score_has(&(struct score){.failed = 1}));
}

static void each_case_has_its_word(void **state)
{
    (void)state;
    static const struct {
        size_t detector;
        const char *id, *word;
        enum scored of;
    } all[] = {
        {0, "p", "line", SCORED_PAIR},     {0, "q", "found !", SCORED_PAIR},
        {0, "r", "-", SCORED_PAIR},        {0, "s", "line !", SCORED_PAIR},
        {0, "t", "- !", SCORED_PAIR},      {0, "u", "?", SCORED_PAIR},
        {0, "v", "", SCORED_PAIR},         {1, "v", "found", SCORED_PLAIN},
        {0, "c", "alarm", SCORED_CONTROL}, {0, "d", "-", SCORED_CONTROL},
        {0, "p", "", SCORED_CONTROL},      {2, "p", "?", SCORED_PAIR},
    };
    struct detections *d = looked();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_string_equal(score_word(d, all[i].detector, all[i].id, all[i].of), all[i].word);
    detections_free(d);
}

static void rows_are_of_their_kind_once_each(void **state)
{
    (void)state;
    static const char *const rows[SCORED_KINDS] = {
        [SCORED_PAIR] = "p q r s t u ", [SCORED_CONTROL] = "c d e ", [SCORED_PLAIN] = "v "};
    static const bool asked[3][SCORED_KINDS] = {
        {true, true, false}, {false, false, true}, {true, false, false}};
    struct detections *d = looked();
    for (enum scored of = 0; of < SCORED_KINDS; of++) {
        size_t count;
        char ids[64] = "";
        const struct detection **all = score_rows(d, of, &count);
        for (size_t i = 0; i < count; i++)
            snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%s ", all[i]->id);
        assert_string_equal(ids, rows[of]);
        free(all);
        for (size_t detector = 0; detector < 3; detector++)
            assert_int_equal(score_asked(d, detector, of), asked[detector][of]);
    }
    assert_true(score_has_detectors(d, true) && score_has_detectors(d, false));
    d->detectors[1].plain = false;
    assert_false(score_has_detectors(d, true));
    detections_free(d);
}

/* --- For a terminal -------------------------------------------------------------------------- */

static void all_of_it_is_a_table(void **state)
{
    (void)state;
    struct detections *d = looked();
    char wanted[4096];
    snprintf(wanted, sizeof wanted,
             "pattern  a         last    \n"
             "p        line      ?       \n"
             "q        found !           \n"
             "r        -                 \n"
             "s        line !            \n"
             "t        - !               \n"
             "u        ?                 \n"
             "\n"
             "control  a       \n"
             "c        alarm   \n"
             "d        -       \n"
             "e        -       \n"
             "\n"
             "detector       recall            precision         line      fixes     controls  "
             "time     memory     needs\n"
             "a              3 of 5 (60 %%)     3 of 7 (43 %%)     2 of 3    3 of 4    1 of 3    "
             "3.00 us  3.0 KiB    the program's end  (could not look 1 time)\n"
             "last           -                 -                 -         -         -         "
             "-        -          one look  (could not look 1 time)\n"
             "\n"
             "pattern  a       \n"
             "v        found   \n"
             "\n"
             "detector       recall            precision         line      fixes     controls  "
             "time     memory     needs\n"
             "a is skipped: not here\n"
             "\n"
             "%s\n%s\n",
             score_criterion, score_words);
    struct terminal t = paper(0, false);
    assert_true(detectors_print(&t, d));
    expect_printed(&t, wanted);
    /* A name longer than its column widens it. */
    t = paper(0, true);
    d->detector_count = d->count = 1;
    free(d->detectors[0].name);
    free(d->all[0].id);
    d->detectors[0].name = strdup("a_long_name");
    d->all[0].id = strdup("a_long_pair");
    assert_true(detectors_print(&t, d));
    snprintf(wanted, sizeof wanted,
             "\033[1mpattern      a_long_name\033[0m\n"
             "a_long_pair  line       \n"
             "\n"
             "\033[1mdetector       recall            precision         line      fixes     "
             "controls  time     memory     needs\033[0m\n"
             "a_long_name    1 of 1 (100 %%)    1 of 1 (100 %%)    1 of 1    -         -         "
             "5.00 us  5.0 KiB    the program's end\n"
             "\n"
             "%s\n%s\n",
             score_criterion, score_words);
    expect_printed(&t, wanted);
    d->detector_count = 3;
    d->count = 16;
    detections_free(d);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sums_are_of_each_detector), TEST(any_case_is_something),
        TEST(each_case_has_its_word),    TEST(rows_are_of_their_kind_once_each),
        TEST(all_of_it_is_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
