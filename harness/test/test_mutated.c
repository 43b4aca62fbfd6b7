/* Results that somebody, or a disk, has changed: whatever is in them, they are refused in words or told of as
 * text, and nothing falls over. MUTATIONS=1500 tries so many; every one is made of its number. */
#include "test/planted.h"
#include "test/words.h"

#include "page/pages.h"
#include "record/recorded.h"
#include "report/comparison.h"
#include "report/grid.h"
#include "result/cite.h"
#include "result/conditions.h"
#include "result/costs.h"
#include "result/death.h"
#include "result/forecast_pair.h"
#include "result/fullest.h"
#include "result/result.h"
#include "result/summarize.h"
#include "result/unfinished.h"
#include <jansson.h>
#include <zlib.h>

/* --- Changing ------------------------------------------------------------------------------- */

#define HOSTILE "\033[31m<script>alert(1)</script>|`\"'\\}{\xe2\x80\xae\n- x\xc2\x9b"

static json_t *hostile_value(uint64_t *seed)
{
    static const double numbers[] = {-1,     0,      0.5,     1e308,     -1e308,
                                     1e-308, 9.3e18, -9.3e18, 4294967296};
    static const char *const texts[] = {"", "never", "leak", "go", "../../x", HOSTILE, "100%s%n"};
    uint32_t choice = support_random(seed);
    switch (choice % 8) {
    case 0:
        return json_null();
    case 1:
        return json_boolean(choice & 256);
    case 2:
        return json_integer(choice & 256 ? INT64_MAX : INT64_MIN);
    case 3:
        return json_integer((json_int_t)(support_random(seed) % 5) - 1);
    case 4:
        return json_real(numbers[support_random(seed) % (sizeof numbers / sizeof *numbers)]);
    case 5:
        return json_array();
    case 6:
        return json_object();
    default:
        return json_string(texts[support_random(seed) % (sizeof texts / sizeof *texts)]);
    }
}

/* Mostly of the same kind, so that it is read: a number for a number, words for words. */
static json_t *other_value(const json_t *value, uint64_t *seed)
{
    static const json_int_t counts[] = {0, 1, 2, 3, 1000, UINT32_MAX, INT64_MAX};
    static const double reals[] = {0, 1e-300, 0.5, 3, 1e9, 1e15, 1e18, 1e300};
    uint32_t choice = support_random(seed);
    if (choice % 4 == 0)
        return hostile_value(seed);
    if (json_is_integer(value))
        return json_integer(counts[(choice >> 8) % (sizeof counts / sizeof *counts)]);
    if (json_is_real(value))
        return json_real(reals[(choice >> 8) % (sizeof reals / sizeof *reals)] *
                         (choice & 4 ? 1 : -1));
    if (json_is_string(value))
        return json_string(choice & 256 ? HOSTILE : "");
    return json_is_null(value) ? json_real(7) : json_boolean(!json_is_true(value));
}

/* Goes down by chance, and changes, takes away or doubles what it comes to. */
static void change_json(json_t *json, uint64_t *seed)
{
    size_t size = json_is_object(json) ? json_object_size(json) : json_array_size(json);
    size_t number = size ? support_random(seed) % size : 0;
    bool here = support_random(seed) % 40 == 0;
    if (!size)
        return;
    if (json_is_array(json)) {
        json_t *value = json_array_get(json, number);
        if (!here && (json_is_object(value) || json_is_array(value)))
            change_json(value, seed);
        else if (support_random(seed) % 5 == 0)
            json_array_insert_new(json, number, json_deep_copy(value));
        else if (support_random(seed) % 5 == 0)
            json_array_remove(json, number);
        else
            json_array_set_new(json, number, other_value(value, seed));
        return;
    }
    void *at = json_object_iter(json);
    while (number--)
        at = json_object_iter_next(json, at);
    json_t *value = json_object_iter_value(at);
    if (!here && (json_is_object(value) || json_is_array(value)))
        change_json(value, seed);
    else if (support_random(seed) % 9 == 0)
        json_object_del(json, json_object_iter_key(at));
    else
        json_object_iter_set_new(json, at, other_value(value, seed));
}

/* Of the text some bytes are others, or a piece is missing or there twice. */
static char *change_bytes(const char *text, size_t *length, uint64_t *seed)
{
    char *changed = malloc(2 * *length + 1);
    size_t at = support_random(seed) % *length, rest = *length - at;
    size_t piece = support_random(seed) % (rest < 200 ? rest : 200);
    assert_non_null(changed);
    memcpy(changed, text, *length);
    switch (support_random(seed) % 4) {
    case 0:
        memmove(changed + at, changed + at + piece, rest - piece);
        *length -= piece;
        break;
    case 1:
        memmove(changed + at + piece, text + at, rest);
        *length += piece;
        break;
    case 2:
        *length = at;
        break;
    default:
        for (int i = 0; i < 3; i++)
            changed[support_random(seed) % *length] = (char)support_random(seed);
    }
    changed[*length] = 0;
    return changed;
}

static char *changed_json(const char *text, size_t *length, uint64_t *seed)
{
    json_t *json = json_loadb(text, *length, 0, NULL);
    assert_non_null(json);
    for (uint32_t n = 1 + support_random(seed) % 2; n; n--)
        change_json(json, seed);
    char *changed = json_dumps(json, JSON_INDENT(1));
    json_decref(json);
    assert_non_null(changed);
    *length = strlen(changed);
    return changed;
}

/* A line of the record is changed as JSON. */
static char *changed_line(const char *text, size_t *length, uint64_t *seed)
{
    size_t at = support_random(seed) % *length, begin = at;
    while (begin && text[begin - 1] != '\n')
        begin--;
    size_t line = strcspn(text + begin, "\n"), more = line;
    char *other = line ? changed_json(text + begin, &more, seed) : strdup("");
    char *whole = malloc(*length - line + more + 1);
    assert_non_null(whole);
    for (char *c = other; *c; c++)
        *c = *c == '\n' ? ' ' : *c;
    sprintf(whole, "%.*s%s%s", (int)begin, text, other, text + begin + line);
    *length = strlen(whole);
    free(other);
    return whole;
}

/* --- Telling -------------------------------------------------------------------------------- */

static FILE *nowhere;
static int told; /* results that could be read after all */

static void expect_text(char *text, bool html)
{
    assert_non_null(text);
    expect_no_words(text, "\033");
    expect_no_words(text, "\xc2\x9b");
    expect_no_words(text, "\xe2\x80\xae");
    if (html)
        expect_no_words(text, "<script");
    free(text);
}

static void tell_pair(const struct summary *summary, const struct measured_pair *pair)
{
    for (enum cite_format format = 0; format < CITE_FORMATS; format++)
        expect_text(cite(summary, pair, format), false);
    for (enum variant v = 0; v < VARIANTS; v++) {
        struct forecast forecast = forecast_of(pair, v, 1000, 256 << 20);
        expect_text(forecast_words(&forecast), false);
        for (size_t i = 0; i < pair->variants[v].death_count; i++)
            expect_text(death_figures_words(&pair->variants[v].deaths[i]), false);
    }
}

static void tell_pages(struct summary *summary)
{
    struct page_files pages;
    struct edition *edition = edition_of(summary, NULL, 0);
    assert_non_null(edition);
    edition->benchmarked = summary->benchmarks ? summary : NULL;
    edition->compared = summary->versus ? summary : NULL;
    assert_true(pages_make(edition, &pages));
    for (size_t i = 0; i < pages.count; i++) {
        expect_text(pages.files[i].text, strstr(pages.files[i].name, ".html") != NULL);
        pages.files[i].text = NULL;
    }
    pages_free(&pages);
    edition_free(edition);
}

static void tell_comparison(const struct summary *was, const struct summary *is)
{
    struct terminal t = {.out = nowhere, .width = 60};
    size_t pairs, costs;
    struct comparison *rows = compare(was, is, &pairs);
    struct cost_comparison *more = compare_costs(was->benchmarks, is->benchmarks, false, &costs);
    assert_true(rows && more);
    assert_true(comparison_pairs(&t, rows, pairs, true));
    assert_true(comparison_costs(&t, "x", more, costs, true));
    expect_text(conditions_differ(was, is), false);
    free(rows);
    free(more);
}

static void tell(struct summary *summary, const struct summary *original)
{
    struct terminal t = {.out = nowhere};
    told++;
    for (size_t i = 0; i < summary->pair_count; i++)
        tell_pair(summary, &summary->pairs[i]);
    assert_true(grid_print(&t, summary));
    tell_pages(summary);
    tell_comparison(original, summary);
    tell_comparison(summary, original);
}

/* --- Results -------------------------------------------------------------------------------- */

static const char *const files[] = {RESULT_JSON, RESULT_BENCHMARKS, RESULT_VERSUS, "record"};
enum { FILES = sizeof files / sizeof *files, RECORD = FILES - 1 };

struct original {
    const char *name;
    char *text[FILES];
    size_t length[FILES];
    struct summary *summary;
};

/* Benchmarks whose costs grow, so that there is something to draw, and a comparison. */
static const char report[] =
    "{\"context\": {\"date\": \"2026-01-31T00:30:00+01:00\", \"num_cpus\": 2}, \"benchmarks\": ["
    "{\"run_name\": \"a/1\", \"cpu_time\": 1, \"time_unit\": \"ns\", \"iterations\": 5},"
    "{\"run_name\": \"a/10\", \"cpu_time\": 2, \"time_unit\": \"us\", \"label\": \"x\"},"
    "{\"run_name\": \"a/10\", \"cpu_time\": 3, \"time_unit\": \"us\"},"
    "{\"run_name\": \"a\", \"run_type\": \"aggregate\", \"aggregate_name\": \"BigO\", "
    "\"cpu_coefficient\": 1, \"big_o\": \"N\", \"time_unit\": \"ns\"},"
    "{\"run_name\": \"b\", \"run_type\": \"aggregate\", \"aggregate_name\": \"mean\", "
    "\"cpu_time\": 1, \"time_unit\": \"ns\", \"iterations\": 5}]}";
static const char versus[] =
    "{\"context\": {\"date\": \"2026-01-31T00:30:00+01:00\", \"num_cpus\": 2}, \"benchmarks\": ["
    "{\"run_name\": \"versus/ours/y\", \"cpu_time\": 1, \"time_unit\": \"ns\", \"label\": \"y\"},"
    "{\"run_name\": \"versus/go/y\", \"cpu_time\": 3, \"time_unit\": \"ns\"}]}";

/* Takes the text. */
static void put(const struct original *o, size_t file, char *text, size_t length)
{
    const char *path = planted_path("results/%s/%s", o->name, files[file]);
    if (file == RECORD) {
        gzFile out = gzopen(planted_path("results/%s/" RESULT_RECORD, o->name), "wb1");
        assert_non_null(out);
        if (length)
            gzwrite(out, text, (unsigned)length);
        assert_int_equal(gzclose(out), Z_OK);
    } else
        planted_write(path, text, length);
    free(text);
}

static void plant(struct original *o)
{
    char why[512];
    struct planted two[2] = {planted_two[0], planted_two[1]};
    two[0].requests = two[1].requests = 100;
    two[1].memory_limit = 64 << 20;
    planted_record(planted_path("m.ndjson"), two, 2);
    planted_write(planted_path("bench.json"), report, sizeof report - 1);
    planted_write(planted_path("versus.json"), versus, sizeof versus - 1);
    const struct ran *ran = planted_shell(
        "$LAB save --machine m m.ndjson bench.json versus.json >/dev/null && ls results "
        "| head -n 1 | tr -d '\\n' && zcat results/*/" RESULT_RECORD " >record");
    assert_int_equal(ran->status, 0);
    o->name = strdup(ran->said);
    for (size_t i = 0; i < FILES; i++)
        o->text[i] = planted_read(i == RECORD ? planted_path("record")
                                              : planted_path("results/%s/%s", o->name, files[i]),
                                  &o->length[i]);
    o->summary = result_load(planted_path("results"), o->name, why, sizeof why);
    assert_non_null(o->summary);
}

static void read_result(const struct original *o)
{
    char why[512] = "";
    struct summary *summary = result_load(planted_path("results"), o->name, why, sizeof why);
    assert_true(summary || why[0]);
    if (summary)
        tell(summary, o->summary);
    summary_free(summary);
}

static void read_record(const struct original *o)
{
    char why[512] = "";
    struct recorded *recorded =
        recorded_read(planted_path("results/%s/" RESULT_RECORD, o->name), why, sizeof why);
    assert_true(recorded || why[0]);
    struct summary *summary = recorded ? summary_of(recorded) : NULL;
    for (size_t i = 0; recorded && i < recorded->case_count; i++)
        free(unfinished_words(&recorded->cases[i]));
    if (summary)
        tell(summary, o->summary);
    summary_free(summary);
    recorded_free(recorded);
}

/* The commands, with gnuplot, on what is there now. */
static void run_commands(int number)
{
    static const char *const lines[] = {"$LAB verify", "$LAB report",
                                        "$LAB cite channel_receive --format bibtex",
                                        "$LAB report results/*/" RESULT_RECORD " --output out",
                                        "$LAB forecast channel_receive --rate 1 --memory 1G"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct ran *ran = planted_shell("%s", lines[i]);
        if (ran->status > 1)
            fail_msg("mutation %d: %s ended with %d: %s", number, lines[i], ran->status, ran->said);
        expect_no_words(ran->said, "\033");
        expect_no_words(ran->said, "Sanitizer");
        expect_no_words(ran->said, "runtime error");
    }
}

static void mutate(const struct original *o, int number)
{
    uint64_t seed = (uint64_t)number;
    uint32_t choice = support_random(&seed) % 8;
    size_t file = choice < 3 ? 0 : choice < 5 ? RECORD : choice < 7 ? 1 : 2;
    size_t length = o->length[file];
    char *changed = support_random(&seed) % 5 == 0 ? change_bytes(o->text[file], &length, &seed)
                    : file == RECORD               ? changed_line(o->text[file], &length, &seed)
                                                   : changed_json(o->text[file], &length, &seed);
    put(o, file, changed, length);
    if (file == RECORD)
        read_record(o);
    else
        read_result(o);
    if (number % 50 == 0)
        run_commands(number);
    char *original = malloc(o->length[file] + 1);
    assert_non_null(original);
    memcpy(original, o->text[file], o->length[file] + 1);
    put(o, file, original, o->length[file]);
}

static void nothing_falls_over_what_was_changed(void **state)
{
    (void)state;
    struct original o;
    const char *wanted = getenv("MUTATIONS");
    int count = wanted ? atoi(wanted) : support_is_instrumented() ? 60 : 300;
    nowhere = fopen("/dev/null", "we");
    assert_non_null(nowhere);
    plant(&o);
    for (int number = 1; number <= count; number++) {
        if (wanted && number % 100 == 0)
            print_message("# %d of %d\n", number, count);
        mutate(&o, number);
    }
    assert_true(told > count / 10 &&
                told < count); /* both are tried: what is read and what is refused */
    summary_free(o.summary);
    for (size_t i = 0; i < FILES; i++)
        free(o.text[i]);
    free((char *)o.name);
    fclose(nowhere);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(nothing_falls_over_what_was_changed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
