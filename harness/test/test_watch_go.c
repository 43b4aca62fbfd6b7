/* A real Go server that leaks in a dozen ways at once is watched: each line that grows is named as the program's own. */
#include "test/shell.h"

enum { LONGEST_SECONDS = 100 };

/* A function of the server's, and in which state most of what it leaks is. */
static const char *const leaks[][2] = {
    {"main.takeLock", "sync.Mutex.Lock"},
    {"main.takeReadLock", "sync.RWMutex.RLock"},
    {"main.waitForGroup", "sync.WaitGroup.Wait|semacquire"},
    {"main.waitForBell", "sync.Cond.Wait"},
    {"main.sendResult", "chan send"},
    {"main.selectNews", "select"},
    {"main.waitForContext", "chan receive"},
    {"main.waitOnNil", "chan receive"},
    {"main.readFromPeer", "IO wait"},
    {"main.sleepLong", "sleep"},
    {"main.\\(\\*Pool\\[.*\\]\\).work", "chan receive"},
    {"main.receiveOf\\[.*\\]", "chan receive"},
    {"main.waitLabelled", "chan receive"},
};
enum { LEAKS = sizeof leaks / sizeof *leaks };

static bool matches(const char *said, const char *pattern)
{
    regex_t compiled;
    assert_int_equal(regcomp(&compiled, pattern, REG_EXTENDED | REG_NEWLINE | REG_NOSUB), 0);
    bool found = regexec(&compiled, said, 0, NULL, 0) == 0;
    regfree(&compiled);
    return found;
}

static bool are_all_named(const char *said)
{
    for (size_t i = 0; i < LEAKS; i++) {
        char pattern[160];
        snprintf(pattern, sizeof pattern, "^ +at %s /", leaks[i][0]);
        if (!matches(said, pattern))
            return false;
    }
    return true;
}

static void expect_all_named(const char *said)
{
    for (size_t i = 0; i < LEAKS; i++) {
        char pattern[160];
        snprintf(pattern, sizeof pattern, "^ +at %s /.*main.go:[0-9]+$", leaks[i][0]);
        expect_match(said, pattern);
    }
    expect_no_words(said, "at runtime.");
    expect_no_words(said, "at sync.");
    expect_no_words(said, "at net.");
    expect_no_words(said, "at net/http.");
}

/* How many looks it takes to be sure depends on how busy the machine is: for longer and longer. Said last is how it ended. */
static void each_line_that_grows_is_named(void **state)
{
    (void)state;
    words_need("go version", "Go (Debian: golang-go)");
    shell_quietly(
        "cp $tree/harness/test/go_server/main.go . && GOTOOLCHAIN=local GOFLAGS= go build "
        "-buildvcs=false -o server main.go");
    char *said = NULL;
    for (int seconds = 2; seconds < LONGEST_SECONDS; seconds *= 2) {
        free(said);
        said =
            shell(0,
                  "rm -f told; mkfifo told; { ./server >told & } && exec 3<told && read -r where "
                  "<&3 && { "
                  "leaklab watch --interval 100ms --duration %ds --url "
                  "\"http://$where/debug/pprof/goroutine?debug=1\"; echo \"status $?\"; kill $!; }",
                  seconds);
        if (are_all_named(said))
            break;
    }
    expect_words(said, "GROWS: there are ever more tasks");
    expect_words(said, "\nstatus 1\n");
    expect_all_named(said);
    free(said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_line_that_grows_is_named)};
    return cmocka_run_group_tests_name("watch_go", tests, shell_begin, shell_end);
}
