/* `leaklab watch` as it is typed: wrong wishes, programs that are started and ended, logs. */
#include "test/words.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char said[65536];

static int run(const char *arguments)
{
    char command[6000];
    const char *program = getenv("LEAKLAB");
    snprintf(command, sizeof command, "exec %s watch %s 2>&1 </dev/null",
             program ? program : "build/gcc/leaklab", arguments);
    FILE *out = popen(command, "re");
    assert_non_null(out);
    said[fread(said, 1, sizeof said - 1, out)] = 0;
    int status = pclose(out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* What it grows by while the system loads it may be seen too, on a machine that is slow to do so. */
static int status_of_growth(void)
{
    return strstr(said, "GROWS: there is ever more memory") ? 1 : 0;
}

static void wrong_wishes_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *arguments;
        int status;
        const char *words;
    } cases[] = {
        {"", 2, "what?"},
        {"--pid 0", 2, "--pid '0'"},
        {"--pid x", 2, "--pid 'x'"},
        {"--pid -1", 2, "--pid '-1'"},
        {"--pid 4294967296", 2, "--pid '4294967296'"},
        {"--pid 999999999", 1, "no process 999999999"},
        {"--url example.org", 2, "--url 'example.org'"},
        {"--url file:///etc/passwd", 2, "--url 'file:///etc/passwd'"},
        {"--url http://", 2, "--url 'http://'"},
        {"--url http://127.0.0.1:1/ --interval 1ms", 2, "--interval '1ms'"},
        {"--url http://127.0.0.1:1/", 1, "http://127.0.0.1:1/: "},
        {"--pid 1 -- true", 2, "one of them"},
        {"--duration 0s -- true", 2, "--duration '0s'"},
        {"--memory-limit 0 -- true", 2, "--memory-limit '0'"},
        {"-- /nonexistent/program", 1, "can not start /nonexistent/program"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = run(cases[i].arguments);
        if (status != cases[i].status || !strstr(said, cases[i].words))
            fail_msg("%s: exit %d: %s", cases[i].arguments, status, said);
    }
}

static void a_program_is_started_watched_and_ended(void **state)
{
    (void)state;
    /* A name of this test's own, for others may be running the same. */
    char command[128];
    snprintf(command, sizeof command, "--interval 20ms --duration 300ms -- sleep 98765.%d",
             (int)getpid());
    int status = run(command);
    assert_int_equal(status, status_of_growth());
    /* Whatever the verdict. */
    if (!strstr(said, "no growth was seen") && !strstr(said, "not sure: it grew") && !status &&
        !strstr(said, "too few looks")) /* hardly any looks */
        fail_msg("%s", said);
    snprintf(command, sizeof command, "pgrep -f '^sleep 98765.%d$' >/dev/null", (int)getpid());
    assert_int_not_equal(system(command), 0);
    unsigned long looks = 0;
    double seconds = -1;
    assert_int_equal(sscanf(strchr(said, '('), "(%lu %*s in %lf s", &looks, &seconds), 2);
    /* As far apart as was asked for, at the least. */
    assert_true(looks >= 1 && seconds >= 0.02 * (double)(looks - 1) - 0.06 &&
                seconds < HANG_SECONDS);
    /* The first may come late, and the next one soon after it; and tenths of seconds are told. */
    assert_true(looks < 5 || seconds > 0);
    status = run("--interval 20ms -- sleep 0.5");
    assert_int_equal(status, status_of_growth());
    assert_non_null(strstr(said, "the process has ended"));
}

/* 10 MiB, and one more a minute: 100 MiB after an hour and a half. */
static void a_log_tells_when_it_dies(void **state)
{
    (void)state;
    static char path[] = "/tmp/leaklab-watch-XXXXXX";
    char arguments[128];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    for (int i = 0; i <= 30; i++)
        dprintf(fd, "%d %dM\n", 60 * i, 10 + i);
    close(fd);
    snprintf(arguments, sizeof arguments, "--series %s --memory-limit 100M", path);
    assert_int_equal(run(arguments), 1);
    if (!strstr(said, "GROWS: there is ever more memory (31 looks in 1800.0 s)") ||
        !strstr(said, "limit     100.0 MiB is met in 60 min"))
        fail_msg("%s", said);
    snprintf(arguments, sizeof arguments, "--series %s -- true", path);
    assert_int_equal(run(arguments), 2);
    unlink(path);
    assert_int_equal(run(arguments), 2);
    arguments[strlen(arguments) - strlen(" -- true")] = 0;
    assert_int_equal(run(arguments), 1);
    /* Through a pipe; lines that are none are counted, and a log of them alone says nothing. */
    static const struct {
        const char *log;
        int status;
        const char *words;
    } logs[] = {
        {"seq -f '%.0f 5M' 9; echo no; echo neither", 0,
         "2 lines are no `time value`, the first is line 10\n"},
        {"echo no; seq -f '%.0f 5M' 9", 0, "1 line is no `time value`, the first is line 1\n"},
        {"echo no", 1, "leaklab watch: -: there is no `time value` line in it\n"},
        {"for i in 1 5 2 9 3 8 2 9 1 9 4 8; do echo $((n += 1)) ${i}M; done", 0,
         "not sure: it grew, but no more than chance might explain; watch it longer"},
    };
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        char command[1024];
        const char *program = getenv("LEAKLAB");
        snprintf(command, sizeof command, "{ %s; } | %s watch --series - 2>&1", logs[i].log,
                 program ? program : "build/gcc/leaklab");
        char *told = words_of(command, logs[i].status);
        expect_words(told, logs[i].words);
        free(told);
    }
}

/* Starts it on a terminal, and reads until these words have come. */
static pid_t start_on_terminal(const char *script, int *terminal, const char *const *words)
{
    const char *program = getenv("LEAKLAB");
    pid_t child = forkpty(terminal, NULL, NULL, NULL);
    assert_true(child >= 0);
    if (child == 0) {
        execl(program ? program : "build/gcc/leaklab", "leaklab", "watch", "--interval", "10ms",
              "--", "sh", "-c", script, (char *)NULL);
        _exit(127);
    }
    size_t length = 0;
    for (; *words; words++)
        do {
            ssize_t n = read(*terminal, said + length, sizeof said - 1 - length);
            assert_true(n > 0);
            length += (size_t)n;
            said[length] = 0;
        } while (!strstr(said, *words));
    return child;
}

/* Until it has ended; its exit status. What it says meanwhile is read. */
static int interrupt(pid_t child, int terminal, bool again)
{
    int status;
    size_t length = 0;
    assert_int_equal(fcntl(terminal, F_SETFL, O_NONBLOCK), 0);
    kill(child, SIGINT);
    while (waitpid(child, &status, WNOHANG) == 0) {
        struct pollfd asked = {.fd = terminal, .events = POLLIN};
        poll(&asked, 1, 20);
        ssize_t n = read(terminal, said + length, sizeof said - 1 - length);
        length += n > 0 ? (size_t)n : 0;
        if (again)
            kill(child, SIGINT);
    }
    ssize_t n; /* all that is left: a read may have a part of it */
    while ((n = read(terminal, said + length, sizeof said - 1 - length)) > 0)
        length += (size_t)n;
    said[length] = 0;
    close(terminal);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* And its program with it: one that hears no SIGTERM at the second Ctrl-C. */
static void an_interrupt_ends_it(void **state)
{
    (void)state;
    static const char *const one_look[] = {"resident", NULL}, *const ready[] = {"pid ", "\n",
                                                                                "resident", NULL};
    int terminal, pid = 0;
    pid_t child = start_on_terminal("exec sleep 98764", &terminal, one_look);
    if (!strstr(said, "\r") || !strstr(said, " s "))
        fail_msg("no line that is written anew: %s", said);
    assert_in_range(interrupt(child, terminal, false), 0, 1);
    if (!strstr(said, " in ") || strstr(said, "sh has ended") || strstr(said, "was ended"))
        fail_msg("%s", said);
    child = start_on_terminal("trap '' TERM INT; echo pid $$; while :; do sleep 0.02; done",
                              &terminal, ready);
    assert_int_equal(sscanf(strstr(said, "pid "), "pid %d", &pid), 1);
    assert_in_range(interrupt(child, terminal, true), 0, 1);
    assert_true(pid > 0 && kill(pid, 0) == -1 && errno == ESRCH);
}

/* Reads on until the words have come so many times, from there on. */
static void read_until(int terminal, size_t *from, const char *words, int times)
{
    size_t length = strlen(said);
    for (; times > 0; times--) {
        const char *at;
        while (!(at = strstr(said + *from, words))) {
            ssize_t n = read(terminal, said + length, sizeof said - 1 - length);
            assert_true(n > 0);
            length += (size_t)n;
            said[length] = 0;
        }
        *from = (size_t)(at - said) + strlen(words);
    }
}

/* A shell that becomes another program when it has been looked at, and ends when that has been. */
static void exec_is_told(void **state)
{
    (void)state;
    static const char *const one_look[] = {"resident", NULL};
    int terminal, status, tell[2];
    char script[64], bytes[4096];
    size_t from = 0;
    assert_int_equal(pipe(tell), 0);
    assert_int_equal(fcntl(tell[1], F_SETFD, FD_CLOEXEC), 0);
    snprintf(script, sizeof script, "read -r line <&%d; exec cat <&%d", tell[0], tell[0]);
    pid_t child = start_on_terminal(script, &terminal, one_look);
    close(tell[0]);
    assert_int_equal(write(tell[1], "on\nI am another\n", 17), 17);
    read_until(terminal, &from, "I am another", 1);
    read_until(terminal, &from, "resident", 2); /* the first look may be of before */
    close(tell[1]);
    size_t length = strlen(said);
    for (ssize_t n; (n = read(terminal, bytes, sizeof bytes)) > 0; said[length] = 0)
        for (ssize_t i = 0; i < n && length < sizeof said - 1; i++)
            said[length++] = bytes[i];
    close(terminal);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), status_of_growth());
    if (!strstr(said, "the process has ended") ||
        !strstr(said, "the process became another program"))
        fail_msg("%s", said);
}

/* How this program ends as another one: the thread that it began with before the last one, which ends it all with 3. */
static void *end_later(void *unused)
{
    (void)unused;
    usleep(300000); /* in which it is seen to have gone */
    _exit(3);
}

static void end_in_two_steps(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, end_later, NULL);
    pthread_exit(NULL);
}

/* However long after it has gone its status comes. */
static void exit_is_told(void **state)
{
    (void)state;
    char self[4096], command[5000];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(length > 0);
    self[length] = 0;
    assert_int_equal(run("--interval 10ms -- sh -c 'sleep 0.3; exit 3'"), 3);
    if (!strstr(said, "sh has ended with exit status 3"))
        fail_msg("%s", said);
    snprintf(command, sizeof command, "--interval 10ms -- '%s' end", self);
    assert_int_equal(run(command), 3);
    if (!strstr(said, " has ended with exit status 3"))
        fail_msg("%s", said);
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "end"))
        end_in_two_steps();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_wishes_are_refused),
        cmocka_unit_test(a_program_is_started_watched_and_ended),
        cmocka_unit_test(a_log_tells_when_it_dies),
        cmocka_unit_test(an_interrupt_ends_it),
        cmocka_unit_test(exec_is_told),
        cmocka_unit_test(exit_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
