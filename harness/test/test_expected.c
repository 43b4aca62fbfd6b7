/* What was found against what the catalog says: the whole words, and where the two are near enough, from planted findings. */
#include "test/support.h"

#include "probe/expected.h"
#include <stdio.h>
#include <string.h>
#include <uv.h>

static struct pair pair;
static struct gauges gauges;
static struct outcome outcome;
static struct finding finding;
static struct expectation *expected;

static int begin(void **state)
{
    (void)state;
    memset(&gauges, 0, sizeof gauges);
    pair = (struct pair){.id = "planted", .family = "tried", .title = "Planted"};
    outcome = (struct outcome){.pair = &pair, .variant = VARIANT_LEAK, .gauges = &gauges};
    finding = (struct finding){.requests = 100};
    expected = &pair.expected[VARIANT_LEAK];
    return 0;
}

static void expect(const char *wrong)
{
    char text[2048] = "";
    struct line line = {text, sizeof text, 0};
    expected_compare(&line, &outcome, &finding);
    assert_string_equal(text, wrong);
}

static void what_is_as_catalogued_is_no_word(void **state)
{
    (void)state;
    expect("");
    expected->parked[WAIT_CHAN_RECEIVE] = 1;
    expected->timers = expected->timers_held = 2;
    finding.waiting[WAIT_CHAN_RECEIVE] = finding.of[KIND_TASKS].stays = 1;
    finding.of[KIND_TIMERS].stays = 2;
    expect("");
    finding.of[KIND_TIMERS].stays = 2.0004; /* three digits are told */
    expect("");
    finding.of[KIND_TIMERS].stays = 1.9996;
    expect("");
    finding.of[KIND_TIMERS].stays = 2.0006;
    expect(" expected 2.000 timer/request for ever, saw 2.001");
    finding.of[KIND_TIMERS].stays = 2;
    finding.of[KIND_TIMERS].held = 1;
    expect(" expected 2.000 timer/request held under load, saw 3.000");
}

static void tasks_are_told_by_what_they_wait_for_or_all_together(void **state)
{
    (void)state;
    expected->parked[WAIT_CHAN_RECEIVE] = 1;
    expected->parked[WAIT_SELECT] = 2;
    finding.waiting[WAIT_CHAN_SEND] = 0.5;
    finding.waiting[WAIT_SELECT] = 2;
    finding.of[KIND_TASKS].stays = 9;
    expect(
        " expected 1.000 task/request in chan receive, saw 0.000; expected 0.000 task/request in "
        "chan send, saw 0.500");
    finding.waiting[WAIT_CHAN_RECEIVE] = 1;
    finding.waiting[WAIT_CHAN_SEND] = 0;
    expect(" expected 3.000 task/request, saw 9.000");
    finding.of[KIND_TASKS].stays = 3;
    expect("");
}

/* One that the next request would have relieved: of at least twenty, and where any is expected. */
static void one_of_many_may_still_be_held(void **state)
{
    (void)state;
    static const struct {
        double requests, held, seen;
        bool wrong;
    } cases[] = {
        {100, 1, 0.99, false}, {100, 1, 1.01, false},    {100, 1, 0.98, true},
        {20, 1, 0.95, false},  {19, 1, 18 / 19.0, true}, {100, 0, 0.01, true},
        {100, 2, 1.99, false}, {100, 1, 0.9851, false},  {100, 1, 0.9849, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[128], due[128] = "";
        struct line line = {words, sizeof words, 0};
        words[0] = 0;
        expected->tasks_held = (uint32_t)cases[i].held;
        finding.requests = cases[i].requests;
        finding.of[KIND_TASKS].held = cases[i].seen;
        if (cases[i].wrong)
            snprintf(due, sizeof due, " expected %.3f task/request held under load, saw %.3f",
                     cases[i].held, cases[i].seen);
        expected_compare(&line, &outcome, &finding);
        assert_string_equal(words, due);
    }
}

static void how_long_is_told_to_one_in_twenty(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        const char *wrong;
    } cases[] = {
        {60, ""},
        {57.1, ""},
        {62.9, ""},
        {56.9, " expected to be held for 1 min, saw 56.9 s"},
        {63.1, " expected to be held for 1 min, saw 1.05 min"},
    };
    expected->tasks_held = 1;
    finding.of[KIND_TASKS].held = 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        finding.of[KIND_TASKS].held_for = cases[i].seconds;
        expected->held_for = MINUTE;
        expect(cases[i].wrong);
        expected->held_for = 0; /* not said */
        expect("");
    }
    expected->held_for = MINUTE;
    finding.of[KIND_TASKS].held_for = 2;
    finding.of[KIND_TASKS].held = 2;
    expect(
        " expected 1.000 task/request held under load, saw 2.000; expected to be held for 1 min, "
        "saw 2 s");
    finding.of[KIND_TASKS].held = 0; /* nothing is, which is told */
    expect(" expected 1.000 task/request held under load, saw 0.000");
}

/* A task or a timer may hold any number of objects, and plain C any number of bytes. */
static void objects_are_counted_where_nobody_else_holds_them(void **state)
{
    (void)state;
    struct found *contexts = &finding.of[KIND_CONTEXTS], *channels = &finding.of[KIND_CHANNELS],
                 *heap = &finding.of[KIND_HEAP];
    contexts->stays = 1;
    channels->stays = 2;
    heap->stays = 64;
    expect(" expected 0.000 context/request, saw 1.000; expected 0.000 channel/request, saw 2.000; "
           "expected 0.000 heap byte/request, saw 64.000");
    expected->contexts = 1; /* the bytes are of it */
    expect(" expected 0.000 channel/request, saw 2.000");
    expected->contexts = 0;
    expected->channels = 2;
    expect(" expected 0.000 context/request, saw 1.000");
    expected->heap = 96;
    expect(" expected 0.000 context/request, saw 1.000; expected 96.000 heap byte/request, saw "
           "64.000");
    gauges.progress.heap.allocated = -1; /* nobody counts bytes */
    expect(" expected 0.000 context/request, saw 1.000");
    gauges.progress.heap.allocated = 0;
    contexts->held = 3;
    heap->held = 5;
    expect(" expected 0.000 context/request, saw 1.000; expected 0.000 context/request held under "
           "load, saw 3.000; expected 96.000 heap byte/request, saw 64.000");
    *expected = (struct expectation){.tasks_held = 1};
    finding.of[KIND_TASKS].held = 1;
    expect("");
    *expected = (struct expectation){.timers_held = 1};
    finding.of[KIND_TASKS].held = 0;
    finding.of[KIND_TIMERS].held = 1;
    expect("");
    contexts->held = heap->held = finding.of[KIND_TIMERS].held = 0;
    *expected = (struct expectation){.timers = 1, .channels = 3};
    finding.of[KIND_TIMERS].stays = 1;
    expect(" expected 0.000 timer/request held under load, saw 1.000; expected 3.000 "
           "channel/request, saw 2.000");
    *expected = (struct expectation){.parked = {[WAIT_SELECT] = 1}};
    finding.of[KIND_TIMERS].stays = 0;
    finding.waiting[WAIT_SELECT] = finding.of[KIND_TASKS].stays = 1;
    expect("");
    *expected = (struct expectation){.descriptors = 1};
    finding.waiting[WAIT_SELECT] = finding.of[KIND_TASKS].stays = 0;
    finding.of[KIND_DESCRIPTORS].stays = 1;
    expect("");
}

static void of_plain_c_each_kind_is_told(void **state)
{
    (void)state;
    finding.handles[UV_TCP] = 1;
    finding.handles[UV_UNKNOWN_HANDLE] = 2;
    finding.of[KIND_HANDLES].held = 3;
    finding.of[KIND_REQUESTS].stays = 4;
    finding.of[KIND_QUEUED].stays = 5;
    finding.of[KIND_DESCRIPTORS].stays = 6;
    finding.of[KIND_THREADS].stays = 7;
    expect(
        " expected 0.000 other handle/request, saw 2.000; expected 0.000 tcp handle/request, saw "
        "1.000; expected 0.000 handle/request held under load, saw 3.000; expected 0.000 "
        "uv_req/request, saw 4.000; expected 0.000 queued byte/request, saw 5.000; expected "
        "0.000 descriptor/request, saw 6.000; expected 0.000 thread/request, saw 7.000");
    expected->handles[UV_TCP] = 1;
    expected->handles[UV_UNKNOWN_HANDLE] = 2;
    expected->requests = 4;
    expected->queued = 5;
    expected->descriptors = 6;
    expected->threads = 7;
    finding.of[KIND_HANDLES].held = 0;
    expect("");
}

static void nothing_on_loop(uv_loop_t *loop)
{
    (void)loop;
}

static void what_went_wrong_is_told_of_plain_c(void **state)
{
    (void)state;
    snprintf(gauges.progress.error, sizeof gauges.progress.error, "no room");
    expect("");
    pair.on_loop[VARIANT_LEAK] = pair.on_loop[VARIANT_FIX] = nothing_on_loop;
    expect(" no room");
    finding.handles[UV_UDP] = 1;
    expect(" expected 0.000 udp handle/request, saw 1.000; no room");
}

static void what_is_proven_holds_and_is_as_much_as_the_catalog_says(void **state)
{
    (void)state;
    struct proven *proven = &gauges.progress.proven;
    struct proven_plain *plain = &gauges.progress.proven_plain;
    *proven = (struct proven){.tasks = 9, .leaked = 5, .early = 6};
    expect(" 6 tasks were proven never to be woken, and 1 of them have gone; expected no leaked "
           "task, 5 of 9 left are proven");
    *proven = (struct proven){.tasks = 9, .leaked = 5, .early = 5, .refused = "dark"};
    expect(" 5 tasks were proven never to be woken, and whether they still are there could not be "
           "proven: dark; expected no leaked task, 5 of 9 left are proven");
    proven->early = 0;
    proven->leaked = 0;
    expect("");
    proven->refused[0] = 0;
    *plain = (struct proven_plain){
        .handles = 40, .threads = 10, .handles_proven = 30, .threads_proven = 5, .early = 35};
    expect(""); /* nothing was sent */
    gauges.progress.sent = 50;
    expect(" expected 0.000 proven handle or thread/request, saw 0.700");
    expected->proven = 1;
    plain->handles_proven = 44;
    plain->threads_proven = 6;
    expect("");
    plain->early = 51;
    expect(" of 51 handles and threads it was proven that nobody closes or wakes them, and 1 of "
           "them have gone");
    *plain = (struct proven_plain){.early = 0}; /* no proof has answered */
    expect("");
    plain->threads = 1;
    expect(" expected 1.000 proven handle or thread/request, saw 0.000");
}

static void only_what_leaks_tasks_has_some_to_end(void **state)
{
    (void)state;
    struct progress *progress = &gauges.progress;
    progress->recovered = (struct recovered){.ended = 4, .spinning = 3};
    snprintf(progress->proven.refused, sizeof progress->proven.refused, "dark");
    expect("");
    outcome.settings.recover = SECOND;
    expect(" 7 tasks were made to end, of what leaves none behind; nothing could be made to end: "
           "dark");
    progress->recovered = (struct recovered){.ended = 0};
    expect(" nothing could be made to end: dark");
    progress->proven.refused[0] = 0;
    expect("");
    progress->recovered.ended = 1;
    expected->parked[WAIT_SELECT] = 1; /* and so none stays */
    expect("");
}

static void who_was_refused_is_told_alone(void **state)
{
    (void)state;
    finding.refused = 12;
    finding.of[KIND_TIMERS].stays = 1;
    gauges.progress.refused = 5;
    snprintf(gauges.progress.error, sizeof gauges.progress.error, "no stack");
    expect(" 12 tasks were refused, 5 of them requests: no stack");
}

static void of_a_twin_tasks_are_held_to_the_word(void **state)
{
    (void)state;
    static const struct twin twin = {.language = "go"};
    outcome.twin = &twin;
    expected->parked[WAIT_CHAN_SEND] = expected->parked[WAIT_NONE] = 1;
    finding.of[KIND_TIMERS].stays = 1;
    finding.of[KIND_TASKS].stays = 1;
    finding.refused = 1;
    expect(" expected 2.000 task/request, saw 1.000");
    finding.of[KIND_TASKS].stays = 2;
    expect("");
}

static void an_expectation_reads_as_words(void **state)
{
    (void)state;
    static const struct {
        struct expectation expected;
        const char *words;
    } cases[] = {
        {{.parked = {[WAIT_CHAN_RECEIVE] = 1}}, "1 task in chan receive"},
        {{.tasks_held = 1}, "1 task until it is over"},
        {{.tasks_held = 2, .held_for = SECOND}, "2 tasks for 1 s"},
        {{.timers = 1, .timers_held = 1}, "1 timer for ever"},
        {{.timers = 2, .timers_held = 3}, "2 timers for ever, 1 timer until it fires"},
        {{.timers_held = 2}, "2 timers until they fire"},
        {{.timers_held = 2, .held_for = 90 * SECOND}, "2 timers for 1.5 min"},
        {{.contexts = 1, .channels = 2}, "1 context for ever, 2 channels for ever"},
        {{.handles = {[UV_TCP] = 1, [UV_TIMER] = 2}, .queued = 1, .requests = 1},
         "1 tcp handle, 2 timer handles, 1 request in flight, 1 byte queued"},
        {{.descriptors = 1, .threads = 2, .heap = 1}, "1 descriptor, 2 threads, 1 byte of heap"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        expectation_text(&cases[i].expected, text, sizeof text);
        assert_string_equal(text, cases[i].words);
    }
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, begin)
    const struct CMUnitTest tests[] = {
        CASE(what_is_as_catalogued_is_no_word),
        CASE(tasks_are_told_by_what_they_wait_for_or_all_together),
        CASE(one_of_many_may_still_be_held),
        CASE(how_long_is_told_to_one_in_twenty),
        CASE(objects_are_counted_where_nobody_else_holds_them),
        CASE(of_plain_c_each_kind_is_told),
        CASE(what_went_wrong_is_told_of_plain_c),
        CASE(what_is_proven_holds_and_is_as_much_as_the_catalog_says),
        CASE(only_what_leaks_tasks_has_some_to_end),
        CASE(who_was_refused_is_told_alone),
        CASE(of_a_twin_tasks_are_held_to_the_word),
        CASE(an_expectation_reads_as_words),
    };
    return cmocka_run_group_tests_name("expected", tests, NULL, NULL);
}
