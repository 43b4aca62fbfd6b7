/* The design of a campaign: the order of its processes, and where the pilot says to repeat. */
#include "test/support.h"

#include "campaign/design.h"
#include "campaign/plan.h"
#include <string.h>

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

/* --- The pilot ---------------------------------------------------------------------------------- */

/* Four processes of three repetitions that take a third of the process's time, 0.1 s each. */
static void add_pilot(json_t *processes, const char *row, const double within[3], double between,
                      double scale, const char *unit)
{
    for (int i = 0; i < 4; i++) {
        json_t *runs = json_pack("[{s:s, s:b, s:s}]", "run_name", row, "error_occurred", 1,
                                 "error_message", "planted");
        for (int r = 0; unit && r < 3; r++)
            json_array_append_new(runs, json_pack("{s:f, s:s, s:i}", "real_time",
                                                  scale * within[r] * (1 + between * (i % 2)),
                                                  "time_unit", unit, "iterations", 100));
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
    json_t *processes = json_array(),
           *rows = json_pack("[sssssss]", "within", "between", "ns", "us", "ms", "s", "fails");
    add_pilot(processes, "within", wide, 0.001, 1e6, "ns");
    add_pilot(processes, "between", narrow, 0.1, 1e6, "ns");
    add_pilot(processes, "ns", narrow, 0.02, 1e6, "ns");
    add_pilot(processes, "us", narrow, 0.02, 1e3, "us");
    add_pilot(processes, "ms", narrow, 0.02, 1, "ms");
    add_pilot(processes, "s", narrow, 0.02, 1e-3, "s");
    add_pilot(processes, "fails", narrow, 0, 0, NULL);
    json_t *plan = plan_of(processes, rows);
    assert_int_equal(planned(plan, "within"), REPETITIONS_MOST);
    assert_int_equal(planned(plan, "between"), 1);
    assert_int_equal(planned(plan, "fails"), 1);
    assert_in_range(planned(plan, "ns"), 2, REPETITIONS_MOST - 1);
    assert_int_equal(planned(plan, "us"), planned(plan, "ns"));
    assert_int_equal(planned(plan, "ms"), planned(plan, "ns"));
    assert_int_equal(planned(plan, "s"), planned(plan, "ns"));
    json_decref(plan);
    json_decref(processes);
    json_decref(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_has_all_of_it_in_random_order),
        cmocka_unit_test(builds_are_measured_by_turns),
        cmocka_unit_test(repetitions_follow_from_the_pilot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
