/* What stays, what is a constant and what is held, by hand: two hundred requests after a rehearsal of fifty. */
#include "test/support.h"

#include "probe/finding.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

static const struct pair pair = {.id = "planted", .family = "tried", .title = "Planted"};
static struct gauges gauges;
static struct outcome outcome;
static struct leg *const load = &gauges.legs[LEG_LOAD], *const rehearsal =
                                                            &gauges.legs[LEG_REHEARSAL];

static int begin(void **state)
{
    (void)state;
    memset(&gauges, 0, sizeof gauges);
    outcome = (struct outcome){.pair = &pair, .variant = VARIANT_LEAK, .gauges = &gauges};
    outcome.settings = (struct settings){
        .rate = 1000, .virtual_clock = 1, .warm_up = 100, .patience = 50 * MILLISECOND};
    gauges.progress.sent = load->requests = 200;
    rehearsal->requests = 50;
    return 0;
}

static bool same(double a, double b)
{
    return isnan(a) || isnan(b) ? isnan(a) && isnan(b) : fabs(a - b) < 1e-9 * (1 + fabs(b));
}

/* --- What stays ----------------------------------------------------------------------------------- */

static void what_both_leave_alike_is_a_constant(void **state)
{
    (void)state;
    static const struct {
        uint64_t rehearsed, left, of; /* of: so many requests was the rehearsal */
        double stays, constant;
    } cases[] = {
        {5, 5, 50, 0, 5},     {60, 210, 50, 1, 10},    {0, 200, 50, 1, 0},    {50, 200, 50, 1, 0},
        {100, 50, 50, 0, 50}, {60, 210, 200, 1.05, 0}, {60, 210, 0, 1.05, 0}, {0, 0, 50, 0, 0},
        {2, 1, 50, 0, 1},     {210, 60, 200, 0.3, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        load->counts[MOMENT_BASELINE].timers = 7;
        load->counts[MOMENT_LEFT].timers = 7 + cases[i].left;
        rehearsal->counts[MOMENT_BASELINE].timers = 3;
        rehearsal->counts[MOMENT_LEFT].timers = 3 + cases[i].rehearsed;
        rehearsal->requests = cases[i].of;
        struct finding finding = finding_of(&outcome);
        const struct found *found = &finding.of[KIND_TIMERS];
        if (!same(found->stays, cases[i].stays) || !same(found->constant, cases[i].constant))
            fail_msg("%zu: %g, %g", i, found->stays, found->constant);
        assert_true(same(finding.requests, 200));
        assert_int_equal(found->doubt, DOUBT_NONE);
    }
}

static void requests_that_were_refused_leave_nothing(void **state)
{
    (void)state;
    gauges.progress.refused = 40;
    load->refused = 45;
    load->counts[MOMENT_LEFT].timers = 160;
    struct finding finding = finding_of(&outcome);
    assert_true(same(finding.of[KIND_TIMERS].stays, 1));
    assert_true(same(finding.requests, 160));
    assert_int_equal(finding.refused, 45);
}

static void bytes_are_counted_where_they_are_known(void **state)
{
    (void)state;
    static const struct {
        int64_t before, after;
        double stays;
    } cases[] = {{1000, 21000, 100}, {0, 200, 1}, {-1, 20000, 0}, {1000, -1, 0}, {5000, 1000, 0}};
    rehearsal->requests = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        load->counts[MOMENT_BASELINE].heap = cases[i].before;
        load->counts[MOMENT_LEFT].heap = cases[i].after;
        assert_true(same(finding_of(&outcome).of[KIND_HEAP].stays, cases[i].stays));
    }
}

static void few_of_many_are_a_doubt_and_may_be_early(void **state)
{
    (void)state;
    static const struct {
        uint64_t requests, left;
        bool told; /* in which parts of load */
        enum doubt doubt;
        bool early;
        double stays;
    } cases[] = {
        {200, 7, false, DOUBT_FEW, false, 0.035},  {200, 8, false, DOUBT_NONE, false, 0.04},
        {10, 5, false, DOUBT_NONE, false, 0.5},    {10, 4, false, DOUBT_FEW, false, 0.4},
        {200, 7, true, DOUBT_FEW, true, 0.035},    {100, 7, true, DOUBT_FEW, true, 0.07},
        {99, 7, true, DOUBT_FEW, false, 7 / 99.0}, {200, 8, true, DOUBT_NONE, false, 0},
    };
    rehearsal->requests = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gauges.progress.sent = load->requests = cases[i].requests;
        load->counts[MOMENT_LEFT].channels = cases[i].left;
        load->late_requests = cases[i].told;
        struct finding finding = finding_of(&outcome);
        const struct found *found = &finding.of[KIND_CHANNELS];
        if (found->doubt != cases[i].doubt || found->early != cases[i].early ||
            !same(found->stays, cases[i].stays))
            fail_msg("%zu: doubt %d, early %d, %g", i, found->doubt, found->early, found->stays);
        assert_true(same(found->constant, found->stays > 0 ? 0 : (double)cases[i].left));
    }
}

/* Twice as many, where all had come in the first half. */
static void some_of_many_may_be_early(void **state)
{
    (void)state;
    static const struct {
        int part; /* in which they came */
        uint64_t left;
        bool early;
    } cases[] = {{5, 10, true}, {8, 15, true}, {8, 16, false}, {9, 15, false}};
    rehearsal->requests = 0;
    load->late_requests = 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        load->counts[MOMENT_LEFT].tasks = cases[i].left;
        load->all[KIND_TASKS] = (int64_t)cases[i].left;
        for (int part = 0; part < LEG_PARTS; part++)
            load->least[part][KIND_TASKS] = load->most[part][KIND_TASKS] =
                part < cases[i].part ? 0 : (int64_t)cases[i].left;
        outcome.settings.virtual_clock = 1;
        struct found found = finding_of(&outcome).of[KIND_TASKS];
        assert_true(same(found.stays, (double)cases[i].left / 200));
        assert_int_equal(found.early, cases[i].early);
        assert_int_equal(found.doubt, DOUBT_NONE);
        outcome.settings.virtual_clock = 0; /* it may be a pool that grew */
        found = finding_of(&outcome).of[KIND_TASKS];
        assert_int_equal(found.early, cases[i].early);
        assert_int_equal(found.doubt, DOUBT_JUMPED);
    }
}

static void tasks_and_handles_have_their_kinds(void **state)
{
    (void)state;
    load->counts[MOMENT_BASELINE].waiting[WAIT_SELECT] = 3;
    load->counts[MOMENT_LEFT].waiting[WAIT_SELECT] = 3 + 410;
    rehearsal->counts[MOMENT_BASELINE].waiting[WAIT_SELECT] = 2;
    rehearsal->counts[MOMENT_LEFT].waiting[WAIT_SELECT] = 2 + 110;
    load->counts[MOMENT_BASELINE].of_type[UV_UDP] = 1;
    load->counts[MOMENT_LEFT].of_type[UV_UDP] = 1 + 220;
    rehearsal->counts[MOMENT_BASELINE].of_type[UV_UDP] = 2;
    rehearsal->counts[MOMENT_LEFT].of_type[UV_UDP] = 2 + 70;
    struct finding finding = finding_of(&outcome); /* which have levelled off */
    assert_true(finding.waiting[WAIT_SELECT] == 0 && finding.handles[UV_UDP] == 0);
    load->counts[MOMENT_LEFT].tasks = load->counts[MOMENT_LEFT].handles = 400;
    finding = finding_of(&outcome);
    assert_true(same(finding.waiting[WAIT_SELECT], 2));
    assert_true(same(finding.handles[UV_UDP], 1));
    assert_true(finding.waiting[WAIT_SLEEP] == 0 && finding.handles[UV_TCP] == 0);
    rehearsal->requests = 0;
    finding = finding_of(&outcome);
    assert_true(same(finding.waiting[WAIT_SELECT], 2.05));
    assert_true(same(finding.handles[UV_UDP], 1.1));
}

/* --- What is held ----------------------------------------------------------------------------------- */

static void what_is_held_is_held_for_its_seconds(void **state)
{
    (void)state;
    static const struct {
        uint64_t rehearsed, load;       /* so many were there */
        double rehearsed_for, load_for; /* seconds, all together */
        double rehearsed_gone, gone;    /* after so many seconds of settle */
        double held, held_for;
        bool longer;
    } cases[] = {
        {100, 400, 6000, 24000, 60, 60, 2, 60, false},
        {100, 250, 6000, 24000, 60, 60, 2, 60, false}, /* load was longer than they are held */
        {100, 360, 6000, 24000, 60, 60, (360 - 40 / 3.0) / 200, 120 / ((360 - 40 / 3.0) / 200),
         false},
        {0, 400, 0, 24000, 0, 60, 2, 60, false},
        {50, 200, 50, 200, 1, 1, 1, 1, false},
        {50, 200, 50, 199, 1, 1, 0, 0, false}, /* for less than a second */
        {50, 200, 50, 200, 0, 0.86, 1, 1, false},
        {50, 200, 50, 200, 0.86, 0, 1, 1, false},
        {50, 200, 50, 200, 0.84, 0.84, 0, 0, false}, /* nor any of them */
        {50, 200, 3000, 15000, 60, 60, 1, 75, false},
        {50, 200, 3000, 15200, 60, 60, 1, 76, true},
        {0, 0, 3000, 12000, 60, 60, 0, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        load->counts[MOMENT_HELD].timers = 9 + cases[i].load;
        load->counts[MOMENT_LEFT].timers = load->counts[MOMENT_BASELINE].timers = 9;
        rehearsal->counts[MOMENT_HELD].timers = cases[i].rehearsed;
        load->seconds[KIND_TIMERS] = cases[i].load_for;
        rehearsal->seconds[KIND_TIMERS] = cases[i].rehearsed_for;
        load->gone[KIND_TIMERS] = (int64_t)(cases[i].gone * 1e9);
        rehearsal->gone[KIND_TIMERS] = (int64_t)(cases[i].rehearsed_gone * 1e9);
        struct finding finding = finding_of(&outcome);
        const struct found *found = &finding.of[KIND_TIMERS];
        if (!same(found->held, cases[i].held) || !same(found->held_for, cases[i].held_for) ||
            found->longer != cases[i].longer)
            fail_msg("%zu: %g for %g s%s", i, found->held, found->held_for,
                     found->longer ? ", and longer" : "");
        assert_int_equal(finding_held(&finding), cases[i].held > 0 ? KIND_TIMERS : KINDS);
    }
}

static void hold(enum kind kind, uint64_t tasks, uint64_t timers)
{
    load->counts[MOMENT_HELD] = (struct counts){.tasks = tasks, .timers = timers, .heap = 20000};
    rehearsal->counts[MOMENT_HELD] =
        (struct counts){.tasks = tasks / 4, .timers = timers / 4, .heap = 5000};
    memset(load->seconds, 0, sizeof load->seconds);
    load->seconds[kind] = 12000;
    rehearsal->seconds[kind] = 3000;
    load->gone[kind] = rehearsal->gone[kind] = 60 * SECOND;
}

/* By the heap between both: 15,000 bytes for 150 more of them. */
static void each_that_is_held_has_its_bytes(void **state)
{
    (void)state;
    hold(KIND_TIMERS, 0, 200);
    assert_true(same(finding_of(&outcome).bytes, 100));
    hold(KIND_TASKS, 200, 0);
    load->stack = 4096; /* and of a task its stack */
    assert_true(same(finding_of(&outcome).bytes, 4196));
    load->stack = 0;
    assert_true(same(finding_of(&outcome).bytes, 100));
    load->stack = -1;
    assert_true(isnan(finding_of(&outcome).bytes));
    hold(KIND_TIMERS, 0, 200);
    rehearsal->counts[MOMENT_HELD].heap = -1;
    assert_true(isnan(finding_of(&outcome).bytes));
    rehearsal->counts[MOMENT_HELD].heap = 0;
    assert_true(same(finding_of(&outcome).bytes, 20000 / 150.0));
    rehearsal->counts[MOMENT_HELD].timers = 199;
    assert_true(same(finding_of(&outcome).bytes, 20000));
    rehearsal->counts[MOMENT_HELD].timers = 50;
    rehearsal->counts[MOMENT_HELD].heap = 20001;
    assert_true(isnan(finding_of(&outcome).bytes));
    rehearsal->counts[MOMENT_HELD].heap = 20000;
    assert_true(same(finding_of(&outcome).bytes, 0));
    rehearsal->counts[MOMENT_HELD].timers = 200;
    assert_true(isnan(finding_of(&outcome).bytes));
    rehearsal->requests = 0;
    rehearsal->counts[MOMENT_HELD].timers = 50;
    assert_true(isnan(finding_of(&outcome).bytes));
    begin(NULL);
    hold(KIND_HEAP, 0, 0); /* which are bytes themselves */
    assert_true(isnan(finding_of(&outcome).bytes));
}

/* On the real clock by the resident set, where it has grown by 256 KiB at least. */
static void on_the_real_clock_they_have_resident_bytes(void **state)
{
    (void)state;
    enum { KIB_256 = 262144 };
    static struct sample samples[] = {{.phase = PHASE_BASELINE, .phase_ends = true},
                                      {.phase = PHASE_DRAIN, .phase_ends = true}};
    samples[0].memory.rss = 1 << 20;
    samples[1].memory.rss = (1 << 20) + KIB_256;
    outcome.samples = samples;
    outcome.sample_count = 2;
    hold(KIND_TIMERS, 0, 200);
    assert_true(same(finding_of(&outcome).bytes, 100)); /* on the virtual one */
    outcome.settings.virtual_clock = 0;
    assert_true(same(finding_of(&outcome).bytes, KIB_256 / 200.0));
    samples[1].memory.rss--;
    assert_true(same(finding_of(&outcome).bytes, 100));
    samples[1].memory.rss++;
    load->counts[MOMENT_LEFT].channels = 200; /* some of it is of what stays */
    assert_true(same(finding_of(&outcome).bytes, 100));
    load->counts[MOMENT_LEFT].channels = 0;
    hold(KIND_HEAP, 0, 0); /* which are bytes themselves */
    assert_true(isnan(finding_of(&outcome).bytes));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, begin)
    const struct CMUnitTest tests[] = {
        CASE(what_both_leave_alike_is_a_constant),
        CASE(requests_that_were_refused_leave_nothing),
        CASE(bytes_are_counted_where_they_are_known),
        CASE(few_of_many_are_a_doubt_and_may_be_early),
        CASE(some_of_many_may_be_early),
        CASE(tasks_and_handles_have_their_kinds),
        CASE(what_is_held_is_held_for_its_seconds),
        CASE(each_that_is_held_has_its_bytes),
        CASE(on_the_real_clock_they_have_resident_bytes),
    };
    return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
