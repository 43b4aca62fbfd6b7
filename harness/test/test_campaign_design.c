/* The design of a campaign: the order of its processes, what its journal keeps of it, and where the pilot says to
 * repeat. */
#include "test/planted.h"

#include "campaign/design.h"
#include "campaign/plan.h"
#include "campaign/process.h"
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --- The order ---------------------------------------------------------------------------------- */

static char *three[] = {(char *)"a", (char *)"b", (char *)"c"};

static struct design design_planted(void)
{
    return (struct design){.side_count = 2,
                           .build_count = 5,
                           .rows = three,
                           .row_count = 3,
                           .invocations = 4,
                           .seed = 1};
}

static void a_block_has_all_of_it_in_random_order(void **state)
{
    (void)state;
    struct design design = design_planted();
    size_t order[6], first[6];
    bool differs = false, turned = false, moved = false;
    for (size_t block = 0; block < design_blocks(&design); block++) {
        unsigned seen = 0;
        assert_true(design_order(&design, block, order));
        for (size_t i = 0; i < 6; i += 2) {
            assert_int_equal(order[i] / 2, order[i + 1] / 2); /* sides of a row at once */
            seen |= 1u << order[i] | 1u << order[i + 1];
            turned |= order[i] % 2;
            moved |= order[i] / 2 != i / 2;
        }
        assert_int_equal(seen, 63);
        differs |= block && memcmp(order, first, sizeof order) != 0;
        memcpy(first, order, sizeof order);
    }
    assert_true(differs && turned && moved);
    assert_true(design_order(&design, 0, order) && design_order(&design, 0, first));
    assert_memory_equal(order, first, sizeof order); /* and always the same */
}

static void builds_are_measured_by_turns(void **state)
{
    (void)state;
    struct design design = design_planted();
    for (size_t round = 0; round < 4; round++) {
        unsigned seen = 0;
        for (size_t i = 0; i < 5; i++) {
            int build, invocation;
            design_block(&design, round * 5 + i, &build, &invocation);
            assert_int_equal(invocation, (int)(round * 5 + i));
            seen |= 1u << build;
        }
        assert_int_equal(seen, 31);
    }
    assert_true(design_padding(&design, 0, 0) != design_padding(&design, 0, 1));
    assert_true(design_padding(&design, 7, 3) < 4096);
}

/* A journal is gone on with by a later program too: the same seed is the same order for ever. */
static void a_seed_is_an_order_for_ever(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed;
        const char *words;
    } cases[] = {{1, "3: 4 5 3 2 1 0, 3091 1501\n"
                     "2: 0 1 4 5 2 3, 281 4028\n"
                     "1: 2 3 0 1 5 4, 1030 2288\n"
                     "4: 1 0 5 4 2 3, 3768 1817\n"
                     "0: 0 1 2 3 4 5, 3901 660\n"
                     "2: 1 0 3 2 4 5, 4060 2305\n"
                     "1: 5 4 0 1 3 2, 1568 1208\n"
                     "3: 2 3 1 0 4 5, 1420 275\n"
                     "0: 4 5 3 2 1 0, 1146 3361\n"
                     "4: 3 2 0 1 4 5, 978 1156\n"},
                 {2, "0: 2 3 0 1 5 4, 3314 3548\n"
                     "2: 0 1 3 2 5 4, 2388 2148\n"
                     "1: 0 1 4 5 2 3, 4052 2249\n"
                     "3: 2 3 1 0 4 5, 1977 4071\n"
                     "4: 3 2 5 4 1 0, 2448 2870\n"
                     "0: 3 2 5 4 0 1, 228 1603\n"
                     "1: 3 2 0 1 4 5, 2228 80\n"
                     "2: 3 2 1 0 4 5, 2696 485\n"
                     "3: 5 4 1 0 3 2, 1163 1431\n"
                     "4: 4 5 1 0 3 2, 1079 2995\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[512] = "";
        size_t order[6];
        struct design design = design_planted();
        design.seed = cases[i].seed;
        for (size_t block = 0; block < 10; block++) {
            int build, invocation;
            design_block(&design, block, &build, &invocation);
            assert_true(design_order(&design, block, order));
            snprintf(words + strlen(words), sizeof words - strlen(words),
                     "%d: %zu %zu %zu %zu %zu %zu, %zu %zu\n", build, order[0], order[1], order[2],
                     order[3], order[4], order[5], design_padding(&design, block, 0),
                     design_padding(&design, block, 5));
        }
        assert_string_equal(words, cases[i].words);
    }
}

/* --- Its words ---------------------------------------------------------------------------------- */

/* A program of six bytes, made a billion and a half nanoseconds after 1970. */
static const char *plant_program(const char *name)
{
    const char *path = planted_path("%s", name);
    planted_write(path, "words\n", 6);
    assert_int_equal(utimensat(AT_FDCWD, path, (struct timespec[]){{1, 5}, {1, 500000000}}, 0), 0);
    return path;
}

static void a_journal_keeps_all_of_it(void **state)
{
    (void)state;
    static const char *const words[] = {"--x", "y", NULL};
    char *paths[] = {strdup(plant_program("a")), strdup(plant_program("b"))};
    struct design design = {
        .sides = {{"was", 2, {paths[0], paths[1]}}, {"is", 1, {paths[1]}}},
        .side_count = 2,
        .rows = three,
        .row_count = 2,
        .invocations = 4,
        .repetitions = 5,
        .seconds = 0.25,
        .core = 6,
        .seed = 7,
        .words = words,
    };
    json_t *json = design_json(&design);
    char *text = json_dumps(json, JSON_COMPACT);
    assert_string_equal(
        text, "{\"sides\":[{\"name\":\"was\",\"builds\":[{\"program\":\"a\",\"bytes\":6,"
              "\"changed\":1500000000},{\"program\":\"b\",\"bytes\":6,\"changed\":1500000000}]},"
              "{\"name\":\"is\",\"builds\":[{\"program\":\"b\",\"bytes\":6,"
              "\"changed\":1500000000}]}],\"rows\":[\"a\",\"b\"],\"words\":[\"--x\",\"y\"],"
              "\"invocations\":4,\"repetitions\":5,\"seconds\":0.25,\"core\":6,\"seed\":7}");
    free(text);
    design.words = NULL;
    design.sides[0].builds[0] = "here-is-none"; /* without a folder, and not there */
    assert_null(design_json(&design));
    for (size_t i = 0; i < 2; i++)
        free(paths[i]);
    json_decref(json);
}

static void what_differs_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *member, *words;
    } cases[] = {
        {"sides", "the programs are others, or were made anew"},
        {"rows", "other benchmarks are chosen"},
        {"words", "the words after -- are others"},
        {"repetitions", "--repetitions is another"},
        {"seconds", "--time is another"},
        {"core", "--core is another"},
        {"seed", "--seed is another"},
        {"invocations", NULL}, /* it may have more of them today */
    };
    json_t *one = json_object();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        json_object_set_new(one, cases[i].member, json_integer(1));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *other = json_deep_copy(one);
        assert_null(design_differs(one, other));
        json_object_set_new(other, cases[i].member, json_integer(2));
        const char *words = design_differs(one, other);
        assert_true(!words == !cases[i].words && (!words || !strcmp(words, cases[i].words)));
        json_decref(other);
    }
    json_decref(one);
}

/* --- Its core ----------------------------------------------------------------------------------- */

/* The highest of those that there are, or the one that is named. */
static void pin(void *unused)
{
    (void)unused;
    cpu_set_t cores;
    int highest = CPU_SETSIZE - 1, lowest = 0;
    assert_int_equal(sched_getaffinity(0, sizeof cores, &cores), 0);
    while (!CPU_ISSET(highest, &cores))
        highest--;
    while (!CPU_ISSET(lowest, &cores))
        lowest++;
    assert_int_equal(process_pin(CPU_SETSIZE - 1), -1); /* there are not so many */
    assert_int_equal(process_pin(-1), highest);
    assert_int_equal(sched_getaffinity(0, sizeof cores, &cores), 0);
    assert_true(CPU_COUNT(&cores) == 1 && CPU_ISSET(highest, &cores));
    assert_int_equal(process_pin(lowest), lowest);
    assert_int_equal(sched_getaffinity(0, sizeof cores, &cores), 0);
    assert_true(CPU_COUNT(&cores) == 1 && CPU_ISSET(lowest, &cores));
}

static void all_run_on_one_core(void **state)
{
    (void)state;
    support_run_outside(pin);
}

/* --- The pilot ---------------------------------------------------------------------------------- */

/* Four processes of three repetitions that take a third of the process's time, 0.1 s each. */
static void add_pilot(json_t *processes, const char *row, const double within[3], double between,
                      double scale, const char *unit)
{
    for (int i = 0; i < 4; i++) {
        json_t *runs = json_pack("[{s:s, s:b, s:s}]", "run_name", row, "error_occurred", 1,
                                 "error_message", "planted");
        for (int r = 0; unit && r < 3; r++) {
            json_t *run = json_pack("{s:f, s:i}", "real_time",
                                    scale * within[r] * (1 + between * (i % 2)), "iterations", 100);
            if (*unit)
                json_object_set_new(run, "time_unit", json_string(unit));
            json_array_append_new(runs, run);
        }
        json_array_append_new(processes,
                              json_pack("{s:s, s:i, s:i, s:i, s:f, s:o}", "row", row, "side", 0,
                                        "build", 0, "invocation", i, "seconds", 0.9, "runs", runs));
    }
}

static int planned(const json_t *plan, const char *row)
{
    return (int)json_integer_value(json_object_get(plan, row));
}

static void repetitions_follow_from_the_pilot(void **state)
{
    (void)state;
    static const double wide[] = {0.9, 1.1, 1.0}, narrow[] = {0.99, 1.01, 1.0};
    static const struct {
        const char *row;
        const double *within;
        double between, scale;
        const char *unit;
        int planned;
    } cases[] = {
        {"within", wide, 0.001, 1e6, "ns", REPETITIONS_MOST},
        {"between", narrow, 0.1, 1e6, "ns", 1},
        {"ns", narrow, 0.02, 1e6, "ns", 3},
        {"us", narrow, 0.02, 1e3, "us", 3},
        {"ms", narrow, 0.02, 1, "ms", 3},
        {"s", narrow, 0.02, 1e-3, "s", 3},
        {"no unit", narrow, 0.02, 1e6, "", 3}, /* nanoseconds */
        {"wavers", wide, 0.3, 1e6, "ns", 2},
        {"slow", narrow, 0.02, 1e7, "ns", 1}, /* it takes longer than it says: no time besides */
        {"quick", narrow, 0.02, 5e5, "ns", 4},
        {"fails", narrow, 0, 0, NULL, 1},
    };
    json_t *processes = json_array(), *rows = json_array();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_array_append_new(rows, json_string(cases[i].row));
        add_pilot(processes, cases[i].row, cases[i].within, cases[i].between, cases[i].scale,
                  cases[i].unit);
    }
    json_t *plan = plan_of(processes, rows);
    assert_int_equal(json_object_size(plan), sizeof cases / sizeof *cases);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (planned(plan, cases[i].row) != cases[i].planned)
            fail_msg("%s: %d repetitions", cases[i].row, planned(plan, cases[i].row));
    json_decref(plan);
    json_decref(processes);
    json_decref(rows);
}

/* Pieces make a repetition longer, and each side's costs are taken for themselves. */
static void pieces_and_sides_are_reckoned_with(void **state)
{
    (void)state;
    static const double narrow[] = {0.99, 1.01, 1.0};
    json_t *processes = json_array(), *rows = json_pack("[s]", "x"), *process, *run;
    size_t i, k;
    add_pilot(processes, "x", narrow, 0.02, 1e5, "ns");
    json_array_foreach(processes, i, process)
    {
        json_array_foreach(json_object_get(process, "runs"), k, run)
        {
            json_object_set_new(run, "pieces", json_integer(10));
        }
    }
    json_t *plan = plan_of(processes, rows);
    assert_int_equal(planned(plan, "x"), 3);
    json_decref(plan);
    json_array_foreach(processes, i, process)
    {
        json_object_set_new(process, "side", json_integer((json_int_t)i / 2));
    }
    plan = plan_of(processes, rows);
    assert_int_equal(planned(plan, "x"), 2);
    json_decref(plan);
    json_decref(processes);
    json_decref(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_has_all_of_it_in_random_order),
        cmocka_unit_test(builds_are_measured_by_turns),
        cmocka_unit_test(a_seed_is_an_order_for_ever),
        cmocka_unit_test_setup_teardown(a_journal_keeps_all_of_it, planted_folder_make,
                                        planted_folder_remove),
        cmocka_unit_test(what_differs_is_named),
        cmocka_unit_test(all_run_on_one_core),
        cmocka_unit_test(repetitions_follow_from_the_pilot),
        cmocka_unit_test(pieces_and_sides_are_reckoned_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
