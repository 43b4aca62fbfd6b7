/* What one request has left, place by place, as `leaklab show` tells it: whole, and where a terminal is narrow. */
#include "test/full_case.h"
#include "test/paper.h"

#include "report/left.h"

static void expect_places(const struct outcome *outcome, int width, const char *text)
{
    struct terminal t = paper(width, false);
    left_print(&t, outcome);
    expect_printed(&t, text);
}

static void each_place_is_a_line(void **state)
{
    (void)state;
    struct outcome outcome = full_well();
    expect_places(&outcome, 0,
                  "      kept by them alone: 1.002 tasks, 1.005 channels, 1.007 contexts, 1.009 "
                  "timers, 1.012 blocks, 2.030 bytes\n"
                  "      185.500 task in chan send, at a.c:372 (f), made at b.c:373 (g)\n"
                  "      240.500 handle, made at c.c:483 (h)\n"
                  "      235.500 task in select for a while\n"
                  "      241.000 uv_req for a while: a what, made at c.c:483 (h)\n");
    expect_places(&outcome, 60,
                  "      kept by them alone: 1.002 tasks, 1.005 channels, 1.007 contexts, 1.009 "
                  "timers, 1.012 blocks, 2.030 bytes\n"
                  "      185.500 task in chan send, at a.c:372 (f)\n"
                  "        made at b.c:373 (g)\n"
                  "      240.500 handle, made at c.c:483 (h)\n"
                  "      235.500 task in select for a while\n"
                  "      241.000 uv_req for a while: a what\n"
                  "        made at c.c:483 (h)\n");
    expect_places(&outcome, 24,
                  "      kept by them alone: 1.002 tasks, 1.005 channels, 1.007 contexts, 1.009 "
                  "timers, 1.012 blocks, 2.030 bytes\n"
                  "      185.500 task in chan send\n"
                  "        at a.c:372 (f)\n"
                  "        made at b.c:373\n"
                  "      240.500 handle\n"
                  "        made at c.c:483\n"
                  "      235.500 task in select for a while\n"
                  "      241.000 uv_req for a while: a what\n"
                  "        made at c.c:483\n");
}

static void every_group_is_told(void **state)
{
    (void)state;
    struct outcome outcome = full_well();
    memset(&full_gauges.progress.kept, 0, sizeof full_gauges.progress.kept);
    full_gauges.parked = full_gauges.passing;
    full_gauges.parked.groups[1] = (struct parked_group){.count = 2, .reason = WAIT_SLEEP};
    full_gauges.parked.length = 2;
    full_gauges.passing.length = full_gauges.objects[PASSING].length = 0;
    full_gauges.objects[STAYING].groups[1] = (struct object_group){.count = 4, .kind = KIND_TIMERS};
    full_gauges.objects[STAYING].length = 2;
    expect_places(&outcome, 0,
                  "      235.500 task in select\n"
                  "      1.000 task in sleep\n"
                  "      240.500 handle, made at c.c:483 (h)\n"
                  "      2.000 timer\n");
}

/* A line is as long as the terminal is wide, and no longer. */
static void what_fits_stays_in_its_line(void **state)
{
    (void)state;
    struct outcome outcome = full_well();
    memset(&full_gauges.progress.kept, 0, sizeof full_gauges.progress.kept);
    full_gauges.passing.length = 0;
    full_gauges.objects[STAYING].length = full_gauges.objects[PASSING].length = 0;
    static const char whole[] =
        "      185.500 task in chan send, at a.c:372 (f), made at b.c:373 (g)\n";
    int width = (int)strlen(whole) - 1;
    expect_places(&outcome, width, whole);
    expect_places(&outcome, width - 1,
                  "      185.500 task in chan send, at a.c:372 (f)\n        made at b.c:373 (g)\n");
    expect_places(&outcome, 43,
                  "      185.500 task in chan send\n        at a.c:372 (f), made at b.c:373 (g)\n");
    expect_places(&outcome, 42,
                  "      185.500 task in chan send\n        at a.c:372 (f)\n        made at "
                  "b.c:373 (g)\n");
    expect_places(&outcome, 27,
                  "      185.500 task in chan send\n        at a.c:372 (f)\n        made at "
                  "b.c:373 (g)\n");
    expect_places(&outcome, 26,
                  "      185.500 task in chan send\n        at a.c:372 (f)\n        made at "
                  "b.c:373\n");
}

static void of_what_did_not_end_well_nothing_is_told(void **state)
{
    (void)state;
    struct outcome outcome = full_well();
    outcome.ending.how = ENDED_SIGNAL;
    expect_places(&outcome, 0, "");
    outcome.ending.how = ENDED_WELL;
    full_gauges.progress.refused = 2; /* no request had a task */
    expect_places(&outcome, 0, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_place_is_a_line),
        cmocka_unit_test(every_group_is_told),
        cmocka_unit_test(what_fits_stays_in_its_line),
        cmocka_unit_test(of_what_did_not_end_well_nothing_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
