/* What a record says of a case that came to its end, and of plain C: written in full, and read back. */
#include "test/full_case.h"
#include "test/quoted.h"
#include "test/words.h"

#include "probe/machine.h"
#include "record/record_json.h"
#include "record/recorded_case.h"
#include "record/recorded_conditions.h"
#include "record/recorded_sample.h"

static const struct verdict verdict = {.as_catalogued = true, .words = "LEAK"};

/* That the member of the line is this. */
static void expect_member(const json_t *line, const char *name, const char *text)
{
    json_t *alone = json_pack("{s:O}", name, json_object_get(line, name));
    assert_non_null(alone);
    expect_json(alone, text);
    json_decref(alone);
}

/* --- The header ------------------------------------------------------------------------------ */

static const char *names_in(const json_t *object)
{
    static char names[512];
    const char *name;
    json_t *value;
    names[0] = 0;
    json_object_foreach((json_t *)object, name, value)
    {
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s ", name);
    }
    return names;
}

static void a_header_tells_of_program_and_machine(void **state)
{
    (void)state;
    static char words[][8] = {"run", "\xff", ""}, *argv[] = {words[0], words[1], words[2], NULL};
    struct record_header header = {
        .argc = 3, .argv = argv, .seed = 11, .cases = 12, .samples_per_second = 2.5};
    setenv("MALLOC_CONF", "abort:false", 1);
    setenv("GODEBUG", "x=1", 1);
    json_t *line = record_json_header(&header);
    assert_string_equal(names_in(line),
                        "type schema leaklab commit time command seed cases machine "
                        "build libraries environment samples_per_second ");
    expect_member(line, "type", "{'type':'header'}");
    expect_member(line, "schema", "{'schema':1}");
    expect_member(line, "command", "{'command':['run','(not UTF-8)',null]}");
    expect_member(line, "seed", "{'seed':11}");
    expect_member(line, "cases", "{'cases':12}");
    expect_member(line, "samples_per_second", "{'samples_per_second':2.5}");
    expect_member(line, "environment", "{'environment':{'MALLOC_CONF':'abort:false'}}");
    assert_string_equal(names_in(json_object_get(line, "machine")),
                        "processor architecture cores memory_bytes kernel governor "
                        "transparent_huge_pages address_randomization cgroup_memory_bytes "
                        "cgroup_processors ");
    assert_string_equal(names_in(json_object_get(line, "build")), "compiler flags ");
    const json_t *libraries = json_object_get(line, "libraries");
    size_t count = 0;
    for (const struct library *library = machine_libraries(); library->name; library++, count++) {
        const json_t *version = json_object_get(libraries, library->name);
        if (library->version && *library->version)
            assert_string_equal(json_string_value(version), library->version);
        else /* of no allocator of ours, under the sanitizers */
            assert_true(json_is_null(version));
    }
    assert_int_equal(json_object_size(libraries), count);
    json_decref(line);
    header.twins = true;
    line = record_json_header(&header);
    expect_member(line, "schema", "{'schema':2}");
    expect_member(line, "environment",
                  "{'environment':{'MALLOC_CONF':'abort:false','GODEBUG':'x=1'}}");
    json_decref(line);
    unsetenv("MALLOC_CONF");
    unsetenv("GODEBUG");
}

/* --- What it found --------------------------------------------------------------------------- */

static void what_was_found_is_told(void **state)
{
    (void)state;
    struct outcome outcome = full_well();
    json_t *line = record_json_end(7, &outcome, &verdict), *more = json_object();
    static const char *const after[] = {
        "rehearsed", "tasks_refused", "found",   "held_bytes_each", "proven",         "kept",
        "recovered", "hibernated",    "passing", "objects",         "objects_passing"};
    for (size_t i = 0; i < sizeof after / sizeof *after; i++)
        json_object_set(more, after[i], json_object_get(line, after[i]));
    expect_json(
        more,
        "{'rehearsed':1,'tasks_refused':401,'found':{"
        "'task':{'stays':1.0,'constant':0.0,'held':0.0,'held_for_s':0.0,'longer':false},"
        "'timer':{'stays':0.0,'constant':0.0,'held':2.0,'held_for_s':6.0,'longer':true},"
        "'heap byte':{'stays':450.0,'constant':0.0,'held':0.0,'held_for_s':0.0,'longer':false}},"
        "'held_bytes_each':300.0,"
        "'proven':{'leaked':421,'by_time':422,'unsure':423,'live':424,'early':425},"
        "'kept':{'requests':431,'tasks':432,'channels':433,'contexts':434,'timers':435,"
        "'blocks':436,'heap_bytes':437,'stack_bytes':438},"
        "'recovered':{'ended':441,'spinning':442,'looks':443,'longest_ns':444,'parked':["
        "{'count':461,'reason':'sleep','file':null,'line':462,'function':null,'made_file':null,"
        "'made_line':463,'made_function':null,'kept_awake':false}]},"
        "'hibernated':{'tasks':451,'heap_bytes':452,'hibernations':453,'awakenings':454},"
        "'passing':[{'count':471,'reason':'select','file':null,'line':472,'function':null,"
        "'made_file':null,'made_line':473,'made_function':null,'kept_awake':false}],"
        "'objects':[{'count':481,'kind':'handle','made_file':'c.c','made_line':483,"
        "'made_function':'h'}],"
        "'objects_passing':[{'count':482,'kind':'uv_req','made_file':'c.c','made_line':483,"
        "'made_function':'h','what':'a what'}]}");
    json_decref(more);
    json_decref(line);
}

/* A case that went wrong may claim to have more groups than there is room for. */
static void no_more_groups_are_told_than_there_are(void **state)
{
    (void)state;
    struct outcome outcome = full_well();
    full_gauges.parked.length = PARKED_GROUPS + 1;
    full_gauges.objects[STAYING].length = OBJECT_GROUPS + 1;
    json_t *line = record_json_end(7, &outcome, &verdict);
    assert_int_equal(json_array_size(json_object_get(line, "parked")), 16);
    assert_int_equal(json_array_size(json_object_get(line, "objects")), 15);
    json_decref(line);
}

/* Of a twin's tasks nobody asks for a proof; one may be refused; and what was not asked for is not told. */
static void what_was_not_asked_is_not_told(void **state)
{
    (void)state;
    static const struct twin go = {"go", "/x", "go1.99", NULL};
    struct outcome outcome = full_well();
    outcome.twin = &go;
    outcome.settings.recover = outcome.settings.hibernate = 0;
    full_gauges.progress.kept.requests = 0;
    json_t *line = record_json_end(7, &outcome, &verdict);
    expect_member(line, "proven", "{'proven':null}");
    assert_null(json_object_get(line, "kept"));
    assert_null(json_object_get(line, "recovered"));
    assert_null(json_object_get(line, "hibernated"));
    json_decref(line);
    outcome.twin = NULL;
    snprintf(full_gauges.progress.proven.refused, 128, "no \xff here");
    line = record_json_end(7, &outcome, &verdict);
    expect_member(line, "proven", "{'proven':{'refused':'(not UTF-8)'}}");
    expect_member(line, "kept", "{'kept':null}");
    json_decref(line);
    full_gauges.progress.refused = 2; /* none of its requests had a task */
    line = record_json_end(7, &outcome, &verdict);
    assert_null(json_object_get(line, "found"));
    json_decref(line);
}

static void each_end_has_its_word(void **state)
{
    (void)state;
    static const struct {
        enum ended how;
        const char *word;
    } all[] = {{ENDED_NOT, "not started"},         {ENDED_WELL, "well"},
               {ENDED_NOT_STARTED, "not started"}, {ENDED_EXIT, "exit"},
               {ENDED_SIGNAL, "signal"},           {ENDED_TOO_LONG, "too long"},
               {ENDED_INTERRUPTED, "interrupted"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct outcome outcome = full_outcome();
        outcome.ending.how = all[i].how;
        json_t *line = record_json_end(0, &outcome, &verdict);
        assert_string_equal(json_string_value(json_object_get(line, "ended")), all[i].word);
        json_decref(line);
    }
}

/* Whose figures they are: another language's, or ours where tasks are made to end, or asleep. */
static void each_series_has_its_words(void **state)
{
    (void)state;
    struct outcome outcome = full_well();
    json_t *line = record_json_start(0, &outcome);
    expect_member(line, "twin", "{'twin':'hibernated'}");
    expect_member(line, "twin_version", "{'twin_version':'C, who is parked for long asleep'}");
    json_decref(line);
    outcome.settings.hibernate = 0;
    line = record_json_start(0, &outcome);
    expect_member(line, "twin", "{'twin':'recovered'}");
    expect_member(line, "twin_version", "{'twin_version':'C, what is proven made to end'}");
    json_decref(line);
    outcome.settings.recover = 0;
    line = record_json_start(0, &outcome);
    assert_null(json_object_get(line, "twin"));
    assert_null(json_object_get(line, "twin_version"));
    json_decref(line);
}

static void rare_settings_are_told_where_there_are_any(void **state)
{
    (void)state;
    struct settings settings = full_settings(), none = {0};
    settings.recover = 211;
    settings.hibernate = 212;
    settings.first_arrival = 213;
    json_t *line = record_json_settings(&settings);
    expect_member(line, "recover_ns", "{'recover_ns':211}");
    expect_member(line, "hibernate_ns", "{'hibernate_ns':212}");
    expect_member(line, "first_arrival_ns", "{'first_arrival_ns':213}");
    struct taker taker = {{0}};
    struct settings read = recorded_settings(&taker, line);
    assert_string_equal(taker.wrong, "");
    assert_int_equal(read.recover, 211);
    assert_int_equal(read.hibernate, 212);
    assert_int_equal(read.first_arrival, 213);
    json_decref(line);
    line = record_json_settings(&none);
    assert_int_equal(json_object_size(line), 13);
    json_decref(line);
}

/* --- Plain C --------------------------------------------------------------------------------- */

enum { ASYNC = 1, TIMER = 13 }; /* of uv_handle_type */

static const char plain_text[] =
    "'handles':{'async':501,'timer':502},'requests_in_flight':503,'queued_bytes':504,"
    "'descriptors':505,'threads':506}";

static struct counts plain_counts(void)
{
    return (struct counts){.handles = 1003,
                           .of_type = {[ASYNC] = 501, [TIMER] = 502},
                           .requests = 503,
                           .queued = 504,
                           .descriptors = 505,
                           .threads = 506};
}

static void expect_plain(const struct counts *counts)
{
    assert_int_equal(counts->handles, 1003);
    assert_int_equal(counts->of_type[ASYNC], 501);
    assert_int_equal(counts->of_type[TIMER], 502);
    assert_int_equal(counts->requests, 503);
    assert_int_equal(counts->queued, 504);
    assert_int_equal(counts->descriptors, 505);
    assert_int_equal(counts->threads, 506);
}

static void counts_of_plain_c_are_told_and_read(void **state)
{
    (void)state;
    struct outcome outcome = full_outcome();
    struct counts *left = &full_gauges.legs[LEG_LOAD].counts[MOMENT_LEFT];
    char wanted[512];
    *left = plain_counts();
    json_t *line = record_json_end(0, &outcome, &verdict);
    snprintf(wanted, sizeof wanted,
             "{'left':{'tasks':0,'waiting':{},'timers':0,'channels':0,'contexts':0,'heap_bytes':0,"
             "%s}",
             plain_text);
    expect_member(json_object_get(line, "counts"), "left", wanted);
    struct recorded_case c = {.id = NULL};
    struct taker taker = {{0}};
    recorded_case_end(&c, line, &taker);
    assert_string_equal(taker.wrong, "");
    expect_plain(&c.counts[MOMENT_LEFT]);
    assert_int_equal(c.counts[MOMENT_HELD].handles, 0);
    json_decref(line);
    struct sample sample = full_sample;
    sample.counts = plain_counts();
    line = record_json_sample(0, &sample);
    recorded_case_sample(&c, line, &taker);
    assert_string_equal(taker.wrong, "");
    expect_plain(&c.samples[0].counts);
    json_decref(line);
    recorded_case_free(&c);
}

/* One of any is enough to tell of all. */
static void any_of_plain_c_tells_of_all(void **state)
{
    (void)state;
    static const struct counts each[] = {{.handles = 1, .of_type = {[ASYNC] = 1}},
                                         {.requests = 1},
                                         {.queued = 1},
                                         {.descriptors = 1},
                                         {.threads = 1}};
    static const char *const names[] = {"handles", "requests_in_flight", "queued_bytes",
                                        "descriptors", "threads"};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        struct sample sample = full_sample;
        sample.counts = each[i];
        json_t *line = record_json_sample(0, &sample);
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            const json_t *value = json_object_get(line, names[k]);
            assert_non_null(value);
            if (k)
                assert_int_equal(json_integer_value(value), i == k);
            else
                assert_int_equal(json_object_size(value), i == k);
        }
        json_decref(line);
    }
}

static void each_expectation_is_told_and_read(void **state)
{
    (void)state;
    struct expectation expected = {.parked = {[WAIT_SLEEP] = 511},
                                   .timers = 512,
                                   .timers_held = 513,
                                   .tasks_held = 514,
                                   .held_for = 515,
                                   .contexts = 516,
                                   .channels = 517,
                                   .heap = 518,
                                   .handles = {[ASYNC] = 501, [TIMER] = 502},
                                   .requests = 503,
                                   .queued = 504,
                                   .descriptors = 505,
                                   .threads = 506};
    char wanted[512];
    json_t *line = record_json_expectation(&expected);
    snprintf(wanted, sizeof wanted,
             "{'parked':{'sleep':511},'timers':512,'timers_held':513,'tasks_held':514,"
             "'held_for_ns':515,'contexts':516,'channels':517,'heap_bytes':518,%s",
             plain_text);
    expect_json(line, wanted);
    struct taker taker = {{0}};
    struct expectation read = recorded_expectation(&taker, line);
    assert_string_equal(taker.wrong, "");
    json_decref(line);
    line = record_json_expectation(&read);
    expect_json(line, wanted);
    json_decref(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_tells_of_program_and_machine),
        cmocka_unit_test(what_was_found_is_told),
        cmocka_unit_test(no_more_groups_are_told_than_there_are),
        cmocka_unit_test(what_was_not_asked_is_not_told),
        cmocka_unit_test(each_end_has_its_word),
        cmocka_unit_test(each_series_has_its_words),
        cmocka_unit_test(rare_settings_are_told_where_there_are_any),
        cmocka_unit_test(counts_of_plain_c_are_told_and_read),
        cmocka_unit_test(any_of_plain_c_tells_of_all),
        cmocka_unit_test(each_expectation_is_told_and_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
