/* `leaklab dump`: its words, its files, flame graphs, and what grew between two dumps. */
#include "test/words.h"

#include "profile/diff.h"
#include "profile/dump.h"
#include "profile/flame.h"
#include "task/chan.h"
#include "task/defer.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/test_profile_dump.XXXXXX";

static char *lab(const char *words, int status)
{
    char command[2048];
    const char *path = getenv("LEAKLAB");
    if (!path) {
        support_skip("LEAKLAB does not name the leaklab of this build: use make test");
    }
    snprintf(command, sizeof command, "{ %s dump %s; } 2>&1", path, words);
    return words_of(command, status);
}

static void expect_lab(const char *words, int status, const char *part)
{
    char *text = lab(words, status);
    expect_words(text, part);
    free(text);
}

static void wrong_words_are_refused_in_one_line(void **state)
{
    (void)state;
    static const struct {
        const char *words, *refusal;
    } wrong[] = {
        {"", "leaklab dump: which pair? (leaklab list shows them all)\n"},
        {"chanel_receive", "leaklab dump: no pair is called 'chanel_receive' (nearest: "
                           "channel_receive"},
        {"channel_receive wait_group", "one pair at a time: 'wait_group' is one too many\n"},
        {"a b c", "'c' is one word too many\n"},
        {"channel_receive --variant both", "--variant 'both': must be leak or fix\n"},
        {"channel_receive --requests 0", "--requests '0': must be "},
        {"channel_receive --requests -1", "--requests '-1': must be "},
        {"channel_receive --requests 1e9", "--requests '1e9': must be "},
        {"channel_receive --requests 99999999999999999999", "must be a whole number"},
        {"channel_receive --format html", "--format 'html': must be summary, text, "},
        {"channel_receive --at noon", "--at 'noon': must be settle or load\n"},
        {"--diff one", "--diff needs two dumps in JSON: --diff BEFORE AFTER\n"},
        {"--diff a b --threshold 0", "--threshold '0': must be "},
        {"--nonsense", "unknown option '--nonsense'"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *text = lab(wrong[i].words, 2);
        expect_words(text, wrong[i].refusal);
        assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
        free(text);
    }
}

static void a_dump_goes_to_its_file_or_says_why_not(void **state)
{
    (void)state;
    char words[512], path[256];
    struct stat file;
    snprintf(path, sizeof path, "%s/dump", folder);
    snprintf(words, sizeof words, "channel_receive --requests 2 --format text -o %s", path);
    char *text = lab(words, 0);
    assert_string_equal(text, "");
    free(text);
    assert_int_equal(stat(path, &file), 0);
    assert_true(file.st_size > 100);
    unlink(path);
    expect_lab("channel_receive --requests 2 -o /dev/full", 1,
               "leaklab dump: can not write the dump to /dev/full: No space left "
               "on device");
    snprintf(words, sizeof words, "channel_receive -o %s/none/dump", folder);
    expect_lab(words, 1, "leaklab dump: can not open ");
    expect_lab("channel_receive --requests 2 --format full 2>&1 >/dev/full", 1,
               "can not write the dump to standard output: No space left");
}

static void load_and_settle_are_two_moments(void **state)
{
    (void)state;
    if (support_is_instrumented()) {
        expect_lab("channel_receive --requests 5", 0, "nothing is proven: ");
        support_skip("nothing is proven under the checkers");
    }
    expect_lab("timer_in_loop --requests 5 --at load", 0,
               "0 tasks, 50 timers\n\n50 timers due in 59.9 s, made at "
               "leaks/pitfalls/timer_in_loop.c:");
    expect_lab("timer_in_loop --requests 5", 0, "0 tasks\n");
    expect_lab("channel_receive --requests 5 --at load --format full", 0,
               "[chan receive (leaked)]:\n");
    expect_lab("channel_receive --requests 5 --format full", 0,
               "[chan receive (leaked), 10 minutes]:\n");
}

/* --- Growth ----------------------------------------------------------------------------------- */

static void write_file(const char *name, const char *text, char path[256])
{
    snprintf(path, 256, "%s/%s", folder, name);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

#define HEAD(time, requests)                                                                       \
    "{\"schema\":1,\"time\":" #time ",\"total\":0,\"subject\":{\"id\":\"x\",\"variant\":\"leak\"," \
    "\"requests\":" #requests "},\"peers_by\":\"\",\"remarks\":[],\"groups\":["
#define GROUP(count, function, line)                                                               \
    "{\"count\":" #count ",\"reason\":\"chan receive\",\"created_by\":{\"file\":\"m.c\",\"line\":" \
    "1,\"function\":\"main\",\"entry\":\"e\"},\"frames\":[{\"function\":"                          \
    "\"" function "\",\"file\":\"f.c\",\"line\":" #line "}]}"

#define CENSUS(time, groups)                                                                       \
    "{\"schema\":1,\"census\":true,\"time\":" #time ",\"requests_served\":0,\"groups\":[" groups   \
    "]}"

#define TIMERS(count, line)                                                                        \
    "],\"timers\":[{\"count\":" #count ",\"made_at\":{\"function\":\"f\",\"file\":\"t.c\","        \
    "\"line\":" #line "}}"

static char *compare(const char *before, const char *after, uint64_t threshold, size_t *suspects)
{
    char first[256], second[256], error[DIFF_ERROR];
    char *text = NULL;
    size_t size;
    write_file("before", before, first);
    write_file("after", after, second);
    FILE *out = open_memstream(&text, &size);
    struct diff diff = {first, second, threshold, false};
    if (diff_write(&diff, out, suspects, error))
        fail_msg("%s", error);
    fclose(out);
    unlink(first);
    unlink(second);
    return text;
}

static void growth_is_told_by_place_and_rate(void **state)
{
    (void)state;
    size_t suspects;
    char *text =
        compare(HEAD(1000000000, 100) GROUP(1000, "leaky", 3) "," GROUP(5000, "pool", 4) "," GROUP(
                    70, "shrinks", 5) "," GROUP(1, "small", 6) "]}",
                HEAD(21000000000, 1100) GROUP(500, "leaky", 3) "," GROUP(5000, "pool", 4) "," GROUP(
                    50, "shrinks", 5) "," GROUP(3, "small", 6) "," /* two stacks */
                GROUP(2500, "leaky", 3) "," GROUP(1200, "fresh", 7) "]}",
                1000, &suspects);
    assert_int_equal(suspects, 2);
    static const char expected[] =
        "6,071 tasks, then 9,253: +3,182, 159.1 per second, 3.182 per request\n\n"
        "SUSPECT chan receive at f.c:3 in leaky, made at m.c:1 in main\n"
        "    1,000, then 3,000: +2,000, 100 per second, 2 per request\n\n"
        "SUSPECT chan receive at f.c:7 in fresh, made at m.c:1 in main\n"
        "    0, then 1,200: +1,200, 60 per second, 1.2 per request\n\n"
        "chan receive at f.c:6 in small, made at m.c:1 in main\n"
        "    1, then 3: +2, 0.1 per second, 0.002 per request\n\n"
        "chan receive at f.c:5 in shrinks, made at m.c:1 in main\n"
        "    70, then 50: -20, -1 per second, -0.02 per request\n\n"
        "1 place without change\n"
        "2 suspects: places that grew and hold 1,000 or more\n";
    assert_string_equal(text, expected);
    free(text);
}

static void a_threshold_makes_the_suspect(void **state)
{
    (void)state;
    static const char before[] = HEAD(1, 0) GROUP(10, "f", 1) "]}";
    static const char after[] = HEAD(1, 0) GROUP(11, "f", 1) "]}";
    size_t suspects;
    char *text = compare(before, after, 12, &suspects);
    assert_int_equal(suspects, 0);
    expect_words(text, "The second dump is not later than the first");
    expect_words(text, "then 11: +1\n"); /* and no rate */
    expect_no_words(text, "per request");
    free(text);
    free(compare(before, after, 11, &suspects));
    assert_int_equal(suspects, 1);
    free(compare(after, before, 1, &suspects)); /* it shrinks */
    assert_int_equal(suspects, 0);
}

static void hostile_dumps_are_refused(void **state)
{
    (void)state;
    static const char good[] = HEAD(1, 0) GROUP(10, "f", 1) "]}";
    static const struct {
        const char *dump, *refusal;
    } wrong[] = {
        {"", "not a dump in JSON"},
        {"{\"schema\":1,", "not a dump in JSON"},
        {"[1]", "not a task profile"},
        {"{\"schema\":1,\"time\":0}", "not a task profile"},
        {"{\"schema\":9,\"time\":0,\"groups\":[]}",
         "schema 9, and this leaklab knows schema 1 only"},
        {"{\"schema\":1,\"time\":-1,\"groups\":[]}", "an impossible time"},
        {"{\"schema\":1,\"time\":1,\"groups\":{}}", "groups is no array"},
        {"{\"schema\":1,\"time\":1,\"groups\":[7]}", "group 0 is not one of a task profile"},
        {HEAD(1, 0) GROUP(0, "f", 1) "]}", "an impossible count, 0"},
        {HEAD(1, 0) GROUP(-5, "f", 1) "]}", "an impossible count, -5"},
        {HEAD(1, 0) GROUP(9223372036854775807, "f", 1) "]}", "an impossible count"},
        {HEAD(1, 0) GROUP(92233720368547758079, "f", 1) "]}", "not a dump in JSON"},
        {HEAD(1, 0) TIMERS(0, 9) "]}", "an impossible count, 0"},
        {HEAD(1, 0) "],\"timers\":[1]}", "timers 0 are not those of a task profile"},
        {HEAD(1, -1) "]}", "an impossible time or number of requests"},
        {HEAD(1, 0) "{\"count\":1,\"reason\":\"sleep\"}]}", "group 0 is not one of a task profile"},
        {HEAD(1, 0) GROUP(1125899906842624, "f", 1) "," GROUP(1, "g", 2) "]}",
         "an impossible number of tasks"},
        {HEAD(1, 0) GROUP(1125899906842624, "f", 1) "," GROUP(1, "f", 1) "]}",
         "an impossible number"},
        {CENSUS(1, "{\"count\":1,\"kind\":\"handle\"}"), "group 0 is not one of a task profile"},
        {CENSUS(1, ""), "/good is of tasks, and "},
        {CENSUS(1, ""),
         " of handles, requests, descriptors and threads: they have nothing to compare"},
        {"{\"schema\":1,\"schema\":1,\"time\":1,\"groups\":[]}", "not a dump in JSON"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char first[256], second[256], error[DIFF_ERROR];
        size_t suspects;
        write_file("good", good, first);
        write_file("wrong", wrong[i].dump, second);
        struct diff diff = {first, second, 1, false};
        assert_int_equal(diff_write(&diff, stdout, &suspects, error), -1);
        expect_words(error, wrong[i].refusal);
        expect_words(error, "/wrong");
        assert_null(strchr(error, '\n'));
        unlink(first);
        unlink(second);
    }
}

/* A census counts handles and whatever else it has, by who made them; what grew as much is told in the order of names. */
static void a_census_grows_by_who_made_what(void **state)
{
    (void)state;
    size_t suspects;
#define TIMER(count, line)                                                                         \
    "{\"count\":" #count ",\"kind\":\"handle\",\"type\":\"timer\",\"made\":[{\"function\":\"f\","  \
    "\"file\":\"a.c\",\"line\":" #line "}]}"
    char *text =
        compare(CENSUS(1000000000, TIMER(2, 3)),
                CENSUS(2000000000,
                       TIMER(5, 3) "," TIMER(3, 1) ","
                                                   "{\"count\":1,\"kind\":\"thread\",\"made\":[{"
                                                   "\"module\":\"lib.so\",\"module_offset\":16}]}"),
                4, &suspects);
    assert_string_equal(
        text, "2 handles, requests, descriptors and threads, then 9: +7, 7 per second\n\n"
              "timer handle made at a.c:1 in f\n    0, then 3: +3, 3 per second\n\n"
              "SUSPECT timer handle made at a.c:3 in f\n    2, then 5: +3, 3 per second\n\n"
              "thread made at ? (lib.so+0x10)\n    0, then 1: +1, 1 per second\n\n"
              "1 suspect: places that grew and hold 4 or more\n");
    free(text);
}

static void names_from_files_do_not_steer_the_terminal(void **state)
{
    (void)state;
    size_t suspects;
    char *text =
        compare(HEAD(1, 0) "]}", HEAD(2, 0) GROUP(1, "\\u001b[2Jf\\n", 1) "]}", 1, &suspects);
    expect_words(text, "in ?[2Jf?, made at");
    free(text);
}

static void timers_grow_like_tasks(void **state)
{
    (void)state;
    size_t suspects;
    char *text =
        compare(HEAD(1, 0) TIMERS(5, 9) "]}", HEAD(2, 10) TIMERS(2005, 9) "]}", 1000, &suspects);
    assert_int_equal(suspects, 1);
    expect_words(text, "SUSPECT timers made at t.c:9 in f\n    5, then 2,005: +2,000, ");
    expect_words(text, ", 200 per request\n");
    free(text);
}

static void two_dumps_of_the_lab_name_the_leak(void **state)
{
    (void)state;
    char words[1024];
    snprintf(words, sizeof words, "worker_loop --requests 200 --format json -o %s/a", folder);
    free(lab(words, 0));
    snprintf(words, sizeof words, "worker_loop --requests 600 --format json -o %s/b", folder);
    free(lab(words, 0));
    snprintf(words, sizeof words, "--threshold 600 --diff %s/a %s/b", folder, folder);
    char *text = lab(words, 1);
    expect_match(text, "^SUSPECT chan receive at leaks/pitfalls/worker_loop.c:[0-9]+ in worker");
    expect_words(text, "    200, then 600: +400");
    expect_words(text, ", 1 per request\n");
    free(text);
    snprintf(words, sizeof words, "--diff %s/a %s/a", folder, folder);
    expect_lab(words, 0, "0 suspects: ");
    snprintf(words, sizeof words, "--diff %s/a %s/none", folder, folder);
    expect_lab(words, 1, "leaklab dump: can not read the dump ");
    snprintf(words, sizeof words, "%s/a", folder);
    unlink(words);
    snprintf(words, sizeof words, "%s/b", folder);
    unlink(words);
}

/* --- Flame graphs ----------------------------------------------------------------------------- */

__attribute__((noinline)) static void inner(void *c)
{
    chan_recv(c, NULL);
}

__attribute__((noinline)) static void outer(void *c)
{
    inner(c);
    note("back");
}

static bool is_parked(const struct task_info *task, void *arg)
{
    (void)arg;
    return task->state == TASK_PARKED;
}

static int count_of(const char *text, const char *part)
{
    int n = 0;
    for (; (text = strstr(text, part)); text++)
        n++;
    return n;
}

TASK_TEST(flame_graphs_are_root_first_and_to_scale)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    for (int i = 0; i < 3; i++)
        go(outer, c);
    go(inner, c);
    settle();
    char *folded = dump_text(&(struct dump){.format = DUMP_FOLDED, .filter = is_parked});
    assert_string_equal(folded, "outer;inner;[chan receive] 3\ninner;[chan receive] 1\n");
    free(folded);
    struct dump_subject subject = {"<a&b>", "leak", 0};
    struct dump dump = {.format = DUMP_SVG, .filter = is_parked, .subject = &subject};
    char *svg = dump_text(&dump);
    assert_int_equal(strncmp(svg, "<svg xmlns=", 11), 0);
    expect_match(svg, "^</svg>$");
    expect_words(svg, "&lt;a&amp;b&gt;");
    assert_null(strstr(svg, "<a&b>"));
    assert_int_equal(count_of(svg, "<g>"), 6); /* all, 2 at the root, 2 and 1 above */
    assert_int_equal(count_of(svg, "<g>"), count_of(svg, "</g>"));
    expect_match(svg, "<title>outer harness/test/test_profile_dump.c:[0-9]+$");
    expect_match(svg, "^3 tasks, 75.00%</title><rect x=\"12.00\" y=\"[0-9]+\" "
                      "width=\"881.30\"");
    free(svg);
    chan_close(c);
    settle();
    expect_notes("back back back");
}

static void nothing_is_a_graph_too(void **state)
{
    (void)state;
    char *svg = dump_text(&(struct dump){.format = DUMP_SVG});
    expect_match(svg, "^</svg>$");
    assert_int_equal(count_of(svg, "<g>"), 0);
    free(svg);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_words_are_refused_in_one_line),
        cmocka_unit_test(a_dump_goes_to_its_file_or_says_why_not),
        cmocka_unit_test(load_and_settle_are_two_moments),
        cmocka_unit_test(growth_is_told_by_place_and_rate),
        cmocka_unit_test(a_threshold_makes_the_suspect),
        cmocka_unit_test(hostile_dumps_are_refused),
        cmocka_unit_test(a_census_grows_by_who_made_what),
        cmocka_unit_test(names_from_files_do_not_steer_the_terminal),
        cmocka_unit_test(timers_grow_like_tasks),
        cmocka_unit_test(two_dumps_of_the_lab_name_the_leak),
        cmocka_unit_test(flame_graphs_are_root_first_and_to_scale),
        cmocka_unit_test(nothing_is_a_graph_too),
    };
    return cmocka_run_group_tests_name("profile: dump", tests, make_folder, remove_folder);
}
