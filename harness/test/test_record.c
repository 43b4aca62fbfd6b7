/* Records: what is written is read back, what was cut off is read as far as it is whole, and what is
 * damaged, hostile or of the future is refused with its line. */
#include "test/planted.h"
#include "test/words.h"

#include "record/recorded.h"
#include "result/summarize.h"
#include "result/summary_json.h"
#include "result/summary_read.h"
#include <math.h>
#include <unistd.h>
#include <zlib.h>

static const struct planted two[] = {
    {.id = "channel_receive", .runs = 2, .requests = 1000, .bytes = {4200, 0}, .seed = 7},
    {.id = "worker_loop", .runs = 2, .requests = 1000, .bytes = {4300, 0}, .seed = 7},
};

/* A case of one pair, as lines to change. */
static char *small_record(size_t *length)
{
    static const struct planted one = {
        .id = "channel_receive", .runs = 1, .requests = 100, .bytes = {4200, 0}, .seed = 7};
    const char *path = planted_path("small.ndjson");
    unlink(path);
    planted_record(path, &one, 1);
    return planted_read(path, length);
}

static struct recorded *read_text(const char *text, size_t length, char why[512])
{
    const char *path = planted_path("changed.ndjson");
    planted_write(path, text, length);
    return recorded_read(path, why, 512);
}

/* --- Round trip ----------------------------------------------------------------------------- */

static void what_is_written_is_read(void **state)
{
    (void)state;
    char why[512];
    planted_record(planted_path("a.ndjson"), two, 2);
    struct recorded *recorded = recorded_read(planted_path("a.ndjson"), why, sizeof why);
    assert_non_null(recorded);
    assert_string_equal(recorded->cut, "");
    assert_true(recorded->closed);
    assert_int_equal(recorded->case_count, 8);
    assert_int_equal(recorded->source_count, 4);
    const struct recorded_case *c = &recorded->cases[0], *fix = &recorded->cases[1];
    assert_string_equal(c->id, "channel_receive");
    assert_string_equal(c->family, "pitfalls");
    assert_string_equal(c->title, "A receive that nobody serves");
    assert_int_equal(c->variant, VARIANT_LEAK);
    assert_int_equal(fix->variant, VARIANT_FIX);
    assert_int_equal(recorded->cases[2].repetition, 1);
    assert_true(c->settings.rate == 1000 && c->settings.requests == 1000);
    assert_int_equal(c->settings.stack_bytes, 65536);
    assert_int_equal(c->expected.parked[WAIT_CHAN_RECEIVE], 1);
    assert_int_equal(c->sample_count, 64);
    assert_int_equal(c->latency_count, 1000);
    assert_int_equal(latency_of(&c->latencies[1], LATENCY_RESPONSE), 617000);
    assert_true(c->ended && c->as_catalogued);
    expect_words(c->verdict, "LEAK 1.000 task/request");
    const struct sample *held = recorded_phase_end(c, PHASE_DRAIN);
    assert_int_equal(held->counts.tasks, 1000);
    assert_int_equal(held->counts.waiting[WAIT_CHAN_RECEIVE], 1000);
    assert_int_equal(held->memory.rss, (10 << 20) + 4200 * 1000);
    assert_int_equal(held->memory.mappings.stacks, 1000 * 4096);
    assert_int_equal(c->samples[1].memory.mappings.stacks, -1);
    assert_int_equal(c->samples[1].memory.charged, -1);
    expect_words(recorded_source(recorded, "leaks/pitfalls/channel_receive.c"), "chan_recv(");
    recorded_free(recorded);
}

static bool same_json(const struct summary *a, const struct summary *b)
{
    json_t *ja = summary_json(a), *jb = summary_json(b);
    bool same = json_equal(ja, jb);
    json_decref(ja);
    json_decref(jb);
    return same;
}

/* Records to figures to JSON to figures. */
static void figures_survive_as_json(void **state)
{
    (void)state;
    char why[512];
    planted_record(planted_path("a.ndjson"), two, 2);
    struct recorded *recorded = recorded_read(planted_path("a.ndjson"), why, sizeof why);
    struct summary *summary = summary_of(recorded);
    assert_int_equal(summary->pair_count, 2);
    const struct measured *leak = &summary_pair(summary, "worker_loop")->variants[VARIANT_LEAK];
    bool same;
    assert_int_equal(leak->run_count, 2);
    assert_true(summary_figure(leak, tasks_left, &same) == 1000 && same);
    assert_true(fabs(leak->bytes_per_request.value - 4300) < 0.01);
    assert_true(fabs(leak->heap_per_request.value - 96) < 1e-9);
    assert_true(fabs(summary_figure(leak, rss_growth, NULL) - 4300 * 1000) < 1);
    /* 1000 latencies, each whole microsecond up to 999 once. */
    assert_true(fabs(summary_median(leak, offsetof(struct run_figures, p50)) - 499500) <= 1);
    assert_true(attribution_accounted(&leak->under_load) > 0.999);
    struct taker taker = {{0}};
    json_t *json = summary_json(summary);
    struct summary *again = summary_of_json(json, &taker);
    assert_non_null(again);
    assert_true(same_json(summary, again));
    json_decref(json);
    summary_free(again);
    summary_free(summary);
    recorded_free(recorded);
}

static void a_compressed_record_is_read_too(void **state)
{
    (void)state;
    char why[512];
    size_t length;
    char *text = small_record(&length);
    const char *path = planted_path("small.gz");
    gzFile file = gzopen(path, "wb");
    gzwrite(file, text, (unsigned)length);
    gzclose(file);
    struct recorded *recorded = recorded_read(path, why, sizeof why);
    assert_non_null(recorded);
    assert_int_equal(recorded->case_count, 2);
    recorded_free(recorded);
    /* And one whose compressed data stop short. */
    char *packed = planted_read(path, &length);
    planted_write(path, packed, length * 3 / 4);
    recorded = recorded_read(path, why, sizeof why);
    assert_non_null(recorded);
    expect_words(recorded->cut, "cut off within line");
    recorded_free(recorded);
    free(packed);
    free(text);
}

/* --- Cut off -------------------------------------------------------------------------------- */

static void a_cut_record_is_read_to_its_last_whole_line(void **state)
{
    (void)state;
    char why[512];
    size_t length;
    char *text = small_record(&length);
    size_t first = strcspn(text, "\n") + 1, number = 0;
    for (size_t cut = first; cut < length; cut += 97) {
        struct recorded *recorded = read_text(text, cut, why);
        if (!recorded)
            fail_msg("cut at %zu of %zu: %s", cut, length, why);
        bool at_line = text[cut - 1] == '\n';
        expect_words(recorded->cut, at_line ? "ends without its last line" : "cut off within line");
        if (number++ % 32 == 0) { /* its intervals take a hundred times as long as reading it */
            struct summary *summary = summary_of(recorded);
            assert_non_null(summary);
            summary_free(summary);
        }
        recorded_free(recorded);
    }
    assert_null(read_text(text, first - 1, why)); /* not even a header */
    expect_words(why, ":1: no whole line: not a record");
    free(text);
}

/* --- Refused -------------------------------------------------------------------------------- */

/* The small record with the first `from` in it replaced; it must be refused with these words. */
static void refuse(const char *from, const char *to, const char *words)
{
    char why[512];
    size_t length;
    char *text = small_record(&length), *at = strstr(text, from);
    if (!at)
        fail_msg("no %s in the record", from);
    char *changed = malloc(length + strlen(to) + 1);
    size_t before = (size_t)(at - text);
    memcpy(changed, text, before);
    snprintf(changed + before, length + strlen(to) + 1 - before, "%s%s", to, at + strlen(from));
    struct recorded *recorded = read_text(changed, strlen(changed), why);
    if (recorded)
        fail_msg("%s for %s was taken", to, from);
    expect_words(why, words);
    expect_match(why, "changed.ndjson:[0-9]+: ");
    free(changed);
    free(text);
}

static void damage_is_named_with_its_line(void **state)
{
    (void)state;
    refuse("{\"type\":\"sample\"", "{\"type\":sample", "no JSON");
    refuse("\"tasks\":0", "\"tasks\":\"0\"", "\"tasks\" is no whole number");
    refuse("\"tasks\":0", "\"tasks\":-1", "\"tasks\" is no whole number");
    refuse("\"tasks\":0", "\"tasks\":1e3", "\"tasks\" is no whole number");
    refuse("\"tasks\":0", "\"tasks\":99999999999999999999", "too big integer");
    refuse("\"tasks\":0", "\"tasks\":0,\"tasks\":1", "duplicate");
    refuse("\"rate_per_second\":1000.0", "\"rate_per_second\":1e999", "real number overflow");
    refuse("\"rate_per_second\":1000.0", "\"rate_per_second\":-1.0", "no rate");
    refuse("\"rate_per_second\":1000.0", "\"rate_per_second\":[]", "no number");
    refuse("\"phase\":\"load\"", "\"phase\":\"lunch\"", "\"phase\" is none that is known");
    refuse("\"phase_ends\":true", "\"phase_ends\":1", "neither true nor false");
    refuse("\"case\":0", "\"case\":1", "\"case\" is no whole number");
    refuse("\"case\":0,\"time_ns\"", "\"case\":7,\"time_ns\"", "\"case\" is no whole number");
    refuse("\"variant\":\"leak\"", "\"variant\":\"flood\"", "neither leak nor fix");
    refuse("\"first\":0", "\"first\":1", "\"first\" is no whole number");
    refuse("\"ns\":[0,", "\"ns\":[-5,", "no latency");
    refuse("\"ns\":[", "\"ns\":[7,", "not as many");
    refuse("\"heap\":{", "\"heap\":7,\"h\":{", "\"heap\" is no object");
    refuse("\"machine\":{", "\"machine\":[],\"m\":{", "\"machine\" is no object");
    refuse("\"command\":[", "\"command\":[1,", "a word that is no text");
    refuse("{\"type\":\"end\"", "{\"type\":\"header\"", "a second header");
}

static void what_would_escape_is_refused(void **state)
{
    (void)state;
    refuse("\"id\":\"channel_receive\"", "\"id\":\"../../etc/passwd\"", "\"id\" is no name");
    refuse("\"id\":\"channel_receive\"", "\"id\":\"<b>\"", "\"id\" is no name");
    refuse("\"id\":\"channel_receive\"", "\"id\":\"\"", "\"id\" is no name");
    refuse("\"family\":\"pitfalls\"", "\"family\":\"a/b\"", "\"family\" is no name");
    refuse("\"title\":\"A", "\"title\":\"\\u0000A", "");
}

static void a_schema_of_the_future_is_refused(void **state)
{
    (void)state;
    refuse("\"schema\":1", "\"schema\":3", "read it with a newer one");
    refuse("\"schema\":1", "\"schema\":\"1\"", "\"schema\" is no whole number");
    refuse("\"schema\":1", "\"schema\":0", "\"schema\" is no whole number");
}

/* What a newer writer says besides is passed over. */
static void unknown_lines_and_members_are_passed_over(void **state)
{
    (void)state;
    char why[512];
    size_t length;
    char *text = small_record(&length), *changed = NULL;
    size_t first = strcspn(text, "\n") + 1;
    assert_true(asprintf(&changed, "%.*s{\"type\":\"weather\",\"rain\":true}\n%s", (int)first, text,
                         text + first) > 0);
    struct recorded *recorded = read_text(changed, strlen(changed), why);
    assert_non_null(recorded);
    assert_int_equal(recorded->case_count, 2);
    recorded_free(recorded);
    free(changed);
    free(text);
}

static void what_is_no_text_is_refused(void **state)
{
    (void)state;
    enum { ABSURD = 6 << 20 };
    char why[512];
    static const char binary[] = "\x7f"
                                 "ELF\0\0\0\1\n\0\n";
    assert_null(read_text(binary, sizeof binary, why));
    assert_null(read_text("", 0, why));
    expect_words(why, "not a record");
    assert_null(read_text("[]\n", 3, why));
    assert_null(read_text("{\"type\":\"sample\"}\n", 18, why));
    expect_words(why, "no record begins like this");
    char *line = malloc(ABSURD);
    memset(line, 'a', ABSURD);
    line[ABSURD - 1] = '\n';
    assert_null(read_text(line, ABSURD, why));
    expect_words(why, "longer than 4194304 bytes");
    memset(line, '[', ABSURD);
    line[1 << 20] = '\n';
    assert_null(read_text(line, (1 << 20) + 1, why)); /* nested a million deep */
    expect_words(why, "no JSON");
    free(line);
    assert_null(recorded_read(planted_path("nowhere"), why, sizeof why));
    expect_words(why, "No such file");
    assert_null(recorded_read(planted_path("."), why, sizeof why));
    expect_words(why, "Is a directory");
}

/* --- A flood of changes --------------------------------------------------------------------- */

/* Whatever single byte is wrong, the reader takes it or refuses it in words. */
static void no_byte_brings_the_reader_down(void **state)
{
    (void)state;
    char why[512];
    size_t length;
    uint64_t seed = 1;
    char *text = small_record(&length);
    for (int i = 0; i < (support_is_instrumented() ? 60 : 400); i++) {
        size_t at = support_random(&seed) % length;
        char was = text[at];
        text[at] = (char)support_random(&seed);
        struct recorded *recorded = read_text(text, length, why);
        assert_true(recorded || why[0] != 0);
        if (i % 4 == 0 && recorded) {
            struct summary *summary = summary_of(recorded);
            assert_non_null(summary);
            summary_free(summary);
        }
        recorded_free(recorded);
        text[at] = was;
    }
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_is_read),           TEST(figures_survive_as_json),
        TEST(a_compressed_record_is_read_too),   TEST(a_cut_record_is_read_to_its_last_whole_line),
        TEST(damage_is_named_with_its_line),     TEST(what_would_escape_is_refused),
        TEST(a_schema_of_the_future_is_refused), TEST(unknown_lines_and_members_are_passed_over),
        TEST(what_is_no_text_is_refused),        TEST(no_byte_brings_the_reader_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
