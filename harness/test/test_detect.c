/* Leak detectors: their reports are read, what they say is summed up with its denominators, kept, cut off, gone on
 * with and saved. */
#include "test/planted.h"
#include "test/words.h"

#include "detect/detector.h"
#include "detect/findings.h"
#include "detect/look.h"
#include "detect/tool.h"
#include "record/detections_write.h"
#include "result/scoreboard.h"
#include <stdlib.h>
#include <string.h>

/* --- Reports ------------------------------------------------------------------------------------ */

static void a_place_is_a_line_of_the_sample(void **state)
{
    (void)state;
    static const char report[] =
        "in x (/src/leaks/io/half_closed.c) at leaks/io/half_closed.cc:9\n"
        "by fix (/src/leaks/io/half_closed.c:55)\n leaks/io/half_closed.c:70";
    char *place = findings_place(report, "leaks/io/half_closed.c");
    assert_string_equal(place, "leaks/io/half_closed.c:55");
    free(place);
    place = findings_place(report, "leaks/io/unread_body.c");
    assert_string_equal(place, "");
    free(place);
    place = findings_place(report, ""); /* of a program that serves nothing */
    assert_string_equal(place, "");
    free(place);
}

static void reports_of_text_are_counted(void **state)
{
    (void)state;
    assert_int_equal(findings_sanitizer("Direct leak of 6 byte(s)\nIndirect leak of 1 byte(s)\n"),
                     2);
    assert_int_equal(findings_sanitizer("LeakSanitizer: nothing\n"), 0);
    static const char lost[] =
        "==1== 3 bytes in 1 blocks are definitely lost in loss record 1 of 2\n"
        "==1== 3 bytes in 1 blocks are possibly lost in loss record 2 of 2\n"
        "==1== 3 bytes in 1 blocks are still reachable in loss record 3\n";
    assert_int_equal(findings_valgrind(lost), 2);
    static const char open[] =
        "==1== Open file descriptor 4: /dev/null\n==1==    <inherited from parent>\n"
        "==1== Open AF_UNIX socket 5: <unknown>\n==1==    at socketpair\n"
        "==1== Open file descriptor 6:\n==1==    at epoll_create1\n";
    assert_int_equal(findings_descriptors(open), 2);
    assert_int_equal(findings_valgrind(open), 0);
}

static void only_warnings_of_leaks_count(void **state)
{
    (void)state;
    int64_t line;
    static const char report[] =
        "[{\"option\": \"-Wanalyzer-use-after-free\", \"locations\": [{\"caret\": {\"line\": 3}}]},"
        "{\"option\": \"-Wanalyzer-malloc-leak\", \"locations\": [{\"caret\": {\"line\": 7}}]},"
        "{\"option\": \"-Wleak\", \"locations\": [{\"caret\": {\"line\": 8}}]},"
        "{\"option\": \"-Wanalyzer-file-leak\", \"locations\": [{\"caret\": {\"line\": 9}}]}]\n";
    assert_int_equal(findings_analyzer(report, &line), 2);
    assert_int_equal(line, 7);
    assert_int_equal(findings_analyzer("[]\n", &line), 0);
    assert_int_equal(line, 0);
    assert_int_equal(findings_analyzer("x.c:1: error\n", &line), -1);
}

static void vet_is_held_to_the_file(void **state)
{
    (void)state;
    int64_t line;
    static const char report[] =
        "# leaklab/bench/leaks/io\n{}\n# leaklab/bench/leaks/contexts\n"
        "{\"c\": {\"lostcancel\": [{\"posn\": \"/x/leaks/contexts/a.go:3:31\"},"
        "{\"posn\": \"/x/leaks/contexts/b.go:4:1\"}]}}\n";
    assert_int_equal(findings_vet(report, "leaks/contexts/b.go", &line), 1);
    assert_int_equal(line, 4);
    assert_int_equal(findings_vet(report, "leaks/contexts/c.go", &line), 0);
    assert_int_equal(findings_vet("{ no JSON", "leaks/contexts/c.go", &line), -1);
}

/* --- Tools -------------------------------------------------------------------------------------- */

static void a_tool_is_heard_and_measured(void **state)
{
    (void)state;
    char why[300];
    struct detection it = {.cpu = -1, .peak = -1};
    const char *const words[] = {"sh", "-c", "echo one; echo $TOLD >&2; exit 23", NULL};
    struct tool tool = {.words = words, .variable = "TOLD=two", .ends = {23}};
    char *said = tool_run(&tool, &it, why, sizeof why);
    assert_non_null(said);
    assert_string_equal(said, "one\ntwo\n");
    assert_true(it.cpu >= 0 && it.wall > 0 && it.peak > 0);
    free(said);
    tool.ends[0] = 22;
    assert_null(tool_run(&tool, &it, why, sizeof why));
    assert_string_equal(why, "sh ended with 23: one");
}

static void a_tool_that_is_not_there_is_named(void **state)
{
    (void)state;
    char why[300];
    const char *const none[] = {"/nonexistent/tool", NULL};
    assert_null(tool_run(&(struct tool){.words = none}, NULL, why, sizeof why));
    assert_string_equal(why, "tool can not be run: No such file or directory");
    const char *const dies[] = {"sh", "-c", "kill -SEGV $$", NULL};
    assert_null(tool_run(&(struct tool){.words = dies}, NULL, why, sizeof why));
    assert_string_equal(why, "sh was ended by Segmentation fault: ");
}

/* --- The record --------------------------------------------------------------------------------- */

static struct detection detection_of(const char *id, enum detected program, int64_t findings,
                                     bool found, const char *at)
{
    return (struct detection){.id = (char *)id,
                              .family = "io",
                              .title = "A title",
                              .program = program,
                              .findings = findings,
                              .found = found,
                              .at = (char *)at,
                              .why = findings < 0 ? "it died" : "",
                              .cpu = 10000000,
                              .wall = 2,
                              .peak = 3 << 20};
}

/* Of two leaks one is found, with its line; one fix of two and one control of one are reported; a third leak could not
 * be looked at. And a detector that is not there. */
static const char *plant_record(void)
{
    static char words[] = "detect", *argv[] = {words, NULL};
    const char *path = planted_path("detected.ndjson");
    char why[300];
    struct detections_file *file = detections_open(path, NULL, 1, argv, why, sizeof why);
    assert_non_null(file);
    const struct detector_said there = {
        .name = "sees", .version = "1", .how = "it looks", .skipped = "", .findings = 1};
    const struct detector_said gone = {.name = "gone",
                                       .version = "",
                                       .how = "it looked",
                                       .skipped = "is not here",
                                       .findings = -1};
    detections_detector(file, &there);
    detections_detector(file, &gone);
    const struct detection all[] = {
        detection_of("a", DETECTED_LEAK, 4, true, "leaks/io/a.c:12"),
        detection_of("a", DETECTED_FIX, 1, false, ""),
        detection_of("b", DETECTED_LEAK, 1, false, ""),
        detection_of("b", DETECTED_FIX, 2, true, ""),
        detection_of("c", DETECTED_LEAK, -1, false, ""),
        detection_of("d", DETECTED_CONTROL, 2, true, "harness/controls/d.c:1"),
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        detections_detection(file, "sees", false, &all[i]);
    assert_true(detections_close(file, why, sizeof why));
    return path;
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    char why[300];
    const char *path = plant_record();
    assert_true(detections_begin(path));
    struct detections *read = detections_read(path, why, sizeof why);
    assert_non_null(read);
    assert_string_equal(read->cut, "");
    assert_int_equal(read->detector_count, 2);
    assert_int_equal(read->count, 6);
    assert_string_equal(read->detectors[1].skipped, "is not here");
    const struct detection *it = detections_find(read, 0, "a", DETECTED_LEAK);
    assert_string_equal(it->at, "leaks/io/a.c:12");
    assert_int_equal(it->cpu, 10000000);
    assert_null(detections_find(read, 0, "a", DETECTED_CONTROL));
    assert_null(detections_find(read, 1, "a", DETECTED_LEAK));
    assert_null(json_object_get(read->about, "type"));
    assert_non_null(json_object_get(read->about, "machine"));
    detections_free(read);
}

static void their_record_has_a_table_and_no_pages(void **state)
{
    (void)state;
    plant_record();
    const struct ran *ran = planted_shell("cp *.ndjson d; $LAB report d && ls d.report");
    expect_words(ran->said, "\nls: ");
    expect_words(ran->said, "1 of 2 (50 %)");
    ran = planted_shell("$LAB report --output x d");
    assert_int_equal(ran->status, 2);
    expect_words(ran->said, "--output: d has what leak detectors said: a table, no pages\n");
}

/* What is on disk when it dies is good up to its last newline. */
static void a_record_that_is_cut_off_is_read(void **state)
{
    (void)state;
    char why[300];
    size_t length;
    const char *path = plant_record();
    char *text = planted_read(path, &length);
    planted_write(path, text, length - 60);
    free(text);
    struct detections *read = detections_read(path, why, sizeof why);
    assert_non_null(read);
    assert_int_equal(read->count, 5);
    assert_string_equal(read->cut, "it was cut off: more was to come");
    detections_free(read);
}

static void expect_refused(const char *line, const char *words)
{
    char why[600];
    static const char head[] =
        "{\"type\":\"detections\",\"schema\":1}\n"
        "{\"type\":\"detector\",\"name\":\"x\",\"go\":false,\"stops\":true,\"reads\":false}\n";
    char *text;
    assert_true(asprintf(&text, "%s%s\n", head, line) > 0);
    const char *path = planted_path("bad.ndjson");
    planted_write(path, text, strlen(text));
    free(text);
    assert_null(detections_read(path, why, sizeof why));
    expect_words(why, words);
}

static void a_damaged_record_is_refused(void **state)
{
    (void)state;
    expect_refused(
        "{\"type\":\"detection\",\"detector\":\"y\",\"program\":\"leak\",\"found\":true}",
        "line 3: no line before tells of the detector \"y\"");
    expect_refused("{\"type\":\"detection\",\"detector\":\"x\",\"id\":\"a\",\"program\":\"leak\","
                   "\"found\":true,"
                   "\"findings\":null}",
                   "line 3: a is found where nobody could look");
    expect_refused(
        "{\"type\":\"detection\",\"detector\":\"x\",\"program\":\"cure\",\"found\":false}",
        "line 3: \"program\" is \"cure\"");
    expect_refused("[]", "line 3: no JSON object");
    expect_refused("{\"type\":\"detections\",\"schema\":1}", "line 3: it begins twice");
}

/* --- Sums --------------------------------------------------------------------------------------- */

static void sums_have_their_denominators(void **state)
{
    (void)state;
    char why[300], text[SCORE_TEXT];
    struct detections *read = detections_read(plant_record(), why, sizeof why);
    assert_non_null(read);
    struct score score = score_of(read, 0);
    assert_string_equal(score_recall(text, &score), "1 of 2 (50 %)");
    assert_string_equal(score_precision(text, &score), "1 of 3 (33 %)");
    assert_string_equal(score_named(text, &score), "1 of 1");
    assert_string_equal(score_fixes(text, &score), "1 of 2");
    assert_string_equal(score_controls(text, &score), "1 of 1");
    assert_string_equal(score_time(text, &score), "10.0 ms");
    assert_string_equal(score_memory(text, &score), "3.0 MiB");
    assert_int_equal(score.failed, 1);
    assert_string_equal(score_word(read, 0, "a", SCORED_PAIR), "line");
    assert_string_equal(score_word(read, 0, "b", SCORED_PAIR), "- !");
    assert_string_equal(score_word(read, 0, "c", SCORED_PAIR), "?");
    assert_string_equal(score_word(read, 0, "d", SCORED_CONTROL), "alarm");
    assert_string_equal(score_word(read, 1, "a", SCORED_PAIR), "");
    score = score_of(read, 1);
    assert_string_equal(score_recall(text, &score), "-");
    detections_free(read);
}

/* --- The command -------------------------------------------------------------------------------- */

#define FROM_INSIDE "--only count --only sites --only quiescence"

static void leaks_are_found_and_controls_are_not(void **state)
{
    (void)state;
    const struct ran *ran =
        planted_shell("$LAB detect channel_receive expiry_timer poll_nine_minutes " FROM_INSIDE);
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "channel_receive  found     line      line      \n");
    expect_words(ran->said, "expiry_timer       -         -         -         \n");
    expect_words(ran->said, "poll_nine_minutes  alarm     alarm     -         \n");
    expect_words(ran->said,
                 "sites          1 of 1 (100 %)    1 of 2 (50 %)     1 of 1    0 of 1    1 of 2");
}

static void a_record_is_gone_on_with(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell(
        "$LAB detect channel_receive --only count --json r && head -c -250 r >cut && mv cut r && "
        "$LAB detect channel_receive --only count --json r; echo $?; "
        "$LAB detect channel_receive --only count --json r --resume >said && grep -c "
        "'\"detection\"' r");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said,
                 "r holds something already: --resume goes on with it, or name another file\n1\n");
    expect_words(ran->said, "\n2\n");
}

static void it_is_saved_and_verified(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell(
        "$LAB detect channel_receive poll_nine_minutes --only sites --json r >said && "
        "$LAB save --machine m r && $LAB verify && cat results/detectors.md && grep -o '<h2>What "
        "[^<]*' results/detectors.html");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "1 result, all as it says\n");
    expect_words(ran->said,
                 "| sites | 1 of 1 (100 %) | 1 of 2 (50 %) | 1 of 1 | 0 of 1 | 1 of 1 |");
    expect_words(ran->said, "| channel\\_receive | line |");
    expect_words(ran->said, "<h2>What leak detectors find\n");
    ran = planted_shell(
        "zcat results/*-m/detections.ndjson.gz | sed 's/\"findings\":1/\"findings\":0/' | gzip "
        ">x && mv x results/*-m/detections.ndjson.gz; $LAB verify");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "is not as it was saved");
}

static void wrong_words_are_refused(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell("$LAB detect --only smell");
    assert_int_equal(ran->status, 2);
    expect_words(
        ran->said,
        "--only 'smell': no such detector (there are: count, sites, quiescence, proof, lsan");
    assert_int_equal(planted_shell("$LAB detect --resume")->status, 2);
    assert_int_equal(planted_shell("$LAB detect no_such_pair")->status, 2);
}

static void a_proof_tells_how_many_and_where(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("the proof sees no heap blocks of another allocator");
    const struct ran *ran =
        planted_shell("$LAB detect channel_receive poll_nine_minutes --only proof --json r; cat r");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "channel_receive  line    \n");
    expect_words(ran->said, "poll_nine_minutes  -       \n");
    ran =
        planted_shell("$LAB case channel_receive leak proof; $LAB case channel_receive fix proof");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^findings 100$");
    expect_match(ran->said, "^100 tasks? .*channel_receive\\.c:[0-9]+");
    expect_match(ran->said, "^findings 0$");
}

/* All pairs and controls where none is named; with --controls all controls besides. Here nobody is asked. */
static void all_are_looked_at_where_none_is_named(void **state)
{
    (void)state;
    size_t of_tasks[2] = {0}; /* pairs, controls */
    char expected[2][128];
    FOR_EACH_PAIR (pair)
        of_tasks[0] += !pair_is_plain(pair);
    for (size_t i = 0; i < controls_length; i++)
        of_tasks[1] += !pair_is_plain(&controls[i]);
    for (int named = 0; named < 2; named++)
        snprintf(expected[named], sizeof expected[named],
                 "%zu programs are left out: --only names no detector for tasks\n",
                 named ? 1 + of_tasks[1] : of_tasks[0] + of_tasks[1]);
    const struct ran *ran = planted_shell("cp $LAB lab; ./lab detect --only tsan");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, expected[0]);
    ran = planted_shell("./lab detect channel_receive --controls --only tsan");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, expected[1]);
}

static void a_record_is_of_one_program(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell(
        "$LAB detect channel_receive --only count --json r >said; sed -i "
        "'1s/\"commit\":\"[^\"]*\"/\"commit\":\"0123456\"/' r; cp r before; "
        "$LAB detect channel_receive --only count --json r --resume; echo $?; cmp r before");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said,
                 "^leaklab detect: --resume: r is of commit 0123456, and this program of "
                 "[^ ]+: one record has one program\n1$");
    ran = planted_shell("$LAB detect channel_receive --only count --json none --resume");
    assert_int_equal(ran->status, 1);
    expect_match(ran->said, "^leaklab detect: --resume: .*none");
    ran = planted_shell("trap '' XFSZ; ulimit -f 1; $LAB detect channel_receive full_buffer "
                        "worker_loop --only count --json full");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "File too large");
}

/* Tools that are not there are skipped by name. */
static void what_is_missing_is_skipped_by_name(void **state)
{
    (void)state;
    const struct ran *ran =
        planted_shell("$LAB detect channel_receive --only fanalyzer --only go-vet");
    assert_int_equal(ran->status, 0);
    expect_words(
        ran->said,
        "leaklab detect: fanalyzer is skipped: the sources are not in the current folder\n");
    expect_words(ran->said,
                 "go-vet is skipped: the twins' sources are not in the current folder\n");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)
    const struct CMUnitTest tests[] = {
        CASE(a_place_is_a_line_of_the_sample),  CASE(reports_of_text_are_counted),
        CASE(only_warnings_of_leaks_count),     CASE(vet_is_held_to_the_file),
        CASE(a_tool_is_heard_and_measured),     CASE(a_tool_that_is_not_there_is_named),
        CASE(what_is_written_is_read),          CASE(their_record_has_a_table_and_no_pages),
        CASE(a_record_that_is_cut_off_is_read), CASE(a_damaged_record_is_refused),
        CASE(sums_have_their_denominators),     CASE(leaks_are_found_and_controls_are_not),
        CASE(a_record_is_gone_on_with),         CASE(it_is_saved_and_verified),
        CASE(wrong_words_are_refused),          CASE(what_is_missing_is_skipped_by_name),
        CASE(a_proof_tells_how_many_and_where), CASE(all_are_looked_at_where_none_is_named),
        CASE(a_record_is_of_one_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
