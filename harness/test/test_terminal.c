/* Words for a terminal: its width and colours, two texts side by side, the tables of a run and of a record,
 * and what is told of a case that is not as catalogued. */
#include "test/words.h"

#include "catalog.h"
#include "report/detail.h"
#include "report/grid.h"
#include "report/sides.h"
#include "report/table.h"
#include "report/terminal.h"
#include <errno.h>
#include <math.h>
#include <pty.h>
#include <unistd.h>

static char printed[16384];

/* A terminal of that width whose words go into printed. */
static struct terminal paper(int width, bool colour)
{
    memset(printed, 0, sizeof printed);
    struct terminal t = {
        .out = fmemopen(printed, sizeof printed - 1, "w"), .colour = colour, .width = width};
    assert_non_null(t.out);
    return t;
}

static void expect_printed(struct terminal *t, const char *text)
{
    fclose(t->out);
    assert_string_equal(printed, text);
}

/* --- What it is ----------------------------------------------------------------------------- */

static void a_file_has_neither_colour_nor_width(void **state)
{
    (void)state;
    FILE *out = tmpfile();
    unsetenv("COLUMNS");
    struct terminal t = terminal_of(out);
    assert_ptr_equal(t.out, out);
    assert_false(t.live || t.colour);
    assert_int_equal(t.width, 0);
    static const struct {
        const char *columns;
        int width;
    } widths[] = {{"19", 0}, {"20", 20}, {"1000", 1000}, {"1001", 0}, {"wide", 0}, {"-80", 0}};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        setenv("COLUMNS", widths[i].columns, 1);
        assert_int_equal(terminal_of(out).width, widths[i].width);
    }
    unsetenv("COLUMNS");
    fclose(out);
}

static void a_terminal_has_both_unless_it_is_told_otherwise(void **state)
{
    (void)state;
    int master, slave;
    struct winsize size = {.ws_row = 24, .ws_col = 97};
    assert_int_equal(openpty(&master, &slave, NULL, NULL, &size), 0);
    FILE *out = fdopen(slave, "w");
    unsetenv("COLUMNS");
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
    struct terminal t = terminal_of(out);
    assert_true(t.live && t.colour);
    assert_int_equal(t.width, 97);
    setenv("COLUMNS", "60", 1);
    assert_int_equal(terminal_of(out).width, 60);
    setenv("NO_COLOR", "1", 1);
    t = terminal_of(out);
    assert_true(t.live && !t.colour);
    setenv("NO_COLOR", "", 1); /* empty is as good as not there */
    assert_true(terminal_of(out).colour);
    setenv("TERM", "dumb", 1);
    t = terminal_of(out);
    assert_false(t.live || t.colour);
    unsetenv("COLUMNS");
    fclose(out);
    close(master);
}

static void a_live_line_is_cut_to_the_width(void **state)
{
    (void)state;
    struct terminal t = paper(20, false);
    terminal_live(&t, "not live: %d", 1);
    terminal_clear(&t);
    t.live = true;
    terminal_live(&t, "%s", "0123456789012345678901234");
    terminal_clear(&t);
    expect_printed(&t, "\r\033[K0123456789012345678\r\033[K");
    t = paper(0, false);
    t.live = true;
    terminal_live(&t, "%0100d", 0);
    fclose(t.out);
    assert_int_equal(strlen(printed), 79 + strlen("\r\033[K"));
}

static void columns_are_characters(void **state)
{
    (void)state;
    assert_int_equal(terminal_columns(""), 0);
    assert_int_equal(terminal_columns("abc"), 3);
    assert_int_equal(terminal_columns("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), 3);
}

static void a_style_is_a_sequence_where_there_is_colour(void **state)
{
    (void)state;
    const struct terminal plain = {.colour = false}, coloured = {.colour = true};
    static const char *const sequences[STYLES] = {
        "\033[0m", "\033[31m", "\033[33m", "\033[32m", "\033[1;7;31m", "\033[2m", "\033[1m"};
    for (enum style style = 0; style < STYLES; style++) {
        assert_string_equal(terminal_style(&coloured, style), sequences[style]);
        assert_string_equal(terminal_style(&plain, style), "");
    }
}

/* --- Side by side --------------------------------------------------------------------------- */

static void two_texts_stand_side_by_side(void **state)
{
    (void)state;
    struct terminal t = paper(43, false);
    const struct sides sides = {{"left.c", "right.c"},
                                {"same\nold line\nsame too\ngone\n", "same\nnew line\nsame too\n"}};
    assert_true(sides_print(&t, &sides));
    expect_printed(&t, "left.c                 right.c\n"
                       "same                   same\n"
                       "old line             | new line\n"
                       "same too               same too\n"
                       "gone                 <\n");
    t = paper(43, false);
    const struct sides added = {{"a title longer than a side", "b"}, {"\nx\n", "\nx\ny\n"}};
    assert_true(sides_print(&t, &added));
    expect_printed(&t, "a title longer than    b\n"
                       "\n"
                       "x                      x\n"
                       "                     > y\n");
}

/* What is too long for its side goes on beneath, indented, broken at a space where one is near. */
static void long_lines_go_on_beneath(void **state)
{
    (void)state;
    struct terminal t = paper(43, false);
    const struct sides sides = {{"l", "r"},
                                {"  call(one, two, three, four);\n",
                                 "  call(one, two, three, four);\nabcdefghijklmnopqrstuvwxyz\n"}};
    assert_true(sides_print(&t, &sides));
    expect_printed(&t, "l                      r\n"
                       "  call(one, two,         call(one, two,\n"
                       "    three, four);          three, four);\n"
                       "                     > abcdefghijklmnopqrst\n"
                       "                         uvwxyz\n");
    t = paper(10, false); /* a side has sixteen columns at the least */
    const struct sides narrow = {{"l", "r"}, {"0123456789abcdefg\n", "0123456789abcdefg\n"}};
    assert_true(sides_print(&t, &narrow));
    expect_printed(&t, "l                  r\n"
                       "0123456789abcdef   0123456789abcdef\n"
                       "  g                  g\n");
    t = paper(0, false);
    const struct sides wide = {{"l", "r"}, {"x\n", "x\n"}};
    assert_true(sides_print(&t, &wide));
    fclose(t.out);
    assert_int_equal(strcspn(printed, "r"), 80 + 3);
}

static void what_differs_has_its_colour(void **state)
{
    (void)state;
    struct terminal t = paper(43, true);
    const struct sides sides = {{"l", "r"}, {"a\nb\n", "a\nc\n"}};
    assert_true(sides_print(&t, &sides));
    fclose(t.out);
    expect_words(printed, "\033[31mb\033[0m");
    expect_words(printed, "\033[32mc\033[0m");
    expect_words(printed, "\033[0ma\033[0m");
    expect_words(printed, "\033[1ml ");
}

/* --- A case that is not as catalogued ------------------------------------------------------- */

static void the_style_of_a_verdict_is_its_kind_s(void **state)
{
    (void)state;
    static const struct {
        enum verdict_kind kind;
        enum style style;
    } all[] = {{VERDICT_CLEAN, STYLE_CLEAN}, {VERDICT_LEAK, STYLE_LEAK},
               {VERDICT_GROWS, STYLE_GROWS}, {VERDICT_NO_REQUEST, STYLE_WRONG},
               {VERDICT_DIED, STYLE_WRONG},  {VERDICT_INTERRUPTED, STYLE_DIM}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct verdict verdict = {.kind = all[i].kind};
        assert_int_equal(detail_style(&verdict), all[i].style);
    }
}

static struct gauges gauges;

static struct outcome odd_outcome(void)
{
    struct parked_group *groups = gauges.parked.groups;
    memset(&gauges, 0, sizeof gauges);
    gauges.parked.length = 2;
    groups[0] =
        (struct parked_group){.count = 3, .reason = WAIT_CHAN_RECEIVE, .line = 7, .made_line = 9};
    snprintf(groups[0].file, SITE_FILE, "a.c");
    snprintf(groups[0].function, SITE_FUNCTION, "f");
    snprintf(groups[0].made_file, SITE_FILE, "b.c");
    snprintf(groups[0].made_function, SITE_FUNCTION, "g");
    groups[1] = (struct parked_group){.count = 1, .reason = WAIT_SLEEP, .kept_awake = true};
    gauges.parked.omitted = 5;
    return (struct outcome){.gauges = &gauges, .ending = {.how = ENDED_WELL}};
}

static void who_is_left_is_told_where_the_catalog_is_wrong(void **state)
{
    (void)state;
    struct outcome outcome = odd_outcome();
    struct verdict verdict = {.kind = VERDICT_LEAK, .wrong = "expected nothing"};
    struct terminal t = paper(0, false);
    detail_print(&t, &outcome, &verdict);
    expect_printed(&t, "      expected nothing\n"
                       "      3 parked in chan receive at a.c:7 (f), made at b.c:9 (g)\n"
                       "      1 parked in sleep, kept awake only by its own ticker\n"
                       "      5 tasks elsewhere\n");
    t = paper(0, false);
    verdict.as_catalogued = true;
    detail_print(&t, &outcome, &verdict);
    verdict = (struct verdict){.kind = VERDICT_INTERRUPTED, .wrong = "x"};
    detail_print(&t, &outcome, &verdict);
    expect_printed(&t, "");
    t = paper(0, false);
    gauges.parked.omitted = 0;
    outcome.ending.how = ENDED_SIGNAL; /* who died was looked at by nobody */
    verdict = (struct verdict){.kind = VERDICT_DIED};
    detail_print(&t, &outcome, &verdict);
    expect_printed(&t, "");
}

static void a_case_s_last_words_are_told_up_to_the_twelfth_line(void **state)
{
    (void)state;
    struct outcome outcome = odd_outcome();
    struct verdict verdict = {.kind = VERDICT_DIED};
    char said[256] = "", wanted[512] = "";
    outcome.ending.how = ENDED_EXIT;
    for (int line = 1; line <= 13; line++) {
        snprintf(said + strlen(said), sizeof said - strlen(said), "line %d\n", line);
        if (line <= 12)
            snprintf(wanted + strlen(wanted), sizeof wanted - strlen(wanted), "      | line %d\n",
                     line);
        if (line < 12)
            continue;
        outcome.ending.said = said;
        struct terminal t = paper(0, false);
        detail_print(&t, &outcome, &verdict);
        if (line == 13)
            strcat(wanted, "      | ...\n");
        expect_printed(&t, wanted);
    }
    outcome.ending.said = (char *)"without an end";
    struct terminal t = paper(0, false);
    detail_print(&t, &outcome, &verdict);
    expect_printed(&t, "      | without an end\n");
}

/* --- Tables --------------------------------------------------------------------------------- */

/* What a case leaves behind. */
struct left {
    struct gauges gauges;
    struct sample ends[3];
};

static struct outcome counted(struct left *left, uint64_t requests, uint64_t tasks, int64_t growth)
{
    static int64_t latencies[] = {2000, 2000, 2000, 2000};
    struct gauges *g = &left->gauges;
    memset(left, 0, sizeof *left);
    g->progress.sent = g->progress.finished = requests;
    g->progress.phase = PHASE_DONE;
    g->counts[MOMENT_LEFT].tasks = g->counts[MOMENT_HELD].tasks = tasks;
    for (int i = 0; i < 3; i++) {
        static const enum phase phases[] = {PHASE_BASELINE, PHASE_DRAIN, PHASE_SETTLE};
        left->ends[i] = (struct sample){.phase = phases[i], .phase_ends = true};
        left->ends[i].memory.rss = i ? 1000000 + growth : 1000000;
    }
    return (struct outcome){.pair = catalog_find("channel_receive"),
                            .gauges = g,
                            .ending = {.how = ENDED_WELL},
                            .samples = left->ends,
                            .sample_count = 3,
                            .latencies = latencies,
                            .latency_count = requests ? 4 : 0};
}

static void a_run_is_a_table(void **state)
{
    (void)state;
    static struct left g[2];
    struct outcome cases[2] = {counted(&g[0], 4, 4, 16384), counted(&g[1], 0, 0, 0)};
    struct verdict verdicts[2] = {
        {.kind = VERDICT_LEAK, .words = "LEAK"},
        {.kind = VERDICT_NO_REQUEST, .words = "NO REQUEST", .wrong = "x"}};
    cases[1].variant = VARIANT_FIX;
    struct terminal t = paper(0, false);
    table_print(&t, cases, verdicts, 2);
    expect_printed(
        &t, "pattern          variant  requests  tasks/req  bytes/req  RSS growth     p50     p99  "
            "verdict\n"
            "channel_receive  leak            4      1.000      4,096    16.0 KiB  2.0 us  2.0 us  "
            "LEAK\n"
            "channel_receive  fix             0          -          -         0 B       -       -  "
            "NO REQUEST - NOT AS CATALOGUED\n");
    /* Beside a twin what a task costs is of interest; and where it does not fit, the verdict stands below. */
    const struct twin go = {"go", "/nowhere", "go1", NULL};
    cases[1] = counted(&g[1], 4, 2, 16384);
    cases[1].twin = &go;
    verdicts[1] = (struct verdict){.kind = VERDICT_LEAK, .words = "LEAK too"};
    t = paper(106, false);
    table_print(&t, cases, verdicts, 2);
    expect_printed(&t, "pattern          variant  requests  tasks/req  bytes/req  bytes/task  RSS "
                       "growth     p50   "
                       "  p99  verdict\n"
                       "channel_receive  leak            4      1.000      4,096       4,096    "
                       "16.0 KiB  2.0 us  2.0 "
                       "us  LEAK\n"
                       "channel_receive  go leak         4      0.500      4,096       8,192    "
                       "16.0 KiB  2.0 us  2.0 "
                       "us  LEAK too\n");
    t = paper(105, false);
    table_print(&t, cases, verdicts, 2);
    fclose(t.out);
    expect_match(printed, "^channel_receive  go leak .*2.0 us$");
    expect_match(printed, "^    LEAK too$");
    expect_no_words(printed, "verdict");
}

static void a_table_has_the_colours_of_its_verdicts(void **state)
{
    (void)state;
    static struct left g;
    struct outcome outcome = counted(&g, 4, 4, 16384);
    struct verdict verdict = {.kind = VERDICT_LEAK, .words = "LEAK"};
    struct terminal t = paper(0, true);
    table_print(&t, &outcome, &verdict, 1);
    fclose(t.out);
    expect_match(printed, "^\033\\[1mpattern .*  verdict\033\\[0m$");
    expect_match(printed, "us  \033\\[31mLEAK\033\\[0m$");
}

static struct run_figures runs[2] = {
    {.requests = 1000,
     .tasks_left = 1000,
     .rss_growth = 4096000,
     .p50 = 2000,
     .p99 = 1e6,
     .per_second = NAN},
    {.requests = 1000, .p50 = 1000, .p99 = INFINITY, .per_second = 5000},
};

static void a_record_is_a_grid_of_what_varies(void **state)
{
    (void)state;
    struct measured_pair pairs[2] = {{.id = (char *)"a_pair",
                                      .twin = (char *)"",
                                      .settings = {.rate = 1000, .stack_bytes = 65536}},
                                     {.id = (char *)"a_pair",
                                      .twin = (char *)"",
                                      .settings = {.rate = 1000, .stack_bytes = 16384}}};
    pairs[0].variants[VARIANT_LEAK] = (struct measured){
        .run_count = 1,
        .runs = &runs[0],
        .bytes_per_request = {4096, 4090, 4102, INTERVAL_BLOCKS},
        .per_second = {NAN, NAN, NAN, INTERVAL_NONE},
    };
    pairs[1].variants[VARIANT_FIX] = (struct measured){
        .run_count = 1,
        .runs = &runs[1],
        .bytes_per_request = {0, NAN, NAN, INTERVAL_NONE},
        .per_second = {5000, 4900, 5100, INTERVAL_REPETITIONS},
    };
    struct summary summary = {.pair_count = 1, .pairs = pairs};
    struct terminal t = paper(0, false);
    grid_print(&t, &summary);
    fclose(t.out);
    expect_words(printed,
                 "pattern  variant  runs  requests  tasks/req  bytes/req       95 % interval  RSS "
                 "growth     p50     p99  requests/s  95 % interval\n");
    expect_words(
        printed,
        "a_pair   leak        1     1,000      1.000    4,096.0  4,090.0 to 4,102.0     3.9 "
        "MiB  2.0 us  1.0 ms              ");
    /* Of the settings, those that are not the same everywhere; a twin after its pair. */
    summary.pair_count = 2;
    summary.twin_count = 1;
    struct measured_pair twin = pairs[1];
    twin.twin = (char *)"go";
    summary.twins = &twin;
    t = paper(0, false);
    grid_print(&t, &summary);
    fclose(t.out);
    expect_match(printed, "^pattern  variant     stack  runs  requests ");
    expect_match(printed, "^a_pair   leak     64.0 KiB     1     1,000      1.000 ");
    expect_match(printed, "^a_pair   go fix   16.0 KiB     1     1,000      0.000        0.0 ");
    expect_match(printed, "1.0 us   never       5,000  4,900 to 5,100$");
    assert_true(strstr(printed, "leak ") < strstr(printed, "go fix"));
    assert_true(strstr(printed, "go fix") < strstr(printed, "a_pair   fix"));
}

static void nothing_is_no_grid(void **state)
{
    (void)state;
    struct summary summary = {.pair_count = 0};
    struct terminal t = paper(0, false);
    grid_print(&t, &summary);
    expect_printed(&t, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_has_neither_colour_nor_width),
        cmocka_unit_test(a_terminal_has_both_unless_it_is_told_otherwise),
        cmocka_unit_test(a_live_line_is_cut_to_the_width),
        cmocka_unit_test(columns_are_characters),
        cmocka_unit_test(a_style_is_a_sequence_where_there_is_colour),
        cmocka_unit_test(two_texts_stand_side_by_side),
        cmocka_unit_test(long_lines_go_on_beneath),
        cmocka_unit_test(what_differs_has_its_colour),
        cmocka_unit_test(the_style_of_a_verdict_is_its_kind_s),
        cmocka_unit_test(who_is_left_is_told_where_the_catalog_is_wrong),
        cmocka_unit_test(a_case_s_last_words_are_told_up_to_the_twelfth_line),
        cmocka_unit_test(a_run_is_a_table),
        cmocka_unit_test(a_table_has_the_colours_of_its_verdicts),
        cmocka_unit_test(a_record_is_a_grid_of_what_varies),
        cmocka_unit_test(nothing_is_no_grid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
