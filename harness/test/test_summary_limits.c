/* How much is taken of each member of a result's figures, and what is said where it is of another type. */
#include "test/limits.h"

#include "result/summary_json.h"
#include "result/summary_read.h"
#include <math.h>

/* A result of one pair, of which the leak has one of all that there is. */
static json_t *full_summary(void)
{
    static struct run_figures run = {.requests = 100, .timers_gone = NAN};
    static struct death_figures death = {.repetition = 1, .limit = 5};
    struct measured leak = {.run_count = 1,
                            .runs = &run,
                            .death_count = 1,
                            .deaths = &death,
                            .kept = {.requests = 1},
                            .verdict = (char *)"LEAK",
                            .path = (char *)"leaks/pitfalls/channel_receive.c",
                            .source = (char *)"text",
                            .place_count = 1,
                            .places = {{1, "sleep", "a.c", 5, true}},
                            .made_count = 1,
                            .made = {{1, "handle", "a what", "b.c", "f", 6}}};
    leak.expected.threads = 1;
    struct measured_pair pair = {.id = (char *)"channel_receive",
                                 .family = (char *)"pitfalls",
                                 .title = (char *)"A title",
                                 .twin = (char *)"",
                                 .twin_version = (char *)"1",
                                 .settings = {.rate = 1},
                                 .variants[VARIANT_LEAK] = leak};
    struct summary summary = {.name = (char *)"r",
                              .cut = (char *)"cut",
                              .pair_count = 1,
                              .pairs = &pair,
                              .about = json_pack("{s:{}, s:{}, s:{}, s:[s]}", "machine", "build",
                                                 "libraries", "command", "x")};
    json_t *json = summary_json(&summary);
    json_decref(summary.about);
    assert_non_null(json);
    return json;
}

static const char *said_of(const json_t *json)
{
    static struct taker taker;
    taker = (struct taker){{0}};
    struct summary *read = summary_of_json(json, &taker);
    assert_int_equal(!read, taker.wrong[0] != 0);
    summary_free(read);
    return taker.wrong;
}

static const char *said_with(json_t *json, const char *path, json_t *value)
{
    const char *name;
    json_t *object = place_of(json, path, &name), *was = json_incref(json_object_get(object, name));
    assert_int_equal(json_object_set_new(object, name, value), 0);
    const char *said = said_of(json);
    if (was)
        json_object_set_new(object, name, was);
    else
        json_object_del(object, name);
    return said;
}

static void texts_have_their_limits(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        size_t most;
        const char *said; /* of the longest one */
    } texts[] = {
        {"name", 1000, ""},
        {"cut", 1000, ""},
        {"pairs.0.id", 64, "?"},
        {"pairs.0.family", 64, "?"},
        {"pairs.0.title", 1000, ""},
        {"pairs.0.twin_version", 1000, ""},
        {"pairs.0.leak.verdict", 1000, ""},
        {"pairs.0.leak.source", 1 << 20, ""},
        {"pairs.0.leak.path", 200,
         "\"path\" is not that of the sample: leaks/pitfalls/channel_receive.c"},
        {"pairs.0.leak.parked.0.reason", 63, ""},
        {"pairs.0.leak.parked.0.file", 199, ""},
        {"pairs.0.leak.made.0.kind", 23, ""},
        {"pairs.0.leak.made.0.what", 47, ""},
        {"pairs.0.leak.made.0.file", 199, ""},
        {"pairs.0.leak.made.0.function", 79, ""},
        {"pairs.0.leak.estimates.bytes_once.interval_by", 1000, ""},
    };
    json_t *json = full_summary();
    assert_string_equal(said_of(json), "");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *name;
        char wanted[128];
        place_of(json, texts[i].path, &name);
        snprintf(wanted, sizeof wanted, "\"%s\" is no text of at most %zu bytes", name,
                 texts[i].most);
        assert_string_equal(said_with(json, texts[i].path, text_of(texts[i].most + 1)), wanted);
        const char *said = said_with(json, texts[i].path, text_of(texts[i].most));
        if (*texts[i].said != '?')
            assert_string_equal(said, texts[i].said);
        else /* its sample would stand elsewhere */
            assert_non_null(strstr(said, "\"path\" is not that of the sample: leaks/"));
    }
    json_decref(json);
}

static void numbers_have_their_limits(void **state)
{
    (void)state;
    json_t *json = full_summary();
    static const char *const repetitions[] = {"pairs.0.leak.runs.0.repetition",
                                              "pairs.0.leak.deaths.0.repetition"};
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(said_with(json, repetitions[i], json_integer(100000)), "");
        assert_string_equal(said_with(json, repetitions[i], json_integer(100001)),
                            "\"repetition\" is no whole number from 0 to 100000");
    }
    assert_string_equal(said_with(json, "schema", json_integer(0)),
                        "\"schema\" is no whole number from 1 to 9223372036854775807");
    assert_string_equal(said_with(json, "schema", json_integer(3)),
                        "its schema is 3 and this leaklab reads up to 2: read it with a newer one");
    assert_string_equal(said_with(json, "schema", json_integer(1)), "");
    assert_string_equal(said_with(json, "pairs.0.leak.runs.0.p50", json_string("never")), "");
    assert_string_equal(said_with(json, "pairs.0.leak.runs.0.p50", json_string("ever")),
                        "\"p50\" is no number");
    json_decref(json);
}

static json_t *row_of(const json_t *each, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append(array, (json_t *)each);
    return array;
}

static void rows_have_their_limits(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        size_t most;
    } rows[] = {{"pairs.0.leak.parked", 4},
                {"pairs.0.leak.made", 8},
                {"pairs.0.leak.deaths", 10000},
                {"pairs", 1000}};
    json_t *json = full_summary();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *name;
        char wanted[128];
        const json_t *object = place_of(json, rows[i].path, &name);
        json_t *each = json_incref(json_array_get(json_object_get(object, name), 0));
        snprintf(wanted, sizeof wanted, "\"%s\" has more than %zu elements", name, rows[i].most);
        assert_string_equal(said_with(json, rows[i].path, row_of(each, rows[i].most)), "");
        assert_string_equal(said_with(json, rows[i].path, row_of(each, rows[i].most + 1)), wanted);
        json_decref(each);
    }
    json_decref(json);
}

/* --- Another type ---------------------------------------------------------------------------- */

static char passed_over[4096];

/* Each member in turn; those that nobody minds are noted. */
static void change_each(json_t *whole, json_t *object, const char *within)
{
    const char *name;
    json_t *value;
    void *next;
    json_object_foreach_safe(object, next, name, value)
    {
        char path[256], below[260];
        snprintf(path, sizeof path, "%s%s", within, name);
        snprintf(below, sizeof below, "%s.", path);
        if (json_is_object(value))
            change_each(whole, value, below);
        else if (json_is_object(json_array_get(value, 0)))
            change_each(whole, json_array_get(value, 0), below);
        json_incref(value);
        json_object_set_new(object, name, json_is_array(value) ? json_true() : json_array());
        if (!*said_of(whole))
            snprintf(passed_over + strlen(passed_over), sizeof passed_over - strlen(passed_over),
                     "%s ", path);
        json_object_set_new(object, name, value);
    }
}

static void a_member_of_another_type_is_refused(void **state)
{
    (void)state;
    json_t *json = full_summary();
    change_each(json, json, "");
    assert_string_equal(passed_over, "");
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_have_their_limits),
        cmocka_unit_test(numbers_have_their_limits),
        cmocka_unit_test(rows_have_their_limits),
        cmocka_unit_test(a_member_of_another_type_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
