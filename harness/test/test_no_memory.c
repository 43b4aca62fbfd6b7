/* No memory for any one thing: whatever allocation fails, nothing falls over, and what is made is whole or is
 * not made. */
#include "test/failing.h"
#include "test/planted.h"
#include "test/words.h"

#include "exchange/files.h"
#include "page/pages.h"
#include "page/plot_costs.h"
#include "record/built.h"
#include "record/recorded.h"
#include "report/comparison.h"
#include "report/grid.h"
#include "result/cite.h"
#include "result/conditions.h"
#include "result/costs.h"
#include "result/result.h"
#include "result/summarize.h"
#include "result/summary_json.h"
#include "result/summary_read.h"
#include "source/aligned.h"
#include "watch/series.h"
#include "watch/watch.h"

/* --- What is made --------------------------------------------------------------------------- */

static struct recorded *recorded;
static struct summary *summary;
static const char *path;

static char *text_of(json_t *json)
{
    char *text = built_text(json, JSON_COMPACT);
    json_decref(json);
    return text;
}

static char *a_record_read(void)
{
    char why[512];
    struct recorded *read = recorded_read(path, why, sizeof why);
    char *text = NULL;
    if (read && asprintf(&text, "%zu %zu %zu %s", read->case_count, read->source_count,
                         read->cases[0].sample_count, read->cases[0].verdict) < 0)
        text = NULL;
    recorded_free(read);
    return text;
}

static char *a_summary(void)
{
    struct summary *made = summary_of(recorded);
    char *text = made ? text_of(summary_json(made)) : NULL;
    summary_free(made);
    return text;
}

static char *a_summary_read(void)
{
    struct taker taker = {{0}};
    json_t *json = summary_json(summary);
    struct summary *read = json ? summary_of_json(json, &taker) : NULL;
    json_decref(json);
    char *text = read ? text_of(summary_json(read)) : NULL;
    summary_free(read);
    return text;
}

static char *joined(char *first, char *second)
{
    char *both = NULL;
    if (first && second && asprintf(&both, "%s\n%s", first, second) < 0)
        both = NULL;
    free(first);
    free(second);
    return both;
}

static char *the_pages(void)
{
    struct page_files pages;
    struct edition *edition = edition_of(summary, NULL, 0);
    if (!edition)
        return NULL;
    edition->saved = true; /* with citations */
    edition->result_count = 1;
    bool made = pages_make(edition, &pages);
    edition->saved = false;
    edition_free(edition);
    char *all = made ? strdup("") : NULL;
    for (size_t i = 0; made && i < pages.count; i++) {
        all = joined(all, pages.files[i].text);
        pages.files[i].text = NULL;
    }
    pages_free(&pages);
    return all;
}

static char *citations(void)
{
    const struct measured_pair *pair = &summary->pairs[0];
    return joined(cite(summary, pair, CITE_MARKDOWN), cite(summary, pair, CITE_BIBTEX));
}

/* What a table prints into memory. */
static char *tables(void)
{
    size_t count;
    long now = left;
    left = -1;
    char *text = NULL;
    size_t size = 0;
    FILE *out = __real_open_memstream(&text, &size);
    struct terminal t = {.out = out};
    left = now;
    struct comparison *rows = compare(summary, summary, &count);
    bool done = rows && comparison_pairs(&t, rows, count, true) && grid_print(&t, summary);
    free(rows);
    now = left;
    left = -1;
    assert_int_equal(fclose(out), 0);
    left = now;
    if (done)
        return text;
    free(text);
    return NULL;
}

static char *the_exchange_files(void)
{
    struct exchange_files files;
    char *all = exchange_files_of(&files, planted_path("none"), summary) ? strdup("") : NULL;
    for (size_t i = 0; i < files.count; i++) {
        all = joined(all, files.all[i].text);
        files.all[i].text = NULL;
    }
    exchange_files_free(&files);
    return all;
}

/* A log of so many lines that there has to be room for more twice, and as many looks. */
static char *a_log(void)
{
    enum { LINES = 600 };
    static char log[LINES * 8 + 1];
    struct series_read series;
    struct watch watch = {.memory = {-1, -1}};
    char *text = NULL;
    for (int i = 0; i < LINES; i++)
        snprintf(log + 8 * i, 9, "%03d %03d\n", i, i);
    bool done = series_read(log, 8 * (size_t)LINES, &series);
    assert_true(done || !series.all);
    for (size_t i = 0; done && i < series.length; i++)
        done = watch_add(&watch, (struct watch_look){series.all[i].seconds, 1, 1});
    if (done && asprintf(&text, "%zu %g %zu", series.length, series.all[series.length - 1].value,
                         watch.length) < 0)
        text = NULL;
    free(series.all);
    watch_end(&watch);
    return text;
}

static char *conditions(void)
{
    return conditions_differ(summary, summary);
}

static char *benchmarks_told(void)
{
    char why[512], *text = NULL;
    size_t count;
    struct benchmarks *b = benchmarks_read(path, why, sizeof why);
    struct cost_row *rows = b ? cost_rows(b, &count) : NULL;
    struct figure *figures = rows ? plot_costs_planned(b, &count) : NULL;
    if (figures && asprintf(&text, "%s %s %s %s", rows[0].name, rows[0].cost, figures[0].words,
                            figures[0].script) < 0)
        text = NULL;
    draw_free(figures, figures ? count : 0);
    free(rows);
    benchmarks_free(b);
    return text;
}

static char *sides(void)
{
    struct aligned aligned;
    char *text = NULL;
    if (!aligned_make(&aligned, "a\nb\n", "a\nc /* d */\n"))
        return NULL;
    if (asprintf(&text, "%zu %d", aligned.length, aligned.rows[1].differ) < 0)
        text = NULL;
    aligned_free(&aligned);
    return text;
}

/* --- The cases ------------------------------------------------------------------------------ */

static void plant(unsigned runs)
{
    char why[512];
    struct planted one = planted_two[0];
    one.runs = runs;
    one.requests = 100;
    path = planted_path("record");
    planted_record(path, &one, 1);
    recorded = recorded_read(path, why, sizeof why);
    assert_non_null(recorded);
    summary = summary_of(recorded);
    assert_non_null(summary);
}

static void end(void)
{
    summary_free(summary);
    recorded_free(recorded);
}

static void a_record_is_read_whole_or_not(void **state)
{
    (void)state;
    plant(1);
    assert_true(try_all("a record", a_record_read, 97) > 1000);
    end();
}

static void figures_are_whole_or_not(void **state)
{
    (void)state;
    plant(3);
    assert_true(try_all("a summary", a_summary, 1) > 100);
    assert_true(try_all("a summary that is read", a_summary_read, 1) > 100);
    end();
}

static void words_are_whole_or_not(void **state)
{
    (void)state;
    plant(3);
    for (enum variant v = 0; v < VARIANTS; v++) /* without the sources: diff takes its time */
        summary->pairs[0].variants[v].source[0] = 0;
    assert_true(try_all("the pages", the_pages, 1) > 20);
    assert_true(try_all("citations", citations, 1) > 10);
    assert_true(try_all("tables", tables, 1) > 5);
    assert_true(try_all("conditions", conditions, 1) > 0);
    assert_true(try_all("files of other programs", the_exchange_files, 3) > 100);
    assert_true(try_all("a log", a_log, 1) > 3);
    end();
}

static void benchmarks_are_whole_or_not(void **state)
{
    (void)state;
    static const char report[] =
        "{\"context\": {\"date\": \"2026-01-31T00:30:00+01:00\", \"num_cpus\": 2, \"command\": \"a "
        "b\", "
        "\"go\": \"1\"}, \"benchmarks\": ["
        "{\"run_name\": \"a/1/real_time\", \"real_time\": 1, \"time_unit\": \"ns\"},"
        "{\"run_name\": \"a/2/real_time\", \"real_time\": 2, \"time_unit\": \"ns\"},"
        "{\"run_name\": \"a/2\", \"cpu_time\": 2, \"time_unit\": \"ns\"},"
        "{\"run_name\": \"c\", \"error_occurred\": true, \"error_message\": \"x\"},"
        "{\"run_name\": \"a/real_time\", \"run_type\": \"aggregate\", \"aggregate_name\": "
        "\"BigO\", "
        "\"real_coefficient\": 1, \"big_o\": \"N\", \"time_unit\": \"ns\"}]}";
    path = planted_path("report");
    planted_write(path, report, sizeof report - 1);
    assert_true(try_all("a report", benchmarks_told, 1) > 50);
}

static void sides_are_whole_or_not(void **state)
{
    (void)state;
    assert_true(try_all("two sides", sides, 1) > 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_record_is_read_whole_or_not), TEST(figures_are_whole_or_not),
        TEST(words_are_whole_or_not),        TEST(benchmarks_are_whole_or_not),
        TEST(sides_are_whole_or_not),
    };
    json_set_alloc_funcs(json_malloc, free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
