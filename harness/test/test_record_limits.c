/* How much a reader takes of each member of a record's lines: as much as is told here, and no more. */
#include "test/full_case.h"
#include "test/limits.h"
#include "test/quoted.h"
#include "test/words.h"

#include "record/record_json.h"
#include "record/recorded_case.h"
#include "record/recorded_conditions.h"

static struct recorded_case c;

typedef void reads(struct recorded_case *c, const json_t *line, struct taker *taker);

/* A header has no case. */
static void read_header(struct recorded_case *unused, const json_t *line, struct taker *taker)
{
    (void)unused;
    recorded_check_header(taker, line);
}

/* What is said of the line. Static text. */
static const char *said_of(reads *read, const json_t *line)
{
    static struct taker taker;
    taker = (struct taker){{0}};
    recorded_case_free(&c);
    c = (struct recorded_case){.id = NULL};
    read(&c, line, &taker);
    return taker.wrong;
}

static const char *said_with(reads *read, json_t *line, const char *path, json_t *value)
{
    const char *name;
    json_t *object = place_of(line, path, &name), *was = json_incref(json_object_get(object, name));
    assert_int_equal(json_object_set_new(object, name, value), 0);
    const char *said = said_of(read, line);
    if (was)
        json_object_set_new(object, name, was);
    else
        json_object_del(object, name);
    return said;
}

/* --- Texts ----------------------------------------------------------------------------------- */

struct limit {
    const char *path;
    int most;
};

static void expect_texts(reads *read, json_t *line, const struct limit *limits, size_t count)
{
    assert_string_equal(said_of(read, line), "");
    for (size_t i = 0; i < count; i++) {
        const char *name;
        char wanted[128];
        place_of(line, limits[i].path, &name);
        snprintf(wanted, sizeof wanted, "\"%s\" is no text of at most %d bytes", name,
                 limits[i].most);
        assert_string_equal(
            said_with(read, line, limits[i].path, text_of((size_t)limits[i].most + 1)), wanted);
        assert_string_equal(said_with(read, line, limits[i].path, text_of((size_t)limits[i].most)),
                            "");
    }
    json_decref(line);
}

static void texts_of_a_beginning_have_their_limits(void **state)
{
    (void)state;
    struct outcome outcome = full_outcome();
    static const struct limit limits[] = {
        {"id", 64}, {"family", 64}, {"title", 1000}, {"twin", 64}, {"twin_version", 64}};
    expect_texts(recorded_case_start, record_json_start(0, &outcome), limits,
                 sizeof limits / sizeof *limits);
}

static void texts_of_an_end_have_their_limits(void **state)
{
    (void)state;
    static const struct verdict verdict = {.words = "LEAK"};
    struct outcome outcome = full_well();
    static const struct limit limits[] = {
        {"verdict.words", 1000},          {"ended", 64},
        {"parked.0.reason", 64},          {"parked.0.file", 1000},
        {"parked.0.function", 1000},      {"objects.0.kind", 64},
        {"objects.0.what", 1000},         {"objects.0.made_file", 1000},
        {"objects.0.made_function", 1000}};
    expect_texts(recorded_case_end, record_json_end(0, &outcome, &verdict), limits,
                 sizeof limits / sizeof *limits);
}

static void texts_of_a_header_have_their_limits(void **state)
{
    (void)state;
    static const struct limit limits[] = {{"time", 200}, {"commit", 200}, {"leaklab", 200}};
    expect_texts(
        read_header,
        json_pack("{s:{}, s:{}, s:{}, s:[s]}", "machine", "build", "libraries", "command", "x"),
        limits, sizeof limits / sizeof *limits);
}

/* Words that are one of a few: whatever else there is, is refused by what it should have been. */
static void words_are_of_their_kinds(void **state)
{
    (void)state;
    struct outcome outcome = full_outcome();
    json_t *line = record_json_start(0, &outcome), *sample = record_json_sample(0, &full_sample);
    assert_string_equal(said_with(recorded_case_start, line, "variant", text_of(64)),
                        "\"variant\" is neither leak nor fix");
    assert_string_equal(said_with(recorded_case_start, line, "settings.arrivals", text_of(64)),
                        "\"arrivals\" is neither constant nor poisson");
    assert_string_equal(said_with(recorded_case_start, line, "settings.arrivals", text_of(65)),
                        "\"arrivals\" is no text of at most 64 bytes");
    assert_string_equal(said_with(recorded_case_sample, sample, "phase", text_of(64)),
                        "\"phase\" is none that is known");
    assert_string_equal(said_with(recorded_case_sample, sample, "phase", text_of(65)),
                        "\"phase\" is no text of at most 64 bytes");
    assert_string_equal(said_with(recorded_case_start, line, "twin", json_string("Go")),
                        "\"twin\" is no name: small letters, digits and '_'");
    json_decref(line);
    json_decref(sample);
}

/* --- Numbers --------------------------------------------------------------------------------- */

static void expect_whole(reads *read, json_t *line, const char *path, json_int_t least,
                         json_int_t most)
{
    const char *name;
    char wanted[128];
    place_of(line, path, &name);
    snprintf(wanted, sizeof wanted, "\"%s\" is no whole number from %lld to %lld", name, least,
             most);
    assert_string_equal(said_with(read, line, path, json_integer(least)), "");
    assert_string_equal(said_with(read, line, path, json_integer(most)), "");
    assert_string_equal(said_with(read, line, path, json_integer(least - 1)), wanted);
    assert_string_equal(said_with(read, line, path, json_integer(most + 1)), wanted);
}

static void whole_numbers_have_their_limits(void **state)
{
    (void)state;
    static const struct verdict verdict = {.words = "LEAK"};
    static const char *const kept[] = {"tasks",  "channels",   "contexts",   "timers",
                                       "blocks", "heap_bytes", "stack_bytes"};
    struct outcome outcome = full_well();
    json_t *line = record_json_start(0, &outcome);
    expect_whole(recorded_case_start, line, "repetition", 0, 100000);
    expect_whole(recorded_case_start, line, "expected.timers", 0, 4294967295);
    expect_whole(recorded_case_start, line, "expected.timers_held", 0, 4294967295);
    json_decref(line);
    line = record_json_end(0, &outcome, &verdict);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        char path[64];
        snprintf(path, sizeof path, "kept.%s", kept[i]);
        expect_whole(recorded_case_end, line, path, -9007199254740992, 9007199254740992);
    }
    json_decref(line);
}

static void shares_are_from_0_to_1(void **state)
{
    (void)state;
    static const struct verdict verdict = {.words = "LEAK"};
    static const char *const names[] = {"others", "stolen", "waited"};
    struct outcome outcome = full_outcome();
    json_t *line = record_json_end(0, &outcome, &verdict);
    for (size_t i = 0; i < 3; i++) {
        static const double good[] = {0, 1}, bad[] = {-0.001, 1.001};
        char path[64], wanted[64];
        snprintf(path, sizeof path, "noise.%s", names[i]);
        snprintf(wanted, sizeof wanted, "\"%s\" is no share from 0 to 1", names[i]);
        for (size_t k = 0; k < 2; k++) {
            assert_string_equal(said_with(recorded_case_end, line, path, json_real(good[k])), "");
            assert_string_equal(said_with(recorded_case_end, line, path, json_real(bad[k])),
                                wanted);
        }
    }
    assert_string_equal(said_of(recorded_case_end, line), "");
    assert_true(c.noise.load_average == 1.5 && c.noise.others == 0.25 && c.noise.stolen == 0.125);
    assert_true(isnan(c.noise.waited));
    json_decref(line);
}

static void rates_are_not_negative(void **state)
{
    (void)state;
    struct outcome outcome = full_outcome();
    json_t *line = record_json_start(0, &outcome);
    assert_string_equal(
        said_with(recorded_case_start, line, "settings.rate_per_second", json_real(0)), "");
    assert_string_equal(
        said_with(recorded_case_start, line, "settings.rate_per_second", json_real(-0.001)),
        "\"rate_per_second\" is no rate");
    assert_string_equal(
        said_with(recorded_case_start, line, "settings.rate_per_second", json_null()),
        "\"rate_per_second\" is no rate");
    assert_string_equal(
        said_with(recorded_case_start, line, "settings.samples_per_second", json_real(-1)), "");
    assert_true(c.settings.looks_per_second == 0);
    json_decref(line);
}

/* --- Rows ------------------------------------------------------------------------------------ */

static json_t *row_of(size_t count, json_t *each)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append(array, each);
    json_decref(each);
    return array;
}

static void expect_rows(reads *read, json_t *line, const char *path, size_t most, json_t *each)
{
    const char *name;
    char wanted[128];
    place_of(line, path, &name);
    snprintf(wanted, sizeof wanted, "\"%s\" has more than %zu elements", name, most);
    assert_string_equal(said_with(read, line, path, row_of(most, json_incref(each))), "");
    assert_string_equal(said_with(read, line, path, row_of(most + 1, each)), wanted);
}

static void rows_have_their_limits(void **state)
{
    (void)state;
    static const struct verdict verdict = {.words = "LEAK"};
    struct outcome outcome = full_well();
    json_t *line = record_json_end(0, &outcome, &verdict);
    json_t *parked = json_incref(json_array_get(json_object_get(line, "parked"), 0)),
           *object = json_incref(json_array_get(json_object_get(line, "objects"), 0));
    expect_rows(recorded_case_end, line, "parked", 1000, parked);
    expect_rows(recorded_case_end, line, "objects", 1000, object);
    json_decref(line);
    line = json_pack("{s:i, s:[]}", "first", 0, "ns");
    expect_rows(recorded_case_latencies, line, "ns", 100000, json_integer(1));
    json_decref(line);
    line = json_pack("{s:{}, s:{}, s:{}, s:[s]}", "machine", "build", "libraries", "command", "x");
    expect_rows(read_header, line, "command", 1000, json_string("x"));
    json_decref(line);
}

/* --- Members of members ---------------------------------------------------------------------- */

/* Each in turn is of another type; those that nobody minds. */
static void each_place_in_a_row_is_looked_at(void **state)
{
    (void)state;
    static const struct verdict verdict = {.words = "LEAK"};
    struct outcome outcome = full_well();
    json_t *line = record_json_end(0, &outcome, &verdict);
    static const char *const rows[] = {"parked.0.", "objects.0."};
    char passed_over[512] = "";
    for (size_t i = 0; i < 2; i++) {
        const char *name;
        json_t *value, *row = place_of(line, rows[i], &name);
        void *next;
        json_object_foreach_safe(row, next, name, value)
        {
            char path[64];
            snprintf(path, sizeof path, "%s%s", rows[i], name);
            if (!*said_with(recorded_case_end, line, path, json_array()))
                snprintf(passed_over + strlen(passed_over),
                         sizeof passed_over - strlen(passed_over), "%s ", path);
        }
    }
    assert_string_equal(passed_over,
                        "parked.0.made_file parked.0.made_line parked.0.made_function ");
    json_decref(line);
}

/* How many requests there were, of those that returned and those that began. */
static void what_is_asked_of_a_case(void **state)
{
    (void)state;
    static struct latency latencies[3];
    double grid[1001], given[1001] = {5};
    struct recorded_case one = {
        .sent = 10, .refused = 3, .latencies = latencies, .latency_count = 3, .returned = 7};
    assert_int_equal(recorded_started(&one), 7);
    assert_false(recorded_apart(&one));
    assert_true(recorded_all(&one, LATENCY_RESPONSE) == 10);
    assert_true(recorded_all(&one, LATENCY_SERVICE) == 10);
    assert_true(recorded_all(&one, LATENCY_LATE) == 3);
    assert_true(recorded_grid(&one, LATENCY_SERVICE, grid) && isnan(grid[0]) && isnan(grid[1000]));
    assert_true(recorded_grid(&one, LATENCY_RESPONSE, grid) && grid[0] == 0 && isinf(grid[1000]));
    one.apart = true;
    assert_true(recorded_grid(&one, LATENCY_LATE, grid) && grid[1000] == 0);
    one.quantiles[LATENCY_LATE] = given;
    assert_true(recorded_all(&one, LATENCY_LATE) == 7);
    assert_true(recorded_grid(&one, LATENCY_LATE, grid) && grid[0] == 5);
    one.sent = 2; /* more returned than it says it has sent */
    assert_true(recorded_all(&one, LATENCY_SERVICE) == 3);
    assert_int_equal(recorded_started(&one), 0);
    struct recorded_case none = {.sent = 0};
    assert_true(recorded_apart(&none));
}

static int drop(void **state)
{
    (void)state;
    recorded_case_free(&c);
    c = (struct recorded_case){.id = NULL};
    return 0;
}

#define TEST(name) cmocka_unit_test_teardown(name, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(texts_of_a_beginning_have_their_limits),
        TEST(texts_of_an_end_have_their_limits),
        TEST(texts_of_a_header_have_their_limits),
        TEST(words_are_of_their_kinds),
        TEST(whole_numbers_have_their_limits),
        TEST(shares_are_from_0_to_1),
        TEST(rates_are_not_negative),
        TEST(rows_have_their_limits),
        TEST(each_place_in_a_row_is_looked_at),
        TEST(what_is_asked_of_a_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
