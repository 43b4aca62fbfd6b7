/* What leaked tasks do to a request that has nothing to do with them: read from a report that is written here, and told
 * in sentences. */
#include "test/report.h"

#include "result/bystander.h"
#include <math.h>

static struct benchmarks *report;

/* What was measured in a row beside n leaked tasks. */
struct at {
    const char *row;
    int n, p50, p99;
};

/* Of a report of these, and of one row that has nothing to do with it. */
static struct bystander *bystander_in(const struct at *points, size_t count)
{
    char entries[8192] = "{'run_name': 'micro/x/5', 'time_unit': 'ns', 'cpu_time': 1}";
    for (size_t i = 0; i < count; i++)
        snprintf(entries + strlen(entries), sizeof entries - strlen(entries),
                 ", {'run_name': 'bystander/%s/%d', 'time_unit': 'ns', 'cpu_time': 1, 'p50_ns': "
                 "%d, 'p99_ns': %d, 'most_ns': 77, 'unanswered': 3}",
                 points[i].row, points[i].n, points[i].p50, points[i].p99);
    benchmarks_free(report);
    report = report_read(entries);
    return bystander_of(report);
}

/* Two kinds of those that wait, one of which is slow beside many; one each of the others. */
static const struct at all[] = {
    {"chan_receive/alone", 1000, 120, 180},
    {"chan_receive/alone", 0, 100, 200},
    {"chan_receive/alone", 10, 110, 210},
    {"mutex/alone", 0, 90, 190},
    {"mutex/alone", 10, 500, 190},
    {"mutex/alone", 1000, 90, 401},
    {"sleep/ticking", 0, 80, 150},
    {"sleep/ticking", 1000, 201, 150},
    {"poll_flag", 0, 95, 199},
    {"poll_flag", 10, 200, 400},
    {"busy", 0, 70, 100},
    {"busy", 10, 300000, 900000},
};
enum { ALL = sizeof all / sizeof *all };

static void each_row_has_its_points_by_n(void **state)
{
    (void)state;
    static const struct {
        const char *kind;
        enum beside beside;
        size_t count;
        double last;
    } rows[] = {{"chan receive", BESIDE_WAITING, 3, 1000},
                {"mutex", BESIDE_WAITING, 3, 1000},
                {"sleep", BESIDE_TICKING, 2, 1000},
                {"poll flag", BESIDE_POLLING, 2, 10},
                {"busy", BESIDE_BUSY, 2, 10}};
    struct bystander *bystander = bystander_in(all, ALL);
    assert_true(bystander_is_in(report));
    assert_false(bystander_is_in(NULL));
    assert_int_equal(bystander->count, 5);
    for (size_t i = 0; i < 5; i++) {
        const struct bystander_row *row = &bystander->rows[i];
        assert_string_equal(row->kind, rows[i].kind);
        assert_int_equal(row->beside, rows[i].beside);
        assert_int_equal(row->count, rows[i].count);
        assert_true(bystander_last(row)->n == rows[i].last);
        for (size_t k = 1; k < row->count; k++)
            assert_true(row->points[k].n > row->points[k - 1].n);
    }
    const struct bystander_point *point = bystander_at(&bystander->rows[0], 10);
    assert_true(point->median == 110 && point->p99 == 210 && point->most == 77 &&
                point->unanswered == 3);
    assert_null(bystander_at(&bystander->rows[0], 11));
    assert_true(bystander->median == 100 && bystander->p99 == 200); /* the worst beside none */
    for (enum beside beside = 0; beside < BESIDES; beside++)
        assert_true(bystander_any(bystander, beside));
    bystander_free(bystander);
    bystander_free(NULL);
}

/* Slower at this n and at all above; one alone is the machine's. */
static void slower_is_more_than_twice_to_the_end(void **state)
{
    (void)state;
    struct bystander *bystander = bystander_in(all, ALL);
    static const struct {
        size_t row;
        double n;
        bool slower;
    } points[] = {{0, 10, false}, {0, 1000, false}, {1, 0, false},  {1, 10, true}, {1, 1000, true},
                  {2, 0, false},  {2, 1000, true},  {3, 10, false}, {4, 0, false}, {4, 10, true}};
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        const struct bystander_row *row = &bystander->rows[points[i].row];
        assert_int_equal(bystander_slower(bystander, row, bystander_at(row, points[i].n)),
                         points[i].slower);
    }
    struct bystander_sum sum = bystander_sum(bystander, BESIDE_WAITING, 10);
    assert_true(sum.kinds == 2 && sum.slower == 1);
    assert_true(sum.median_least == 110 && sum.median_most == 500);
    assert_true(sum.p99_least == 190 && sum.p99_most == 210);
    sum = bystander_sum(bystander, BESIDE_POLLING, 1000);
    assert_true(sum.kinds == 0 && isnan(sum.median_least) && isnan(sum.p99_most));
    bystander_free(bystander);
}

static void expect_words_of(const struct at *points, size_t count, const char *text)
{
    struct bystander *bystander = bystander_in(points, count);
    char *words = bystander_words(bystander);
    assert_string_equal(words, text);
    free(words);
    bystander_free(bystander);
}

static void it_is_told_in_sentences(void **state)
{
    (void)state;
    static const struct at quick[] = {{"mutex/alone", 0, 90, 190}, {"mutex/alone", 10, 90, 190}},
                           against_nothing[] = {{"mutex/alone", 10, 90000, 190000}};
    expect_words_of(
        all, ALL,
        "Beside 1,000 leaked tasks that wait for ever, requests are slower beside 1 of 2 kinds: "
        "median 90 ns to 120 ns, 99th percentile 180 ns to 401 ns. "
        "Beside 1,000 leaked tasks that wait for ever, and have left a ticker each, requests are "
        "slower: median 201 ns, 99th percentile 150 ns. "
        "Beside 10 leaked tasks that look once a second, each, no request is slower: median 200 "
        "ns, 99th percentile 400 ns. "
        "Beside 10 leaked tasks that yield for ever, requests are slower: median 300 us, 99th "
        "percentile 900 us.");
    expect_words_of(quick, 1, "");
    expect_words_of(quick, 2,
                    "Beside 10 leaked tasks that wait for ever, no request is slower: median 90 "
                    "ns, 99th percentile 190 ns.");
    expect_words_of(NULL, 0, "");
    expect_words_of(against_nothing, 1,
                    "Beside 10 leaked tasks that wait for ever, no request is slower: median 90 "
                    "us, 99th percentile 190 us.");
}

/* What has no time is no point; nor is what is more than there is room for. */
static void what_was_not_measured_is_no_point(void **state)
{
    (void)state;
    static const struct at some[] = {{"a", 0, 0, 10}, {"b", 0, 10, 0}, {"c", 1, 10, 20},
                                     {"f", 1, 1, 1},  {"f", 2, 1, 1},  {"f", 3, 1, 1},
                                     {"f", 4, 1, 1},  {"f", 5, 1, 1},  {"f", 6, 1, 1},
                                     {"f", 7, 1, 1},  {"f", 8, 1, 1},  {"f", 9, 1, 1}};
    static const size_t counts[] = {0, 0, 1, 8};
    struct bystander *bystander = bystander_in(some, sizeof some / sizeof *some);
    assert_int_equal(bystander->count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(bystander->rows[i].count, counts[i]);
    assert_null(bystander_last(&bystander->rows[0]));
    assert_true(isnan(bystander->median) && isnan(bystander->p99));
    assert_false(bystander_any(bystander, BESIDE_WAITING));
    assert_true(bystander_any(bystander, BESIDE_POLLING));
    assert_true(bystander_is_in(report));
    bystander_free(bystander);
    bystander_free(bystander_in(NULL, 0));
    assert_false(bystander_is_in(report));
}

static int drop(void **state)
{
    benchmarks_free(report);
    report = NULL;
    return planted_folder_remove(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_row_has_its_points_by_n),
        TEST(slower_is_more_than_twice_to_the_end),
        TEST(it_is_told_in_sentences),
        TEST(what_was_not_measured_is_no_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
