/* What is left that is neither task nor timer, told by kind wherever a result is shown: handles, requests, descriptors,
 * threads of plain C, contexts, heap. From the counts of a planted record to summaries, pages, plots, tables, citations,
 * comparisons and forecasts; and that a result of before, which has not kept them, still reads. */
#include "test/paper.h"
#include "test/planted.h"
#include "test/words.h"

#include "page/plot.h"
#include "probe/expected.h"
#include "report/grid.h"
#include "report/table.h"
#include "result/cite_short.h"
#include "result/compare.h"
#include "result/counted.h"
#include "result/forecast_pair.h"
#include "result/left.h"
#include "result/summarize.h"
#include "result/summary_json.h"
#include "result/summary_read.h"
#include "result/unfinished.h"
#include "task/time.h"
#include <math.h>
#include <uv.h>

/* --- Kinds ---------------------------------------------------------------------------------- */

static void each_kind_has_its_words_and_its_name(void **state)
{
    (void)state;
    char words[LEFT_KIND], key[LEFT_KIND], other[LEFT_KIND];
    assert_string_equal(left_kind_words(words, LEFT_HANDLES + UV_TIMER, true), "timer handle");
    assert_string_equal(left_kind_words(words, LEFT_HANDLES + UV_NAMED_PIPE, false),
                        "pipe handles");
    assert_string_equal(left_kind_words(words, LEFT_REQUESTS, false), "requests in flight");
    assert_string_equal(left_kind_words(words, LEFT_QUEUED, true), "byte queued");
    assert_string_equal(left_kind_words(words, LEFT_THREADS, true), "thread");
    assert_string_equal(left_kind_key(key, LEFT_HANDLES + UV_TIMER), "timer_handles");
    assert_string_equal(left_kind_key(key, LEFT_HANDLES + HANDLE_TYPES - 1), "");
    for (int kind = 0; kind < LEFT_KINDS; kind++)
        for (int before = 0; before < kind && *left_kind_key(key, kind); before++)
            assert_string_not_equal(left_kind_key(other, before), key);
}

static void a_count_is_that_of_its_kind(void **state)
{
    (void)state;
    struct counts counts = {
        .contexts = 1, .channels = 2, .requests = 3, .queued = 4, .descriptors = 5, .threads = 6};
    counts.of_type[UV_POLL] = 7;
    static const struct {
        int kind;
        uint64_t count;
    } all[] = {{LEFT_CONTEXTS, 1},         {LEFT_CHANNELS, 2},    {LEFT_REQUESTS, 3},
               {LEFT_QUEUED, 4},           {LEFT_DESCRIPTORS, 5}, {LEFT_THREADS, 6},
               {LEFT_HANDLES + UV_POLL, 7}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_int_equal(left_kind_count(&counts, all[i].kind), all[i].count);
}

/* --- Words ---------------------------------------------------------------------------------- */

/* A pair, each half of which was run once, over 1,000 requests. */
struct made {
    struct run_figures runs[VARIANTS];
    struct measured_pair pair;
};

static void make(struct made *made, const char *id)
{
    static char none[] = "";
    memset(made, 0, sizeof *made);
    made->pair = (struct measured_pair){.id = (char *)id, .twin = none};
    for (enum variant v = 0; v < VARIANTS; v++) {
        made->runs[v].requests = 1000;
        made->runs[v].timers_gone = NAN;
        made->pair.variants[v].run_count = 1;
        made->pair.variants[v].runs = &made->runs[v];
    }
}

static struct expectation *expected_of(struct made *made)
{
    return &made->pair.variants[VARIANT_LEAK].expected;
}

static const char *told_of(const struct made *made, enum variant variant)
{
    static char words[PHRASE_LONG];
    return left_words(words, &made->pair, variant);
}

static void all_kinds_are_told_in_their_order(void **state)
{
    (void)state;
    struct made made;
    double *left = made.runs[VARIANT_LEAK].left;
    make(&made, "write_queue");
    *expected_of(&made) = catalog_find("write_queue")->expected[VARIANT_LEAK];
    left[LEFT_HANDLES + UV_NAMED_PIPE] = left[LEFT_HANDLES + UV_POLL] = 1000;
    left[LEFT_REQUESTS] = 4000;
    left[LEFT_QUEUED] = 4096000;
    left[LEFT_DESCRIPTORS] = 2000;
    assert_string_equal(told_of(&made, VARIANT_LEAK),
                        "1.000 pipe handle, 1.000 poll handle, 4.000 requests in flight, "
                        "4,096.0 bytes queued, 2.000 descriptors");
    assert_string_equal(told_of(&made, VARIANT_FIX), "none of these");
    made.runs[VARIANT_FIX].left[LEFT_THREADS] =
        500; /* nobody expects it: it is told all the same */
    expect_words(told_of(&made, VARIANT_FIX), "0.000 descriptors, 0.500 threads");
    made.runs[VARIANT_FIX].left[LEFT_THREADS] = 0;
    made.pair.variants[VARIANT_LEAK].run_count = 0; /* nothing that "these" could be of */
    expect_words(told_of(&made, VARIANT_FIX), "0.000 pipe handles, 0.000 poll handles, 0.000 req");
}

static void one_kind_is_told_of_both(void **state)
{
    (void)state;
    struct made made;
    make(&made, "lost_cancel");
    expected_of(&made)->contexts = 1;
    made.runs[VARIANT_LEAK].left[LEFT_CONTEXTS] = 1000;
    made.runs[VARIANT_FIX].left[LEFT_CONTEXTS] = 0.4; /* less than is told */
    assert_string_equal(told_of(&made, VARIANT_LEAK), "1.000 context");
    assert_string_equal(told_of(&made, VARIANT_FIX), "0.000 contexts");
}

static void heap_alone_is_told_in_bytes(void **state)
{
    (void)state;
    struct made made;
    make(&made, "close_without_free");
    expected_of(&made)->heap = 160;
    made.pair.variants[VARIANT_LEAK].heap_per_request =
        (struct estimate){160, 160, 160, INTERVAL_RANGE};
    assert_string_equal(told_of(&made, VARIANT_LEAK), "160.0 bytes of heap");
    assert_int_equal(counted_of(&made.pair), COUNTED_HEAP);
}

static void what_was_not_kept_is_not_told_as_none(void **state)
{
    (void)state;
    struct made made;
    make(&made, "stop_is_not_close");
    expected_of(&made)->handles[UV_TIMER] = 1;
    for (enum variant v = 0; v < VARIANTS; v++)
        run_figures_forget_left(&made.runs[v]);
    assert_string_equal(told_of(&made, VARIANT_LEAK), "");
    assert_int_equal(summary_grows(&made.pair), GROWS_MEMORY);
}

static void the_catalog_says_it_alike(void **state)
{
    (void)state;
    char words[256];
    expectation_text(&catalog_find("half_open_peer")->expected[VARIANT_LEAK], words, sizeof words);
    assert_string_equal(words, "2 pipe handles, 2 timer handles, 2 descriptors");
    expectation_text(&catalog_find("lost_cancel")->expected[VARIANT_LEAK], words, sizeof words);
    assert_string_equal(words, "1 context for ever");
}

/* --- Judged --------------------------------------------------------------------------------- */

static enum change change_of(struct made *before, struct made *after, char counted[LEFT_KIND])
{
    size_t count;
    struct summary a = {.pair_count = 1, .pairs = &before->pair};
    struct summary b = {.pair_count = 1, .pairs = &after->pair};
    struct comparison *rows = compare(&a, &b, &count);
    assert_non_null(rows);
    enum change change = rows[0].change;
    snprintf(counted, LEFT_KIND, "%s", rows[0].counted);
    free(rows);
    return change;
}

static void a_handle_more_is_worse(void **state)
{
    (void)state;
    char counted[LEFT_KIND];
    struct made one, two;
    make(&one, "stop_is_not_close");
    make(&two, "stop_is_not_close");
    one.runs[VARIANT_LEAK].left[LEFT_HANDLES + UV_TIMER] = 1000;
    two.runs[VARIANT_LEAK].left[LEFT_HANDLES + UV_TIMER] = 2000;
    assert_int_equal(change_of(&one, &two, counted), CHANGE_WORSE);
    assert_string_equal(counted, "timer handles");
    assert_int_equal(change_of(&two, &one, counted), CHANGE_BETTER);
    two.runs[VARIANT_LEAK].left[LEFT_HANDLES + UV_TIMER] = 1000;
    two.runs[VARIANT_LEAK].left[LEFT_DESCRIPTORS] = 0.4; /* the process's own */
    assert_int_not_equal(change_of(&one, &two, counted), CHANGE_WORSE);
    run_figures_forget_left(&two.runs[VARIANT_LEAK]); /* of before */
    two.runs[VARIANT_LEAK].left[LEFT_HANDLES + UV_TIMER] = NAN;
    assert_int_not_equal(change_of(&one, &two, counted), CHANGE_BETTER);
}

static void what_leaves_a_handle_does_not_level_off(void **state)
{
    (void)state;
    struct made made;
    make(&made, "stop_is_not_close");
    struct measured *leak = &made.pair.variants[VARIANT_LEAK];
    made.runs[VARIANT_LEAK].timers_gone = 60; /* something else went */
    made.runs[VARIANT_LEAK].unreclaimable = 1 << 20;
    leak->bytes_per_request = (struct estimate){200, 190, 210, INTERVAL_RANGE};
    leak->page_tables_per_request = (struct estimate){NAN, NAN, NAN, INTERVAL_NONE};
    made.pair.settings.settle = 60000000000;
    struct forecast without = forecast_of(&made.pair, VARIANT_LEAK, 1, 1e9);
    assert_int_equal(without.fate, FATE_LEVELS);
    made.runs[VARIANT_LEAK].left[LEFT_HANDLES + UV_TIMER] = 1000;
    assert_int_equal(forecast_of(&made.pair, VARIANT_LEAK, 1, 1e9).fate, FATE_DIES);
}

/* --- From a record -------------------------------------------------------------------------- */

static const struct planted planted[] = {
    {.id = "write_queue", .runs = 2, .requests = 1000, .bytes = {5900, 0}, .spread = 2, .seed = 7},
    {.id = "blocked_in_read",
     .runs = 2,
     .requests = 1000,
     .bytes = {8800, 0},
     .spread = 2,
     .seed = 7},
    {.id = "channel_receive",
     .runs = 2,
     .requests = 1000,
     .bytes = {4200, 0},
     .spread = 2,
     .seed = 7},
};
enum { PLANTED = sizeof planted / sizeof *planted };

static struct summary *made;

static int save_planted(void **state)
{
    char why[512];
    if (planted_folder_make(state) != 0)
        return -1;
    planted_record(planted_path("m.ndjson"), planted, PLANTED);
    struct recorded *recorded = recorded_read(planted_path("m.ndjson"), why, sizeof why);
    made = recorded ? summary_of(recorded) : NULL;
    recorded_free(recorded);
    return made ? planted_shell("$LAB save --machine m m.ndjson && ln -s results/*-m m")->status
                : -1;
}

static int remove_planted(void **state)
{
    summary_free(made);
    return planted_folder_remove(state);
}

static struct summary *read_back(json_t *json)
{
    struct taker taker = {{0}};
    struct summary *summary = summary_of_json(json, &taker);
    if (!summary)
        fail_msg("%s", taker.wrong);
    json_decref(json);
    return summary;
}

static void a_summary_keeps_what_is_left(void **state)
{
    (void)state;
    struct summary *read = read_back(summary_json(made));
    for (size_t i = 0; i < PLANTED; i++) {
        char words[PHRASE_LONG], again[PHRASE_LONG];
        assert_string_equal(left_words(words, &made->pairs[i], VARIANT_LEAK),
                            left_words(again, &read->pairs[i], VARIANT_LEAK));
    }
    const struct measured *leak = &read->pairs[0].variants[VARIANT_LEAK];
    assert_true(leak->runs[1].left[LEFT_REQUESTS] == 4000);
    assert_int_equal(leak->made_count, 4);
    assert_string_equal(leak->made[0].kind, "uv_req");
    assert_string_equal(leak->made[2].what, "pipe, stopped");
    assert_string_equal(leak->made[2].function, "serve");
    assert_int_equal(leak->made[2].line, 27);
    summary_free(read);
}

/* Of tasks nothing is written that was not before: a saved result is held to its bytes. */
static void a_pair_of_tasks_has_no_such_member(void **state)
{
    (void)state;
    json_t *json = summary_json(made);
    json_t *pair = json_array_get(json_object_get(json, "pairs"), 2);
    json_t *leak = json_object_get(pair, "leak");
    assert_null(json_object_get(leak, "made"));
    assert_null(json_object_get(json_array_get(json_object_get(leak, "runs"), 0), "left"));
    assert_true(isnan(made->pairs[2].variants[VARIANT_LEAK].runs[0].left[LEFT_CHANNELS]));
    json_decref(json);
}

static void a_result_of_before_still_reads(void **state)
{
    (void)state;
    char words[PHRASE_LONG], figure[CITE_FIGURE];
    json_t *json = summary_json(made);
    json_t *leak = json_object_get(json_array_get(json_object_get(json, "pairs"), 0), "leak");
    json_t *fix = json_object_get(json_array_get(json_object_get(json, "pairs"), 0), "fix");
    for (size_t i = 0; i < 2; i++) {
        json_object_del(json_array_get(json_object_get(leak, "runs"), i), "left");
        json_object_del(json_array_get(json_object_get(fix, "runs"), i), "left");
    }
    json_object_del(leak, "made");
    struct summary *read = read_back(json);
    assert_string_equal(left_words(words, &read->pairs[0], VARIANT_LEAK), "");
    assert_string_equal(cite_figure(figure, &read->pairs[0], VARIANT_LEAK),
                        "5,900 bytes per request");
    summary_free(read);
}

static void a_wrong_count_is_refused(void **state)
{
    (void)state;
    struct taker taker = {{0}};
    json_t *json = summary_json(made);
    json_t *leak = json_object_get(json_array_get(json_object_get(json, "pairs"), 0), "leak");
    json_t *run = json_array_get(json_object_get(leak, "runs"), 0);
    json_object_set_new(json_object_get(run, "left"), "descriptors", json_string("many"));
    assert_null(summary_of_json(json, &taker));
    expect_words(taker.wrong, "descriptors");
    json_decref(json);
    json = summary_json(made);
    leak = json_object_get(json_array_get(json_object_get(json, "pairs"), 0), "leak");
    json_object_set_new(json_array_get(json_object_get(leak, "made"), 0), "count",
                        json_integer(-1));
    taker = (struct taker){{0}};
    assert_null(summary_of_json(json, &taker));
    expect_words(taker.wrong, "count");
    json_decref(json);
}

static void a_damaged_place_is_refused(void **state)
{
    (void)state;
    const struct ran *ran =
        planted_shell("sed 's/\"made_line\":27/\"made_line\":-27/' m.ndjson >w.ndjson; "
                      "$LAB save --machine w w.ndjson");
    expect_words(ran->said, "made_line");
    assert_int_not_equal(ran->status, 0);
}

static void the_table_of_runs_says_what(void **state)
{
    (void)state;
    struct terminal t = paper(0, false);
    assert_true(grid_print(&t, made));
    fclose(t.out);
    expect_match(printed, "^pattern +variant +runs +requests +left/req ");
    expect_no_words(printed, "tasks/req");
    expect_match(printed, "^write_queue +leak +2 +1,000 +2.000 handles ");
    expect_match(printed, "^blocked_in_read +leak +2 +1,000 +1.000 thread ");
    expect_match(printed, "^blocked_in_read +fix +2 +1,000 +0.000 threads ");
    expect_match(printed, "^channel_receive +leak +2 +1,000 +1.000 task ");
    struct summary tasks = *made; /* alone they have the column of ever */
    tasks.pairs += 2;
    tasks.pair_count = 1;
    struct terminal alone = paper(0, false);
    assert_true(grid_print(&alone, &tasks));
    fclose(alone.out);
    expect_match(printed, "^channel_receive +leak +2 +1,000 +1.000 ");
    expect_words(printed, "tasks/req");
}

static void a_curve_counts_what_grows(void **state)
{
    (void)state;
    char *words = plot_words(&made->pairs[0], NULL, PLOT_LIVE);
    assert_string_equal(words, "write_queue: open handles over 1,000 requests; leak: 2,000 more "
                               "open handles after settle; fix: 0 more open handles after settle");
    free(words);
    char *svg = planted_read(planted_path("m/figures/blocked_in_read-live.svg"), NULL);
    expect_words(svg, ">threads<");
    expect_words(svg, "leak 1,000");
    expect_no_words(svg, "live tasks");
    free(svg);
}

static void expect_in(const char *path, const char *const *all)
{
    char *text = planted_read(planted_path("%s", path), NULL);
    for (; *all; all++)
        expect_words(text, *all);
    free(text);
}

#define EXPECT_IN(path, ...) expect_in(path, (const char *const[]){__VA_ARGS__, NULL})

static void every_page_says_it(void **state)
{
    (void)state;
    static const char all[] = "1.000 pipe handle, 1.000 poll handle, 4.000 requests in flight, "
                              "4,096.0 bytes queued, 2.000 descriptors";
    EXPECT_IN("results/README.md", all, "| 2.000 descriptors, 1.000 thread | ");
    EXPECT_IN("m/README.md", all, "each request to the fix leaves behind none of these and 0");
    EXPECT_IN("results/index.html", "<b>1.000</b> pipe handle, 1.000 poll handle, 4.000 requests");
    EXPECT_IN("results/pairs/write_queue.html",
              "requests in flight left per request</th><td><b>4.000</b>",
              "<th>poll handles left</th>", "What is left, and made where, after settle",
              "<td>leak</td><td>1,000</td><td>pipe handles, stopped</td><td><code>leaks/libuv/",
              "<td>4,000</td><td>requests</td>",
              "made here and left: 4,000 requests; 2,000 descriptors; 1,000 ",
              "leaklab dump write_queue");
    EXPECT_IN("results/pairs/write_queue.md",
              "| leak | 1,000 | poll handles, stopped | `leaks/libuv/write");
    EXPECT_IN("m/badges/blocked_in_read.svg", "2.000 descriptors, 1.000 thread and 8,800 bytes");
    char *html = planted_read(planted_path("results/pairs/write_queue.html"), NULL);
    expect_no_words(html, "tasks left");
    expect_no_words(html, "stacks of 64");
    free(html);
}

static void other_programs_get_it_too(void **state)
{
    (void)state;
    EXPECT_IN("m/tables/left.csv", "write_queue,leak,,,queued_bytes,4096,4096\n",
              "write_queue,fix,,,descriptors,0,0\n", "blocked_in_read,leak,,,threads,1,1\n");
    EXPECT_IN("m/tables/made.csv",
              "blocked_in_read,leak,,,1000,thread,,leaks/threads/blocked_in_read.c,27,serve\n");
    EXPECT_IN("m/datapackage.json", "tables/left.csv", "tables/made.csv");
    EXPECT_IN("results/pairs/blocked_in_read.html", "leak: threads left per request");
    char *csv = planted_read(planted_path("m/tables/left.csv"), NULL);
    expect_no_words(csv, "channel_receive");
    free(csv);
}

static void commands_say_it(void **state)
{
    (void)state;
    expect_words(planted_shell("$LAB cite --short blocked_in_read")->said,
                 "leaks 2.000 descriptors, 1.000 thread and 8,800 bytes per request, its fix none "
                 "of these and 0");
    const struct ran *ran =
        planted_shell("$LAB forecast blocked_in_read --rate 1000/min --memory 512M");
    expect_words(ran->said,
                 "before that, by its descriptors: at 2.0 a request the usual 1,024 of a "
                 "process (`ulimit -n`) are open after 512 requests, 30.7 s");
    ran = planted_shell("$LAB forecast channel_receive --rate 1000/min --memory 512M");
    expect_no_words(ran->said, "descriptors");
    assert_int_equal(planted_shell("$LAB verify")->status, 0);
}

/* --- A case that did not come to its end ------------------------------------------------------ */

static void a_killed_case_says_what_there_was(void **state)
{
    (void)state;
    static struct gauges g;
    struct verdict verdict;
    struct outcome outcome = {.pair = catalog_find("write_queue"),
                              .noise = noise_unknown,
                              .gauges = &g,
                              .ending = {.how = ENDED_SIGNAL, .status = 9}};
    g.progress.phase = PHASE_LOAD;
    g.progress.sent = 4;
    g.legs[LEG_LOAD].counts[MOMENT_BASELINE].descriptors = 15;
    g.progress.plain.descriptors = 23;
    g.progress.plain.requests = 1;
    verdict_of(&outcome, JUDGE_REAL_CLOCK, &verdict);
    expect_words(verdict.words,
                 "after 4 requests, 1 request in flight, 8 descriptors left by them");
    g.progress.plain = g.legs[LEG_LOAD].counts[MOMENT_BASELINE];
    verdict_of(&outcome, JUDGE_REAL_CLOCK, &verdict);
    expect_words(verdict.words, "after 4 requests, nothing left by them");
    g.progress.plain.of_type[UV_POLL] = g.progress.plain.handles = 2;
    struct terminal t = paper(0, false);
    table_print(&t, &outcome, &verdict, 1);
    fclose(t.out);
    expect_match(printed, "^write_queue +leak +4 +0.500 handles ");
}

static void a_case_that_was_cut_off_too(void **state)
{
    (void)state;
    struct sample sample = {.phase = PHASE_LOAD, .time = SECOND, .sent = 4, .memory.rss = -1};
    struct recorded_case c = {.sample_count = 1, .samples = &sample};
    sample.counts.tasks = 3;
    char *words = unfinished_words(&c);
    assert_string_equal(words,
                        "cut off in load after 1.0 s: 4 requests sent, 3 tasks, unknown resident");
    free(words);
    sample.counts = (struct counts){.descriptors = 23, .threads = 1};
    words = unfinished_words(&c);
    expect_words(words, "4 requests sent, 23 descriptors, 1 thread, unknown resident");
    free(words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_has_its_words_and_its_name),
        cmocka_unit_test(a_count_is_that_of_its_kind),
        cmocka_unit_test(all_kinds_are_told_in_their_order),
        cmocka_unit_test(one_kind_is_told_of_both),
        cmocka_unit_test(heap_alone_is_told_in_bytes),
        cmocka_unit_test(what_was_not_kept_is_not_told_as_none),
        cmocka_unit_test(the_catalog_says_it_alike),
        cmocka_unit_test(a_handle_more_is_worse),
        cmocka_unit_test(what_leaves_a_handle_does_not_level_off),
        cmocka_unit_test(a_summary_keeps_what_is_left),
        cmocka_unit_test(a_pair_of_tasks_has_no_such_member),
        cmocka_unit_test(a_result_of_before_still_reads),
        cmocka_unit_test(a_wrong_count_is_refused),
        cmocka_unit_test(a_damaged_place_is_refused),
        cmocka_unit_test(the_table_of_runs_says_what),
        cmocka_unit_test(a_curve_counts_what_grows),
        cmocka_unit_test(every_page_says_it),
        cmocka_unit_test(other_programs_get_it_too),
        cmocka_unit_test(commands_say_it),
        cmocka_unit_test(a_killed_case_says_what_there_was),
        cmocka_unit_test(a_case_that_was_cut_off_too),
    };
    return cmocka_run_group_tests(tests, save_planted, remove_planted);
}
