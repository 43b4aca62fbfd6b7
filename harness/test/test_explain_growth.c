/* `leaklab explain` of several dumps: what grows, came and went, life by life. */
#include "test/shell.h"

#include "dumps/course.h"
#include "dumps/input.h"
#include <math.h>

#define DUMPS "$tree/harness/test/dumps/"

/* Writes a dump of so many in main.grows, in main.stays and in main.bursts into the folder. */
static void plant(const char *name, int grows, int stays, int bursts)
{
    free(shell(0,
               "{ echo 'goroutine profile: total %d'; printf '%d @ "
               "0x1\\n#\\t0x1\\tmain.grows+0x1\\t/a.go:1\\n"
               "%d @ 0x2\\n#\\t0x2\\tmain.stays+0x1\\t/a.go:2\\n%d @ "
               "0x3\\n#\\t0x3\\tmain.bursts+0x1\\t/a.go:3\\n'"
               "; } >%s",
               grows + stays + bursts, grows, stays, bursts, name));
}

static void growth_goes_by_all_dumps(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++) {
        char name[16];
        snprintf(name, sizeof name, "look%d", i);
        plant(name, 40 + 12 * i, 30, i == 8 ? 399 : 9);
    }
    char *said = shell(0, "leaklab explain --interval 1h look?");
    expect_words(said, "9 looks; all tasks");
    expect_words(said, "places that grow:\n  +0.2 a minute (0.2 to 0.2), 40 to 136");
    expect_words(said, "\n    at main.grows /a.go:1\n");
    char *end = strstr(said, "\n\n"); /* what is said of the last dump alone follows */
    assert_non_null(end);
    *end = 0;
    expect_no_words(said, "main.bursts");
    expect_no_words(said, "and 0 more");
    expect_no_words(said, "main.stays");
    free(said);
    said = shell(0, "leaklab explain --markdown --interval 1h look?");
    expect_words(said, "**1 place grows over 9 looks**\n\n| rate | from | to | wait for | at |\n"
                       "|--:|--:|--:|---|---|\n"
                       "| +0.2 a minute (0.2 to 0.2) | 40 | 136 |  | `main.grows /a.go:1` |\n\n");
    expect_no_words(said, "and 0 more");
    free(said);
    said = shell(0, "leaklab explain look0 look8");
    expect_words(said, "+390 a dump, 9 to 399");
    free(said);
}

/* Of 22 places that grow twenty are told. */
static void of_many_places_that_grow_some_are_told(void **state)
{
    (void)state;
    shell_quietly("look() { echo 'goroutine profile: total 99'; for i in $(seq 10 31); do "
                  "printf '%%d @ 0x%%d\\n#\\t0x1\\tmain.f%%d+0x1\\t/a.go:%%d\\n\\n' "
                  "$1 $i $i $i; done; }; for i in $(seq 9); do look $((30 * i)) >many$i; done");
    char *said = shell(0, "leaklab explain many?");
    expect_match(said, "^  and 2 more$");
    free(said);
    said = shell(0, "leaklab explain many? | grep -c '30 a dump'");
    assert_string_equal(said, "20\n");
    free(said);
    said = shell(0, "leaklab explain --markdown many?");
    expect_words(said, "**22 places grow over 9 looks**");
    expect_words(said, "\n\nand 2 more\n\n");
    free(said);
    said = shell(0, "leaklab explain --markdown many? | grep -c '^| +30 a dump'");
    assert_string_equal(said, "20\n");
    free(said);
}

static void what_came_and_went_is_told(void **state)
{
    (void)state;
    char *said = shell(0, "leaklab explain " DUMPS "plain.txt " DUMPS "goroutineleak.txt");
    expect_words(said, "came: 7 at example.test/barge.(*Crew).report.func1");
    expect_words(said, "went: 40 at example.test/quay/crane.(*Arm).finish");
    free(said);
}

static struct dump dump_of(int grows, int stays)
{
    struct dumps dumps = {0};
    char text[512], error[128];
    int length = snprintf(text, sizeof text,
                          "goroutine profile: total %d\n%d @ 0x1\n#\t0x1\tmain.grows+0x1\t/a.go:1\n"
                          "%d @ 0x2\n#\t0x2\tmain.stays+0x1\t/a.go:2\n",
                          grows + stays, grows, stays);
    assert_true(dumps_read(text, (size_t)length, &dumps, error, sizeof error));
    assert_int_equal(dumps.length, 1);
    struct dump dump = dumps.all[0];
    free(dumps.all);
    return dump;
}

/* Three lives, each from 10 on: first against last would say that nothing grew. */
static void lives_are_judged_one_by_one(void **state)
{
    (void)state;
    struct course course = {0};
    const struct own own = {0};
    for (int i = 0; i < 30; i++) {
        struct dump dump = dump_of(10 + 20 * (i % 10), 30);
        assert_true(course_add(&course, &dump, &own, i, false));
        dump_free(&dump);
    }
    course_judge(&course);
    assert_int_equal(course.life_count, 3);
    assert_string_equal(course_text(&course, course.sites[0].name), "main.grows /a.go:1");
    assert_true(fabs(course.sites[0].rate.value - 20) < 1e-6);
    assert_true(course_grows(&course, &course.sites[0]));
    assert_false(course_grows(&course, &course.sites[1]));
    assert_true(course_first(&course, &course.sites[0]) == 10);
    assert_true(course_last(&course, &course.sites[0]) == 190);
    course_end(&course);
}

static void long_courses_keep_their_slope(void **state)
{
    (void)state;
    struct course course = {0};
    const struct own own = {0};
    for (int i = 0; i < 3 * COURSE_LOOKS; i++) {
        struct dump dump = dump_of(1000 + i, 30);
        assert_true(course_add(&course, &dump, &own, i, false));
        dump_free(&dump);
    }
    assert_true(course.looks <= COURSE_LOOKS);
    course_judge(&course);
    assert_true(fabs(course.sites[0].rate.value - 1) < 1e-6);
    assert_true(fabs(course_total_rate(&course).value - 1) < 1e-6);
    course_end(&course);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(growth_goes_by_all_dumps),
        cmocka_unit_test(of_many_places_that_grow_some_are_told),
        cmocka_unit_test(what_came_and_went_is_told),
        cmocka_unit_test(lives_are_judged_one_by_one),
        cmocka_unit_test(long_courses_keep_their_slope),
    };
    return cmocka_run_group_tests(tests, shell_begin, shell_end);
}
