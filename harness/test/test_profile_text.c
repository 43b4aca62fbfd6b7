/* The two text shapes, as people and Go's tools read them. */
#include "test/words.h"

#include "profile/dump.h"
#include "task/chan.h"
#include "task/defer.h"
#include "task/inspect.h"
#include <errno.h>
#include <stdint.h>
#include <unistd.h>

int mallctl(const char *name, void *old, size_t *old_size, void *new_value, size_t new_size)
    __attribute__((weak));

enum { RECEIVE_LINE = __LINE__ + 3 };
__attribute__((noinline)) static void receive(void *c)
{
    chan_recv(c, NULL);
}

static int made_line;

static void make(struct chan *c, int n)
{
    for (int i = 0; i < n; i++)
        go(receive, c), made_line = __LINE__;
}

enum { SELECT_LINE = __LINE__ + 3 };
static void select_for_ever(void *c)
{
    chan_select(on_recv(c, NULL), on_send(NULL, NULL));
    receive(NULL);
}

static bool is_parked(const struct task_info *task, void *arg)
{
    (void)arg;
    return task->state == TASK_PARKED;
}

static char *dump_parked(enum dump_format format)
{
    char *text = dump_text(&(struct dump){.format = format, .filter = is_parked});
    assert_non_null(text);
    return text;
}

/* Hexadecimal digits become one X, so that addresses compare; and all of a stack's addresses one,
 * since how many are the runtime's own depends on its switch. */
static void mask(char *text)
{
    char *to = text;
    for (const char *from = text; *from;) {
        if (!strncmp(from, "@ 0x", 4)) {
            to = mempcpy(to, "@ 0xX", 5);
            from += strcspn(from, "\n");
            continue;
        }
        bool number = from[0] == '0' && from[1] == 'x';
        *to++ = *from++;
        if (!number)
            continue;
        *to++ = *from++;
        from += strspn(from, "0123456789abcdef");
        *to++ = 'X';
    }
    *to = 0;
}

LEAKING_TASK_TEST(grouped_text_has_the_shape_of_debug_1)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    make(c, 2);
    go(select_for_ever, c);
    int line = __LINE__ - 1;
    task_sleep(5 * MINUTE + 59 * SECOND);
    char *text = dump_parked(DUMP_TEXT);
    mask(text);
    char expected[2048];
    snprintf(expected, sizeof expected,
             "task profile: total 3\n"
             "2 @ 0xX\n"
             "# chan receive, 5 minutes; created by make at "
             "harness/test/test_profile_text.c:%d\n"
             "#\t0xX\treceive+0xX\tharness/test/test_profile_text.c:%d\n"
             "\n"
             "1 @ 0xX\n"
             "# select, 5 minutes; created by %s at "
             "harness/test/test_profile_text.c:%d\n"
             "#\t0xX\tselect_for_ever+0xX\tharness/test/test_profile_text.c:%d\n"
             "\n",
             made_line, RECEIVE_LINE, __func__, line, SELECT_LINE);
    assert_string_equal(text, expected);
    free(text);
    chan_close(c);
    task_sleep(1); /* the select's task has gone on to a channel that is none */
    text = dump_parked(DUMP_TEXT);
    expect_match(text, "^# chan receive \\(nil chan\\); created by");
    expect_match(text, "^#\t0x[0-9a-f]+\tselect_for_ever\\+0x[0-9a-f]+\t+harness/"
                       "test/.*:[0-9]+$");
    free(text);
}

TASK_TEST(full_text_has_the_shape_of_debug_2)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    make(c, 1);
    task_sleep(61 * SECOND);
    make(c, 1);
    settle();
    char *text = dump_text(&(struct dump){.format = DUMP_FULL});
    char expected[2048];
    mask(text);
    uint64_t me = task_id();
    snprintf(expected, sizeof expected,
             "goroutine %d [chan receive, 1 minutes]:\n"
             "receive(...)\n"
             "\tharness/test/test_profile_text.c:%d +0xX\n"
             "created by make in goroutine %d\n"
             "\tharness/test/test_profile_text.c:%d\n"
             "\n"
             "goroutine %d [chan receive]:\n"
             "receive(...)\n"
             "\tharness/test/test_profile_text.c:%d +0xX\n"
             "created by make in goroutine %d\n"
             "\tharness/test/test_profile_text.c:%d\n"
             "\n",
             (int)me + 1, RECEIVE_LINE, (int)me, made_line, (int)me + 2, RECEIVE_LINE, (int)me,
             made_line);
    expect_match(text, "^goroutine [0-9]+ \\[running\\]:$");
    expect_match(text, "^created by run_[a-z]+$");
    expect_words(text, expected);
    free(text);
    chan_close(c);
}

LEAKING_TASK_TEST(columns_are_aligned_by_tabs)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    go(select_for_ever, c);
    settle();
    chan_close(c);
    settle();
    char *text = dump_parked(DUMP_TEXT);
    /* receive+0x.. is inlined into the longer name or called by it: two lines, one column. */
    int lines = 0;
    size_t column = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        if (strncmp(line, "#\t", 2))
            continue;
        size_t at = 0;
        for (const char *s = line; strncmp(s, "harness/", 8); s++)
            at = *s == '\t' ? (at | 7) + 1 : at + 1;
        assert_true(lines == 0 || at == column);
        column = at;
        lines++;
    }
    assert_int_equal(lines, 2);
    free(text);
}

TASK_TEST(hostile_labels_stay_on_their_line)
{
    enum { LONG = 1 << 20 };
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    char *longest = malloc(LONG + 1);
    memset(longest, 'x', LONG);
    longest[LONG] = 0;
    task_label("a\n1 @ 0x1", "\"quoted\"\\ \t\r\x1b[2J\x7f");
    task_label("b", "not UTF-8: \xff\xc0\xaf\xed\xa0\x80, fine: \xc3\xa9\xe2\x82\xac");
    task_label("c", longest);
    make(c, 1);
    settle();
    char *text = dump_parked(DUMP_TEXT);
    expect_words(text, "# labels: {\"a\\n1 @ 0x1\":\"\\\"quoted\\\"\\\\ "
                       "\\t\\r\\x1b[2J\\x7f\", ");
    expect_words(text, "\"b\":\"not UTF-8: \\xff\\xc0\\xaf\\xed\\xa0\\x80, fine: "
                       "\xc3\xa9\xe2\x82\xac\", \"c\":\"xxxx");
    expect_words(text, "xxx... (1048576 bytes)\"}\n");
    assert_true(strlen(text) < 4096);
    free(text);
    free(longest);
    chan_close(c);
}

/* --- Output that can not be written ---------------------------------------------------------- */

TASK_TEST(a_full_disk_is_told_and_the_program_goes_on)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    make(c, 3);
    settle();
    for (enum dump_format format = 0; format < DUMP_FORMATS; format++) {
        FILE *full = fopen("/dev/full", "we");
        assert_non_null(full);
        assert_int_equal(dump_write(&(struct dump){.format = format}, full), -1);
        assert_int_equal(errno, ENOSPC);
        fclose(full);
    }
    char *text = dump_parked(DUMP_TEXT);
    expect_words(text, "total 3\n");
    free(text);
    chan_close(c);
}

struct sink {
    uint64_t bytes, most, held_before;
};

static uint64_t heap_held(void)
{
    uint64_t allocated = 0, freed = 0;
    size_t size = sizeof allocated;
    if (mallctl) {
        mallctl("thread.allocated", &allocated, &size, NULL, 0);
        mallctl("thread.deallocated", &freed, &size, NULL, 0);
    }
    return allocated - freed;
}

static ssize_t swallow(void *cookie, const char *bytes, size_t size)
{
    (void)bytes;
    struct sink *sink = cookie;
    uint64_t held = heap_held() - sink->held_before;
    sink->bytes += size;
    sink->most = held > sink->most ? held : sink->most;
    return (ssize_t)size;
}

TASK_TEST(a_hundred_thousand_tasks_stream)
{
    enum { MOST = 64 * 1024 };
    int n = support_is_instrumented() ? 1000 : 100000;
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    make(c, n);
    settle();
    struct sink sink = {.held_before = heap_held()};
    FILE *out = fopencookie(&sink, "w", (cookie_io_functions_t){.write = swallow});
    assert_int_equal(dump_write(&(struct dump){.format = DUMP_FULL}, out), 0);
    fclose(out);
    assert_true(sink.bytes > (uint64_t)n * 100);
    assert_true(sink.most < MOST);
    chan_close(c);
}

/* --- Go's own tools --------------------------------------------------------------------------- */

static void park_for_go(void *unused)
{
    (void)unused;
    struct chan *c = chan_make(int, 0);
    make(c, 7);
    go(select_for_ever, c);
    settle();
    char path[] = "/tmp/test_profile_text.XXXXXX", command[256];
    FILE *out = fdopen(mkstemp(path), "w");
    assert_non_null(out);
    struct dump dump = {.format = DUMP_GO_TEXT, .filter = is_parked};
    assert_int_equal(dump_write(&dump, out), 0);
    fclose(out);
    snprintf(command, sizeof command, "go tool pprof -traces %s 2>&1", path);
    char *traces = words_of(command, 0);
    expect_words(traces, "Type: goroutine\n");
    expect_match(traces, "^ +7 +receive$");
    expect_match(traces, "^ +1 +select_for_ever$");
    free(traces);
    snprintf(command, sizeof command, "go tool pprof -top %s 2>&1", path);
    char *top = words_of(command, 0);
    expect_words(top, "of 8 total\n");
    expect_match(top, "^ +7 87.50% .* receive$");
    free(top);
    unlink(path);
}

static void go_tool_pprof_reads_the_grouped_text(void **state)
{
    (void)state;
    words_need("go version", "Go (Debian: golang-go)");
    if (support_is_instrumented())
        support_skip("a receive is two frames of the runtime under the checkers, and Go does not "
                     "leave them out");
    support_run_once(park_for_go);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grouped_text_has_the_shape_of_debug_1),
        cmocka_unit_test(full_text_has_the_shape_of_debug_2),
        cmocka_unit_test(columns_are_aligned_by_tabs),
        cmocka_unit_test(hostile_labels_stay_on_their_line),
        cmocka_unit_test(a_full_disk_is_told_and_the_program_goes_on),
        cmocka_unit_test(a_hundred_thousand_tasks_stream),
        cmocka_unit_test(go_tool_pprof_reads_the_grouped_text),
    };
    return cmocka_run_group_tests_name("profile: text", tests, NULL, NULL);
}
