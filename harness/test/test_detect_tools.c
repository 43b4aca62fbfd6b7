/* Leak detectors that are programs of others: how each is started, what of its words counts, and which line is taken
 * for the place. The programs here are scripts that stand where the real ones are looked for. */
#include "test/planted.h"
#include "test/words.h"

#include "detect/tool.h"
#include "task/time.h"
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- A tool --------------------------------------------------------------------------------------- */

/* What the children of this process have used so far. */
static int64_t used(void)
{
    struct rusage all;
    assert_int_equal(getrusage(RUSAGE_CHILDREN, &all), 0);
    return tool_cpu(&all);
}

static bool child_runs_first;

/* In the place of the C library's, for this program: where it is asked for, the child has ended before we go on. */
pid_t fork(void)
{
    pid_t child = _Fork();
    siginfo_t ended;
    if (child > 0 && child_runs_first)
        assert_int_equal(waitid(P_PID, (id_t)child, &ended, WEXITED | WNOWAIT), 0);
    return child;
}

static void what_it_takes_is_what_the_kernel_says(void **state)
{
    (void)state;
    char why[300];
    static const char *const words[] = {"sh", "-c",
                                        "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done", NULL};
    for (int first = 0; first < 2; first++) { /* we go on while it runs, or when it has ended */
        struct detection it = {.cpu = -1};
        int64_t before = used();
        child_runs_first = first;
        char *said = tool_run(&(struct tool){.words = words}, &it, why, sizeof why);
        child_runs_first = false;
        assert_non_null(said);
        assert_string_equal(said, "");
        free(said);
        assert_true(llabs(used() - before - it.cpu) <= 4 * MICROSECOND); /* four sums, each cut */
        struct rusage all;
        getrusage(RUSAGE_CHILDREN, &all);
        assert_int_equal(it.peak % 1024, 0);
        assert_true(it.peak > 100 << 10 && it.peak <= (int64_t)all.ru_maxrss * 1024);
        assert_true(it.wall >= it.cpu / 2 && it.wall < HANG_SECONDS * SECOND);
    }
    const struct rusage one = {.ru_utime = {2, 30}, .ru_stime = {1, 4}};
    assert_int_equal(tool_cpu(&one), 3 * SECOND + 34 * MICROSECOND);
}

static void one_that_does_not_end_is_killed(void **state)
{
    (void)state;
    char why[300];
    static const char *const sleeps[] = {"sleep", "100000", NULL};
    struct tool tool = {.words = sleeps, .most = 20 * MILLISECOND};
    assert_null(tool_run(&tool, NULL, why, sizeof why));
    assert_string_equal(why, "sleep was not done after 0.02 s");
}

/* It gets our environment, with one variable in the place of its like, and no descriptor but the three. */
static void it_inherits_what_it_should(void **state)
{
    (void)state;
    char why[300];
    /* ls in no pipe: the shell holds an end of that until it has begun what comes next in it. */
    static const char *const words[] = {
        "sh", "-c",
        "echo $TRIED $OTHER; env | grep -c ^TRIED=; ls /proc/$$/fd; "
        "pwd | sed 's,.*/,,'",
        NULL};
    setenv("TRIED", "before", 1);
    setenv("OTHER", "stays", 1);
    struct tool tool = {.words = words, .variable = "TRIED=now", .directory = planted_path(".")};
    char *said = tool_run(&tool, NULL, why, sizeof why);
    assert_non_null(said);
    expect_match(said, "^now stays\n1\n0\n1\n2\nleaklab-test-");
    free(said);
    tool.variable = NULL;
    said = tool_run(&tool, NULL, why, sizeof why);
    assert_non_null(said);
    expect_match(said, "^before stays\n1\n");
    free(said);
    tool.directory = "/nonexistent";
    assert_null(tool_run(&tool, NULL, why, sizeof why));
    assert_string_equal(why, "sh can not be run: No such file or directory");
    unsetenv("TRIED");
    unsetenv("OTHER");
}

static void a_version_is_one_line(void **state)
{
    (void)state;
    char why[300], version[64];
    static const char *const two[] = {"printf", "tool 1.2\\nand more", NULL};
    static const char *const none[] = {"/nonexistent/tool", NULL};
    static const char *const fails[] = {"false", NULL};
    assert_true(tool_version(two, version, sizeof version, why, sizeof why));
    assert_string_equal(version, "tool 1.2");
    assert_true(tool_version(two, version, 5, why, sizeof why));
    assert_string_equal(version, "tool");
    assert_false(tool_version(none, version, sizeof version, why, sizeof why));
    assert_false(tool_version(fails, version, sizeof version, why, sizeof why));
    assert_string_equal(why, "false ended with 1: ");
}

static void a_zero_byte_does_not_end_what_it_says(void **state)
{
    (void)state;
    char why[300];
    static const char *const words[] = {"printf", "a\\000b\\n", NULL};
    static const char *const any[] = {"sh", "-c", "exit 77", NULL};
    char *said = tool_run(&(struct tool){.words = words}, NULL, why, sizeof why);
    assert_non_null(said);
    assert_string_equal(said, "a?b\n");
    free(said);
    said = tool_run(&(struct tool){.words = any, .any_end = true}, NULL, why, sizeof why);
    assert_non_null(said);
    free(said);
}

/* --- Detectors -------------------------------------------------------------------------------------- */

/* A leaklab in a folder of its own, and the sources that the detectors want to see. */
static int begin(void **state)
{
    if (planted_folder_make(state) != 0)
        return -1;
    return planted_shell("mkdir -p lab lab-sanitize bin harness/task bench/go/leaks/pitfalls "
                         "bench/go/fixes/pitfalls; cd bench/go; "
                         "touch ../../harness/task/task.h leaks/pitfalls/channel_receive.go "
                         "fixes/pitfalls/channel_receive.go leaks/pitfalls/timer_in_loop.go "
                         "fixes/pitfalls/timer_in_loop.go; cd ../..; "
                         "ln $LAB lab/leaklab 2>/dev/null || cp $LAB lab/leaklab")
        ->status;
}

/* A program that is a script of the shell. */
static void plant_tool(const char *path, const char *script)
{
    char text[4096];
    int length = snprintf(text, sizeof text, "#!/bin/sh\n%s\n", script);
    planted_write(planted_path("%s", path), text, (size_t)length);
    assert_int_equal(chmod(planted_path("%s", path), 0755), 0);
}

/* By one detector; the record is in r, what is printed in the result. */
static const struct ran *detect(const char *pairs, const char *detector)
{
    const struct ran *ran = planted_shell(
        "rm -f r; PATH=$PWD/bin:$PATH lab/leaklab detect %s --only %s --json r", pairs, detector);
    return ran;
}

/* What the record says of it: its findings, whether it was found, where. */
static void expect_detection(const char *program, const char *findings, const char *at)
{
    char line[512];
    snprintf(line, sizeof line, "\"findings\":%s,\"found\":%s,\"at\":%s%s%s,", findings,
             *at ? "true" : "false", *at ? "\"" : "", *at ? at : "null", *at ? "\"" : "");
    const struct ran *ran = planted_shell("grep '\"program\":\"%s\"' r", program);
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, line);
}

/* What the leak has, and what a fix and the program without requests have anyway. */
static void twins_are_counted(void **state)
{
    (void)state;
    plant_tool("lab/twin-detect",
               "[ $1 != version ] || { echo go1.99; echo more; exit; }\n"
               "[ $1 = look ] && [ $2 = count ] || exit 9\n"
               "case $4-$5 in leak-100) echo findings 7; echo at "
               "/x/leaks/pitfalls/channel_receive.go:12 +0x1;; *) echo findings 2; echo at "
               "fixes/pitfalls/channel_receive.go:5;; esac");
    const struct ran *ran = detect("channel_receive timer_in_loop expiry_timer", "go-count");
    assert_int_equal(ran->status, 0);
    expect_detection("leak", "7", "bench/go/leaks/pitfalls/channel_receive.go:12");
    expect_detection("fix", "2", "");
    ran = planted_shell("grep '\"go-count\"' r; grep -c '\"detection\"' r");
    expect_words(ran->said, "\"version\":\"go1.99\"");
    expect_words(ran->said, "\"findings\":2,"); /* of the program that serves nothing */
    expect_words(ran->said, "\n2\n");           /* the pair alone: no twin of a timer leaks */
    plant_tool("lab/twin-detect", "echo unheard of; echo so");
    ran = planted_shell("lab/leaklab detect channel_receive --only go-count");
    expect_words(ran->said, "go-count is skipped: the twin says something else: unheard of\n");
}

static void twins_are_asked_for_go_s_own_profile(void **state)
{
    (void)state;
    plant_tool("lab/twin-detect", "[ $1 != version ] || { echo go1.99; exit; }\n"
                                  "[ $2 = goroutineleak ] || exit 9\n"
                                  "n=0; [ $4-$5 != leak-100 ] || n=100\n"
                                  "echo goroutineleak profile: total $n");
    assert_int_equal(detect("channel_receive", "go-profile")->status, 0);
    const struct ran *ran = planted_shell("cat r");
    expect_words(ran->said, "\"program\":\"leak\",\"findings\":100,\"found\":true,\"at\":null,");
    expect_detection("fix", "0", "");
    plant_tool("lab/twin-detect", "[ $1 != version ] || { echo go1.99; exit; }\nexit 3");
    ran = detect("channel_receive", "go-profile");
    expect_words(ran->said, "go-profile is skipped: twin-detect ended with 3: \n");
    plant_tool("lab/twin-detect", "exit 3");
    ran = detect("channel_receive", "go-profile");
    expect_words(ran->said, "go-profile is skipped: twin-detect ended with 3: \n");
    planted_shell("rm lab/twin-detect");
    ran = detect("channel_receive", "go-profile");
    expect_words(ran->said, "go-profile is skipped: the program twin-detect is not built: `make "
                            "detect` builds it\n");
}

static void vet_names_the_line(void **state)
{
    (void)state;
    plant_tool("bin/go",
               "[ $1 != version ] || { echo go version go1.99; exit; }\n"
               "[ \"$1 $2 $GOTOOLCHAIN\" = 'vet -json local' ] && [ -d leaks ] || exit 9\n"
               "echo '# leaklab/bench'\n"
               "case $3 in ./leaks/pitfalls) echo '{\"p\": {\"lostcancel\": [{\"posn\": "
               "\"/x/leaks/pitfalls/channel_receive.go:31:2\"}]}}';; "
               "./fixes/pitfalls|./pairs) echo '{}';; *) exit 8;; esac");
    assert_int_equal(detect("channel_receive", "go-vet")->status, 0);
    expect_detection("leak", "1", "bench/go/leaks/pitfalls/channel_receive.go:31");
    expect_detection("fix", "0", "");
    const struct ran *ran = planted_shell("cat r");
    expect_words(ran->said, "\"version\":\"go version go1.99\"");
    plant_tool("bin/go", "[ $1 != version ] || { echo v; exit; }\n"
                         "[ $3 = ./pairs ] && echo '{}' || echo '{ gone wrong'");
    assert_int_equal(detect("channel_receive", "go-vet")->status,
                     1); /* one could not be looked at */
    expect_detection("leak", "null", "");
    ran = planted_shell("cat r");
    expect_words(ran->said, "\"why\":\"go vet says something else: { gone wrong\"");
}

static void the_analyzer_names_the_line(void **state)
{
    (void)state;
    plant_tool("bin/gcc",
               "[ $1 != --version ] || { echo gcc 99; exit; }\n"
               "for last; do :; done; case $last in leaks/*) echo '[{\"option\": "
               "\"-Wanalyzer-fd-leak\", \"locations\": [{\"caret\": {\"line\": 7}}]}]';; *) echo "
               "'[]';; esac");
    assert_int_equal(detect("channel_receive", "fanalyzer")->status, 0);
    expect_detection("leak", "1", "leaks/pitfalls/channel_receive.c:7");
    expect_detection("fix", "0", "");
    plant_tool("bin/gcc", "[ $1 != --version ] || { echo gcc 99; exit; }\n"
                          "for last; do :; done; [ $last = /dev/null ] && echo '[]' || echo no");
    assert_int_equal(detect("channel_receive", "fanalyzer")->status,
                     1); /* one could not be looked at */
    expect_detection("leak", "null", "");
    const struct ran *ran = planted_shell("cat r");
    expect_words(ran->said, "\"why\":\"gcc says something else: no\"");
}

/* In one line each, whatever a tool says in its place. */
static void a_tool_that_fails_at_a_sample_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *path, *script, *pair, *detector, *why;
    } all[] = {
        {"bin/go",
         "[ $1 != version ] || { echo v; exit; }\n[ $3 = ./pairs ] || { echo no; exit 3; }",
         "channel_receive", "go-vet", "go ended with 3: no"},
        {"bin/gcc",
         "[ $1 != --version ] || { echo gcc 99; exit; }\n"
         "for last; do :; done; [ $last = /dev/null ] || exit 4\necho '[]'",
         "channel_receive", "fanalyzer", "gcc ended with 4: "},
        {"lab/twin-detect",
         "[ $1 != version ] || { echo go1.99; exit; }\n[ $4-$5 = leak-0 ] || exit 5\necho findings "
         "0",
         "channel_receive", "go-count", "twin-detect ended with 5: "},
        {"lab/served_plain", "[ $3 = 0 ] && echo uv_loop_close: 0 || { echo odd; echo more; }",
         "stop_is_not_close", "loop-close", "it says something else: odd"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char expected[128];
        plant_tool(all[i].path, all[i].script);
        if (detect(all[i].pair, all[i].detector)->status != 1)
            fail_msg("%s: exit status not 1", all[i].detector);
        const struct ran *ran = planted_shell("grep '\"program\":\"leak\"' r");
        snprintf(expected, sizeof expected, "\"why\":\"%s\"", all[i].why);
        expect_words(ran->said, "\"findings\":null,");
        expect_words(ran->said, expected);
    }
}

/* The program that serves is started with the words of its checker before its own. */
static void valgrind_counts_blocks_and_descriptors(void **state)
{
    (void)state;
    plant_tool("lab/served", "exit 7");
    plant_tool("bin/valgrind",
               "[ $1 != --version ] || { echo valgrind-9; exit; }\n"
               "[ $1 = --leak-check=full ] || exit 8\n"
               "case \"$*\" in *'/served channel_receive leak 100') "
               "echo '1 bytes are definitely lost in loss record 1 of 1'; "
               "echo '==1==    at x (leaks/pitfalls/channel_receive.c:9)'; "
               "case $* in *--track-fds=yes*) echo 'Open file descriptor 5: x';; esac;; "
               "*'/served channel_receive fix 100'|*'leak 0') ;; *) exit 8;; esac");
    assert_int_equal(detect("channel_receive", "valgrind")->status, 0);
    expect_detection("leak", "1", "leaks/pitfalls/channel_receive.c:9");
    expect_detection("fix", "0", "");
    assert_int_equal(detect("channel_receive", "valgrind-fds")->status, 0);
    expect_detection("leak", "2", "leaks/pitfalls/channel_receive.c:9");
    plant_tool("bin/valgrind", "[ $1 != --version ] || { echo valgrind-9; exit; }\n"
                               "case \"$*\" in *'leak 100') echo boom; exit 1;; esac");
    assert_int_equal(detect("channel_receive", "valgrind")->status,
                     1); /* one could not be looked at */
    expect_detection("leak", "null", "");
    const struct ran *ran = planted_shell("cat r");
    expect_words(ran->said, "\"why\":\"valgrind ended with 1: boom\"");
}

static void the_sanitizer_ends_with_its_own_status(void **state)
{
    (void)state;
    plant_tool("lab-sanitize/served",
               "[ \"$ASAN_OPTIONS\" = detect_leaks=1:exitcode=23 ] || exit 8\n"
               "[ $2-$3 != leak-100 ] || { echo 'Direct leak of 3 byte(s)'; echo "
               "'Indirect leak of 3 byte(s)'; echo at leaks/pitfalls/channel_receive.c:4; exit "
               "23; }");
    assert_int_equal(detect("channel_receive", "lsan")->status, 0);
    expect_detection("leak", "2", "leaks/pitfalls/channel_receive.c:4");
    expect_detection("fix", "0", "");
    planted_shell("rm lab-sanitize/served");
    const struct ran *ran = detect("channel_receive", "lsan");
    expect_words(ran->said, "lsan is skipped: the program served, with SANITIZE=1, is not "
                            "built: `make detect` builds it\n");
}

/* --- The program that they look at ------------------------------------------------------------------ */

/* Which stands beside leaklab. Static text. */
static const char *served(void)
{
    static char path[4096];
    const char *given = getenv("LEAKLAB"), *program = given ? given : "build/gcc/leaklab";
    const char *slash = strrchr(program, '/');
    assert_non_null(slash);
    snprintf(path, sizeof path, "%.*s/served", (int)(slash - program), program);
    return path;
}

/* What it has as it ends. */
struct at_end {
    int descriptors, status;
    long pages; /* of its own, resident or swapped out */
};

static int count_descriptors(pid_t pid)
{
    char path[64];
    int count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

/* Of its own, page by page: statm is some pages behind, and of files the kernel takes back what it likes. */
static long count_pages(pid_t pid)
{
    char path[64], line[256];
    long all = 0, kilobytes;
    int found = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "Anonymous: %ld", &kilobytes) == 1 ||
            sscanf(line, "Swap: %ld", &kilobytes) == 1) {
            all += kilobytes;
            found++;
        }
    fclose(file);
    assert_int_equal(found, 2);
    return all * 1024 / sysconf(_SC_PAGESIZE);
}

/* The kernel stops it on its way out, where all is as the program has left it. */
static struct at_end serve(const char *id, const char *variant, const char *requests)
{
    struct at_end at = {-1, -1, -1};
    int status, signal;
    pid_t child = fork();
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
            execl(served(), "served", id, variant, requests, (char *)NULL);
        _exit(126);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFSTOPPED(status))
        support_skip("no program can be traced here");
    assert_int_equal(ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL),
                     0);
    for (signal = 0; ptrace(PTRACE_CONT, child, NULL, (long)signal) == 0;) {
        assert_int_equal(waitpid(child, &status, 0), child);
        if (!WIFSTOPPED(status))
            break;
        signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
        if (status >> 8 != (SIGTRAP | PTRACE_EVENT_EXIT << 8))
            continue;
        at.descriptors = count_descriptors(child);
        at.pages = count_pages(child);
    }
    at.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return at;
}

/* Each of so many requests leaves both ends of a connection open, or a task on a page of its own; a fix none, and what the runtime
 * opens for all connections is there before any. */
static void so_many_requests_are_served(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("a checker looks at the end of it, and takes memory of its own");
    struct at_end none = serve("unread_body", "leak", "0"), fix = serve("unread_body", "fix", "50");
    struct at_end leak = serve("unread_body", "leak", "50"),
                  more = serve("unread_body", "leak", "70");
    assert_true(none.status == 0 && fix.status == 0 && leak.status == 0 && more.status == 0);
    assert_int_equal(fix.descriptors, none.descriptors);
    assert_int_equal(leak.descriptors, none.descriptors + 2 * 50);
    assert_int_equal(more.descriptors, none.descriptors + 2 * 70);
    none = serve("channel_receive", "leak", "0");
    leak = serve("channel_receive", "leak", "3000");
    fix = serve("channel_receive", "fix", "3000");
    assert_true(leak.pages - none.pages >= 3000 && fix.pages - none.pages < 1000);
    assert_int_equal(serve("poll_nine_minutes", "fix", "5").status, 0); /* a control */
}

static void other_words_are_refused(void **state)
{
    (void)state;
    static const char *const words[] = {"",
                                        "channel_receive leak",
                                        "channel_receive leak 1 1",
                                        "no_such_pair leak 1",
                                        "stop_is_not_close leak 1",
                                        "poll_nine_minutes leak 1"};
    char path[PATH_MAX];
    assert_non_null(realpath(served(), path));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const struct ran *ran = planted_shell("'%s' %s", path, words[i]);
        assert_int_equal(ran->status, 2);
        assert_string_equal(ran->said,
                            "usage: served ID leak|fix REQUESTS (`leaklab detect` starts it)\n");
    }
}

int main(void)
{
#define CASE(name)   cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)
#define DETECT(name) cmocka_unit_test_setup_teardown(name, begin, planted_folder_remove)
    const struct CMUnitTest tests[] = {
        CASE(what_it_takes_is_what_the_kernel_says),
        CASE(one_that_does_not_end_is_killed),
        CASE(it_inherits_what_it_should),
        CASE(a_version_is_one_line),
        CASE(a_zero_byte_does_not_end_what_it_says),
        DETECT(twins_are_counted),
        DETECT(twins_are_asked_for_go_s_own_profile),
        DETECT(vet_names_the_line),
        DETECT(the_analyzer_names_the_line),
        DETECT(a_tool_that_fails_at_a_sample_is_told),
        DETECT(valgrind_counts_blocks_and_descriptors),
        DETECT(the_sanitizer_ends_with_its_own_status),
        CASE(so_many_requests_are_served),
        CASE(other_words_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
