/* What a detector that looks from inside says, whole; what is read in the reports of others, at its ends; and where samples
 * and programs stand. */
#include "test/planted.h"
#include "test/words.h"

#include "detect/detector.h"
#include "detect/findings.h"
#include "detect/tool.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- From inside -------------------------------------------------------------------------------- */

/* Lines of sources and addresses are masked. */
static void each_look_says_what_it_has_seen(void **state)
{
    (void)state;
    static const struct {
        const char *words, *said;
    } cases[] = {
        {"channel_receive leak count",
         "findings 2000\n1001 tasks after 1000 requests, 3001 after 2000 more\n"},
        {"channel_receive leak count 0",
         "findings 0\n1 tasks after 1000 requests, 1 after 2000 more\n"},
        {"lazy_workers fix count",
         "findings 0\n21 tasks after 1000 requests, 21 after 2000 more\n"},
        {"channel_receive leak sites",
         "findings 1\n2000 tasks at leaks/pitfalls/channel_receive.c:N\n"},
        {"channel_receive leak sites 0", "findings 0\n"},
        {"flushed_batch fix sites", "findings 0\n"}, /* 200 wait */
        {"channel_receive leak quiescence",
         "findings 1\n100 tasks left at quiescence:\n\n100 tasks\n\n"
         "100 tasks parked in chan receive at leaks/pitfalls/channel_receive.c:N in pack_order, "
         "for 1 ms to 100 ms (median 51 ms); each one's channel has no sender and one reference, "
         "its own\n"
         "    channel without a buffer, made at leaks/pitfalls/channel_receive.c:N in "
         "leak_channel_receive\n"
         "    no other task's stack holds such an address\n"
         "    made at leaks/pitfalls/channel_receive.c:N in leak_channel_receive\n\n"
         "task profile: total 100\n100 @ 0xN 0xN\n"
         "# chan receive; created by leak_channel_receive at leaks/pitfalls/channel_receive.c:N\n"
         "#\t0xN\tpack_order+0xN\tleaks/pitfalls/channel_receive.c:N\n\n"},
        {"channel_receive leak quiescence 0", "findings 0\n"},
        {"channel_receive fix quiescence", "findings 0\n"},
        {"batch fix quiescence", "findings 0\n"}, /* of ten, and a hundred, it waits for no more */
        {"poll_a_day fix quiescence", "findings 0\n"},
        {"stop_is_not_close leak census",
         "findings 20\n20 handles, 0 descriptors and 0 threads are open\n\n"
         "20 timer handles, stopped\n"
         "    made at leaks/libuv/stop_is_not_close.c:N in leak_stop_is_not_close\n"},
        {"stop_is_not_close leak census 0", "findings 0\n"},
        {"stop_is_not_close fix census", "findings 0\n"},
        {"neither_joined_nor_detached leak census 0", "findings 0\n"},
        {"neither_joined_nor_detached fix census", "findings 0\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct ran *ran = planted_shell(
            "$LAB case %s | sed 's/\\.c:[0-9]*/.c:N/g; s/0x[0-9a-f]*/0xN/g; /^    called /d; "
            "/^    the first/d; /^ *[0-9]* were/d'",
            cases[i].words);
        if (ran->status || strcmp(ran->said, cases[i].said) != 0)
            fail_msg("%s: %d\n%s", cases[i].words, ran->status, ran->said);
    }
}

/* Leaks of connections: two descriptors a request, and few may be open until it has begun. */
static void descriptors_do_not_run_short(void **state)
{
    (void)state;
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_max < 400)
        support_skip("so many descriptors can not be had here");
    const struct ran *ran =
        planted_shell("ulimit -Sn 100; $LAB case unread_body leak quiescence | head -n 1");
    assert_string_equal(ran->said, "findings 1\n");
}

static void the_board_is_told_whole(void **state)
{
    (void)state;
    const struct ran *ran =
        planted_shell("$LAB detect channel_receive expiry_timer poll_nine_minutes --only sites "
                      "--only count --only sites "
                      "| sed -E 's/[0-9.]+ m?s +[0-9.]+ [KMG]iB +/TIME MEMORY /'");
    assert_int_equal(ran->status, 0);
    assert_string_equal(
        ran->said,
        "sites: 4 of 4\n"
        "count: 4 of 4\n"
        "pattern          sites     count   \n"
        "channel_receive  line      found   \n"
        "\n"
        "control            sites     count   \n"
        "expiry_timer       -         -       \n"
        "poll_nine_minutes  alarm     alarm   \n"
        "\n"
        "detector       recall            precision         line      fixes     controls  time     "
        "memory     needs\n"
        "sites          1 of 1 (100 %)    1 of 2 (50 %)     1 of 1    0 of 1    1 of 2    TIME "
        "MEMORY one look\n"
        "count          1 of 1 (100 %)    1 of 2 (50 %)     0 of 1    0 of 1    1 of 2    TIME "
        "MEMORY one look\n"
        "\n"
        "Found: the detector reports more of the program than of the same program when it serves "
        "no request. That of a fix or of a control, which leak nothing, is a false alarm.\n"
        "line: found, with a line of the sample; found: without one; -: not reported; !: its fix "
        "is reported too; alarm: a control is reported; ?: it could not look; empty: not asked.\n");
}

/* --- Reports ------------------------------------------------------------------------------------ */

static void a_place_has_a_number(void **state)
{
    (void)state;
    static const struct {
        const char *report, *place;
    } cases[] = {
        {"a.c:12", "a.c:12"},
        {"a.c:", ""},
        {"a.c", ""},
        {"a.c 12", ""},
        {"a.c:x a.c:3:4", "a.c:3"},
        {"a.ca.c:56\n", "a.c:56"},
        {"x/a.c:7 a.c:8", "a.c:7"},
        {"a.c:0123456789: ", "a.c:0123456789"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *place = findings_place(cases[i].report, "a.c");
        assert_string_equal(place, cases[i].place);
        free(place);
    }
}

static void diagnostics_are_taken_by_their_names(void **state)
{
    (void)state;
    static const struct {
        const char *report;
        int64_t findings, line;
    } cases[] = {
        {"{\"option\": \"-Wanalyzer-leak\"}", -1, 0}, /* no array */
        {"[{\"option\": \"-Wanalyzer=leak\"}, {\"option\": \"-Wanalyze-r-leak\"}, {}]", 0, 0},
        {"[{\"option\": \"-Wanalyzer-leak\"}, {\"option\": \"-Wanalyzer-x-leak\", \"locations\": "
         "[{\"caret\": {\"line\": 4}}]}] and more",
         2, 0}, /* the first one's line, of which nothing is said */
        {"[{\"option\": \"-Wanalyzer-fd-leak\", \"locations\": [{\"caret\": {\"line\": 5}}, "
         "{\"caret\": {\"line\": 6}}]}]",
         1, 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t line = -7;
        assert_int_equal(findings_analyzer(cases[i].report, &line), cases[i].findings);
        assert_int_equal(line, cases[i].line);
    }
}

static void vet_names_the_first_line_of_the_file(void **state)
{
    (void)state;
    static const struct {
        const char *posns; /* of package b, which is the last */
        int64_t findings, line;
    } cases[] = {
        {"{\"posn\": \"/x/io/b.go:4:1\"}", 1, 4},
        {"{\"posn\": \"io/b.go:9:1\"}", 1, 9},
        {"{\"posn\": \"/x/io/b.go:5:1\"}, {\"posn\": \"/x/io/b.go:6:1\"}", 2, 5},
        {"{\"posn\": \"b.go:4:1\"}", 0, 0},
        {"{\"posn\": \"/x/io/b.go\"}", 0, 0},
        {"{}, {\"posn\": \"/x/io/ab.go:4:1\"}", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *report;
        int64_t line = -7;
        assert_true(asprintf(&report, "# a\n{\"a\": {}}\n# b\n{\"b\": {\"lostcancel\": [%s]}}\n",
                             cases[i].posns) > 0);
        assert_int_equal(findings_vet(report, "io/b.go", &line), cases[i].findings);
        assert_int_equal(line, cases[i].line);
        free(report);
    }
    int64_t line = -7;
    assert_int_equal(findings_vet("# nothing\n", "io/b.go", &line), 0);
    assert_int_equal(line, 0);
}

/* --- Where it all stands ------------------------------------------------------------------------ */

static void samples_and_twins_have_their_paths(void **state)
{
    (void)state;
    char path[DETECT_PATH];
    const struct pair *pair = catalog_find("full_buffer"), *control = controls_find("batch");
    const struct detect_case leak = {.pair = pair, .variant = VARIANT_LEAK},
                             fix = {.pair = pair, .variant = VARIANT_FIX},
                             other = {.pair = control, .variant = VARIANT_FIX},
                             nothing = {.plain = false}, plain = {.plain = true};
    assert_string_equal(detect_sample(path, &leak), "leaks/pitfalls/full_buffer.c");
    assert_string_equal(detect_sample(path, &fix), "fixes/pitfalls/full_buffer.c");
    assert_string_equal(detect_sample(path, &other), "harness/controls/batch.c");
    assert_string_equal(detect_sample(path, &nothing), "");
    assert_string_equal(detect_twin(path, &leak), "leaks/pitfalls/full_buffer.go");
    assert_string_equal(detect_twin(path, &fix), "fixes/pitfalls/full_buffer.go");
    assert_string_equal(detect_twin(path, &nothing), "leaks//.go");
    assert_ptr_equal(detect_pair(&leak), pair);
    assert_ptr_equal(detect_pair(&nothing), &catalog[0]); /* the first with tasks */
    assert_true(pair_is_plain(detect_pair(&plain)));
    assert_true(detect_pair(&plain) == catalog || !pair_is_plain(detect_pair(&plain) - 1));
}

static void a_program_stands_beside_this_one(void **state)
{
    (void)state;
    static const struct {
        const char *suffix, *why;
    } cases[] = {
        {"", "the program nobody is not built: `make detect` builds it"},
        {"-sanitize", "the program nobody, with SANITIZE=1, is not built: `make detect` builds it"},
        {"-thread",
         "the program nobody, with SANITIZE=thread, is not built: `make detect` builds it"},
    };
    char path[DETECT_PROGRAM], expected[DETECT_PROGRAM], why[300];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(detect_program(path, cases[i].suffix, "nobody", why, sizeof why));
        assert_string_equal(why, cases[i].why);
    }
    assert_true(detect_program(path, "", "test_detect_looks", why, sizeof why));
    assert_true(readlink("/proc/self/exe", expected, sizeof expected) > 0);
    assert_memory_equal(path, expected, strlen(path));
}

/* --- A tool ------------------------------------------------------------------------------------- */

static int next_descriptor(void)
{
    int next = dup(STDIN_FILENO);
    close(next);
    return next;
}

static void its_end_is_told_with_its_first_words(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        int ends[4];
        bool any_end;
        const char *why; /* NULL: it did as it should */
    } cases[] = {
        {"exit 0", {3}, false, NULL},
        {"exit 4", {1, 2, 3, 4}, false, NULL},
        {"exit 5", {1, 2, 3, 4}, false, "sh ended with 5: "},
        {"exit 5", {0}, true, NULL},
        {"printf '\\n==12 boom\\nmore\\n'; exit 3", {0}, false, "sh ended with 3: 12 boom"},
        {"printf '\\n=boom\\nmore\\n'; kill -9 $$", {0}, true, "sh was ended by Killed: boom"},
    };
    int before = next_descriptor();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char why[300];
        const char *const words[] = {"sh", "-c", cases[i].script, NULL};
        struct tool tool = {.words = words, .any_end = cases[i].any_end};
        memcpy(tool.ends, cases[i].ends, sizeof tool.ends);
        char *said = tool_run(&tool, NULL, why, sizeof why);
        assert_true(!said == (cases[i].why != NULL));
        if (cases[i].why)
            assert_string_equal(why, cases[i].why);
        free(said);
    }
    assert_int_equal(next_descriptor(), before);
}

/* Of this program it is said by its name, which is nobody's folder. */
static void who_can_not_begin_is_named(void **state)
{
    (void)state;
    char why[300];
    static const char *const self[] = {"/proc/self/exe", NULL}, *const sh[] = {"sh", "-c", "",
                                                                               NULL};
    struct tool tool = {.words = self, .directory = "/nonexistent"};
    assert_null(tool_run(&tool, NULL, why, sizeof why));
    assert_string_equal(why, "leaklab can not be run: No such file or directory");
    /* Descriptors for no pipe, and for one of two. */
    struct rlimit limit;
    int before = next_descriptor();
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    for (unsigned more = 0; more < 4; more++) {
        setrlimit(RLIMIT_NOFILE, &(struct rlimit){(rlim_t)before + more, limit.rlim_max});
        char *said = tool_run(&(struct tool){.words = sh}, NULL, why, sizeof why);
        setrlimit(RLIMIT_NOFILE, &limit);
        assert_null(said);
        assert_string_equal(why, "no process for sh");
        assert_int_equal(next_descriptor(), before);
    }
}

/* 8 MiB of it; what comes after them is read, and let go. */
static void what_is_too_much_is_not_kept(void **state)
{
    (void)state;
    char why[300];
    static const char *const words[] = {"sh", "-c", "head -c 8400000 /dev/zero | tr '\\0' x", NULL};
    char *said = tool_run(&(struct tool){.words = words}, NULL, why, sizeof why);
    assert_non_null(said);
    assert_int_equal(strlen(said), 8388608);
    free(said);
}

/* Whoever started it: it is killed where that one dies. */
static void it_does_not_live_on_alone(void **state)
{
    (void)state;
    char why[300], path[64];
    int status, tool = 0;
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    pid_t child = fork();
    if (child == 0) {
        static const char *const words[] = {"sleep", "100000", NULL};
        tool_run(&(struct tool){.words = words}, NULL, why, sizeof why);
        _exit(0);
    }
    snprintf(path, sizeof path, "/proc/%d/task/%d/comm", (int)child, (int)child);
    for (bool sleeps = false; !sleeps;) {
        char name[32] = "";
        snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)child, (int)child);
        FILE *file = fopen(path, "re");
        if (file && fscanf(file, "%d", &tool) == 1) {
            snprintf(path, sizeof path, "/proc/%d/comm", tool);
            FILE *comm = fopen(path, "re");
            sleeps = comm && fgets(name, sizeof name, comm) && strcmp(name, "sleep\n") == 0;
            if (comm)
                fclose(comm);
        }
        if (file)
            fclose(file);
    }
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    alarm(HANG_SECONDS);
    assert_int_equal(waitpid(tool, &status, 0), tool);
    alarm(0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)
    const struct CMUnitTest tests[] = {
        CASE(each_look_says_what_it_has_seen),
        CASE(descriptors_do_not_run_short),
        CASE(the_board_is_told_whole),
        cmocka_unit_test(a_place_has_a_number),
        cmocka_unit_test(diagnostics_are_taken_by_their_names),
        cmocka_unit_test(vet_names_the_first_line_of_the_file),
        cmocka_unit_test(samples_and_twins_have_their_paths),
        cmocka_unit_test(a_program_stands_beside_this_one),
        cmocka_unit_test(its_end_is_told_with_its_first_words),
        cmocka_unit_test(who_can_not_begin_is_named),
        cmocka_unit_test(what_is_too_much_is_not_kept),
        cmocka_unit_test(it_does_not_live_on_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
