/* Results in forms that other programs read: cells of a table, what a data package says of them, badges, schema.org's
 * data; and that they are made, kept and held to the figures as pages are. */
#include "test/golden.h"
#include "test/planted.h"
#include "test/words.h"

#include "exchange/badge.h"
#include "exchange/data_package.h"
#include "exchange/dataset.h"
#include "exchange/sheets.h"
#include "result/result.h"
#include <jansson.h>
#include <math.h>

/* --- Cells ---------------------------------------------------------------------------------- */

static void a_cell_says_what_it_was_given(void **state)
{
    (void)state;
    struct sheets sheets = {0};
    struct sheet_writer *w = sheet_begin("cells", "Cells");
    sheet_column(w, "string", "words", "a_%d", 1);
    sheet_column(w, "number", "words", "b");
    sheet_text(w, "plain");
    sheet_number(w, 1.5);
    sheet_text(w, "a,b \"c\"");
    sheet_number(w, NAN);
    sheet_text(w, "=SUM(A1)");
    sheet_number(w, INFINITY);
    sheet_text(w, "two\nlines\x1b[1m");
    sheet_number(w, -INFINITY);
    sheet_text(w, NULL);
    sheet_number(w, -0.0);
    sheet_text(w, " leads");
    sheet_number(w, 419430400);
    sheet_end(w, &sheets);
    assert_false(sheets.failed);
    assert_int_equal(sheets.count, 1);
    assert_int_equal(sheets.all[0].rows, 6);
    assert_string_equal(sheets.all[0].csv, "a_1,b\n"
                                           "plain,1.5\n"
                                           "\"a,b \"\"c\"\"\",\n"
                                           "'=SUM(A1),INF\n"
                                           "two\\x0alines\\x1b[1m,-INF\n"
                                           ",0\n"
                                           "\" leads\",419430400\n");
    sheets_free(&sheets);
}

static void whole_numbers_and_yes(void **state)
{
    (void)state;
    struct sheets sheets = {0};
    struct sheet_writer *w = sheet_begin("cells", "Cells");
    sheet_column(w, "integer", "words", "n");
    sheet_column(w, "boolean", "words", "is");
    sheet_integer(w, INT64_MAX);
    sheet_yes(w, true);
    sheet_integer(w, -1);
    sheet_yes(w, false);
    sheet_end(w, &sheets);
    assert_string_equal(sheets.all[0].csv, "n,is\n9223372036854775807,true\n-1,false\n");
    sheets_free(&sheets);
}

static void a_table_without_a_row_is_none(void **state)
{
    (void)state;
    struct sheets sheets = {0};
    struct sheet_writer *w = sheet_begin("cells", "Cells");
    sheet_column(w, "string", "words", "a");
    sheet_end(w, &sheets);
    assert_int_equal(sheets.count, 0);
    assert_false(sheets.failed);
    sheets_free(&sheets);
}

/* --- Of a saved result ---------------------------------------------------------------------- */

static struct summary *saved_summary(void)
{
    char why[600];
    const char *name = planted_saved("m");
    struct summary *summary = result_load(planted_path("results"), name, why, sizeof why);
    if (!summary)
        fail_msg("%s", why);
    return summary;
}

static const struct sheet *sheet_named(const struct sheets *sheets, const char *name)
{
    for (size_t i = 0; i < sheets->count; i++)
        if (strcmp(sheets->all[i].name, name) == 0)
            return &sheets->all[i];
    fail_msg("no table is called %s", name);
    return NULL;
}

/* The names of a table's columns are its first line, and each is said once. */
static void expect_columns(const struct sheet *sheet)
{
    char line[8192] = "";
    for (size_t i = 0; i < sheet->column_count; i++) {
        size_t length = strlen(line);
        assert_true(strlen(sheet->columns[i].name) < sizeof sheet->columns[i].name - 1);
        snprintf(line + length, sizeof line - length, "%s%s", i ? "," : "", sheet->columns[i].name);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(sheet->columns[i].name, sheet->columns[k].name);
    }
    size_t length = strlen(line);
    assert_memory_equal(sheet->csv, line, length);
    assert_int_equal(sheet->csv[length], '\n');
}

static void each_variant_and_run_has_its_row(void **state)
{
    (void)state;
    struct sheets sheets;
    struct summary *summary = saved_summary();
    assert_true(sheets_of(summary, &sheets));
    for (size_t i = 0; i < sheets.count; i++)
        expect_columns(&sheets.all[i]);
    assert_int_equal(sheet_named(&sheets, "pairs")->rows, 2 * 2);
    assert_int_equal(sheet_named(&sheets, "runs")->rows, 2 * 2 * 3);
    assert_int_equal(sheet_named(&sheets, "growth")->rows, 2 * 2 * 2);
    assert_int_equal(sheet_named(&sheets, "forecasts")->rows, 2 * 2 * 2);
    expect_words(sheet_named(&sheets, "pairs")->csv, "\nchannel_receive,leak,,,pitfalls,");
    sheets_free(&sheets);
    summary_free(summary);
}

/* --- The data package ----------------------------------------------------------------------- */

static json_t *package_of(const struct summary *summary, const char *sums)
{
    struct sheets sheets;
    assert_true(sheets_of(summary, &sheets));
    char *text = data_package(summary, &sheets, sums);
    json_t *json = json_loads(text ? text : "", 0, NULL);
    assert_non_null(json);
    free(text);
    sheets_free(&sheets);
    return json;
}

static const json_t *resource(const json_t *package, const char *name)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(package, "resources"), i, one)
    {
        if (strcmp(json_string_value(json_object_get(one, "name")), name) == 0)
            return one;
    }
    return NULL;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static void a_package_says_what_was_saved(void **state)
{
    (void)state;
#define SUM "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    static const char sums[] =
        SUM "  result.json\n" SUM "  ../../secret\nshort  record.ndjson.gz\n";
    struct summary *summary = saved_summary();
    json_t *package = package_of(summary, sums);
    assert_string_equal(text_of(package, "name"), summary->name);
    assert_string_equal(text_of(resource(package, "figures"), "hash"), "sha256:" SUM);
    assert_string_equal(text_of(resource(package, "pairs"), "path"), "tables/pairs.csv");
    const json_t *fields =
        json_object_get(json_object_get(resource(package, "pairs"), "schema"), "fields");
    assert_string_equal(text_of(json_array_get(fields, 0), "name"), "id");
    assert_null(resource(package, "record"));
    char *whole = json_dumps(package, 0);
    expect_no_words(whole, "secret");
    free(whole);
    json_decref(package);
    summary_free(summary);
}

/* --- Badges and schema.org ------------------------------------------------------------------ */

static void a_badge_has_the_figure_and_no_markup_of_others(void **state)
{
    (void)state;
    struct summary *summary = saved_summary();
    struct measured_pair pair = summary->pairs[0];
    char *svg = badge_svg(&pair);
    expect_match(svg, "1\\.000 task and 4,[0-9.,]+ bytes per request</text>");
    expect_words(svg, "<title id=\"t\">channel_receive: 1.000 task");
    free(svg);
    pair.id = (char *)"<b>&";
    svg = badge_svg(&pair);
    expect_words(svg, "&lt;b&gt;&amp;");
    expect_no_words(svg, "<b>");
    free(svg);
    summary_free(summary);
}

static void data_in_a_page_can_not_end_it(void **state)
{
    (void)state;
    struct summary *summary = saved_summary();
    struct measured_pair pair = summary->pairs[0];
    char *text = NULL;
    size_t size;
    pair.title = (char *)"a</script><script>alert(1)</script><!--";
    FILE *out = open_memstream(&text, &size);
    dataset_of_pair(out, summary, &pair);
    fclose(out);
    char *body = strchr(text, '\n') + 1, *end = strstr(text, "\n</script>\n");
    assert_non_null(end);
    *end = 0;
    assert_null(strchr(body, '<'));
    json_t *json = json_loads(body, 0, NULL);
    assert_non_null(json);
    assert_string_equal(text_of(json, "@type"), "Dataset");
    expect_words(text_of(json, "name"), pair.title);
    assert_in_range(strlen(text_of(json, "description")), 50, 5000); /* as search engines want it */
    assert_int_equal(json_array_size(json_object_get(json, "variableMeasured")), 4);
    json_decref(json);
    free(text);
    summary_free(summary);
}

/* --- Kept and verified ---------------------------------------------------------------------- */

/* After the damage each of the words is found, and `leaklab report` makes all as it was; links may lead anywhere, and
 * are for people to take away. */
static void expect_found(const char *damage, const char *const *words)
{
    const struct ran *ran = planted_shell(
        "rm -rf before x y; cp -r results before; R=$(echo results/*-m); %s; $LAB verify", damage);
    assert_int_equal(ran->status, 1);
    for (; *words; words++)
        expect_words(ran->said, *words);
    ran = planted_shell("rm -f $(find results -type l); $LAB report >/dev/null; "
                        "diff -r before results && $LAB verify");
    if (ran->status != 0)
        fail_msg("after %s, `leaklab report`:\n%s", damage, ran->said);
}

static void they_are_held_to_the_figures(void **state)
{
    (void)state;
    static const char *const changed[] = {"tables/pairs.csv is not what",
                                          "badges/worker_loop.svg",
                                          "tables/more.csv is nothing that `leaklab report` makes",
                                          "badges/.hidden is nothing that",
                                          "datapackage.json is not what",
                                          NULL};
    static const char *const moved[] = {"tables is no plain folder",
                                        "badges/worker_loop.svg is no plain file", NULL};
    static const char *const gone[] = {"can not read results/", "/tables/runs.csv", NULL};
    planted_saved("m");
    expect_found("sed -i 's/leak,/leek,/' $R/tables/pairs.csv; rm $R/badges/worker_loop.svg; "
                 "touch $R/tables/more.csv $R/badges/.hidden; "
                 "sed -i 's/number/string/' $R/datapackage.json",
                 changed);
    expect_found("mv $R/tables x; ln -s $PWD/x $R/tables; mv $R/badges/worker_loop.svg y; "
                 "ln -s $PWD/y $R/badges/worker_loop.svg",
                 moved);
    expect_found("rm -r $R/tables", gone);
}

static void pages_lead_to_them(void **state)
{
    (void)state;
    planted_saved("m");
    char *html = planted_read(planted_path("results/pairs/worker_loop.html"), NULL);
    expect_words(html, "worker_loop leaks 1.000 task and 4,");
    expect_match(html, "href=\"\\.\\./[0-9]+-m/badges/worker_loop\\.svg\"");
    expect_words(html, "<script type=\"application/ld+json\">");
    free(html);
    html = planted_read(planted_path("results/index.html"), NULL);
    expect_words(html, "\"@type\": \"DataCatalog\"");
    free(html);
}

/* All files of it, whole, and the data in the pages: but for when, where and by which leaklab it was measured. */
static void each_file_is_as_it_was_found_right(void **state)
{
    (void)state;
    planted_saved("m");
    const struct ran *ran =
        planted_shell("cd results && { for f in */tables/*.csv */badges/*.svg */datapackage.json; "
                      "do echo \"=== ${f#*/}\"; cat $f; done; "
                      "for f in index.html pairs/worker_loop.html; do echo \"=== $f\"; sed -n "
                      "'/ld+json/,/script>/p' $f; done; } >../all; "
                      "name=$(echo *-m); cd .. && sed -E \"s/$name/DAY-m/g; "
                      "s/sha256:[0-9a-f]+/sha256:N/; s/\\\"bytes\\\": [0-9]+/\\\"bytes\\\": 0/; "
                      "s/(\\\"(created|version|datePublished|measurementTechnique)\\\": "
                      ")\\\"[^\\\"]*\\\"/\\1\\\"N\\\"/; "
                      "s/leaklab [0-9][^ ]* on .* by /leaklab N on M, by /; s/Measured .* by "
                      "/Measured somewhere, by /\" all");
    assert_int_equal(ran->status, 0);
    expect_golden("exchange.txt", ran->said);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_says_what_it_was_given),
        cmocka_unit_test(whole_numbers_and_yes),
        cmocka_unit_test(a_table_without_a_row_is_none),
        CASE(each_variant_and_run_has_its_row),
        CASE(each_file_is_as_it_was_found_right),
        CASE(a_package_says_what_was_saved),
        CASE(a_badge_has_the_figure_and_no_markup_of_others),
        CASE(data_in_a_page_can_not_end_it),
        CASE(they_are_held_to_the_figures),
        CASE(pages_lead_to_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
