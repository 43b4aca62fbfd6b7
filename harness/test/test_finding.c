/* What stays, what is a constant and what is held, by hand: two hundred requests after a rehearsal of fifty. And how a
 * course is read, part by part. */
#include "test/support.h"

#include "probe/course.h"
#include "probe/finding.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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
        {5, 5, 50, 0, 5},      {60, 210, 50, 1, 10}, {0, 200, 50, 1, 0},
        {50, 200, 50, 1, 0},   {100, 50, 50, 0, 50}, {60, 210, 200, 1.05, 0},
        {60, 210, 0, 1.05, 0}, {0, 0, 50, 0, 0},     {2, 1, 50, 0, 1},
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
    rehearsal->counts[MOMENT_HELD].heap = 20001;
    assert_true(isnan(finding_of(&outcome).bytes));
    rehearsal->counts[MOMENT_HELD].heap = 20000;
    assert_true(same(finding_of(&outcome).bytes, 0));
    rehearsal->counts[MOMENT_HELD].timers = 200;
    assert_true(isnan(finding_of(&outcome).bytes));
    rehearsal->requests = 0;
    rehearsal->counts[MOMENT_HELD].timers = 50;
    assert_true(isnan(finding_of(&outcome).bytes));
}

/* On the real clock by the resident set, where it has grown by 256 KiB at least. */
static void on_the_real_clock_they_have_resident_bytes(void **state)
{
    (void)state;
    enum { KIB_256 = 262144 };
    struct sample samples[] = {{.phase = PHASE_BASELINE, .phase_ends = true},
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
}

/* --- Courses ---------------------------------------------------------------------------------------- */

/* "0*8 50": each part's least; most: the same, but where "/" gives it. After the last part there are `all`. */
static void read_course(const char *text, int64_t all)
{
    int part = 0;
    for (const char *at = text; part < LEG_PARTS;) {
        char *end;
        int64_t least = strtol(at, &end, 10), most = least;
        long times = *end == '*' ? strtol(end + 1, &end, 10) : 1;
        most = *end == '/' ? strtol(end + 1, &end, 10) : most;
        for (long i = 0; i < times; i++, part++) {
            load->least[part][KIND_TASKS] = load->least[part][KIND_HEAP] = least;
            load->most[part][KIND_TASKS] = load->most[part][KIND_HEAP] = most;
        }
        at = end;
    }
    load->all[KIND_TASKS] = load->all[KIND_HEAP] = all;
}

static void a_course_tells_a_leak_from_what_fills_up(void **state)
{
    (void)state;
    static const struct {
        const char *least;
        int64_t all;
        double events, stays, before;
        enum course course, of_bytes;
    } cases[] = {
        {"0 10 20 30 40 50 60 70 80 90 100 110 120 130 140 150", 160, 160, 1, 0, COURSE_ON,
         COURSE_ON},
        /* All at once, and then nothing for more than half of all requests, or for half of load alone. */
        {"0*4 100*12", 100, 100, 0.625, 0, COURSE_LEVEL, COURSE_LEVEL},
        {"0*4 100*12", 100, 100, 0.625, 79, COURSE_LEVEL, COURSE_LEVEL},
        {"0*4 100*12", 100, 100, 0.625, 80, COURSE_JUMPED, COURSE_JUMPED},
        {"0*4 80*12", 80, 80, 1, 160, COURSE_ON, COURSE_ON}, /* half of it is elsewhere */
        {"0*4 81*12", 81, 81, 1, 160, COURSE_JUMPED, COURSE_JUMPED},
        {"0*4 60*4 90*8", 100, 100, 0.625, 160, COURSE_ON,
         COURSE_ON}, /* nine tenths, in two steps */
        {"0*4 60*4 91*8", 100, 100, 0.625, 160, COURSE_JUMPED, COURSE_JUMPED},
        {"0*4 60*12", 91, 91, 0.6, 160, COURSE_JUMPED,
         COURSE_JUMPED}, /* the last step behind the last part */
        /* Little by little, and then for longer than it ever paused. */
        {"0 20 40 60 80 100*11", 100, 100, 0.625, 160, COURSE_LEVEL, COURSE_LEVEL},
        {"0 25 50 75 75 75 100*10", 100, 100, 0.625, 160, COURSE_LEVEL, COURSE_LEVEL},
        {"0 25 50 75 75 75 75 100*9", 100, 100, 0.625, 160, COURSE_SLOWING, COURSE_SLOWING},
        /* Of too few nothing is said: seven should have come. */
        {"0 2 4 6 8 10*11", 10, 10, 0.0625, 160, COURSE_ON, COURSE_ON},
        {"0 2 4 6 8 11*11", 11, 11, 0.07, 160, COURSE_LEVEL, COURSE_LEVEL},
        /* It comes down to where it began, from as high as it is. */
        {"0 10 20 30 0 10 20 30 0 10 20 30 0 10 20 30", 30, 30, 0.2, 160, COURSE_LEVEL,
         COURSE_LEVEL},
        {"0 10 20 30 1 10 20 30 1 10 20 30 1 10 20 30", 30, 30, 0.2, 160, COURSE_ON, COURSE_ON},
        {"0 10 20 30 0 10 20 30 0 10 20 30 0 10 20 30", 31, 30, 0.2, 160, COURSE_ON, COURSE_ON},
        {"0 10 20 30/31 0 10 20 30 0 10 20 30 0 10 20 30", 31, 31, 0.2, 160, COURSE_LEVEL,
         COURSE_LEVEL},
        {"0 1 2 3 4 5 6 7 0 1 2 3 4 5 6 7", 7, 7, 0.05, 160, COURSE_ON, COURSE_ON},
        {"0 1 2 3 4 5 6 7 0 1 2 3 4 5 6 8/9", 7, 8, 0.05, 160, COURSE_ON, COURSE_ON},
        /* Half as much in the second half, by more than chance. */
        {"0 20 40 60 80 100 120 140 145 150 155 160 165 170 175 180", 180, 180, 1.125, 160,
         COURSE_SLOWING, COURSE_SLOWING},
        {"0 20 40 60 80 100 120 140 150 160 170 180 190 200 210 220", 220, 220, 1.375, 160,
         COURSE_ON, COURSE_ON},
        {"0 2 4 6 8 10 12 14 14 15 15 16 16 17 17 18", 18, 18, 0.1, 160, COURSE_ON, COURSE_ON},
        {"0 20 40 60 80 100 120 140 145 150 155 160 165 170 175 180", 180, 180, 0, 160, COURSE_ON,
         COURSE_ON}, /* nothing stays */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        load->requests = 160;
        load->late_requests = 10;
        read_course(cases[i].least, cases[i].all);
        enum course of_tasks = course_of(load, KIND_TASKS, cases[i].events, cases[i].stays,
                                         cases[i].before),
                    of_bytes = course_of(load, KIND_HEAP, cases[i].events, cases[i].stays,
                                         cases[i].before);
        if (of_tasks != cases[i].course || of_bytes != cases[i].of_bytes)
            fail_msg("%zu, %s: %d, of bytes %d", i, cases[i].least, of_tasks, of_bytes);
        load->late_requests = 0; /* it does not tell */
        assert_int_equal(course_of(load, KIND_TASKS, cases[i].events, cases[i].stays, 0),
                         COURSE_ON);
    }
}

static void early_is_what_came_in_the_first_half(void **state)
{
    (void)state;
    load->late_requests = 1;
    read_course("0*3 5*13", 5);
    assert_true(course_is_early(load, KIND_TASKS));
    read_course("0*8 5*8", 5);
    assert_true(course_is_early(load, KIND_TASKS));
    read_course("0*9 5*7", 5);
    assert_false(course_is_early(load, KIND_TASKS));
    read_course("0*9 5*6 0", 0);
    assert_true(course_is_early(load, KIND_TASKS));
    load->least[3][KIND_TASKS] = INT64_MAX; /* a part that is not told apart */
    assert_false(course_is_early(load, KIND_TASKS));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, begin)
    const struct CMUnitTest tests[] = {
        CASE(what_both_leave_alike_is_a_constant),
        CASE(requests_that_were_refused_leave_nothing),
        CASE(bytes_are_counted_where_they_are_known),
        CASE(few_of_many_are_a_doubt_and_may_be_early),
        CASE(tasks_and_handles_have_their_kinds),
        CASE(what_is_held_is_held_for_its_seconds),
        CASE(each_that_is_held_has_its_bytes),
        CASE(on_the_real_clock_they_have_resident_bytes),
        CASE(a_course_tells_a_leak_from_what_fills_up),
        CASE(early_is_what_came_in_the_first_half),
    };
    return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
