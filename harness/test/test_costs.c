/* Benchmarks are kept like any other result: read strictly, saved whole or not at all, verified,
 * compared by name, and told of on the pages. No case measures anything. */
#include "test/planted.h"
#include "test/words.h"

#include "page/plot_costs.h"
#include "result/compare_costs.h"
#include "result/costs.h"
#include "result/result.h"
#include <math.h>

/* --- Planted reports ------------------------------------------------------------------------ */

#define CONTEXT                                                                                    \
    "{\"context\": {\"date\": \"2026-01-31T00:30:00+01:00\", \"host_name\": \"secret-host\", "     \
    "\"executable\": \"/secret/path\", \"num_cpus\": 2, \"processor\": \"Planted 1\", "            \
    "\"kernel\": \"Linux 6.1\", \"commit\": \"abc123\", \"compiler\": \"gcc 12\", "                \
    "\"flags\": \"-O2\", \"command\": \"build/benchmarks --x\", \"leaklab\": \"0.1.0\"}, "         \
    "\"benchmarks\": ["

struct entry {
    const char *name;
    double value;
};

static void entry_of(FILE *out, const struct entry *entry, const char *more)
{
    fprintf(out,
            "{\"name\": \"%s\", \"run_name\": \"%s\", \"run_type\": \"iteration\", \"real_time\": "
            "%g, \"cpu_time\": %g, \"time_unit\": \"ns\"%s}",
            entry->name, entry->name, entry->value, entry->value + 1000, more);
}

/* Each entry once a run, the runs `step` apart; real time counts, as their names end so. */
static void report_planted(const char *path, const struct entry *entries, size_t count, int runs,
                           double step)
{
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    fputs(CONTEXT, out);
    for (size_t i = 0; i < count; i++)
        for (int run = 0; run < runs; run++) {
            struct entry entry = {entries[i].name, entries[i].value + run * step};
            fputs(i || run ? ", " : "", out);
            entry_of(out, &entry, "");
        }
    fputs("]}", out);
    assert_int_equal(fclose(out), 0);
}

static const struct entry suite[] = {
    {"micro/fire/1000/manual_time", 100},
    {"micro/fire/10000/manual_time", 200},
    {"micro/yield/real_time", 17},
    {"strategies/wait/leak/1000/manual_time", 4000},
    {"strategies/wait/leak/10000/manual_time", 4100},
    {"strategies/wait/fix/1000/manual_time", 300},
    {"strategies/wait/fix/10000/manual_time", 310},
};
enum { SUITE = sizeof suite / sizeof *suite };

static void versus_planted(const char *path)
{
    static const char rest[] =
        "\"run_type\": \"iteration\", \"label\": \"yield, <b>in turn</b>\", \"time_unit\": \"ns\"";
    static const double ours[] = {10, 20, 10}, go[] = {80, 180, 100};
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    fputs(CONTEXT, out);
    for (int i = 0; i < 3; i++)
        fprintf(out,
                "%s{\"run_name\": \"versus/ours/yield/real_time\", \"real_time\": %g, %s}, "
                "{\"run_name\": \"versus/go/yield/real_time\", \"real_time\": %g, %s}",
                i ? ", " : "", ours[i], rest, go[i], rest);
    fputs("]}", out);
    assert_int_equal(fclose(out), 0);
}

static struct benchmarks *read_planted(const char *name)
{
    char why[512] = "";
    struct benchmarks *b = benchmarks_read(planted_path("%s", name), why, sizeof why);
    if (!b)
        fail_msg("%s", why);
    return b;
}

static void plant_all(void)
{
    report_planted(planted_path("bench.json"), suite, SUITE, 3, 1);
    versus_planted(planted_path("versus.json"));
}

/* --- Reading -------------------------------------------------------------------------------- */

static void names_are_without_how_it_was_timed(void **state)
{
    (void)state;
    plant_all();
    struct benchmarks *b = read_planted("bench.json");
    assert_int_equal(b->count, SUITE);
    assert_int_equal(b->family_count, 4);
    const struct benchmark *fire = benchmarks_find(b, "micro/fire/10000");
    assert_non_null(fire);
    assert_true(fire->n == 10000);
    assert_string_equal(b->families[fire->family].name, "micro/fire");
    assert_int_equal(fire->run_count, 3);
    assert_true(fire->runs[0] == 200 && fire->runs[2] == 202); /* and not the processor's time */
    const struct benchmark *yield = benchmarks_find(b, "micro/yield");
    assert_true(isnan(yield->n));
    assert_false(benchmarks_compare(b));
    benchmarks_free(b);
}

static void claims_and_failures_are_read(void **state)
{
    (void)state;
    static const char text[] = CONTEXT
        "{\"run_name\": \"a/1\", \"cpu_time\": 2, \"real_time\": 9, \"time_unit\": \"us\"},"
        "{\"run_name\": \"a/2\", \"label\": \"ERROR: no memory\", \"cpu_time\": 1, "
        "\"real_time\": 1, \"time_unit\": \"us\"},"
        "{\"run_name\": \"a/3\", \"error_occurred\": true, \"error_message\": \"it died\"},"
        "{\"run_name\": \"a\", \"run_type\": \"aggregate\", \"aggregate_name\": \"BigO\", "
        "\"cpu_coefficient\": 2, \"real_coefficient\": 9, \"big_o\": \"NlgN\", \"time_unit\": "
        "\"us\"},"
        "{\"run_name\": \"a\", \"run_type\": \"aggregate\", \"aggregate_name\": \"median\"}]}";
    planted_write(planted_path("r"), text, sizeof text - 1);
    struct benchmarks *b = read_planted("r");
    assert_int_equal(b->count, 3);
    assert_true(b->all[0].runs[0] == 2000 && !b->all[0].failure);
    assert_string_equal(b->all[1].failure, "no memory");
    assert_int_equal(b->all[1].run_count, 0);
    assert_string_equal(b->all[2].failure, "it died");
    assert_int_equal(b->families[0].claimed, ORDER_N_LOG_N);
    size_t count;
    struct cost_row *rows = cost_rows(b, &count);
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].cost, "2.00 us");
    assert_string_equal(rows[0].n, "1");
    assert_string_equal(rows[0].spread, "one run");
    assert_string_equal(rows[0].fit, ""); /* of one N */
    assert_string_equal(rows[0].failure, "no memory");
    free(rows);
    benchmarks_free(b);
}

static void three_digits_say_what_it_costs(void **state)
{
    (void)state;
    char text[PHRASE];
    assert_string_equal(cost_text(text, UNIT_TIME, 0.5), "0.50 ns");
    assert_string_equal(cost_text(text, UNIT_TIME, 57.06), "57.1 ns");
    assert_string_equal(cost_text(text, UNIT_TIME, 999.6), "1.00 us");
    assert_string_equal(cost_text(text, UNIT_TIME, 312e6), "312 ms");
    assert_string_equal(cost_text(text, UNIT_TIME, 7e12), "7000 s");
    assert_string_equal(cost_text(text, UNIT_BYTES, 4224.3), "4,224 B");
    assert_string_equal(cost_text(text, UNIT_TIMES, 1.0449), "1.04");
}

struct bad {
    const char *text, *words;
};

static void what_is_no_report_is_refused_in_one_line(void **state)
{
    (void)state;
    static const struct bad bads[] = {
        {CONTEXT "{\"run_name\"", "no whole report: line 1"},
        {CONTEXT "]}", "no benchmark is in it"},
        {CONTEXT "5]}", "an entry has no \"run_name\", in its benchmark 1"},
        {CONTEXT "{\"run_name\": 7}]}", "\"run_name\" is no text"},
        {CONTEXT "{\"run_name\": \"a\", \"cpu_time\": \"1\", \"time_unit\": \"ns\"}]}",
         "\"cpu_time\" is no number"},
        {CONTEXT "{\"run_name\": \"a\", \"cpu_time\": -1, \"time_unit\": \"ns\"}]}",
         "\"cpu_time\" is no figure"},
        {CONTEXT "{\"run_name\": \"a\", \"time_unit\": \"ns\"}]}", "\"cpu_time\" is no figure"},
        {CONTEXT "{\"run_name\": \"a\", \"cpu_time\": Nan}]}", "no whole report"},
        {CONTEXT "{\"run_name\": \"a\", \"cpu_time\": 1, \"time_unit\": \"years\"}]}",
         "\"time_unit\" is no unit"},
        {CONTEXT "{\"run_name\": \"a\", \"cpu_time\": 1, \"time_unit\": \"ns\"}, "
                 "{\"run_name\": \"versus/ours/a\", \"cpu_time\": 1, \"time_unit\": \"ns\"}]}",
         "benchmarks and a comparison in one"},
        {"{\"context\": [], \"benchmarks\": []}", "\"context\" is no object"},
        {"{\"context\": {}, \"benchmarks\": {}}", "\"benchmarks\" is no array"},
        {"{\"benchmarks\": [{\"run_name\": \"a\", \"cpu_time\": 1, \"time_unit\": \"ns\"}], "
         "\"context\": {\"date\": \"yesterday\"}}",
         "its context has no \"date\""},
    };
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        planted_write(planted_path("bad"), bads[i].text, strlen(bads[i].text));
        const struct ran *ran = planted_shell("$LAB save bad; s=$?; ls -A; exit $s");
        if (ran->status != 1)
            fail_msg("%s: status %d: %s", bads[i].text, ran->status, ran->said);
        expect_words(ran->said, "leaklab save: bad: ");
        expect_words(ran->said, bads[i].words);
        expect_match(ran->said, "^bad$");
        expect_no_words(ran->said, "results");
    }
    planted_write(planted_path("bad"), "", 0);
    assert_int_equal(planted_shell("$LAB save bad")->status, 1);
    const struct ran *ran = planted_shell("{ printf '{\"context\": \"'; head -c 17000000 "
                                          "/dev/zero | tr '\\0' x; } >huge; $LAB save huge");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "can not read huge: File too large");
    ran = planted_shell("{ printf '{\"context\": '; head -c 100000 /dev/zero | tr '\\0' '['; } "
                        ">deep; $LAB save deep");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "deep: no whole report");
}

/* --- Saving --------------------------------------------------------------------------------- */

static void benchmarks_alone_are_a_result(void **state)
{
    (void)state;
    plant_all();
    const struct ran *ran = planted_shell("$LAB save --machine m bench.json && $LAB verify && ls "
                                          "results/*");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "saved results/20260130-m\n"); /* by UTC */
    expect_words(ran->said, "1 result, all as it says");
    expect_words(ran->said,
                 "README.md\nSHA256SUMS\nbenchmarks.json\ndatapackage.json\nfigures\nresult."
                 "json\ntables\n");
    ran = planted_shell("grep -rlE 'secret' results; $LAB save --machine m bench.json");
    assert_int_equal(ran->status, 1);
    expect_no_words(ran->said, "results/20260130-m/");
    expect_words(ran->said, "is there already, and results are written once");
    expect_words(ran->said, "stays where it is: bench.json");
    ran = planted_shell("$LAB save bench.json");
    expect_words(ran->said, "saved results/20260130-planted-1-2-cores");
}

static void a_record_and_its_benchmarks_are_one_result(void **state)
{
    (void)state;
    static const struct planted one = {
        .id = "channel_receive", .runs = 3, .requests = 1000, .bytes = {4200, 0}, .seed = 7};
    plant_all();
    planted_record(planted_path("m.ndjson"), &one, 1);
    const struct ran *ran =
        planted_shell("$LAB save --machine m versus.json m.ndjson bench.json && $LAB verify && cp "
                      "-r results before && rm -rf results/*.* results/pairs results/*/figures "
                      "results/*/README.md && $LAB report && diff -r before results");
    assert_int_equal(ran->status, 0);
    ran = planted_shell("ls results; cat results/*.md results/pairs/channel_receive.md");
    expect_no_words(ran->said, "20260130"); /* the record's day */
    expect_words(ran->said, "## Against Go");
    expect_words(ran->said, "## What operations cost");
    expect_words(ran->said, "\n# channel_receive\n");
    ran = planted_shell("$LAB save m.ndjson m.ndjson");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "one record at a time, not also m.ndjson");
    ran = planted_shell("$LAB save bench.json bench.json");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "one report of a kind at a time, not also bench.json");
    assert_int_equal(planted_shell("$LAB save a b c d e")->status, 2);
}

static void damage_to_benchmarks_is_found(void **state)
{
    (void)state;
    static const struct bad damages[] = {
        {"sed -i 's/: 200,/: 201,/' $R/benchmarks.json", "do not have the sums in SHA256SUMS"},
        {"rm $R/benchmarks.json", "do not have the sums in SHA256SUMS"},
        {"rm $R/benchmarks.json; $SUM", "neither a record nor a report is in it"},
        {"echo x >$R/versus.json; $SUM", "versus.json: no whole report"},
        {"cp $R/benchmarks.json $R/versus.json; $SUM", "is the other one"},
        {"sed -i 's/Planted 1/Planted 2/' $R/benchmarks.json; $SUM",
         "does not hold the figures that its record makes"},
        {"sed -i 's/: 200,/: 201,/' $R/benchmarks.json; $SUM", "-micro-fire-cost.svg is not"},
        {"rm $R/figures/01*", "01-micro-fire-cost.svg"},
        {"sed -i s/micro/macro/ results/benchmarks.html", "results/benchmarks.html is not what"},
    };
    plant_all();
    assert_int_equal(
        planted_shell("$LAB save --machine m bench.json && cp -r results whole")->status, 0);
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        const struct ran *ran = planted_shell(
            "rm -rf results; cp -r whole results; R=results/20260130-m; SUM='eval (cd $R; "
            "sha256sum result.json benchmarks.json $(ls versus.json 2>/dev/null) >SHA256SUMS)'; "
            "%s; $LAB verify",
            damages[i].text);
        if (ran->status != 1)
            fail_msg("after %s: status %d: %s", damages[i].text, ran->status, ran->said);
        expect_words(ran->said, damages[i].words);
    }
}

/* --- The pages ------------------------------------------------------------------------------ */

static void pages_tell_of_costs_and_ratios(void **state)
{
    (void)state;
    plant_all();
    assert_int_equal(planted_shell("$LAB save --machine m bench.json versus.json")->status, 0);
    char *text = planted_read(planted_path("results/benchmarks.md"), NULL);
    expect_words(text, "| micro/fire | 1,000 to 10,000 | 101 ns to 201 ns | 2.0 % |");
    expect_words(text, "medians of 3 runs");
    /* The ratios are 8, 9 and 10: each of its own round. */
    expect_words(text, "The same work in Go and here");
    expect_words(text, "in turn&lt;/b&gt; | 100 ns | 10.0 ns | 9.00 | 8.00 to 10.00 |");
    expect_words(text, "2026-01-30, commit abc123, `build/benchmarks --x`");
    free(text);
    text = planted_read(planted_path("results/benchmarks.html"), NULL);
    expect_words(text, "<section id=\"versus\">");
    expect_words(text, "<section id=\"costs\">");
    expect_words(text, "101 ns to 201 ns");
    expect_words(text, "strategies/wait: the cost of one operation over N; leak: 4.00 us at");
    free(text);
}

static void a_pair_is_one_figure(void **state)
{
    (void)state;
    plant_all();
    struct benchmarks *b = read_planted("bench.json");
    size_t count;
    struct figure *figures = plot_costs_planned(b, &count);
    assert_int_equal(count, 2);
    assert_string_equal(figures[0].id, "01-micro-fire");
    assert_string_equal(figures[1].id, "02-strategies-wait");
    draw_free(figures, count);
    benchmarks_free(b);
}

static void what_a_report_says_stays_text(void **state)
{
    (void)state;
    static const struct entry hostile[] = {
        {"<script>alert(1)</script>|`/1/manual_time", 5},
        {"<script>alert(1)</script>|`/2/manual_time", 6},
        {"a\\\"`touch pwned`\\n$(touch pwned)/../../x/1/manual_time", 7},
        {"a\\\"`touch pwned`\\n$(touch pwned)/../../x/2/manual_time", 8},
    };
    report_planted(planted_path("bench.json"), hostile, 4, 2, 1);
    const struct ran *ran = planted_shell(
        "sed -i 's/Planted 1/<img src=x onerror=alert(2)>/; s/--x/`<i>/' bench.json; $LAB save "
        "--machine m bench.json && $LAB verify && find . && $LAB compare bench.json bench.json");
    assert_int_equal(ran->status, 0);
    expect_no_words(ran->said, "./pwned");
    expect_match(ran->said, "/figures/0[0-9]-[a-z0-9-]*-cost.svg$");
    char *html = planted_read(planted_path("results/benchmarks.html"), NULL);
    expect_words(html, "&lt;script&gt;alert(1)");
    expect_no_words(html, "<script");
    expect_no_words(html, "<img src");
    expect_no_words(html, "<i>");
    free(html);
    char *markdown = planted_read(planted_path("results/benchmarks.md"), NULL);
    expect_no_words(markdown, "<script");
    expect_no_words(markdown, "<i>x");
    free(markdown);
}

/* --- Comparing ------------------------------------------------------------------------------ */

static const struct cost_comparison *row_of(const struct cost_comparison *rows, size_t count,
                                            const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    fail_msg("no row %s", name);
    return NULL;
}

static void benchmarks_are_compared_by_name(void **state)
{
    (void)state;
    static const struct entry was[] = {{"a", 100}, {"b", 100}, {"c", 1000}, {"gone", 1}};
    static const struct entry is[] = {{"a", 80}, {"b", 120}, {"c", 1000.5}, {"new", 1}};
    size_t count;
    report_planted(planted_path("was"), was, 4, 5, 1);
    report_planted(planted_path("is"), is, 4, 5, 1);
    struct benchmarks *before = read_planted("was"), *after = read_planted("is");
    struct cost_comparison *rows = compare_costs(before, after, false, &count);
    assert_int_equal(count, 5); /* all in one process: told, not judged */
    assert_int_equal(row_of(rows, count, "a")->contrast.change, CHANGE_ONE_PROCESS);
    assert_true(fabs(row_of(rows, count, "a")->contrast.value - log(80.0 / 100)) < 0.01);
    assert_int_equal(row_of(rows, count, "gone")->contrast.change, CHANGE_ABSENT);
    free(rows);
    for (size_t i = 0; i < before->count; i++) /* in a process each */
        for (size_t k = 0; k < before->all[i].run_count; k++)
            before->all[i].draws[k].invocation = (int64_t)k;
    for (size_t i = 0; i < after->count; i++)
        for (size_t k = 0; k < after->all[i].run_count; k++)
            after->all[i].draws[k].invocation = (int64_t)k;
    rows = compare_costs(before, after, false, &count);
    assert_int_equal(row_of(rows, count, "a")->contrast.change, CHANGE_BETTER);
    assert_int_equal(row_of(rows, count, "b")->contrast.change, CHANGE_WORSE);
    assert_int_equal(row_of(rows, count, "c")->contrast.change, CHANGE_SAME);
    assert_int_equal(row_of(rows, count, "new")->contrast.change, CHANGE_ABSENT);
    free(rows);
    benchmarks_free(before);
    benchmarks_free(after);
    const struct ran *ran = planted_shell("$LAB compare was is");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^a +1.10 us +1.08 us +-1.8 % +one process a side: no verdict$");
    expect_match(ran->said, "^gone +1.00 us +- +- +only before$");
    expect_words(ran->said, "A/A: not measured");
    assert_int_equal(planted_shell("$LAB compare was")->status, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_are_without_how_it_was_timed),
        TEST(claims_and_failures_are_read),
        TEST(three_digits_say_what_it_costs),
        TEST(what_is_no_report_is_refused_in_one_line),
        TEST(benchmarks_alone_are_a_result),
        TEST(a_record_and_its_benchmarks_are_one_result),
        TEST(damage_to_benchmarks_is_found),
        TEST(pages_tell_of_costs_and_ratios),
        TEST(a_pair_is_one_figure),
        TEST(what_a_report_says_stays_text),
        TEST(benchmarks_are_compared_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
