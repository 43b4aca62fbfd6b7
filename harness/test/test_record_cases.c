/* The lines of a record as they are read: each member comes back to where it was, and is refused where it is of
 * another type. */
#include "test/full_case.h"
#include "test/words.h"

#include "record/record_json.h"
#include "record/recorded_case.h"
#include "record/recorded_conditions.h"
#include <math.h>

static void expect_alike(json_t *one, json_t *other)
{
    char *a = json_dumps(one, JSON_COMPACT), *b = json_dumps(other, JSON_COMPACT);
    assert_string_equal(a, b);
    free(a);
    free(b);
    json_decref(one);
    json_decref(other);
}

/* --- Reading back --------------------------------------------------------------------------- */

static struct recorded_case c;
static struct taker taker;

static void begin(void)
{
    recorded_case_free(&c);
    c = (struct recorded_case){.id = NULL};
    taker = (struct taker){{0}};
}

static void a_sample_is_read_as_it_was(void **state)
{
    (void)state;
    static const struct sample unknown = {
        .phase = PHASE_LOAD,
        .counts.heap = -1,
        .heap = {-1, -1, -1, -1},
        .limited = -1,
        .memory = {-1, -1, -1, -1, -1, -1, -1, false, {-1, -1, -1, -1, -1}},
    };
    begin();
    for (int i = 0; i < 200; i++) {
        const struct sample *was = i % 2 ? &unknown : &full_sample;
        json_t *line = record_json_sample(0, was);
        recorded_case_sample(&c, line, &taker);
        assert_string_equal(taker.wrong, "");
        assert_int_equal(c.sample_count, i + 1);
        assert_int_equal(c.samples[i].counts.heap, was->counts.heap);
        expect_alike(line, record_json_sample(0, &c.samples[i]));
    }
}

static void a_beginning_is_read_as_it_was(void **state)
{
    (void)state;
    struct outcome outcome = full_outcome();
    begin();
    json_t *line = record_json_start(0, &outcome);
    recorded_case_start(&c, line, &taker);
    assert_string_equal(taker.wrong, "");
    assert_string_equal(c.id, "wait_group");
    assert_string_equal(c.family, "strategies");
    assert_string_equal(c.title, "A wait for a worker that never finishes");
    assert_string_equal(c.twin, "go");
    assert_string_equal(c.twin_version, "go1.99");
    assert_int_equal(c.variant, VARIANT_LEAK);
    assert_int_equal(c.repetition, 308);
    expect_alike(json_incref(json_object_get(line, "settings")), record_json_settings(&c.settings));
    expect_alike(json_incref(json_object_get(line, "expected")),
                 record_json_expectation(&c.expected));
    json_decref(line);
    struct settings none = {0};
    line = record_json_settings(&none);
    struct settings read = recorded_settings(&taker, line);
    expect_alike(line, record_json_settings(&read));
}

/* Of before titles were in it: the catalog's, or else the id. */
static void a_title_is_found_where_there_is_none(void **state)
{
    (void)state;
    struct outcome outcome = full_outcome();
    for (int known = 0; known < 2; known++) {
        begin();
        json_t *line = record_json_start(0, &outcome);
        json_object_del(line, "title");
        if (!known)
            json_object_set_new(line, "id", json_string("of_another_time"));
        recorded_case_start(&c, line, &taker);
        assert_string_equal(taker.wrong, "");
        assert_string_equal(c.title, known ? outcome.pair->title : "of_another_time");
        json_decref(line);
    }
}

static void an_end_is_read_as_it_was(void **state)
{
    (void)state;
    struct outcome outcome = full_outcome();
    const struct verdict verdict = {.as_catalogued = true, .words = "LEAK"};
    begin();
    json_t *line = record_json_end(0, &outcome, &verdict);
    recorded_case_end(&c, line, &taker);
    assert_string_equal(taker.wrong, "");
    assert_true(c.ended && c.as_catalogued && c.killed_by_limit);
    assert_ptr_equal(c.end, line);
    assert_int_equal(c.sent, 301);
    assert_int_equal(c.refused, 303);
    assert_int_equal(recorded_started(&c), 0); /* never below */
    c.sent = 310;
    assert_int_equal(recorded_started(&c), 7);
    assert_int_equal(c.ended_at, 309);
    assert_int_equal(c.timers_gone, 304);
    assert_string_equal(c.verdict, "LEAK");
    assert_string_equal(c.ending, "signal");
    for (enum moment moment = 0; moment < MOMENTS; moment++) {
        assert_true(c.counted[moment]);
        assert_memory_equal(&c.counts[moment].waiting,
                            &full_gauges.legs[LEG_LOAD].counts[moment].waiting,
                            sizeof c.counts[moment].waiting);
        assert_int_equal(c.counts[moment].tasks, 312 - moment);
        assert_int_equal(c.counts[moment].timers, 332 - moment);
        assert_int_equal(c.counts[moment].channels, 342 - moment);
        assert_int_equal(c.counts[moment].contexts, 352 - moment);
        assert_int_equal(c.counts[moment].heap, 362 - moment);
    }
    json_decref(line);
    begin();
    full_gauges.progress.phase = PHASE_LOAD;
    outcome.limit_by = LIMIT_NONE;
    line = record_json_end(0, &outcome, &verdict);
    recorded_case_end(&c, line, &taker);
    assert_true(c.counted[MOMENT_BASELINE]);
    assert_false(c.counted[MOMENT_HELD] || c.counted[MOMENT_LEFT] || c.killed_by_limit);
    json_decref(line);
}

static void latencies_follow_each_other(void **state)
{
    (void)state;
    static const struct latency latencies[] = {{1, 4}, {0, 0}, {7, 0}};
    begin();
    for (size_t first = 0; first < 9; first += 3) {
        json_t *line = record_json_latencies(0, first, latencies, 3);
        recorded_case_latencies(&c, line, &taker);
        json_decref(line);
    }
    json_t *line = record_json_latencies(0, 9, NULL, 0);
    recorded_case_latencies(&c, line, &taker);
    json_decref(line);
    assert_string_equal(taker.wrong, "");
    assert_int_equal(c.latency_count, 9);
    for (int i = 0; i < 9; i++)
        assert_memory_equal(&c.latencies[i], &latencies[i % 3], sizeof *latencies);
    assert_true(c.apart);
    line = record_json_latencies(0, 10, latencies, 3);
    recorded_case_latencies(&c, line, &taker);
    assert_string_equal(taker.wrong, "\"first\" is no whole number from 9 to 9");
    assert_int_equal(c.latency_count, 9);
    json_decref(line);
}

/* Records of before had the response alone; and none may have begun after it returned. */
static void lateness_is_a_part_of_the_response(void **state)
{
    (void)state;
    static const struct {
        const char *line, *wrong;
    } all[] = {
        {"{\"first\":0,\"ns\":[5,9]}", ""},
        {"{\"first\":0,\"ns\":[5,9],\"late_ns\":[5,0]}", ""},
        {"{\"first\":0,\"ns\":[5,9],\"late_ns\":[5]}", "\"late_ns\" has not as many as \"ns\""},
        {"{\"first\":0,\"ns\":[5,9],\"late_ns\":[6,0]}",
         "\"late_ns\" has something that is no latency"},
        {"{\"first\":0,\"ns\":[5,9],\"late_ns\":[-1,0]}",
         "\"late_ns\" has something that is no latency"},
        {"{\"first\":0,\"ns\":[5,9],\"late_ns\":7}", "\"late_ns\" is no array"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        json_t *line = json_loads(all[i].line, 0, NULL);
        begin();
        recorded_case_latencies(&c, line, &taker);
        assert_string_equal(taker.wrong, all[i].wrong);
        if (i < 2) {
            assert_int_equal(c.apart, i);
            assert_int_equal(latency_of(&c.latencies[1], LATENCY_RESPONSE), 9);
            assert_int_equal(c.latencies[1].late, i ? 0 : 9);
        }
        json_decref(line);
    }
    begin();
}

static json_t *quantiles_line(int count)
{
    json_t *array = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(array, i == 1000 ? json_null() : json_integer(i));
    return json_pack("{s:o}", "ns", array);
}

static void expect_quantiles(json_t *line, const char *wrong)
{
    taker = (struct taker){{0}};
    recorded_case_quantiles(&c, line, &taker);
    assert_string_equal(taker.wrong, wrong);
    json_decref(line);
}

static void quantiles_are_a_row_of_1001(void **state)
{
    (void)state;
    begin();
    expect_quantiles(quantiles_line(0), ""); /* of a case that answered nothing */
    assert_null(c.quantiles[LATENCY_RESPONSE]);
    expect_quantiles(quantiles_line(1000), "\"ns\" is no row of 1001 quantiles");
    expect_quantiles(quantiles_line(1002), "\"ns\" has more than 1001 elements");
    assert_null(c.quantiles[LATENCY_RESPONSE]);
    expect_quantiles(quantiles_line(1001), "");
    const double *grid = c.quantiles[LATENCY_RESPONSE];
    assert_true(grid[0] == 0 && grid[999] == 999 && isinf(grid[1000]));
    assert_false(c.apart);                                               /* a record of before */
    expect_quantiles(quantiles_line(1001), "a second row of quantiles"); /* once */
    begin();
    json_t *both = quantiles_line(1001);
    json_object_set(both, "late_ns", json_object_get(both, "ns"));
    json_object_set(both, "service_ns", json_object_get(both, "ns"));
    expect_quantiles(both, "");
    assert_true(c.apart && c.quantiles[LATENCY_SERVICE][7] == 7 &&
                c.quantiles[LATENCY_LATE][8] == 8);
    static const char *const wrong[] = {"-1", "1.5", "\"1\""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        begin();
        json_t *line = quantiles_line(1001);
        json_array_set_new(json_object_get(line, "ns"), 500,
                           json_loads(wrong[i], JSON_DECODE_ANY, NULL));
        expect_quantiles(line, "\"ns\" has something that is no latency");
    }
    begin();
}

/* --- Refusing ------------------------------------------------------------------------------- */

typedef void reads(struct recorded_case *c, const json_t *line, struct taker *taker);

static char passed_over[2048];

/* Each member in turn is of another type. Those that nobody minds are noted in passed_over. */
static void change_each(json_t *line, json_t *object, const char *within, reads *read)
{
    const char *name;
    json_t *value;
    void *next;
    json_object_foreach_safe(object, next, name, value)
    {
        char path[256];
        snprintf(path, sizeof path, "%s%s", within, name);
        if (json_is_object(value)) {
            char below[260];
            snprintf(below, sizeof below, "%s.", path);
            change_each(line, value, below, read);
        }
        json_incref(value);
        json_object_set_new(object, name, json_is_array(value) ? json_true() : json_array());
        begin();
        read(&c, line, &taker);
        if (!taker.wrong[0])
            snprintf(passed_over + strlen(passed_over), sizeof passed_over - strlen(passed_over),
                     "%s ", path);
        json_object_set_new(object, name, value);
    }
    begin();
}

static void expect_passed_over(json_t *line, reads *read, const char *names)
{
    passed_over[0] = 0;
    change_each(line, line, "", read);
    assert_string_equal(passed_over, names);
    json_decref(line);
}

static void a_member_of_another_type_is_refused(void **state)
{
    (void)state;
    struct outcome outcome = full_outcome();
    const struct verdict verdict = {.as_catalogued = true, .words = "LEAK", .wrong = "x"};
    expect_passed_over(record_json_sample(0, &full_sample), recorded_case_sample, "type case ");
    expect_passed_over(record_json_start(0, &outcome), recorded_case_start, "type case ");
    expect_passed_over(
        record_json_end(0, &outcome, &verdict), recorded_case_end,
        "type case memory_limit.by memory_limit words phase phase_began_ns.load "
        "phase_began_ns.drain phase_began_ns finished parked_elsewhere verdict.wrong ");
}

static void names_are_small_letters_digits_and_strokes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool right;
    } names[] = {{"a", true},    {"a_1", true},  {"_a", true},       {"z9_", true},
                 {"", false},    {"1a", false},  {"A", false},       {"a-b", false},
                 {"a.b", false}, {"a b", false}, {"\xc3\xa4", false}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        taker = (struct taker){{0}};
        recorded_check_name(&taker, "id", names[i].name);
        assert_int_equal(!take_failed(&taker), names[i].right);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_is_read_as_it_was),
        cmocka_unit_test(a_beginning_is_read_as_it_was),
        cmocka_unit_test(a_title_is_found_where_there_is_none),
        cmocka_unit_test(an_end_is_read_as_it_was),
        cmocka_unit_test(latencies_follow_each_other),
        cmocka_unit_test(lateness_is_a_part_of_the_response),
        cmocka_unit_test(quantiles_are_a_row_of_1001),
        cmocka_unit_test(a_member_of_another_type_is_refused),
        cmocka_unit_test(names_are_small_letters_digits_and_strokes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
