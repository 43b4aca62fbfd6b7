/* Which result of a pair is shown and cited, and what stands beside its figures. */
#include "test/planted.h"
#include "test/words.h"

#include "result/fullest.h"
#include "result/phrase.h"

static const struct planted full = {.id = "channel_receive",
                                    .runs = 3,
                                    .requests = 1000,
                                    .bytes = {4200, 0},
                                    .spread = 2,
                                    .seed = 7};

/* Saves a record of one pair under this name of a machine. */
static void save(const char *machine, struct planted planted)
{
    planted_record(planted_path("%s.ndjson", machine), &planted, 1);
    const struct ran *ran = planted_shell("$LAB save --machine %s %s.ndjson", machine, machine);
    if (ran->status != 0)
        fail_msg("%s", ran->said);
}

/* The rows of the table say from where their figures are. */
static void expect_shown(const char *machine, const char *measured)
{
    char words[256];
    const struct ran *ran =
        planted_shell("grep '^| \\[channel_receive' results/README.md; $LAB cite "
                      "channel_receive && $LAB verify");
    snprintf(words, sizeof words, "\\| %s, \\[[0-9]{8}-%s\\]\\(", measured, machine);
    expect_match(ran->said, words);
    snprintf(words, sizeof words, "results/[0-9]{8}-%s/README.md#channel_receive$", machine);
    expect_match(ran->said, words);
    assert_int_equal(ran->status, 0);
}

static void a_lesser_result_displaces_none(void **state)
{
    (void)state;
    static const char shown[] = "1,000 requests at 1,000/s, 3 runs";
    struct planted toy = full;
    save("full", full);
    toy.requests = 10;
    save("x-fewer-requests", toy);
    expect_shown("full", shown);
    toy = full;
    toy.runs = 1;
    save("x-fewer-runs", toy);
    expect_shown("full", shown);
    /* More of the one do not make up for fewer of the other. */
    toy.requests = 5000;
    save("x-more-and-fewer", toy);
    expect_shown("full", shown);
    /* One half, cut off where the other began. */
    toy = full;
    planted_record(planted_path("half.ndjson"), &toy, 1);
    const struct ran *ran =
        planted_shell("sed '/\"type\":\"start\".*\"variant\":\"fix\"/Q' half.ndjson >cut.ndjson; "
                      "$LAB save --machine x-half cut.ndjson");
    assert_int_equal(ran->status, 0);
    expect_shown("full", shown);
}

static void a_fuller_result_displaces_a_lesser(void **state)
{
    (void)state;
    struct planted more = full;
    save("a", full);
    save("b", full); /* of equals the newest */
    expect_shown("b", "1,000 requests at 1,000/s, 3 runs");
    more.requests = 2000;
    save("c", more);
    expect_shown("c", "2,000 requests at 1,000/s, 3 runs");
    more.runs = 4;
    save("d", more);
    expect_shown("d", "2,000 requests at 1,000/s, 4 runs");
}

/* What is true of one row is said of that row. */
static void settings_stand_beside_each_row(void **state)
{
    (void)state;
    struct planted other = {.id = "worker_loop", .runs = 1, .requests = 10, .bytes = {4300}};
    save("a", full);
    save("toy", other);
    const struct ran *ran = planted_shell("cat results/README.md results/pairs/worker_loop.md");
    expect_match(ran->said, "^\\| \\[channel_receive\\].* 1,000 requests at 1,000/s, 3 runs, \\[");
    expect_match(ran->said, "^\\| \\[worker_loop\\].* 10 requests at 1,000/s, 1 run, \\[");
    expect_no_words(ran->said, "a variant");
    expect_match(ran->said, "^10 requests at 1,000/s, 1 run; stacks of 64.0 KiB");
    char *html = planted_read(planted_path("results/index.html"), NULL);
    expect_words(html, "<small>1,000 requests at 1,000/s, 3 runs</small>");
    expect_words(html, "<small>10 requests at 1,000/s, 1 run</small>");
    expect_words(html, "Each pair says how it was measured");
    expect_no_words(html, "memory grown by");
    free(html);
}

static void a_half_alone_is_shown(void **state)
{
    (void)state;
    planted_record(planted_path("m.ndjson"), &full, 1);
    const struct ran *ran =
        planted_shell("sed '/\"type\":\"start\".*\"variant\":\"fix\"/Q' m.ndjson >cut.ndjson; $LAB "
                      "save --machine m cut.ndjson && $LAB verify && cat results/README.md "
                      "results/pairs/channel_receive.md");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "1 result, all as it says");
    expect_match(ran->said, "^\\| \\[channel_receive\\].* 1 run of the leak, 0 of the fix, \\[");
    expect_words(ran->said, "- **fix**: not measured");
    expect_words(ran->said, "the fix was not measured");
    char *html = planted_read(planted_path("results/index.html"), NULL);
    expect_words(html, "What <b>1</b> of them cost was measured");
    expect_words(html, "fix not measured");
    free(html);
}

/* --- One against another -------------------------------------------------------------------- */

/* Runs of each half, over so many requests; of those under a limit the deaths count. */
struct halves {
    struct run_figures run;
    struct measured_pair pair;
};

static const struct measured_pair *halves(struct halves *of, size_t leak, size_t fix, size_t deaths,
                                          double requests, double rate)
{
    *of = (struct halves){.run = {.requests = requests}, .pair.settings.rate = rate};
    of->pair.id = (char *)"a";
    for (enum variant v = 0; v < VARIANTS; v++)
        of->pair.variants[v] =
            (struct measured){.run_count = v == VARIANT_LEAK ? leak : fix, .runs = &of->run};
    of->pair.variants[VARIANT_LEAK].death_count = deaths;
    return &of->pair;
}

static void as_many_runs_displace_and_fewer_do_not(void **state)
{
    (void)state;
    struct halves a, b;
    static const struct {
        size_t leak, fix, deaths;
        double requests, rate;
        bool displaces;
    } newer[] = {{1, 1, 0, 10, 5, true},  {0, 1, 0, 10, 5, false},
                 {1, 0, 0, 10, 5, false}, {0, 1, 1, 10, 5, true}, /* who was killed has run too */
                 {1, 1, 0, 9, 5, true},                           /* of one load */
                 {1, 1, 0, 9, 6, false}, /* another load has to be as many requests */
                 {1, 1, 0, 10, 6, true},  {1, 1, 0, 11, 6, true}};
    for (size_t i = 0; i < sizeof newer / sizeof *newer; i++)
        assert_int_equal(fullest_displaces(halves(&a, newer[i].leak, newer[i].fix, newer[i].deaths,
                                                  newer[i].requests, newer[i].rate),
                                           halves(&b, 1, 1, 0, 10, 5)),
                         newer[i].displaces);
    assert_false(fullest_displaces(halves(&a, 1, 1, 0, 10, 5), halves(&b, 0, 1, 2, 10, 5)));
}

static void a_report_displaces_by_rows_and_by_runs(void **state)
{
    (void)state;
    static struct benchmark good = {.cost.runs = 3}, fewer = {.cost.runs = 2},
                            failed = {.failure = (char *)"why", .cost.runs = 0};
    struct benchmark three[] = {good, good, failed}, less[] = {good, fewer, failed},
                     two[] = {good, failed, failed};
    struct benchmarks a = {.all = three, .count = 3}, b = {.all = less, .count = 3},
                      c = {.all = two, .count = 3};
    assert_true(fullest_report_displaces(&a, &a));
    assert_true(fullest_report_displaces(&a, &b));
    assert_false(fullest_report_displaces(&b, &a)); /* fewer runs of a row */
    assert_true(fullest_report_displaces(&a, &c));
    assert_false(fullest_report_displaces(&c, &a)); /* fewer rows */
}

/* The newest one first; of one second by name. What confirms another result, or has nothing of it, is not shown. */
static void the_newest_of_the_fullest_is_shown(void **state)
{
    (void)state;
    struct halves halves_of[4];
    struct confirmation confirms = {0};
    const char *times[] = {"2026-01-01", "2026-01-03", "2026-01-02", "2026-01-02"};
    struct summary all[4], *sorted[4];
    for (int i = 0; i < 4; i++) {
        halves(&halves_of[i], 1, 1, 0, 10, 5);
        all[i] = (struct summary){.name = (char *[]){"a", "b", "c", "d"}[i],
                                  .about = json_pack("{s:s}", "time", times[i]),
                                  .pairs = &halves_of[i].pair,
                                  .pair_count = 1};
        sorted[i] = &all[i];
    }
    fullest_sort(sorted, 4);
    const char *const order[] = {"b", "d", "c", "a"};
    for (int i = 0; i < 4; i++)
        assert_string_equal(sorted[i]->name, order[i]);
    const struct summary *from = NULL;
    assert_ptr_equal(fullest_of(sorted, 4, "a", &from), &halves_of[1].pair);
    assert_ptr_equal(from, &all[1]);
    all[1].confirmation = &confirms;
    assert_ptr_equal(fullest_of(sorted, 4, "a", &from), &halves_of[3].pair);
    halves(&halves_of[3], 0, 0, 0, 10, 5);
    assert_ptr_equal(fullest_of(sorted, 4, "a", &from), &halves_of[2].pair);
    halves(&halves_of[0], 2, 1, 0, 10, 5);
    assert_ptr_equal(fullest_of(sorted, 4, "a", &from), &halves_of[0].pair);
    assert_ptr_equal(from, &all[0]);
    assert_null(fullest_of(sorted, 4, "b", &from));
    for (int i = 0; i < 4; i++)
        json_decref(all[i].about);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_runs_displace_and_fewer_do_not),
        cmocka_unit_test(a_report_displaces_by_rows_and_by_runs),
        cmocka_unit_test(the_newest_of_the_fullest_is_shown),
        TEST(a_lesser_result_displaces_none),
        TEST(a_fuller_result_displaces_a_lesser),
        TEST(settings_stand_beside_each_row),
        TEST(a_half_alone_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
