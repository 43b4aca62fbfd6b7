/* How often the method is wrong, to the last figure: of draws that are told here, split by a seed. */
#include "test/quoted.h"
#include "test/words.h"

#include "result/self_check.h"
#include <math.h>

enum { UNITS = 12, ROWS = 6 };

static struct draw draws[ROWS][UNITS + 1];
static struct self_check_row rows[ROWS];

/* Rows of twelve processes: some that vary by a few in a hundred, far apart; one around nothing; one that never varies;
 * one of which a process is noisy; one that is even in logarithms alone; one that goes down to 1, and not below. */
static void draw_rows(int builds)
{
    static const double offs[UNITS] = {0, 3, -2, 1, -3, 2, -1, 0, 1, -1, 2, -2};
    for (int row = 0; row < ROWS; row++) {
        for (int i = 0; i < UNITS; i++) {
            double off = offs[(i * (row + 5)) % UNITS];
            const double values[ROWS] = {100 + off,       off,    50, 4000 + 10 * off,
                                         100 * exp2(off), 4 + off};
            draws[row][i] =
                (struct draw){.value = values[row], .build = i % builds, .invocation = i};
        }
        rows[row] = (struct self_check_row){draws[row], UNITS, 0};
    }
    draws[3][UNITS] = (struct draw){.value = 9000, .build = 1, .invocation = 99, .noisy = true};
    rows[3].count++;
}

static void expect_checked(size_t count, const char *text)
{
    struct self_check check, read;
    assert_true(self_check_rows(rows, count, 1, 25, 7, &check));
    json_t *json = self_check_json(&check);
    expect_json(json, text);
    assert_true(self_check_read(json, &read));
    json_decref(json);
    json = self_check_json(&read);
    expect_json(json, text);
    json_decref(json);
}

static void verdicts_on_halves_are_counted(void **state)
{
    (void)state;
    draw_rows(1);
    expect_checked(ROWS, "{'units':'new processes of the same "
                         "builds','unit_count':12,'splits':25,'rows':6,'verdicts':150,'wrong':2,'"
                         "foretold':150,'within':144,'planted':100,'found':73}");
    expect_checked(1, "{'units':'new processes of the same "
                      "builds','unit_count':12,'splits':25,'rows':1,'verdicts':25,'wrong':1,'"
                      "foretold':25,'within':25,'planted':25,'found':25}");
    rows[1].within = 5;
    rows[3].within = 40;
    expect_checked(ROWS, "{'units':'new processes of the same "
                         "builds','unit_count':12,'splits':25,'rows':6,'verdicts':150,'wrong':2,'"
                         "foretold':150,'within':147,'planted':100,'found':73}");
    draw_rows(3);
    expect_checked(ROWS, "{'units':'new processes of the same "
                         "builds','unit_count':12,'splits':25,'rows':6,'verdicts':150,'wrong':1,'"
                         "foretold':150,'within':146,'planted':100,'found':61}");
    draw_rows(UNITS);
    expect_checked(ROWS, "{'units':'new "
                         "builds','unit_count':12,'splits':25,'rows':6,'verdicts':150,'wrong':2,'"
                         "foretold':150,'within':144,'planted':100,'found':73}");
}

/* --- Told ------------------------------------------------------------------------------------ */

static void it_is_told_in_a_line(void **state)
{
    (void)state;
    char text[SELF_CHECK_TEXT];
    struct self_check check = {.level = LEVEL_INVOCATIONS,
                               .splits = 200,
                               .rows = 2,
                               .units = 10,
                               .verdicts = 400,
                               .wrong = 5,
                               .foretold = 80,
                               .within = 76,
                               .planted = 50,
                               .found = 44};
    assert_string_equal(
        self_check_text(text, &check),
        "A/A: 1.2 % of 400 verdicts on random halves of the same 10 processes were better or worse "
        "(at most 5 % may be); a planted 5 % slowdown was found in 88 of 100; one half's interval "
        "held the other half's mean in 95 of 100");
    check.level = LEVEL_BUILDS;
    check.planted = check.foretold = 0;
    assert_string_equal(
        self_check_text(text, &check),
        "A/A: 1.2 % of 400 verdicts on random halves of the same 10 builds were better or worse "
        "(at most 5 % may be); a planted 5 % slowdown was found in 0 of 100; one half's interval "
        "held the other half's mean in 0 of 100");
    static const char none[] = "A/A: not measured, for want of four processes of one side to split";
    check.verdicts = 0;
    assert_string_equal(self_check_text(text, &check), none);
    check.verdicts = 400;
    check.level = LEVEL_NONE;
    assert_string_equal(self_check_text(text, &check), none);
}

static void what_is_damaged_is_not_read(void **state)
{
    (void)state;
    static const char *const names[] = {"unit_count", "splits", "rows",    "verdicts", "wrong",
                                        "foretold",   "within", "planted", "found"};
    struct self_check check = {.level = LEVEL_BUILDS, .splits = 1}, read;
    json_t *json = self_check_json(&check);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        json_t *was = json_incref(json_object_get(json, names[i]));
        json_object_set_new(json, names[i], json_integer(-1));
        assert_false(self_check_read(json, &read));
        json_object_set_new(json, names[i], json_real(1));
        assert_false(self_check_read(json, &read));
        json_object_set_new(json, names[i], was);
    }
    assert_true(self_check_read(json, &read) && read.level == LEVEL_BUILDS);
    json_object_set_new(json, "units", json_string("something"));
    assert_true(self_check_read(json, &read) && read.level == LEVEL_NONE);
    json_object_del(json, "units");
    assert_false(self_check_read(json, &read));
    json_decref(json);
}

/* --- What is asked of ------------------------------------------------------------------------ */

/* What failed, has no run, or has one that took no time is left out; four processes are enough, and three are not. */
static void what_can_not_be_split_is_left_out(void **state)
{
    (void)state;
    struct self_check check;
    draw_rows(1);
    struct benchmark all[4] = {{.draws = draws[0], .run_count = 4},
                               {.draws = draws[0], .run_count = 4, .failure = (char *)"why"},
                               {.draws = draws[1], .run_count = 4},
                               {.draws = draws[0], .run_count = 0}};
    struct benchmarks benchmarks = {.all = all, .count = 4};
    assert_true(self_check(&benchmarks, 5, 1, &check));
    assert_int_equal(check.units, 4);
    assert_int_equal(check.rows, 1);
    assert_int_equal(check.level, LEVEL_INVOCATIONS);
    assert_int_equal(check.verdicts, 5);
    all[0].run_count = 3;
    assert_true(self_check(&benchmarks, 5, 1, &check));
    assert_int_equal(check.units, 3);
    assert_int_equal(check.level, LEVEL_NONE);
    assert_int_equal(check.splits, 5);
}

/* Each run of a record is a process; of one whose bytes are not known there is nothing. */
static void runs_of_a_record_are_its_processes(void **state)
{
    (void)state;
    static struct run_figures runs[VARIANTS][6];
    struct self_check check;
    struct measured_pair pair = {.id = (char *)"a"};
    for (enum variant v = 0; v < VARIANTS; v++) {
        for (int i = 0; i < 6; i++)
            runs[v][i] = (struct run_figures){
                .bytes = {v == VARIANT_LEAK ? 4000 + i : i % 2, NAN, i == 3 ? 50 : 1},
                .noise = noise_unknown};
        pair.variants[v] = (struct measured){.run_count = 6, .runs = runs[v]};
    }
    struct summary summary = {.pairs = &pair, .pair_count = 1};
    assert_true(self_check_bytes(&summary, 10, 1, &check));
    assert_int_equal(check.units, 6);
    assert_int_equal(check.rows, 2);
    assert_int_equal(check.verdicts, 20);
    assert_int_equal(check.planted, 10); /* of the leak's alone: 5 % of a byte is nothing */
    assert_int_equal(check.found, 10);
    assert_int_equal(check.within, check.foretold); /* none is resolved better than the worst */
    runs[VARIANT_LEAK][0].bytes.each = runs[VARIANT_FIX][0].bytes.each = NAN;
    runs[VARIANT_LEAK][1].noise.others = runs[VARIANT_FIX][1].noise.others = 0.9;
    assert_true(self_check_bytes(&summary, 10, 1, &check));
    assert_int_equal(check.units, 4);
    runs[VARIANT_LEAK][2].bytes.each = runs[VARIANT_FIX][2].bytes.each = NAN;
    assert_true(self_check_bytes(&summary, 10, 1, &check));
    assert_int_equal(check.level, LEVEL_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_on_halves_are_counted),
        cmocka_unit_test(it_is_told_in_a_line),
        cmocka_unit_test(what_is_damaged_is_not_read),
        cmocka_unit_test(what_can_not_be_split_is_left_out),
        cmocka_unit_test(runs_of_a_record_are_its_processes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
