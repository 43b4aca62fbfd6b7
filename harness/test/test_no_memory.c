/* No memory for any one thing: whatever allocation fails, nothing falls over, and what is made is whole or is
 * not made. */
#include "test/aligned_stand_in.h"
#include "test/no_memory.h"
#include "test/planted.h"
#include "test/words.h"

#include "exchange/files.h"
#include "page/pages.h"
#include "page/plot_costs.h"
#include "record/built.h"
#include "record/detections.h"
#include "record/recorded.h"
#include "report/comparison.h"
#include "report/grid.h"
#include "result/cite.h"
#include "result/compare_costs.h"
#include "result/conditions.h"
#include "result/confirm.h"
#include "result/costs.h"
#include "result/death.h"
#include "result/result.h"
#include "result/self_check.h"
#include "result/summarize.h"
#include "result/summary_json.h"
#include "result/summary_read.h"
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
    edition->benchmarked = edition->compared = edition->bystander = edition->detected =
        summary->benchmarks ? summary : NULL;
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
    long now = failing_off();
    char *text = NULL;
    size_t size = 0;
    FILE *out = __real_open_memstream(&text, &size);
    struct terminal t = {.out = out};
    failing_on(now);
    struct comparison *rows = compare(summary, summary, &count);
    bool done = rows && comparison_pairs(&t, rows, count, true) && grid_print(&t, summary);
    free(rows);
    now = failing_off();
    assert_int_equal(fclose(out), 0);
    failing_on(now);
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
    for (int i = 0; i < LINES; i++) {
        char line[32];
        snprintf(line, sizeof line, "%03d %03d\n", i, i);
        memcpy(log + (ptrdiff_t)8 * i, line, 8);
    }
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

static char *a_confirmation(void)
{
    struct taker taker = {{0}};
    struct confirmation *made = confirm(summary, summary);
    if (made)
        made->of = strdup("20260101-here");
    json_t *json = made && made->of ? confirmation_json(made) : NULL;
    struct confirmation *read = json ? confirmation_of_json(json, &taker) : NULL;
    if (json && !read)
        assert_true(take_failed(&taker));
    json_decref(json);
    confirmation_free(made);
    char *text = read ? text_of(confirmation_json(read)) : NULL;
    confirmation_free(read);
    return text;
}

/* That of another who measured the same. */
static char *a_sentence(void)
{
    struct summary other = {.name = (char *)"20260202-there", .about = summary->about};
    struct summary *all[] = {&other};
    struct confirmers others = {all, 1};
    long now = failing_off();
    other.confirmation = confirm(summary, summary);
    other.confirmation->of = strdup("20260101-here");
    failing_on(now);
    char *text = confirmed_sentence(&others, "20260101-here", NULL);
    confirmation_free(other.confirmation);
    return text;
}

static char *checks_of_itself(void)
{
    struct self_check check;
    return self_check_bytes(summary, 3, 7, &check) ? text_of(self_check_json(&check)) : NULL;
}

static char *costs_compared(void)
{
    size_t count;
    char *text = NULL;
    struct cost_comparison *rows =
        compare_costs(summary->benchmarks, summary->benchmarks, false, &count);
    if (rows && asprintf(&text, "%zu %s %g", count, rows[0].name, rows[0].contrast.value) < 0)
        text = NULL;
    free(rows);
    return text;
}

static char *a_death(void)
{
    return death_figures_words(
        &(struct death_figures){.killed = true, .limit = 1e6, .seconds = 30, .foretold = 20});
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
    assert_true(try_all("a summary", a_summary, 3) > 100);
    assert_true(try_all("a summary that is read", a_summary_read, 1) > 100);
    end();
}

/* Reports, and what detectors found, beside the record. */
static void plant_beside(void)
{
    static const char begins[] =
        "{\"context\": {\"date\": \"2026-01-31T00:30:00+01:00\", \"num_cpus\": 2, \"command\": "
        "\"a\"}, \"benchmarks\": [";
    static const char *const names[] = {"a/1/real_time", "a/2/real_time",
                                        "bystander/chan_receive/0/manual_time",
                                        "bystander/chan_receive/1000/manual_time"};
    static const char detected[] =
        "{\"type\":\"detections\",\"schema\":2,\"time\":\"2026-01-31T00:30:00Z\"}\n"
        "{\"type\":\"detector\",\"name\":\"x\",\"how\":\"it looks\",\"go\":false,\"stops\":true,"
        "\"reads\":false}\n"
        "{\"type\":\"detection\",\"detector\":\"x\",\"id\":\"channel_receive\",\"family\":"
        "\"pitfalls\",\"title\":\"t\",\"program\":\"leak\",\"findings\":1,\"found\":true}\n";
    char why[600];
    FILE *out = fopen(planted_path("report"), "we");
    fputs(begins, out);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        fprintf(
            out,
            "%s{\"run_name\": \"%s\", \"real_time\": %zu, \"time_unit\": \"ns\", \"p50_ns\": 9, "
            "\"p99_ns\": 10, \"most_ns\": 11, \"unanswered\": 0}",
            i ? ", " : "", names[i], i + 1);
    fputs("]}", out);
    assert_int_equal(fclose(out), 0);
    summary->benchmarks = benchmarks_read(planted_path("report"), why, sizeof why);
    assert_non_null(summary->benchmarks);
    out = fopen(planted_path("versus"), "we");
    fprintf(out,
            "%s{\"run_name\": \"versus/c/a/1/real_time\", \"real_time\": 1, \"time_unit\": "
            "\"ns\"}, {\"run_name\": \"versus/go/a/1/real_time\", \"real_time\": 2, "
            "\"time_unit\": \"ns\"}]}",
            begins);
    assert_int_equal(fclose(out), 0);
    summary->versus = benchmarks_read(planted_path("versus"), why, sizeof why);
    assert_non_null(summary->versus);
    planted_write(planted_path("detected"), detected, sizeof detected - 1);
    summary->detections = detections_read(planted_path("detected"), why, sizeof why);
    if (!summary->detections)
        fail_msg("%s", why);
}

static void words_are_whole_or_not(void **state)
{
    (void)state;
    plant(3);
    plant_beside();
    char *text = the_pages();
    expect_words(text, "it was cut off: more was to come. ");
    expect_words(text, "<h2>Against Go</h2>");
    free(text);
    assert_true(try_all("the pages", the_pages, 1) > 20);
    assert_true(try_all("citations", citations, 1) > 10);
    assert_true(try_all("tables", tables, 1) > 5);
    assert_true(try_all("conditions", conditions, 1) > 0);
    assert_true(try_all("files of other programs", the_exchange_files, 3) > 100);
    assert_true(try_all("a log", a_log, 1) > 3);
    assert_true(try_all("a confirmation", a_confirmation, 1) > 10);
    assert_true(try_all("a sentence", a_sentence, 1) > 1);
    assert_true(try_all("a check of itself", checks_of_itself, 1) > 5);
    assert_true(try_all("costs", costs_compared, 1) > 5);
    assert_true(try_all("a death", a_death, 1) > 2);
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
    aligned_for_real = true;
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
