/* Which of two results of a pair, or of two reports, is shown: by their runs and requests alone. */
#include "test/support.h"

#include "result/fullest.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_runs_displace_and_fewer_do_not),
        cmocka_unit_test(a_report_displaces_by_rows_and_by_runs),
        cmocka_unit_test(the_newest_of_the_fullest_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
