/* The tables of a run and of a record, and what is told of a case that is not as catalogued. */
#include "test/paper.h"
#include "test/words.h"

#include "catalog.h"
#include "report/detail.h"
#include "report/grid.h"
#include "report/table.h"
#include <math.h>

/* --- A case that is not as catalogued ------------------------------------------------------- */

static void the_style_of_a_verdict_is_its_kind_s(void **state)
{
    (void)state;
    static const struct {
        enum verdict_kind kind;
        enum style style;
    } all[] = {{VERDICT_CLEAN, STYLE_CLEAN},   {VERDICT_LEAK, STYLE_LEAK},
               {VERDICT_HOLDS, STYLE_GROWS},   {VERDICT_UNSURE, STYLE_GROWS},
               {VERDICT_STARVED, STYLE_WRONG}, {VERDICT_NO_REQUEST, STYLE_WRONG},
               {VERDICT_DIED, STYLE_WRONG},    {VERDICT_INTERRUPTED, STYLE_DIM}};
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
    groups[1] =
        (struct parked_group){.count = 1, .reason = WAIT_SLEEP, .kept_awake = AWAKE_BY_OWN_TICKER};
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
            snprintf(wanted + strlen(wanted), sizeof wanted - strlen(wanted), "      | ...\n");
        expect_printed(&t, wanted);
    }
    outcome.ending.said = (char *)"without an end";
    struct terminal t = paper(0, false);
    detail_print(&t, &outcome, &verdict);
    expect_printed(&t, "      | without an end\n");
}

static struct object_group of_kind(enum kind kind, uint64_t count, const char *what)
{
    struct object_group group = {.kind = kind, .count = count, .line = what ? 5 : 0};
    snprintf(group.what, sizeof group.what, "%s", what ? what : "");
    snprintf(group.file, SITE_FILE, "%s", what ? "c.c" : "");
    snprintf(group.function, SITE_FUNCTION, "h");
    return group;
}

static void what_is_left_or_held_is_told_with_its_place(void **state)
{
    (void)state;
    struct outcome outcome = odd_outcome();
    struct verdict verdict = {.kind = VERDICT_LEAK};
    gauges.parked = (struct parked){0};
    gauges.objects[STAYING].length = 2;
    gauges.objects[STAYING].groups[0] = of_kind(KIND_TIMERS, 2, NULL);
    gauges.objects[STAYING].groups[1] = of_kind(KIND_CHANNELS, 1, "of 3");
    gauges.passing.length = 1;
    gauges.passing.groups[0] = (struct parked_group){.count = 4, .reason = WAIT_SLEEP};
    gauges.objects[PASSING].length = 1;
    gauges.objects[PASSING].groups[0] = of_kind(KIND_TIMERS, 1, NULL);
    struct terminal t = paper(0, false);
    detail_print(&t, &outcome, &verdict);
    expect_printed(&t, "      2 timers left\n"
                       "      1 channel left: of 3, made at c.c:5 (h)\n"
                       "      4 held in sleep\n"
                       "      1 timer held\n");
}

/* --- Tables --------------------------------------------------------------------------------- */

/* What a case leaves behind. */
struct left {
    struct gauges gauges;
    struct sample ends[3];
};

static struct outcome counted(struct left *left, uint64_t requests, uint64_t tasks, int64_t growth)
{
    static struct latency latencies[] = {{500, 2000}, {500, 2000}, {500, 2000}, {500, 2000}};
    struct gauges *g = &left->gauges;
    memset(left, 0, sizeof *left);
    g->progress.sent = g->progress.finished = requests;
    g->progress.phase = PHASE_DONE;
    struct counts *counts = g->legs[LEG_LOAD].counts;
    counts[MOMENT_LEFT].tasks = counts[MOMENT_HELD].tasks = tasks;
    for (int i = 0; i < 3; i++) {
        static const enum phase phases[] = {PHASE_BASELINE, PHASE_DRAIN, PHASE_SETTLE};
        left->ends[i] = (struct sample){.phase = phases[i], .phase_ends = true};
        left->ends[i].sent = i ? requests : 0;
        left->ends[i].memory.rss = i ? 1000000 + growth : 1000000;
    }
    return (struct outcome){.pair = catalog_find("channel_receive"),
                            .settings = {.rate = 1000},
                            .noise = noise_unknown,
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
        &t, "pattern          variant  requests  tasks/req  bytes/req  once  RSS growth  late p99  "
            "service p50  service p99  verdict\n"
            "channel_receive  leak            4      1.000      4,000     -    16.0 KiB    500 ns  "
            "     2.0 us       2.0 us  LEAK\n"
            "channel_receive  fix             0          -          -     -         0 B         -  "
            "          -            -  NO REQUEST - NOT AS CATALOGUED\n");
    /* Beside a twin what a task costs is of interest; and where it does not fit, the verdict stands below. */
    const struct twin go = {"go", "/nowhere", "go1", NULL};
    cases[1] = counted(&g[1], 4, 2, 16384);
    cases[1].twin = &go;
    verdicts[1] = (struct verdict){.kind = VERDICT_LEAK, .words = "LEAK too"};
    t = paper(143, false);
    table_print(&t, cases, verdicts, 2);
    expect_printed(
        &t,
        "pattern          variant  requests  tasks/req  bytes/req  bytes/task  once  RSS growth  "
        "late p99  service p50  service p99  verdict\n"
        "channel_receive  leak            4      1.000      4,000       4,000     -    16.0 KiB  "
        "  500 ns       2.0 us       2.0 us  LEAK\n"
        "channel_receive  go leak         4      0.500      4,000       8,000     -    16.0 KiB  "
        "  500 ns       2.0 us       2.0 us  LEAK too\n");
    t = paper(130, false);
    table_print(&t, cases, verdicts, 2);
    fclose(t.out);
    expect_match(printed, "^channel_receive  go leak .*2.0 us$");
    expect_match(printed, "^    LEAK too$");
    expect_no_words(printed, "verdict");
}

/* A closed loop has no lateness, and what came once stands apart from what a request costs. */
static void a_closed_loop_is_never_late(void **state)
{
    (void)state;
    static struct left g;
    struct sample looks[3];
    struct outcome outcome = counted(&g, 400, 400, 1600000 + 40960);
    struct verdict verdict = {.kind = VERDICT_LEAK, .words = "LEAK"};
    memcpy(looks, g.ends, sizeof looks);
    looks[2] = looks[1]; /* settle is not asked for */
    looks[1] = looks[0]; /* after a hundred requests, which have paid for what comes once */
    looks[1].phase = PHASE_LOAD;
    looks[1].sent = 100;
    looks[1].memory.rss += 400000 + 40960;
    outcome.samples = looks;
    outcome.settings.rate = 0;
    struct terminal t = paper(0, false);
    table_print(&t, &outcome, &verdict, 1);
    expect_printed(
        &t,
        "pattern          variant  requests  tasks/req  bytes/req      once  RSS growth  late p99  "
        "service p50  service p99  verdict\n"
        "channel_receive  leak          400      1.000      4,000  40.0 KiB     1.6 MiB         -  "
        "      never        never  LEAK\n");
}

/* Times of a busy machine are flagged, and why is told once. */
static void a_noisy_run_is_flagged(void **state)
{
    (void)state;
    static struct left g[2];
    struct outcome cases[2] = {counted(&g[0], 4, 4, 16384), counted(&g[1], 4, 4, 16384)};
    struct verdict verdicts[2] = {{.kind = VERDICT_LEAK, .words = "LEAK"},
                                  {.kind = VERDICT_LEAK, .words = "LEAK"}};
    cases[1].noise = (struct noise){3, 0.4, 0, 0.01};
    struct terminal t = paper(0, false);
    table_print(&t, cases, verdicts, 2);
    expect_printed(&t, "pattern          variant  requests  tasks/req  bytes/req  once  RSS growth "
                       " late p99  service p50  service p99  noise  verdict\n"
                       "channel_receive  leak            4      1.000      4,000     -    16.0 KiB "
                       "   500 ns       2.0 us       2.0 us         LEAK\n"
                       "channel_receive  leak            4      1.000      4,000     -    16.0 KiB "
                       "   500 ns       2.0 us       2.0 us  noisy  LEAK\n"
                       "\n"
                       "Noisy: others kept 40 % of the processors busy, at most. The times are of "
                       "that too: none is to be compared.\n");
}

static void a_table_has_the_colours_of_its_verdicts(void **state)
{
    (void)state;
    static struct left g;
    struct outcome outcome = counted(&g, 4, 4, 16384);
    struct verdict verdict = {.kind = VERDICT_LEAK, .words = "LEAK"};
    struct terminal t = paper(0, true);
    table_print(&t, &outcome, &verdict, 1);
    expect_printed(&t, "\033[1mpattern          variant  requests  tasks/req  bytes/req  once  RSS "
                       "growth  late p99  service p50  service p99  verdict\033[0m\n"
                       "channel_receive  leak            4      1.000      4,000     -    16.0 KiB "
                       "   500 ns       2.0 us       2.0 us  \033[31mLEAK\033[0m\n");
}

/* Of a case that did not come to its end, what was there; of plain C by what the catalog expects. */
static void who_died_is_told_as_it_was(void **state)
{
    (void)state;
    static struct left g[5];
    struct outcome cases[5] = {counted(&g[0], 4, 4, 16384), counted(&g[1], 4, 4, 16384),
                               counted(&g[2], 4, 4, 16384), counted(&g[3], 4, 4, 16384),
                               counted(&g[4], 0, 0, 0)};
    struct verdict verdicts[5] = {{.kind = VERDICT_DIED, .words = "DIED"},
                                  {.kind = VERDICT_DIED, .words = "DIED"},
                                  {.kind = VERDICT_LEAK, .words = "LEAK"},
                                  {.kind = VERDICT_DIED, .words = "DIED"},
                                  {.kind = VERDICT_DIED, .words = "DIED"}};
    for (int i = 0; i < 5; i++) {
        if (i == 2)
            continue;
        cases[i].ending.how = ENDED_SIGNAL;
        g[i].gauges.progress.phase = PHASE_LOAD;
        g[i].gauges.runtime.live = 9;
        g[i].gauges.progress.harness_tasks = 1;
        g[i].gauges.legs[LEG_LOAD].counts[MOMENT_BASELINE].tasks = 2;
    }
    cases[3].pair = catalog_find("lost_cancel"); /* contexts: of a case that died not known */
    cases[1].pair = cases[2].pair = catalog_find("handle_never_closed");
    for (int i = 1; i < 3; i++) {
        struct counts *counts = g[i].gauges.legs[LEG_LOAD].counts;
        g[i].gauges.progress.plain.handles = 9;
        counts[MOMENT_BASELINE].handles = 3;
        counts[MOMENT_LEFT].handles = counts[MOMENT_HELD].handles = 11;
    }
    struct terminal t = paper(0, false);
    table_print(&t, cases, verdicts, 5);
    expect_printed(&t, "pattern              variant  requests       left/req  bytes/req  once  "
                       "RSS growth  late p99  service p50  service p99  verdict\n"
                       "channel_receive      leak            4    1.500 tasks      4,000     -    "
                       "16.0 KiB    500 ns       2.0 us       2.0 us  DIED\n"
                       "handle_never_closed  leak            4  1.500 handles      4,000     -    "
                       "16.0 KiB    500 ns       2.0 us       2.0 us  DIED\n"
                       "handle_never_closed  leak            4  2.000 handles      4,000     -    "
                       "16.0 KiB    500 ns       2.0 us       2.0 us  LEAK\n"
                       "lost_cancel          leak            4              -      4,000     -    "
                       "16.0 KiB    500 ns       2.0 us       2.0 us  DIED\n"
                       "channel_receive      leak            0              -          -     -    "
                       "     0 B         -            -            -  DIED\n");
}

static struct run_figures runs[2] = {
    {.requests = 1000,
     .tasks_left = 1000,
     .rss_growth = 4096000,
     .service_p50.value = 2000,
     .per_second = NAN},
    {.requests = 1000, .per_second = 5000},
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
        .bytes_per_request = {4096, 4090, 4102, INTERVAL_RESOLUTION},
        .bytes_once = {45056, 45056, 45056, INTERVAL_RESOLUTION},
        .late_p99 = {60e3, 50e3, 70e3, INTERVAL_REQUESTS},
        .service_p50 = {2000, 1900, 2100, INTERVAL_REQUESTS},
        .service_p99 = {1e6, NAN, NAN, INTERVAL_NONE},
        .per_second = {NAN, NAN, NAN, INTERVAL_NONE},
    };
    pairs[1].variants[VARIANT_FIX] = (struct measured){
        .run_count = 1,
        .runs = &runs[1],
        .bytes_per_request = {0, NAN, NAN, INTERVAL_NONE},
        .bytes_once = {NAN, NAN, NAN, INTERVAL_NONE},
        .late_p99 = {NAN, NAN, NAN, INTERVAL_NONE},
        .service_p50 = {1000, NAN, NAN, INTERVAL_NONE},
        .service_p99 = {INFINITY, NAN, NAN, INTERVAL_NONE},
        .per_second = {5000, 4900, 5100, INTERVAL_REPETITIONS},
    };
    struct summary summary = {.pair_count = 1, .pairs = pairs};
    struct terminal t = paper(0, false);
    grid_print(&t, &summary);
    expect_printed(
        &t, "pattern  variant  runs  requests  tasks/req  bytes/req           range      once  RSS "
            "growth  late p99  service p50  service p99  requests/s  95 % interval\n"
            "a_pair   leak        1     1,000      1.000      4,096  4,090 to 4,102  44.0 KiB     "
            "3.9 MiB     60 us       2.0 us       1.0 ms           -               \n"
            "\n"
            "Ranges and intervals are over the repetitions of one invocation: another invocation, "
            "build or machine may lie outside.\n");
    /* Of the settings, those that are not the same everywhere; a twin after its pair. */
    summary.pair_count = 2;
    summary.twin_count = 1;
    struct measured_pair twin = pairs[1];
    twin.twin = (char *)"go";
    summary.twins = &twin;
    runs[1].noise.others = 1; /* of the fix, and of its twin */
    struct terminal another = paper(0, false);
    grid_print(&another, &summary);
    expect_printed(&another,
                   "pattern  variant     stack  runs  requests  tasks/req  bytes/req           "
                   "range      once  RSS growth  late p99  service p50  service p99  requests/s   "
                   "95 % interval          noise\n"
                   "a_pair   leak     64.0 KiB     1     1,000      1.000      4,096  4,090 to "
                   "4,102  44.0 KiB     3.9 MiB     60 us       2.0 us       1.0 ms           -    "
                   "                           \n"
                   "a_pair   go fix   16.0 KiB     1     1,000      0.000        0.0               "
                   "          -         0 B         -       1.0 us        never       5,000  4,900 "
                   "to 5,100  noisy, 1 of 1\n"
                   "a_pair   fix      16.0 KiB     1     1,000      0.000        0.0               "
                   "          -         0 B         -       1.0 us        never       5,000  4,900 "
                   "to 5,100  noisy, 1 of 1\n"
                   "\n"
                   "Ranges and intervals are over the repetitions of one invocation: another "
                   "invocation, build or machine may lie outside.\n"
                   "Noisy runs: others had a part in the times, which are not to be compared.\n");
    struct terminal narrow = paper(70, true);
    grid_print(&narrow, &summary);
    expect_printed(&narrow, "\033[1ma_pair leak\033[0m\n"
                            "    stack 64.0 KiB, runs 1, requests 1,000, tasks/req 1.000,\n"
                            "    bytes/req 4,096, range 4,090 to 4,102, once 44.0 KiB,\n"
                            "    RSS growth 3.9 MiB, late p99 60 us, service p50 2.0 us,\n"
                            "    service p99 1.0 ms, requests/s -\n"
                            "\033[1ma_pair go fix\033[0m\n"
                            "    stack 16.0 KiB, runs 1, requests 1,000, tasks/req 0.000,\n"
                            "    bytes/req 0.0, once -, RSS growth 0 B, late p99 -,\n"
                            "    service p50 1.0 us, service p99 never, requests/s 5,000,\n"
                            "    95 % interval 4,900 to 5,100, noise noisy, 1 of 1\n"
                            "\033[1ma_pair fix\033[0m\n"
                            "    stack 16.0 KiB, runs 1, requests 1,000, tasks/req 0.000,\n"
                            "    bytes/req 0.0, once -, RSS growth 0 B, late p99 -,\n"
                            "    service p50 1.0 us, service p99 never, requests/s 5,000,\n"
                            "    95 % interval 4,900 to 5,100, noise noisy, 1 of 1\n"
                            "\n"
                            "Ranges and intervals are over the repetitions of one invocation:\n"
                            "another invocation, build or machine may lie outside.\n"
                            "Noisy runs: others had a part in the times, which are not to be\n"
                            "compared.\n");
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
        cmocka_unit_test(the_style_of_a_verdict_is_its_kind_s),
        cmocka_unit_test(who_is_left_is_told_where_the_catalog_is_wrong),
        cmocka_unit_test(what_is_left_or_held_is_told_with_its_place),
        cmocka_unit_test(a_case_s_last_words_are_told_up_to_the_twelfth_line),
        cmocka_unit_test(a_run_is_a_table),
        cmocka_unit_test(a_closed_loop_is_never_late),
        cmocka_unit_test(a_noisy_run_is_flagged),
        cmocka_unit_test(a_table_has_the_colours_of_its_verdicts),
        cmocka_unit_test(who_died_is_told_as_it_was),
        cmocka_unit_test(a_record_is_a_grid_of_what_varies),
        cmocka_unit_test(nothing_is_no_grid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
