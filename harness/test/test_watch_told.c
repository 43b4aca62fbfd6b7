/* What `leaklab watch` tells of what it has seen, word by word. */
#include "test/words.h"

#include "command/watch_telling.h"
#include "dumps/read.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static char *text;
static size_t size;

static struct terminal paper(void)
{
    struct terminal t = {.out = open_memstream(&text, &size)};
    assert_non_null(t.out);
    return t;
}

static void expect_told(const struct terminal *t, const char *words)
{
    assert_int_equal(fclose(t->out), 0);
    assert_string_equal(text, words);
    free(text);
    text = NULL;
}

/* --- A look ------------------------------------------------------------------------------------- */

static void a_look_is_a_line_of_what_is_known(void **state)
{
    (void)state;
    struct watch_look looks[] = {{1, 2, 3}, {0, 0, 0}};
    struct watch watch = {.looks = looks, .length = 2};
    static const struct {
        struct watch_look look;
        const char *line;
    } cases[] = {
        {{0.04, 12, 2.5 * 1048576}, "    0.0 s          12 tasks     2.5 MiB resident\n"},
        {{1234.56, NAN, 1024}, " 1234.6 s     1.0 KiB resident\n"},
        {{7, 12345, NAN}, "    7.0 s      12,345 tasks\n"},
        {{7, NAN, NAN}, "    7.0 s\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct terminal t = paper();
        looks[1] = cases[i].look;
        watch_tell_look(&t, &watch);
        expect_told(&t, cases[i].line);
    }
    /* Where lines can be written over, over the last one, and no wider than there is room. */
    struct terminal t = paper();
    t.live = true;
    t.width = 12;
    watch_tell_look(&t, &watch);
    looks[1].seconds = 8;
    watch_tell_look(&t, &watch);
    expect_told(&t, "\r\033[K    7.0 s\r\033[K    8.0 s");
}

/* --- The end ------------------------------------------------------------------------------------ */

enum { LOOKS = 20 };

/* Each second that many tasks and bytes more; NAN: not known. */
static struct watch grown(struct watch_look looks[LOOKS], double tasks, double bytes)
{
    for (int i = 0; i < LOOKS; i++)
        looks[i] = (struct watch_look){i, 100 + tasks * i, 1048576 + bytes * i};
    return (struct watch){.looks = looks, .length = LOOKS};
}

/* Its course is ended with it: it is judged, and so another one than the caller's. */
static void expect_end(struct watch watch, uint64_t limit, const char *words)
{
    struct terminal t = paper();
    struct watch life = watch_life(&watch, watch_longest_life(&watch));
    watch_tell_end(&t, &watch, watch_judge(&life), limit);
    course_end(&watch.course);
    expect_told(&t, words);
}

static void the_end_has_growth_and_the_limit(void **state)
{
    (void)state;
    struct watch_look looks[LOOKS];
    expect_end(grown(looks, 2, 1024), 2097152,
               "GROWS: there are ever more tasks (20 looks in 19.0 s)\n"
               "tasks         +2.000 a second  (2.000 to 2.000)\n"
               "resident     1.0 KiB a second  (1.0 KiB to 1.0 KiB)\n"
               "limit     2.0 MiB is met in 17 min  (17 min to 17 min)\n");
    expect_end(grown(looks, 0, 0), 2097152,
               "no growth was seen (20 looks in 19.0 s)\n"
               "tasks         +0.000 a second  (0.000 to 0.000)\n"
               "resident         0 B a second  (0 B to 0 B)\n"
               "limit     2.0 MiB is never met\n");
    expect_end(grown(looks, NAN, 1048576), 0,
               "GROWS: there is ever more memory (20 looks in 19.0 s)\n"
               "resident     1.0 MiB a second  (1.0 MiB to 1.0 MiB)\n");
    struct watch watch = grown(looks, 3, NAN);
    watch.process_gone = true;
    expect_end(watch, 2097152,
               "GROWS: there are ever more tasks (20 looks in 19.0 s; the process has ended)\n"
               "tasks         +3.000 a second  (3.000 to 3.000)\n");
    watch.length = 3;
    expect_end(watch, 0,
               "too few looks to say anything (3 looks in 2.0 s; the process has ended)\n"
               "tasks         +3.000 a second\n");
    watch = grown(looks, NAN, 1048576);
    watch.length = 3;
    expect_end(watch, 0,
               "too few looks to say anything (3 looks in 2.0 s)\n"
               "resident     1.0 MiB a second\n");
}

static void growth_that_may_be_chance_is_said_to_be_so(void **state)
{
    (void)state;
    static const double tasks[LOOKS] = {1, 5, 2, 9, 3, 8, 2, 9, 1, 9, 4, 8, 3, 9, 2, 8, 5, 9, 4, 9};
    struct watch_look looks[LOOKS];
    struct watch watch = grown(looks, 0, NAN);
    for (int i = 0; i < LOOKS; i++)
        looks[i].tasks = 10 * tasks[i];
    expect_end(watch, 0,
               "not sure: it grew, but no more than chance might explain; watch it longer (20 "
               "looks in 19.0 s)\n"
               "tasks         +1.667 a second  (-0.271 to 3.391)\n");
}

/* Where it grows, or may do so, the places that do are named. */
static void places_that_grow_are_named(void **state)
{
    (void)state;
    static const struct {
        double tasks;
        const char *words;
    } cases[] = {
        {2, "GROWS: there are ever more tasks (20 looks in 19.0 s)\n"
            "tasks         +2.000 a second  (2.000 to 2.000)\n"
            "places that grow:\n  +1 a second (1 to 1), 1 to 20\n    at main.wait /a/b.go:12\n"},
        {0, "no growth was seen (20 looks in 19.0 s)\n"
            "tasks         +0.000 a second  (0.000 to 0.000)\n"},
    };
    struct watch_look looks[LOOKS];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct watch watch = grown(looks, cases[i].tasks, NAN);
        for (int k = 0; k < LOOKS; k++) {
            char dump[256], why[256];
            struct dumps dumps = {0};
            snprintf(
                dump, sizeof dump,
                "goroutine profile: total %d\n%d @ 0x1 0x2\n#\t0x1\tmain.wait+0x2b\t/a/b.go:12\n\n",
                k + 1, k + 1);
            assert_true(dumps_read(dump, strlen(dump), &dumps, why, sizeof why));
            assert_true(course_add(&watch.course, &dumps.all[0], &watch.own, k, false));
            dumps_free(&dumps);
        }
        expect_end(watch, 0, cases[i].words);
    }
}

static void what_happened_on_the_way_is_told(void **state)
{
    (void)state;
    struct watch_look looks[LOOKS];
    size_t lives[] = {3, 15};
    struct watch watch = grown(looks, 2, NAN);
    watch.lives = lives;
    watch.restarts = 2;
    watch.failed = 1234;
    watch.execs = 2;
    snprintf(watch.failure, sizeof watch.failure, "no\033answer");
    snprintf(watch.program, sizeof watch.program, "/bin/an\033other");
    expect_end(watch, 0,
               "GROWS: there are ever more tasks (12 looks in 11.0 s)\n"
               "tasks         +2.000 a second  (2.000 to 2.000)\n"
               "1,234 looks failed, the last one: no\\x1banswer\n"
               "the process became another program 2 times; now it is /bin/an\\x1bother\n"
               "the program began anew 2 times: each life is judged by itself, and this is the one "
               "with the most looks\n"
               "  life 1: 3 looks, too few looks to say anything\n"
               "  life 2: 12 looks, GROWS: there are ever more tasks\n"
               "  life 3: 5 looks, too few looks to say anything\n");
    lives[0] = 1;
    watch.failed = watch.execs = watch.restarts = 1;
    expect_end(watch, 0,
               "GROWS: there are ever more tasks (19 looks in 18.0 s)\n"
               "tasks         +2.000 a second  (2.000 to 2.000)\n"
               "1 look failed, the last one: no\\x1banswer\n"
               "the process became another program 1 time; now it is /bin/an\\x1bother\n"
               "the program began anew 1 time: each life is judged by itself, and this is the one "
               "with the most looks\n"
               "  life 1: 1 look, too few looks to say anything\n"
               "  life 2: 19 looks, GROWS: there are ever more tasks\n");
}

static void a_verdict_has_its_colour(void **state)
{
    (void)state;
    static const struct {
        double tasks;
        size_t length;
        const char *words;
    } cases[] = {{2, LOOKS,
                  "\r\033[K\033[31mGROWS: there are ever more tasks\033[0m (20 looks in 19.0 s)\n"
                  "tasks         +2.000 a second  (2.000 to 2.000)\n"},
                 {0, LOOKS,
                  "\r\033[K\033[32mno growth was seen\033[0m (20 looks in 19.0 s)\n"
                  "tasks         +0.000 a second  (0.000 to 0.000)\n"},
                 {0, 2,
                  "\r\033[K\033[0mtoo few looks to say anything\033[0m (2 looks in 1.0 s)\n"
                  "tasks         +0.000 a second\n"}};
    struct watch_look looks[LOOKS];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct terminal t = paper();
        struct watch watch = grown(looks, cases[i].tasks, NAN);
        t.colour = t.live = true;
        watch.length = cases[i].length;
        watch_tell_end(&t, &watch, watch_judge(&watch), 0);
        expect_told(&t, cases[i].words);
    }
}

/* --- A log -------------------------------------------------------------------------------------- */

static void a_log_is_told_by_its_name(void **state)
{
    (void)state;
    struct series_point points[12];
    struct series_read series = {.all = points, .length = 12, .unread = 1, .first_unread = 7};
    for (int i = 0; i < 12; i++)
        points[i] = (struct series_point){1000 + 10 * i, 1048576.0 * (i + 1)};
    struct terminal t = paper();
    assert_true(watch_tell_series(&t, &series, "a\033.log", 16777216));
    expect_told(&t, "a\\x1b.log: GROWS: there is ever more memory (12 looks in 110.0 s)\n"
                    "resident   102.4 KiB a second  (102.4 KiB to 102.4 KiB)\n"
                    "limit     16.0 MiB is met in 40 s  (40 s to 40 s)\n"
                    "1 line is no `time value`, the first is line 7\n");
    series.length = 1;
    series.unread = 2;
    t = paper();
    assert_false(watch_tell_series(&t, &series, "log", 16777216));
    expect_told(&t, "log: too few looks to say anything (1 look in 0.0 s)\n"
                    "2 lines are no `time value`, the first is line 7\n");
    series.length = series.unread = 0;
    t = paper();
    assert_false(watch_tell_series(&t, &series, "log", 16777216));
    expect_told(&t, "log: too few looks to say anything (0 looks in 0.0 s)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_is_a_line_of_what_is_known),
        cmocka_unit_test(the_end_has_growth_and_the_limit),
        cmocka_unit_test(growth_that_may_be_chance_is_said_to_be_so),
        cmocka_unit_test(places_that_grow_are_named),
        cmocka_unit_test(what_happened_on_the_way_is_told),
        cmocka_unit_test(a_verdict_has_its_colour),
        cmocka_unit_test(a_log_is_told_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
