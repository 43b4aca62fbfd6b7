/* `leaklab watch`: judging what was seen, lives, metrics and logs. The command: test_watch_command.c. */
#include "test/support.h"

#include "watch/prometheus.h"
#include "watch/series.h"
#include "watch/watch.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Judging ---------------------------------------------------------------------------------- */

enum { LOOKS = 300 };

/* A watch that has seen these, from its seventh second on: tasks and bytes that grow by so much a second, and waver so
 * much. */
static struct watch seen(struct watch_look looks[LOOKS], double tasks, double bytes, double waver)
{
    uint64_t seed = 5;
    for (int i = 0; i < LOOKS; i++) {
        double noise = waver * (support_random(&seed) / 4294967296.0 - 0.5);
        looks[i] =
            (struct watch_look){7 + i, 100 + tasks * i + noise, 1e7 + bytes * i + 1e5 * noise};
    }
    return (struct watch){.looks = looks, .length = LOOKS};
}

/* As where there is no endpoint. */
static void forget_tasks(struct watch_look looks[LOOKS])
{
    for (int i = 0; i < LOOKS; i++)
        looks[i].tasks = NAN;
}

static void growth_is_told_with_its_interval(void **state)
{
    (void)state;
    struct watch_look looks[LOOKS];
    struct watch watch = seen(looks, 2, 40000, 20);
    struct estimate tasks = watch_task_growth(&watch), rss = watch_rss_growth(&watch);
    assert_true(tasks.low <= 2 && 2 <= tasks.high && tasks.high - tasks.low < 0.2);
    assert_true(rss.low <= 40000 && 40000 <= rss.high);
    assert_int_equal(watch_judge(&watch), WATCH_GROWS);
    /* 10 MB and 40 kB a second: 62 MB are met after 1300 s, of which 299 have passed. */
    struct estimate left = watch_time_to(&watch, 62e6);
    assert_true(fabs(left.value - 1001) < 30);
    assert_true(left.low <= left.value && left.value <= left.high);
    assert_true(watch_time_to(&watch, 1e6).value == 0);
    watch = seen(looks, 0, 0, 0); /* where it is already, though it does not grow */
    assert_true(watch_time_to(&watch, 1e7).value == 0);
    assert_true(isinf(watch_time_to(&watch, 1e7 + 1).value));
    watch = seen(looks, 0, 0.5, 0); /* a thousand bytes at half a byte a second */
    left = watch_time_to(&watch, 1e7 + 0.5 * (LOOKS - 1) + 1000);
    assert_true(fabs(left.value - 2000) < 1e-3 && fabs(left.low - 2000) < 1e-3 &&
                fabs(left.high - 2000) < 1e-3);
}

static void what_only_wavers_does_not_grow(void **state)
{
    (void)state;
    struct watch_look looks[LOOKS];
    struct watch watch = seen(looks, 0, 0, 50);
    assert_int_not_equal(watch_judge(&watch), WATCH_GROWS);
    watch = seen(looks, 0, 0, 0);
    assert_int_equal(watch_judge(&watch), WATCH_NO_GROWTH);
    assert_true(isinf(watch_time_to(&watch, 62e6).value));
    watch = seen(looks, 0.005, 0, 0); /* one task and a half in all */
    assert_int_equal(watch_judge(&watch), WATCH_NO_GROWTH);
}

/* Five tasks, or a MiB, from the first look to the last are enough, and less is not. */
static void growth_begins_at_five_tasks_or_a_mebibyte(void **state)
{
    (void)state;
    static const double span = LOOKS - 1;
    struct watch_look looks[LOOKS];
    struct watch watch = seen(looks, 5.001 / span, 0, 0);
    assert_int_equal(watch_judge(&watch), WATCH_GROWS);
    watch = seen(looks, 4.999 / span, 0, 0);
    assert_int_equal(watch_judge(&watch), WATCH_NO_GROWTH);
    watch = seen(looks, 0, 1048600 / span, 0);
    forget_tasks(looks);
    assert_int_equal(watch_judge(&watch), WATCH_GROWS);
    watch = seen(looks, 0, 1048500 / span, 0);
    forget_tasks(looks);
    assert_int_equal(watch_judge(&watch), WATCH_NO_GROWTH);
}

/* Of more looks than are needed some are left out, evenly: here all that are wrong. */
static void a_long_watch_is_judged_by_looks_evenly_apart(void **state)
{
    (void)state;
    enum { LONG = 2 * 119 + 1 };
    struct watch_look looks[LOOKS];
    struct watch watch = seen(looks, 2, 3000, 0);
    watch.length = LONG;
    for (int i = 1; i < LONG; i += 2)
        looks[i].tasks = looks[i].rss = i % 4 == 1 ? 1e9 : -1e9;
    struct estimate tasks = watch_task_growth(&watch), rss = watch_rss_growth(&watch);
    assert_true(fabs(tasks.low - 2) < 1e-9 && fabs(tasks.high - 2) < 1e-9);
    assert_true(fabs(rss.low - 3000) < 1e-6 && fabs(rss.high - 3000) < 1e-6);
    assert_int_equal(tasks.basis, INTERVAL_BLOCKS);
}

/* Ten stretches of so many looks each, and a level in each: the line says little, the steps from one to the next say that it
 * goes on. The second smallest of them and the second largest are told. */
static void steps_tell_what_a_line_does_not(void **state)
{
    (void)state;
    static const double levels[] = {0, 1, 3, 6, 10, 15, 21, 28, 128, 1000};
    struct watch_look looks[LOOKS];
    for (size_t each = 1; each <= 30; each += 29) {
        struct watch watch = {.looks = looks, .length = 10 * each};
        for (size_t i = 0; i < watch.length; i++)
            looks[i] = (struct watch_look){2.0 * (double)i, levels[i / each], NAN};
        struct estimate growth = watch_task_growth(&watch);
        double seconds = 2.0 * (double)each;
        assert_true(fabs(growth.low * seconds - 2) < 1e-9);
        assert_true(fabs(growth.high * seconds - 100) < 1e-9);
        assert_int_equal(watch_judge(&watch), WATCH_GROWS);
    }
}

static void growth_that_chance_might_explain_is_told_as_such(void **state)
{
    (void)state;
    static const double levels[] = {1, 5, 2, 9, 3, 8, 2, 9, 1, 9, 4, 8};
    struct watch_look looks[LOOKS];
    struct watch watch = {.looks = looks, .length = sizeof levels / sizeof *levels};
    for (size_t i = 0; i < watch.length; i++)
        looks[i] = (struct watch_look){(double)i, 10 * levels[i], NAN};
    assert_int_equal(watch_judge(&watch), WATCH_UNSURE);
    for (size_t i = 0; i < watch.length; i++)
        looks[i] = (struct watch_look){(double)i, NAN, 1048576 * levels[i]};
    assert_int_equal(watch_judge(&watch), WATCH_UNSURE);
}

/* How many of fifty watches, each of its own chance, are told to grow. */
static int told_to_grow(double (*step)(uint64_t *seed, double *state), size_t length)
{
    int grow = 0;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct watch_look looks[LOOKS];
        uint64_t chance = seed << 32;
        double tasks = 1000, state = 0;
        for (size_t i = 0; i < length; i++) {
            looks[i] = (struct watch_look){(double)i, tasks, NAN};
            tasks += step(&chance, &state);
        }
        struct watch watch = {.looks = looks, .length = length};
        grow += watch_judge(&watch) == WATCH_GROWS;
    }
    return grow;
}

/* From -1 to 1. */
static double either_way(uint64_t *seed)
{
    return support_random(seed) / 2147483648.0 - 1;
}

/* Each request leaks, and how many come changes all the time, by a factor of up to fifty. */
static double busy_and_idle(uint64_t *seed, double *state)
{
    *state = 0.9 * *state + either_way(seed);
    return floor(4 * exp(*state));
}

/* One of five looks meets a burst. */
static double bursts(uint64_t *seed, double *state)
{
    (void)state;
    return support_random(seed) % 5 == 0 ? 40 : 0;
}

/* As likely up as down, and no way back. */
static double astray(uint64_t *seed, double *state)
{
    (void)state;
    return floor(9 * either_way(seed));
}

/* About a level, to which it comes back slowly. */
static double about_a_level(uint64_t *seed, double *state)
{
    double before = floor(*state);
    *state = 0.95 * *state + 10 * either_way(seed);
    return floor(*state) - before;
}

static void uneven_growth_is_growth(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("chances are the same under the checkers, and take minutes");
    assert_true(told_to_grow(busy_and_idle, LOOKS) >= 48);
    assert_true(told_to_grow(busy_and_idle, 60) >= 40);
    assert_true(told_to_grow(bursts, LOOKS) >= 48);
}

static void what_goes_astray_is_no_growth(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("chances are the same under the checkers, and take minutes");
    assert_true(told_to_grow(astray, LOOKS) <= 3);
    assert_true(told_to_grow(astray, 60) <= 3);
}

static void what_keeps_its_level_is_no_growth(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("chances are the same under the checkers, and take minutes");
    assert_true(told_to_grow(about_a_level, LOOKS) <= 4);
    assert_true(told_to_grow(about_a_level, 60) <= 4);
}

static void a_few_looks_say_nothing(void **state)
{
    (void)state;
    struct watch_look looks[LOOKS];
    struct watch watch = seen(looks, 100, 0, 0);
    watch.length = 7;
    assert_int_equal(watch_judge(&watch), WATCH_TOO_EARLY);
    watch.length = 8;
    assert_int_equal(watch_judge(&watch), WATCH_GROWS);
    watch.length = 2; /* a slope, with no interval */
    assert_true(fabs(watch_task_growth(&watch).value - 100) < 1e-9);
    assert_true(isnan(watch_task_growth(&watch).low) && isnan(watch_time_to(&watch, 2e7).low));
    watch.length = 1;
    assert_true(isnan(watch_task_growth(&watch).value));
}

static void memory_alone_is_judged_too(void **state)
{
    (void)state;
    struct watch_look looks[LOOKS];
    struct watch watch = seen(looks, 0, 40000, 1);
    forget_tasks(looks);
    assert_int_equal(watch_judge(&watch), WATCH_GROWS);
    assert_true(isnan(watch_task_growth(&watch).value));
}

/* --- Lives ------------------------------------------------------------------------------------ */

/* Three lives of a hundred looks; a slope over all of them would say that nothing grows. */
static void each_life_is_judged_by_itself(void **state)
{
    (void)state;
    struct watch_look looks[LOOKS];
    size_t lives[] = {100, 200};
    for (int i = 0; i < LOOKS; i++)
        looks[i] = (struct watch_look){i, 50 + 2 * (i % 100), NAN};
    struct watch watch = {.looks = looks, .length = LOOKS, .lives = lives, .restarts = 2};
    for (size_t life = 0; life < 3; life++) {
        struct watch one = watch_life(&watch, life);
        assert_int_equal(one.length, 100);
        assert_int_equal(watch_judge(&one), WATCH_GROWS);
        assert_true(fabs(watch_task_growth(&one).value - 2) < 1e-6);
    }
    assert_int_equal(watch_longest_life(&watch), 2); /* of several the last one */
    lives[0] = 10;
    assert_int_equal(watch_longest_life(&watch), 1);
    watch.restarts = 0;
    assert_int_not_equal(watch_judge(&watch), WATCH_GROWS);
}

/* --- Metrics and logs ------------------------------------------------------------------------- */

static void prometheus_text_is_read(void **state)
{
    (void)state;
    struct prometheus seen;
    assert_true(prometheus_read("# HELP go_goroutines Number of goroutines.\n"
                                "# TYPE go_goroutines gauge\ngo_goroutines 4.2e+01\n"
                                "go_goroutines_other 7\n"
                                "process_resident_memory_bytes{job=\"a b\"} 1.5e6 1700000000\n"
                                "process_start_time_seconds 1.7e9",
                                &seen));
    assert_true(seen.tasks == 42 && seen.rss == 1.5e6 && seen.started == 1.7e9);
    assert_true(
        prometheus_read("leaklab_tasks 9\nleaklab_tasks_waiting{reason=\"select\"} 3\n", &seen));
    assert_true(seen.tasks == 9 && isnan(seen.rss) && isnan(seen.started));
    /* The first of a name counts, and what can be no count is none. */
    assert_true(prometheus_read("go_goroutines -1\ngo_goroutines +Inf\ngo_goroutines 0\n"
                                "go_goroutines 8\nleaklab_tasks 9\n",
                                &seen));
    assert_true(seen.tasks == 0);
    assert_true(prometheus_read("leaklab_live_resident_memory_bytes 5\n", &seen));
    assert_true(isnan(seen.tasks) && seen.rss == 5);
    assert_true(
        prometheus_read("go_goroutines\t7\nprocess_resident_memory_bytes{a=\"b\"}8\n", &seen));
    assert_true(seen.tasks == 7 && seen.rss == 8);
    assert_true(prometheus_read("go_goroutines{a=\"b\"\n5\nleaklab_tasks 6\n", &seen));
    assert_true(seen.tasks == 6); /* a number of the next line is no value of this one */
    assert_false(prometheus_read("go_goroutines\n5\ngo_goroutine 5\n", &seen));
    assert_false(prometheus_read("", &seen));
    assert_false(prometheus_read("goroutine profile: total 5\n", &seen));
    assert_false(prometheus_read("go_goroutines\ngo_goroutines NaN\ngo_goroutines{", &seen));
}

static void logs_of_values_are_read(void **state)
{
    (void)state;
    static const char text[] = "time,rss\n# a comment\n\n"
                               "2026-11-27T00:00:00Z 1M\n2026-11-27 00:00:30.5,2 MiB\r\n"
                               "2026-11-27T00:01:00+00:00;3145728 and more\nnonsense\n";
    struct series_read series;
    assert_true(series_read(text, sizeof text - 1, &series));
    assert_int_equal(series.length, 3);
    assert_int_equal(series.unread, 2);
    assert_int_equal(series.first_unread, 1);
    for (size_t i = 0; i < 3; i++)
        assert_true(series.all[i].value == (double)(i + 1) * 1048576);
    static const double seconds[] = {1795737600, 1795737630.5, 1795737660}; /* since 1970 */
    for (size_t i = 0; i < 3; i++)
        assert_true(series.all[i].seconds == seconds[i]);
    free(series.all);
    static const char units[] = "0 1k\n1 1.5G\n2 2T\n3 7\n4 5 X";
    assert_true(series_read(units, sizeof units - 1, &series));
    assert_int_equal(series.length, 5);
    static const double values[] = {1024, 1.5 * (1 << 30), 2 * 1099511627776.0, 7, 5};
    for (size_t i = 0; i < 5; i++)
        assert_true(series.all[i].value == values[i]);
    free(series.all);
    static const char plain[] =
        "60 2\n0 1\n00:02:00 3\n01:02:03.5 4\ninf 5\nnan 6\n7 inf\n8 nan\n9\n-\n";
    assert_true(series_read(plain, sizeof plain - 1, &series));
    assert_true(series.length == 4 && series.all[0].value == 1 && series.all[2].seconds == 120);
    assert_true(series.all[3].seconds == 3723.5 && series.all[3].value == 4);
    assert_true(series.unread == 6 && series.first_unread == 5);
    free(series.all);
}

/* Of a line its first 511 characters are read: of one that has 512 the last digit is not. */
static void a_log_has_lines_of_so_many_characters(void **state)
{
    (void)state;
    struct series_read series;
    for (int length = 510; length <= 513; length++) {
        char text[600];
        snprintf(text, sizeof text, "1%*s1234\n2 5\n", length - 5, "");
        assert_true(series_read(text, strlen(text), &series));
        assert_int_equal(series.length, 2);
        assert_true(series.all[0].value == (length < 512 ? 1234 : length == 512 ? 123 : 12));
        free(series.all);
    }
}

/* More lines than there is room for at first; of a line that is too long its beginning is read, and the next one is. */
static void a_long_log_is_read_to_its_end(void **state)
{
    (void)state;
    enum { LINES = 1000, LONG = 5000 };
    struct series_read series;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    for (int i = LINES; i-- > 0;) /* the latest first */
        fprintf(out, "%d:%02d:%02d %d%*s\n", i / 3600, i / 60 % 60, i % 60, i, i % 500 ? 0 : LONG,
                "");
    fprintf(out, "nonsense\n");
    assert_int_equal(fclose(out), 0);
    assert_true(series_read(text, size, &series));
    assert_int_equal(series.length, LINES);
    for (int i = 0; i < LINES; i++)
        assert_true(series.all[i].seconds == i && series.all[i].value == i);
    assert_int_equal(series.unread, 1);
    assert_int_equal(series.first_unread, LINES + 1);
    free(series.all);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_life_is_judged_by_itself),
        cmocka_unit_test(prometheus_text_is_read),
        cmocka_unit_test(logs_of_values_are_read),
        cmocka_unit_test(a_log_has_lines_of_so_many_characters),
        cmocka_unit_test(a_long_log_is_read_to_its_end),
        cmocka_unit_test(growth_is_told_with_its_interval),
        cmocka_unit_test(what_only_wavers_does_not_grow),
        cmocka_unit_test(growth_begins_at_five_tasks_or_a_mebibyte),
        cmocka_unit_test(a_long_watch_is_judged_by_looks_evenly_apart),
        cmocka_unit_test(steps_tell_what_a_line_does_not),
        cmocka_unit_test(growth_that_chance_might_explain_is_told_as_such),
        cmocka_unit_test(uneven_growth_is_growth),
        cmocka_unit_test(what_goes_astray_is_no_growth),
        cmocka_unit_test(what_keeps_its_level_is_no_growth),
        cmocka_unit_test(a_few_looks_say_nothing),
        cmocka_unit_test(memory_alone_is_judged_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
