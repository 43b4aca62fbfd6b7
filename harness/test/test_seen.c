/* What was found, in words: each place, number and share of a line, from planted findings. */
#include "test/support.h"

#include "probe/seen.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct pair pair = {.id = "planted", .family = "tried", .title = "Planted"};
static struct gauges gauges;
static struct outcome outcome;
static struct finding finding;

static int begin(void **state)
{
    (void)state;
    memset(&gauges, 0, sizeof gauges);
    outcome = (struct outcome){
        .pair = &pair, .variant = VARIANT_LEAK, .settings = {.rate = 1000}, .gauges = &gauges};
    finding = (struct finding){.requests = 200, .bytes = NAN};
    return 0;
}

static void expect(enum verdict_kind kind, const char *words)
{
    char text[1024] = "";
    struct line line = {text, sizeof text, 0};
    assert_int_equal(seen_say(&line, &outcome, &finding), kind);
    assert_string_equal(text, words);
}

static void park(struct parked *parked, uint64_t count, enum wait_reason reason, uint32_t at,
                 enum awake awake)
{
    struct parked_group *group = &parked->groups[parked->length++];
    *group = (struct parked_group){
        .count = count, .reason = reason, .kept_awake = awake, .line = at, .file = "a.c"};
}

static void make(struct objects *objects, enum kind kind, uint32_t at, const char *what)
{
    struct object_group *group = &objects->groups[objects->length++];
    *group = (struct object_group){.count = 5, .kind = kind, .line = at, .file = "b.c"};
    snprintf(group->what, sizeof group->what, "%s", what);
}

/* --- Where ------------------------------------------------------------------------------------------ */

static void three_places_of_tasks_are_told(void **state)
{
    (void)state;
    finding.of[KIND_TASKS].stays = 1;
    park(&gauges.parked, 40, WAIT_CHAN_RECEIVE, 7, AWAKE_NOT);
    expect(VERDICT_LEAK, "LEAK 1.000 task/request, chan receive at a.c:7");
    park(&gauges.parked, 30, WAIT_CHAN_SEND, 8, AWAKE_NOT);
    park(&gauges.parked, 20, WAIT_SELECT, 9, AWAKE_NOT);
    expect(VERDICT_LEAK, "LEAK 1.000 task/request, chan receive at a.c:7 and chan send at a.c:8 "
                         "and select at a.c:9");
    park(&gauges.parked, 10, WAIT_SELECT, 10, AWAKE_NOT);
    park(&gauges.parked, 1, WAIT_SELECT, 11, AWAKE_NOT);
    gauges.parked.omitted = 2;
    expect(VERDICT_LEAK, "LEAK 1.000 task/request, chan receive at a.c:7 and chan send at a.c:8 "
                         "and select at a.c:9 and 13 tasks elsewhere");
    gauges.parked.length = 1;
    gauges.parked.groups[0].file[0] = 0;
    expect(VERDICT_LEAK, "LEAK 1.000 task/request, chan receive and 2 tasks elsewhere");
}

/* Once behind those of which it is true. */
static void what_keeps_tasks_awake_is_said_once(void **state)
{
    (void)state;
    finding.of[KIND_TASKS].stays = 1;
    park(&gauges.parked, 40, WAIT_CHAN_RECEIVE, 7, AWAKE_BY_OWN_TICKER);
    park(&gauges.parked, 30, WAIT_CHAN_SEND, 8, AWAKE_BY_OWN_TICKER);
    expect(VERDICT_LEAK, "LEAK 1.000 task/request, chan receive at a.c:7 and chan send at a.c:8, "
                         "kept awake only by its own ticker");
    gauges.parked.groups[1].kept_awake = AWAKE_BY_SLEEP;
    expect(VERDICT_LEAK,
           "LEAK 1.000 task/request, chan receive at a.c:7, kept awake only by its own ticker and "
           "chan send at a.c:8, kept awake only by its own sleep");
    gauges.parked.groups[1].kept_awake = AWAKE_NOT;
    expect(VERDICT_LEAK,
           "LEAK 1.000 task/request, chan receive at a.c:7, kept awake only by its own ticker and "
           "chan send at a.c:8");
}

static void three_places_of_objects_are_told_and_what_they_are(void **state)
{
    (void)state;
    struct objects *objects = &gauges.objects[STAYING];
    finding.of[KIND_HANDLES].stays = 2;
    make(objects, KIND_THREADS, 3, "");
    make(objects, KIND_HANDLES, 4, "timer, stopped");
    expect(VERDICT_LEAK, "LEAK 2.000 handle/request: timer, stopped, made at b.c:4");
    make(objects, KIND_HANDLES, 5, "");
    expect(VERDICT_LEAK, "LEAK 2.000 handle/request: timer, stopped, made at b.c:4 and b.c:5");
    make(objects, KIND_HANDLES, 6, "tcp");
    make(objects, KIND_HANDLES, 7, "udp");
    make(objects, KIND_HANDLES, 8, "");
    expect(VERDICT_LEAK, "LEAK 2.000 handle/request: timer, stopped, made at b.c:4 and b.c:5 and "
                         "tcp, made at b.c:6 and 10 elsewhere");
    objects->length = 2;
    objects->groups[1].what[0] = 0;
    expect(VERDICT_LEAK, "LEAK 2.000 handle/request made at b.c:4");
    objects->groups[1].file[0] = 0;
    expect(VERDICT_LEAK, "LEAK 2.000 handle/request");
}

/* --- What stays ------------------------------------------------------------------------------------- */

static void what_a_task_holds_comes_and_goes_with_it(void **state)
{
    (void)state;
    static struct pair holds;
    finding.of[KIND_CHANNELS].stays = 3;
    finding.of[KIND_HEAP].stays = 96;
    expect(VERDICT_LEAK, "LEAK 3.000 channel/request, 96.000 heap bytes/request");
    finding.of[KIND_TIMERS].stays = 1;
    expect(VERDICT_LEAK, "LEAK 1.000 timer/request");
    holds = pair;
    holds.expected[VARIANT_LEAK].heap = 96;
    outcome.pair = &holds;
    expect(VERDICT_LEAK, "LEAK 1.000 timer/request, 96.000 heap bytes/request");
    holds.expected[VARIANT_LEAK] = (struct expectation){.channels = 3};
    expect(VERDICT_LEAK, "LEAK 1.000 timer/request, 3.000 channel/request");
    holds.expected[VARIANT_LEAK] = (struct expectation){.contexts = 1};
    expect(VERDICT_LEAK, "LEAK 1.000 timer/request");
    finding.of[KIND_CONTEXTS].stays = 1;
    expect(VERDICT_LEAK, "LEAK 1.000 timer/request, 1.000 context/request");
    finding.of[KIND_TIMERS].stays = 0;
    finding.of[KIND_QUEUED].stays = 64;
    expect(VERDICT_LEAK, "LEAK 1.000 context/request, 64.000 queued bytes/request");
}

static void a_doubt_says_why(void **state)
{
    (void)state;
    struct found *tasks = &finding.of[KIND_TASKS], *heap = &finding.of[KIND_HEAP];
    *tasks = (struct found){.stays = 0.02, .doubt = DOUBT_FEW};
    *heap = (struct found){.stays = 10};
    expect(VERDICT_UNSURE, "UNSURE 0.020 task/request: too few of 200 requests to tell a leak from "
                           "a constant; more requests tell");
    tasks->doubt = DOUBT_SLOWING;
    expect(VERDICT_UNSURE, "UNSURE 0.020 task/request: the longer the slower in 200 requests; more "
                           "of them tell whether it ends");
    tasks->doubt = DOUBT_JUMPED;
    finding.of[KIND_TIMERS] = (struct found){.stays = 1, .doubt = DOUBT_FEW};
    expect(VERDICT_UNSURE, "UNSURE 0.020 task/request, 1.000 timer/request: nearly all at once in "
                           "200 requests, as a pool grows; more of them tell");
    finding.of[KIND_TIMERS].doubt = DOUBT_NONE; /* one that is sure is a leak */
    expect(VERDICT_LEAK, "LEAK 0.020 task/request, 1.000 timer/request");
    *tasks = finding.of[KIND_TIMERS] = (struct found){0};
    expect(VERDICT_LEAK, "LEAK 10.000 heap bytes/request");
}

/* --- What is held ----------------------------------------------------------------------------------- */

static void a_level_follows_from_rate_and_time(void **state)
{
    (void)state;
    struct found *tasks = &finding.of[KIND_TASKS];
    *tasks = (struct found){.held = 2, .held_for = 90};
    expect(VERDICT_HOLDS,
           "HOLDS 2.000 task/request for 1.5 min: levels off at 180,000 tasks at 1,000/s");
    finding.bytes = 4096;
    expect(VERDICT_HOLDS, "HOLDS 2.000 task/request for 1.5 min, 4.0 KiB each: levels off at "
                          "180,000 tasks and 703.1 MiB at 1,000/s");
    outcome.settings.rate = 0.5;
    finding.bytes = NAN;
    expect(VERDICT_HOLDS, "HOLDS 2.000 task/request for 1.5 min: levels off at 90 tasks at 30/min");
    outcome.settings.rate = 1;
    expect(VERDICT_HOLDS, "HOLDS 2.000 task/request for 1.5 min: levels off at 180 tasks at 1/s");
    outcome.settings.rate = 0; /* as fast as it goes */
    expect(VERDICT_HOLDS, "HOLDS 2.000 task/request for 1.5 min: levels off after 1.5 min");
    tasks->longer = true;
    expect(VERDICT_HOLDS, "HOLDS 2.000 task/request for 1.5 min, and longer the more requests "
                          "there are: does not level off");
    park(&gauges.passing, 9, WAIT_SLEEP, 3, AWAKE_NOT);
    gauges.parked.omitted = 4; /* of those that stay */
    expect(VERDICT_HOLDS, "HOLDS 2.000 task/request for 1.5 min, and longer the more requests "
                          "there are: does not level off, sleep at a.c:3");
}

static void what_is_held_is_told_with_where_it_was_made(void **state)
{
    (void)state;
    struct objects *passing = &gauges.objects[PASSING];
    make(passing, KIND_TIMERS, 6, "");
    finding.of[KIND_TIMERS] = (struct found){.held = 1, .held_for = 60};
    expect(VERDICT_HOLDS, "HOLDS 1.000 timer/request for 1 min: levels off at 60,000 timers at "
                          "1,000/s, made at b.c:6");
    finding.of[KIND_TASKS].stays = 1;
    expect(VERDICT_LEAK, "LEAK 1.000 task/request; HOLDS 1.000 timer/request for 1 min: levels off "
                         "at 60,000 timers at 1,000/s, made at b.c:6");
    finding.of[KIND_TASKS].stays = 0;
    finding.of[KIND_TIMERS].held = 0;
    finding.of[KIND_HANDLES] = (struct found){.held = 1, .held_for = 60};
    make(passing, KIND_HANDLES, 7, "timer");
    expect(VERDICT_HOLDS, "HOLDS 1.000 handle/request for 1 min: levels off at 60,000 handles at "
                          "1,000/s: timer, made at b.c:7");
    finding.of[KIND_HANDLES].held = 0;
    finding.of[KIND_HEAP] = (struct found){.held = 512, .held_for = 60};
    finding.bytes = 1; /* of the kinds before it */
    expect(VERDICT_HOLDS, "HOLDS 512.000 heap bytes/request for 1 min: levels off at 30,700,000 "
                          "heap bytes and 29.3 MiB at 1,000/s");
}

/* --- What comes behind ------------------------------------------------------------------------------ */

static void what_is_proven_is_a_share(void **state)
{
    (void)state;
    struct proven *proven = &gauges.progress.proven;
    *proven = (struct proven){.tasks = 1200, .leaked = 1200};
    expect(VERDICT_CLEAN, "clean");
    finding.of[KIND_TASKS].stays = 1;
    expect(VERDICT_LEAK, "LEAK 1.000 task/request; proven: 1,200 of 1,200");
    proven->leaked = 0;
    expect(VERDICT_LEAK, "LEAK 1.000 task/request; proven: 0 of 1,200");
    proven->by_time = 1100;
    expect(VERDICT_LEAK,
           "LEAK 1.000 task/request; proven that only time wakes them: 1,100 of 1,200");
    proven->leaked = 100;
    expect(VERDICT_LEAK, "LEAK 1.000 task/request; proven: 100 of 1,200; proven that only time "
                         "wakes them: 1,100 of 1,200");
    finding.of[KIND_TASKS].stays = 0;
    finding.of[KIND_TIMERS].stays = 1;
    expect(VERDICT_LEAK, "LEAK 1.000 timer/request");
}

static void what_was_ended_is_told_where_that_was_asked_for(void **state)
{
    (void)state;
    struct recovered *recovered = &gauges.progress.recovered;
    recovered->ended = 1500;
    park(&gauges.ended, 9, WAIT_SELECT, 3, AWAKE_NOT);
    expect(VERDICT_CLEAN, "clean");
    outcome.settings.recover = SECOND;
    expect(VERDICT_CLEAN, "clean; ended: 1,500 proven tasks, select at a.c:3");
    recovered->spinning = 20;
    expect(VERDICT_CLEAN,
           "clean; ended: 1,500 proven tasks and 20 tasks that spin, select at a.c:3");
    recovered->ended = 0;
    expect(VERDICT_CLEAN, "clean; ended: 20 tasks that spin, select at a.c:3");
    recovered->spinning = 0;
    expect(VERDICT_CLEAN, "clean; ended: 0 proven tasks");
}

static void who_hibernates_is_told_with_its_bytes(void **state)
{
    (void)state;
    struct task_stats *stats = &gauges.runtime;
    stats->hibernated = 1000;
    stats->hibernated_bytes = 96500;
    expect(VERDICT_CLEAN, "clean");
    outcome.settings.hibernate = SECOND;
    snprintf(gauges.progress.error, sizeof gauges.progress.error, "the kernel is too old");
    expect(VERDICT_CLEAN,
           "clean; 1,000 hibernate (the kernel is too old), in 96 bytes of heap each");
    stats->hibernations = 1;
    expect(VERDICT_CLEAN, "clean; 1,000 hibernate, in 96 bytes of heap each");
    stats->hibernated = 0;
    expect(VERDICT_CLEAN, "clean; 0 hibernate");
}

static void constants_are_told_of_what_is_clean(void **state)
{
    (void)state;
    finding.of[KIND_TASKS].constant = 1;
    expect(VERDICT_CLEAN, "clean, but for 1 task, however many requests there are");
    finding.of[KIND_CHANNELS].constant = 1.6;
    finding.of[KIND_TIMERS].constant = 0.4;
    finding.of[KIND_HEAP].constant = 5000;
    park(&gauges.parked, 1, WAIT_CHAN_RECEIVE, 7, AWAKE_NOT);
    expect(VERDICT_CLEAN, "clean, but for 1 task and 2 channels, however many requests there are, "
                          "chan receive at a.c:7");
    finding.of[KIND_TASKS].constant = 0;
    finding.of[KIND_CHANNELS].early = true;
    expect(VERDICT_CLEAN, "clean, but for 2 channels, none from the second half of 200 requests");
    finding.of[KIND_TIMERS].stays = 1;
    expect(VERDICT_LEAK, "LEAK 1.000 timer/request");
}

static void refused_tasks_come_first(void **state)
{
    (void)state;
    finding.refused = 12;
    finding.of[KIND_TASKS].stays = 1;
    snprintf(gauges.progress.error, sizeof gauges.progress.error, "no stack");
    expect(VERDICT_STARVED, "STARVED 12 tasks were refused for want of memory (no stack): what was "
                            "counted is not what the sample leaves behind");
}

/* --- Of a twin -------------------------------------------------------------------------------------- */

static void expect_of_twin(enum verdict_kind kind, const char *words)
{
    char text[256] = "";
    struct line line = {text, sizeof text, 0};
    assert_int_equal(seen_say_of_twin(&line, &outcome, &finding), kind);
    assert_string_equal(text, words);
}

static void of_a_twin_tasks_are_told(void **state)
{
    (void)state;
    static struct pair held;
    expect_of_twin(VERDICT_CLEAN, "clean, 0.000 task/request");
    finding.of[KIND_TASKS].stays = 1;
    expect_of_twin(VERDICT_LEAK, "LEAK 1.000 task/request");
    held = pair;
    held.expected[VARIANT_LEAK].timers_held = 1;
    outcome.pair = &held;
    expect_of_twin(VERDICT_LEAK, "LEAK 1.000 task/request, timers not counted");
    finding.of[KIND_TASKS].stays = 0;
    expect_of_twin(VERDICT_CLEAN, "0.000 task/request, timers not counted");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, begin)
    const struct CMUnitTest tests[] = {
        CASE(three_places_of_tasks_are_told),
        CASE(what_keeps_tasks_awake_is_said_once),
        CASE(three_places_of_objects_are_told_and_what_they_are),
        CASE(what_a_task_holds_comes_and_goes_with_it),
        CASE(a_doubt_says_why),
        CASE(a_level_follows_from_rate_and_time),
        CASE(what_is_held_is_told_with_where_it_was_made),
        CASE(what_is_proven_is_a_share),
        CASE(what_was_ended_is_told_where_that_was_asked_for),
        CASE(who_hibernates_is_told_with_its_bytes),
        CASE(constants_are_told_of_what_is_clean),
        CASE(refused_tasks_come_first),
        CASE(of_a_twin_tasks_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
