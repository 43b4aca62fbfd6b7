/* What a result says of itself: under which conditions it came about, what makes two of them no equals,
 * and how it is cited; of a header and figures made here. */
#include "test/words.h"

#include "result/about.h"
#include "result/cite.h"
#include "result/compare.h"
#include "result/conditions.h"
#include <jansson.h>
#include <math.h>

static const char header_text[] =
    "{'time': '2026-01-31T12:00:00Z', 'commit': 'abc123-dirty', 'leaklab': '1.2.3', 'seed': 7,"
    " 'command': ['leaklab', 'run', 'a b'], 'samples_per_second': 2.5,"
    " 'machine': {'processor': 'A processor', 'architecture': 'x86_64', 'cores': 2,"
    "   'governor': 'performance', 'memory_bytes': 2147483648, 'cgroup_memory_bytes': 'none',"
    "   'cgroup_processors': 1.5, 'kernel': 'Linux 6.1', 'transparent_huge_pages': 'madvise',"
    "   'address_randomization': 'full'},"
    " 'build': {'compiler': 'gcc 12', 'flags': '-O2'},"
    " 'libraries': {'libuv': '1.44.2', 'jemalloc': '5.3.0-0-g54eaed1', 'odd': 3},"
    " 'environment': {'MALLOC_CONF': 'dirty_decay_ms:0'}}";

/* With ' for ". */
static json_t *header_of(const char *text)
{
    char *quoted = strdup(text);
    for (char *at = quoted; (at = strchr(at, '\''));)
        *at = '"';
    json_t *header = json_loads(quoted, 0, NULL);
    assert_non_null(header);
    free(quoted);
    return header;
}

static void expect_rows(const char *text, const char *expected)
{
    json_t *header = header_of(text);
    size_t count, length = 0;
    char told[4096] = "";
    struct about_row *rows = about_rows(header, &count);
    assert_non_null(rows);
    for (size_t i = 0; i < count; i++)
        length += (size_t)snprintf(told + length, sizeof told - length, "%s: %s\n", rows[i].name,
                                   rows[i].value);
    assert_string_equal(told, expected);
    about_free(rows, count);
    json_decref(header);
}

/* --- Conditions ----------------------------------------------------------------------------- */

static void each_condition_that_is_known_has_its_row(void **state)
{
    (void)state;
    expect_rows(header_text, "Command: leaklab run 'a b'\n"
                             "Begun: 2026-01-31T12:00:00Z\n"
                             "Commit: abc123-dirty\n"
                             "Tree: with changes since that commit\n"
                             "leaklab: 1.2.3\n"
                             "Processor: A processor\n"
                             "Architecture: x86_64\n"
                             "Cores: 2\n"
                             "Frequency governor: performance\n"
                             "Memory: 2.0 GiB\n"
                             "Memory limit of the control group: none\n"
                             "Processors for the control group: 1.5\n"
                             "Kernel: Linux 6.1\n"
                             "Transparent huge pages: madvise\n"
                             "Address space randomization: full\n"
                             "Compiler: gcc 12\n"
                             "Flags: -O2\n"
                             "Libraries: libuv 1.44.2, jemalloc 5.3.0\n"
                             "Allocator: MALLOC_CONF=dirty_decay_ms:0\n"
                             "Seed: 7\n"
                             "Samples: 2.5 a second\n");
    expect_rows("{'commit': 'abc123'}", "Commit: abc123\n"
                                        "Tree: as committed\n"
                                        "Allocator: jemalloc's own settings\n");
    expect_rows("{}", "Commit: unknown\n"
                      "Allocator: jemalloc's own settings\n");
}

static void parts_of_it_are_asked_for_alone(void **state)
{
    (void)state;
    char day[11], commit[32];
    json_t *header = header_of(header_text);
    char *machine = about_machine(header), *command = about_command(header);
    assert_string_equal(machine, "A processor, 2 cores, Linux 6.1");
    assert_string_equal(command, "leaklab run 'a b'");
    assert_string_equal(about_day(header, day), "2026-01-31");
    assert_string_equal(about_commit(header, commit), "abc123-dirty");
    assert_string_equal(about_library(header, "libuv"), "1.44.2");
    assert_string_equal(about_library(header, "odd"), "");
    assert_string_equal(about_library(header, "none"), "");
    free(machine);
    free(command);
    json_decref(header);
    header = header_of("{'time': 'today', 'machine': {'processor': 'P', 'cores': 1, 'kernel': 'K'},"
                       " 'command': ['x', 7], 'commit': ''}");
    machine = about_machine(header);
    command = about_command(header);
    assert_string_equal(machine, "P, 1 core, K");
    assert_string_equal(command, "x ''");
    assert_string_equal(about_day(header, day), "");
    assert_string_equal(about_commit(header, commit), "unknown");
    free(machine);
    free(command);
    json_decref(header);
}

/* --- Comparing ------------------------------------------------------------------------------ */

static struct run_figures runs[2][VARIANTS][3];

/* Of one pair, each half with three runs at so many bytes, give or take a byte. */
static struct measured_pair pair_of(int which, double leak_bytes, double tasks)
{
    struct measured_pair pair = {.id = (char *)"a_pair",
                                 .title = (char *)"A title",
                                 .twin = (char *)"",
                                 .settings = {.rate = 1000, .requests = 100, .stack_bytes = 65536}};
    for (enum variant v = 0; v < VARIANTS; v++) {
        double bytes = v == VARIANT_LEAK ? leak_bytes : 10;
        for (int i = 0; i < 3; i++)
            runs[which][v][i] = (struct run_figures){
                .requests = 100,
                .tasks_left = v == VARIANT_LEAK ? tasks : 0,
                .bytes = {bytes * (1 + 0.001 * (i - 1)), 0, 1},
                .noise = noise_unknown,
            };
        pair.variants[v] =
            (struct measured){.run_count = 3,
                              .runs = runs[which][v],
                              .bytes_per_request = {bytes, bytes - 2, bytes + 2, INTERVAL_RANGE},
                              .bytes_once = {v == VARIANT_LEAK ? 45056 : 0, 0, 0, INTERVAL_RANGE}};
    }
    pair.variants[VARIANT_LEAK].expected.parked[0] = 1;
    return pair;
}

static void changes_have_their_words(void **state)
{
    (void)state;
    assert_string_equal(change_text(CHANGE_BETTER), "better");
    assert_string_equal(change_text(CHANGE_WORSE), "worse");
    assert_string_equal(change_text(CHANGE_SAME), "the same");
    assert_string_equal(change_text(CHANGE_UNKNOWN), "not known");
    assert_string_equal(change_text(CHANGE_ABSENT), "not to be said");
    assert_string_equal(change_text(CHANGE_ONE_PROCESS), "one process a side");
    assert_string_equal(change_text(CHANGE_NOISY), "too noisy");
    assert_string_equal(change_text(CHANGE_NOT_COMPARABLE), "not comparable");
}

static void expect_leak_change(struct measured_pair *before, struct measured_pair *after,
                               enum change change)
{
    size_t count;
    struct summary a = {.pairs = before, .pair_count = 1}, b = {.pairs = after, .pair_count = 1};
    struct comparison *rows = compare(&a, &b, &count);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].variant, VARIANT_LEAK);
    assert_int_equal(rows[1].variant, VARIANT_FIX);
    assert_int_equal(rows[0].change, change);
    assert_int_equal(rows[1].change, CHANGE_SAME); /* 10, give or take 0.01 */
    free(rows);
}

static void tasks_go_before_bytes(void **state)
{
    (void)state;
    struct measured_pair one = pair_of(0, 4000, 100), other = pair_of(1, 4000, 100);
    expect_leak_change(&one, &other, CHANGE_SAME);
    other = pair_of(1, 4400, 100);
    expect_leak_change(&one, &other, CHANGE_WORSE);
    expect_leak_change(&other, &one, CHANGE_BETTER);
    other = pair_of(1, 4400, 99); /* a task less, whatever the bytes */
    expect_leak_change(&one, &other, CHANGE_BETTER);
    expect_leak_change(&other, &one, CHANGE_WORSE);
}

static void what_is_in_one_alone_has_its_rows(void **state)
{
    (void)state;
    size_t count;
    struct measured_pair pair = pair_of(0, 4000, 100);
    struct summary some = {.pairs = &pair, .pair_count = 1}, none = {.pair_count = 0};
    for (int turn = 0; turn < 2; turn++) {
        struct comparison *rows =
            turn ? compare(&none, &some, &count) : compare(&some, &none, &count);
        assert_int_equal(count, 2);
        assert_int_equal(rows[0].variant, VARIANT_LEAK);
        assert_int_equal(rows[1].variant, VARIANT_FIX);
        assert_int_equal(rows[0].change, CHANGE_ABSENT);
        assert_true(turn ? isnan(rows[0].before) : rows[0].before == 4000);
        assert_true(turn ? rows[0].after == 4000 : isnan(rows[0].after));
        free(rows);
    }
}

static void expect_conditions(struct summary *before, struct summary *after, const char *text)
{
    char *told = conditions_differ(before, after);
    assert_string_equal(told, text);
    free(told);
}

static void each_condition_that_differs_is_told(void **state)
{
    (void)state;
    struct measured_pair one = pair_of(0, 4000, 100), other = pair_of(1, 4000, 100);
    struct summary a = {.pairs = &one, .pair_count = 1, .about = header_of(header_text)};
    struct summary b = {.pairs = &other, .pair_count = 1, .about = header_of(header_text)};
    expect_conditions(&a, &b, "");
    json_object_set_new(json_object_get(b.about, "machine"), "cores", json_integer(4));
    json_object_del(json_object_get(b.about, "build"), "flags");
    json_object_set_new(json_object_get(b.about, "libraries"), "new", json_string("1"));
    json_object_set_new(json_object_get(b.about, "environment"), "MALLOC_CONF", json_null());
    expect_conditions(&a, &b,
                      "cores: 2 before, 4 after\n"
                      "flags: -O2 before, nothing after\n"
                      "new: nothing before, 1 after\n"
                      "MALLOC_CONF: dirty_decay_ms:0 before, null after\n");
    json_decref(b.about);
    b.about = json_incref(a.about);
    other.settings = (struct settings){.rate = 10,
                                       .requests = 7,
                                       .duration = 5,
                                       .stack_bytes = 16384,
                                       .patience = 3,
                                       .arrivals = ARRIVALS_POISSON,
                                       .virtual_clock = 1};
    expect_conditions(&a, &b,
                      "a_pair: requests 100 before, 7 after\n"
                      "a_pair: requests a second 1000 before, 10 after\n"
                      "a_pair: nanoseconds of load 0 before, 5 after\n"
                      "a_pair: bytes a stack 65536 before, 16384 after\n"
                      "a_pair: nanoseconds of patience 0 before, 3 after\n"
                      "a_pair: poisson arrivals 0 before, 1 after\n"
                      "a_pair: virtual clock 0 before, 1 after\n");
    json_decref(a.about);
    json_decref(b.about);
}

/* --- Citing --------------------------------------------------------------------------------- */

static void expect_cited(struct measured_pair *pair, enum cite_format format, const char *text)
{
    struct summary summary = {.name = (char *)"20260131-m",
                              .pairs = pair,
                              .pair_count = 1,
                              .about = header_of(header_text)};
    char *cited = cite(&summary, pair, format);
    assert_string_equal(cited, text);
    free(cited);
    json_decref(summary.about);
}

static void a_citation_has_three_forms(void **state)
{
    (void)state;
    struct measured_pair pair = pair_of(0, 4200, 100);
    pair.title = (char *)"100 % {of} it_";
    assert_string_equal(cite_format_name(CITE_TEXT), "text");
    assert_string_equal(cite_format_name(CITE_MARKDOWN), "markdown");
    assert_string_equal(cite_format_name(CITE_BIBTEX), "bibtex");
    expect_cited(
        &pair, CITE_TEXT,
        "a_pair (\"100 % {of} it_\"): Over 100 requests at 1,000/s, each request to the leak "
        "leaves "
        "behind 1.000 task and 4,200 bytes of resident memory (range over 3 repetitions of one "
        "invocation: "
        "4,198 to 4,202), 44.0 KiB once, each request to the fix leaves behind 0.000 tasks and 10 "
        "bytes of "
        "resident memory (8 to 12). Measured 2026-01-31 on A processor, 2 cores, Linux 6.1 "
        "with "
        "leaklab 1.2.3, commit abc123-dirty, by \"leaklab run 'a b'\". "
        "results/20260131-m/README.md#a_pair\n");
    expect_cited(
        &pair, CITE_MARKDOWN,
        "`a_pair` (\"100 % {of} it\\_\"): Over 100 requests at 1,000/s, each request to the leak "
        "leaves "
        "behind 1.000 task and 4,200 bytes of resident memory (range over 3 repetitions of one "
        "invocation: "
        "4,198 to 4,202), 44.0 KiB once, each request to the fix leaves behind 0.000 tasks and 10 "
        "bytes of "
        "resident memory (8 to 12). Measured 2026-01-31 on A processor, 2 cores, Linux 6.1 "
        "with "
        "leaklab 1.2.3, commit abc123-dirty, by `leaklab run 'a b'`. "
        "[results/20260131-m/README.md#a_pair](results/20260131-m/README.md#a_pair)\n");
    expect_cited(
        &pair, CITE_BIBTEX,
        "@misc{leaklab_a_pair_20260131-m,\n"
        "  author       = {{leaklab contributors}},\n"
        "  title        = {a\\_pair: 100 \\% \\textbraceleft{}of\\textbraceright{} it\\_},\n"
        "  year         = {2026},\n"
        "  month        = {01},\n"
        "  howpublished = {results/20260131-m/README.md\\#a\\_pair},\n"
        "  version      = {1.2.3},\n"
        "  note         = {Over 100 requests at 1,000/s, each request to the leak leaves behind "
        "1.000 "
        "task and 4,200 bytes of resident memory (range over 3 repetitions of one invocation: "
        "4,198 to "
        "4,202), 44.0 KiB once, each request to the fix leaves behind 0.000 tasks and 10 bytes of "
        "resident "
        "memory "
        "(8 to 12). Measured on A processor, 2 cores, Linux 6.1, commit abc123-dirty, by "
        "'leaklab "
        "run 'a b''},\n"
        "}\n");
}

static void what_was_not_measured_is_said(void **state)
{
    (void)state;
    struct measured_pair pair = pair_of(0, 4200, 0);
    struct expectation *expected = &pair.variants[VARIANT_LEAK].expected;
    *expected = (struct expectation){.timers_held = 10};
    for (int i = 0; i < 3; i++)
        runs[0][VARIANT_LEAK][i].timers_held = 1000;
    pair.variants[VARIANT_LEAK].bytes_per_request =
        (struct estimate){4200, NAN, NAN, INTERVAL_NONE};
    pair.variants[VARIANT_FIX].run_count = 0;
    struct summary summary = {
        .name = (char *)"r", .pairs = &pair, .pair_count = 1, .about = header_of("{}")};
    char *cited = cite(&summary, &pair, CITE_TEXT);
    expect_words(
        cited, "each request to the leak holds 10.000 timers and 4,200.0 bytes of resident memory, "
               "44.0 KiB once, the fix was not measured. Measured  on , 0 cores,  with leaklab "
               "unknown, commit "
               "unknown, by \"\". ");
    free(cited);
    cited = cite(&summary, &pair, CITE_BIBTEX);
    expect_words(cited, "  month        = {},\n");
    free(cited);
    json_decref(summary.about);
}

static void what_tex_takes_for_its_own_is_escaped(void **state)
{
    (void)state;
    struct measured_pair pair = pair_of(0, 4200, 100);
    pair.title = (char *)"\\ ~ ^ & % $ # _ { } \"";
    struct summary summary = {
        .name = (char *)"r", .pairs = &pair, .pair_count = 1, .about = header_of("{}")};
    char *cited = cite(&summary, &pair, CITE_BIBTEX);
    expect_words(
        cited,
        "{a\\_pair: \\textbackslash{} \\textasciitilde{} \\textasciicircum{} \\& \\% \\$ \\# \\_ "
        "\\textbraceleft{} \\textbraceright{} ''},\n");
    free(cited);
    json_decref(summary.about);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_condition_that_is_known_has_its_row),
        cmocka_unit_test(parts_of_it_are_asked_for_alone),
        cmocka_unit_test(changes_have_their_words),
        cmocka_unit_test(tasks_go_before_bytes),
        cmocka_unit_test(what_is_in_one_alone_has_its_rows),
        cmocka_unit_test(each_condition_that_differs_is_told),
        cmocka_unit_test(a_citation_has_three_forms),
        cmocka_unit_test(what_was_not_measured_is_said),
        cmocka_unit_test(what_tex_takes_for_its_own_is_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
