/* Leak detectors of plain C: what they report is read, counted apart from tasks, kept beside it, and what was saved before
 * reads and shows as it did. */
#include "test/planted.h"
#include "test/words.h"

#include "detect/findings.h"
#include "detect/serve_plain.h"
#include "page/markdown_detections.h"
#include "page/page_detections.h"
#include "record/detections_write.h"
#include "result/scoreboard.h"
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- Reports ------------------------------------------------------------------------------------ */

static void threads_that_leak_are_counted(void **state)
{
    (void)state;
    static const char report[] =
        "WARNING: ThreadSanitizer: thread leak (pid=1)\n  Thread T5 (tid=2, finished)\n\n"
        "  And 98 more similar thread leaks.\n\n"
        "WARNING: ThreadSanitizer: thread leak (pid=1)\n  And 1 more similar thread leak.\n"
        "WARNING: ThreadSanitizer: data race (pid=1)\n  And 7 others\n";
    assert_int_equal(findings_threads(report), 101);
    assert_int_equal(findings_threads("ThreadSanitizer: nothing\n"), 0);
}

static void what_libuv_says_is_counted(void **state)
{
    (void)state;
    assert_int_equal(findings_close("uv_loop_close: EBUSY\n"), 1);
    assert_int_equal(findings_close("uv_loop_close: 0\n"), 0);
    assert_int_equal(findings_close("uv_loop_close: EINVAL\n"), -1);
    static const char listed[] = "uv_print_all_handles:\n[-AI] signal   0x1\n[RA-] timer    0x2\n"
                                 "[---] tcp      0x3\nmore\n";
    assert_int_equal(findings_handles(listed), 3);
    assert_int_equal(findings_handles("uv_print_all_handles:\n"), 0);
    assert_int_equal(findings_handles("[RA-] timer    0x2\n"), -1);
}

/* --- The program -------------------------------------------------------------------------------- */

static size_t entries(const char *path)
{
    size_t count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void nothing(uv_work_t *work)
{
    (void)work;
}

static void no_more(uv_work_t *work, int status)
{
    (void)work, (void)status;
}

static void on_signal(uv_signal_t *watcher, int number)
{
    (void)watcher, (void)number;
}

/* In a process of its own, as no other test of it has used libuv. */
static int opens_all_at_once(void)
{
    uv_loop_t loop;
    uv_work_t work;
    uv_signal_t watcher;
    uv_pipe_t stream;
    if (serve_plain_open(&loop) != 0)
        return 2;
    size_t open = entries("/proc/self/fd"), threads = entries("/proc/self/task");
    bool served = uv_queue_work(&loop, &work, nothing, no_more) == 0 &&
                  uv_signal_init(&loop, &watcher) == 0 &&
                  uv_signal_start(&watcher, on_signal, SIGUSR2) == 0 &&
                  uv_pipe_init(&loop, &stream, 0) == 0;
    bool more = entries("/proc/self/fd") != open || entries("/proc/self/task") != threads;
    uv_close((uv_handle_t *)&watcher, NULL);
    uv_close((uv_handle_t *)&stream, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    return !served || uv_loop_close(&loop) != 0 ? 3 : more;
}

static void what_libuv_opens_once_is_there_before_any_request(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(opens_all_at_once());
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* --- The record --------------------------------------------------------------------------------- */

static struct detection found_in(const char *id, enum detected program, bool found)
{
    return (struct detection){.id = (char *)id,
                              .family = "libuv",
                              .title = "A title",
                              .program = program,
                              .findings = found,
                              .found = found,
                              .at = "",
                              .why = "",
                              .cpu = 1,
                              .wall = 2,
                              .peak = 3};
}

/* Of one name there is a detector of tasks, which finds 1 of 1 and is wrong of a control, and one of plain C, which finds 1
 * of 2. */
static struct detections *planted(void)
{
    static char words[] = "detect", *argv[] = {words, NULL};
    const char *path = planted_path("detected.ndjson");
    char why[300];
    struct detections_file *file = detections_open(path, NULL, 1, argv, why, sizeof why);
    assert_non_null(file);
    struct detector_said said = {
        .name = "sees", .version = "1", .how = "it looks at tasks", .skipped = "", .findings = 1};
    detections_detector(file, &said);
    said.plain = true;
    said.how = "it looks at handles";
    detections_detector(file, &said);
    const struct detection of_tasks[] = {found_in("a", DETECTED_LEAK, true),
                                         found_in("c", DETECTED_CONTROL, true)};
    const struct detection of_plain[] = {
        found_in("p", DETECTED_LEAK, true), found_in("p", DETECTED_FIX, false),
        found_in("q", DETECTED_LEAK, false), found_in("q", DETECTED_FIX, false)};
    for (size_t i = 0; i < sizeof of_tasks / sizeof *of_tasks; i++)
        detections_detection(file, "sees", false, &of_tasks[i]);
    for (size_t i = 0; i < sizeof of_plain / sizeof *of_plain; i++)
        detections_detection(file, "sees", true, &of_plain[i]);
    assert_true(detections_close(file, why, sizeof why));
    struct detections *read = detections_read(path, why, sizeof why);
    assert_non_null(read);
    return read;
}

static void of_one_name_there_may_be_two(void **state)
{
    (void)state;
    char text[SCORE_TEXT];
    struct detections *read = planted();
    assert_int_equal(detections_detector_named(read, "sees", false), 0);
    assert_int_equal(detections_detector_named(read, "sees", true), 1);
    assert_int_equal(detections_detector_named(read, "hears", true), 2);
    struct score tasks = score_of(read, 0), plain = score_of(read, 1);
    assert_string_equal(score_recall(text, &tasks), "1 of 1 (100 %)");
    assert_string_equal(score_precision(text, &tasks), "1 of 2 (50 %)");
    assert_string_equal(score_recall(text, &plain), "1 of 2 (50 %)");
    assert_string_equal(score_precision(text, &plain), "1 of 1 (100 %)");
    assert_string_equal(score_fixes(text, &plain), "0 of 2");
    detections_free(read);
}

static size_t rows_of(const struct detections *d, enum scored of, const char *first)
{
    size_t count;
    const struct detection **rows = score_rows(d, of, &count);
    assert_non_null(rows);
    assert_true(count > 0);
    assert_string_equal(rows[0]->id, first);
    free(rows);
    return count;
}

static void each_table_has_its_own_rows_and_columns(void **state)
{
    (void)state;
    struct detections *read = planted();
    assert_int_equal(rows_of(read, SCORED_PAIR, "a"), 1);
    assert_int_equal(rows_of(read, SCORED_CONTROL, "c"), 1);
    assert_int_equal(rows_of(read, SCORED_PLAIN, "p"), 2);
    assert_true(score_asked(read, 0, SCORED_PAIR) && score_asked(read, 1, SCORED_PLAIN));
    assert_false(score_asked(read, 0, SCORED_PLAIN) || score_asked(read, 1, SCORED_PAIR));
    assert_string_equal(score_word(read, 1, "p", SCORED_PLAIN), "found");
    assert_string_equal(score_word(read, 1, "q", SCORED_PLAIN), "-");
    assert_string_equal(score_word(read, 1, "a", SCORED_PLAIN), ""); /* not asked */
    detections_free(read);
}

static void a_detection_of_plain_c_needs_its_detector(void **state)
{
    (void)state;
    char why[600];
    static const char text[] =
        "{\"type\":\"detections\",\"schema\":2}\n"
        "{\"type\":\"detector\",\"name\":\"x\",\"go\":false,\"stops\":true,\"reads\":false}\n"
        "{\"type\":\"detection\",\"detector\":\"x\",\"plain\":true,\"program\":\"leak\","
        "\"found\":false}\n";
    const char *path = planted_path("bad.ndjson");
    planted_write(path, text, strlen(text));
    assert_null(detections_read(path, why, sizeof why));
    expect_words(why, "line 3: no line before tells of the detector \"x\" of plain C");
}

/* --- Pages -------------------------------------------------------------------------------------- */

static char *written(void (*write)(FILE *, const struct detections *), const struct detections *d)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    write(out, d);
    fclose(out);
    return text;
}

static void pages_have_a_table_for_each(void **state)
{
    (void)state;
    struct detections *read = planted();
    char *markdown = written(markdown_detections, read), *page = written(page_detections, read);
    expect_words(markdown, "<!-- detectors -->\n");
    expect_words(markdown, "| sees | 1 of 1 (100 %) | 1 of 2 (50 %) | 0 of 1 | - | 1 of 1 | ");
    expect_words(markdown, "### What they find of plain C\n");
    expect_words(markdown, "<!-- plain detectors -->\n");
    expect_words(markdown, "| sees | 1 of 2 (50 %) | 1 of 1 (100 %) | 0 of 1 | 0 of 2 | 1.00 ns ");
    expect_words(markdown, "- **sees**: it looks at handles; 1\n");
    expect_words(markdown, "| q | - |\n");
    expect_words(page, "<section id=\"plain-detectors\">");
    expect_words(page, "<li><b>sees</b>: it looks at handles; 1</li>");
    expect_words(page, "<th scope=\"row\">q</th><td>-</td>");
    const char *plain = strstr(page, "<section id=\"plain-detectors\">");
    assert_null(strstr(plain, "it looks at tasks"));
    free(markdown);
    free(page);
    detections_free(read);
}

/* As records were before there were detectors of plain C. */
static void what_was_saved_before_shows_as_before(void **state)
{
    (void)state;
    char why[300];
    static const char text[] =
        "{\"type\":\"detections\",\"schema\":1}\n"
        "{\"type\":\"detector\",\"name\":\"x\",\"how\":\"it "
        "looks\",\"go\":false,\"stops\":true,\"reads\":false}\n"
        "{\"type\":\"detection\",\"detector\":\"x\",\"id\":\"a\",\"program\":\"leak\","
        "\"findings\":3,\"found\":true}\n"
        "{\"type\":\"close\"}\n";
    const char *path = planted_path("before.ndjson");
    planted_write(path, text, strlen(text));
    struct detections *read = detections_read(path, why, sizeof why);
    assert_non_null(read);
    assert_false(read->detectors[0].plain || score_has_detectors(read, true));
    char *markdown = written(markdown_detections, read), *page = written(page_detections, read);
    expect_words(markdown, "| x | 1 of 1 (100 %) |");
    assert_null(strstr(markdown, "plain"));
    assert_null(strstr(page, "plain"));
    free(markdown);
    free(page);
    detections_free(read);
}

/* --- The command -------------------------------------------------------------------------------- */

static void plain_c_is_shown_to_its_own_detectors(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell(
        "$LAB detect stop_is_not_close half_open_peer error_path_keeps_fd "
        "neither_joined_nor_detached "
        "channel_receive --only census --only loop-close --only print-handles --only count");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "stop_is_not_close            line      found       found        \n");
    expect_words(ran->said, "error_path_keeps_fd          line      -           -            \n");
    expect_words(ran->said, "neither_joined_nor_detached  line                               \n");
    expect_words(ran->said, "channel_receive  found   \n");
    expect_words(ran->said, "census         4 of 4 (100 %)    4 of 4 (100 %)    4 of 4    0 of 4");
    expect_words(ran->said, "loop-close     2 of 3 (67 %)     2 of 2 (100 %)    0 of 2    0 of 3");
}

static void who_is_not_asked_is_said(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell("$LAB detect stop_is_not_close --only count");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "1 program is left out: --only names no detector for plain C\n");
    expect_no_words(ran->said, "\ncount ");
    ran = planted_shell("$LAB detect channel_receive --only tsan");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "1 program is left out: --only names no detector for tasks\n");
}

/* In a folder where the program for it is not. */
static void what_is_not_built_is_skipped(void **state)
{
    (void)state;
    const struct ran *ran =
        planted_shell("cp $LAB lab && ./lab detect stop_is_not_close --only tsan --only lsan "
                      "--only census");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "leaklab detect: tsan of plain C is skipped: the program served_plain, "
                            "with SANITIZE=thread, is not built: `make detect` builds it\n");
    expect_words(ran->said, "lsan of plain C is skipped: the program served_plain, with "
                            "SANITIZE=1, is not built: `make detect` builds it\n");
    expect_words(ran->said, "stop_is_not_close  line");
}

static void it_is_saved_with_both_tables(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell(
        "$LAB detect channel_receive waits_for_ever --only sites --only census --json r >said && "
        "$LAB save --machine m r && $LAB verify && cat results/detectors.md && cat "
        "results/*-m/tables/detectors.csv");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "1 result, all as it says\n");
    expect_words(ran->said, "| census | 1 of 1 (100 %) | 1 of 1 (100 %) | 1 of 1 | 0 of 1 | ");
    expect_words(ran->said, "detector,plain,version");
    expect_words(ran->said, "census,true,");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)
    const struct CMUnitTest tests[] = {
        CASE(threads_that_leak_are_counted),
        CASE(what_libuv_says_is_counted),
        CASE(what_libuv_opens_once_is_there_before_any_request),
        CASE(of_one_name_there_may_be_two),
        CASE(each_table_has_its_own_rows_and_columns),
        CASE(a_detection_of_plain_c_needs_its_detector),
        CASE(pages_have_a_table_for_each),
        CASE(what_was_saved_before_shows_as_before),
        CASE(plain_c_is_shown_to_its_own_detectors),
        CASE(who_is_not_asked_is_said),
        CASE(what_is_not_built_is_skipped),
        CASE(it_is_saved_with_both_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
