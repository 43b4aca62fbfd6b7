/* One look of `leaklab watch` after the other: what an endpoint answers, when the program is a new one, and what is no
 * look at all. The endpoint here answers what the test has planted. */
#include "test/port.h"
#include "test/words.h"

#include "watch/watch.h"
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- An endpoint -------------------------------------------------------------------------------------- */

static struct {
    int fd;
    pthread_t thread;
    const char *const *answers; /* one a connection, ended by NULL */
    char url[80];
    double answered[32]; /* when, by the clock of a watch */
} endpoint;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void *answer_all(void *unused)
{
    for (const char *const *answer = endpoint.answers; *answer; answer++) {
        char asked[4096];
        size_t length = 0;
        ssize_t n;
        int fd = accept(endpoint.fd, NULL, NULL);
        while ((n = read(fd, asked + length, sizeof asked - 1 - length)) > 0) {
            length += (size_t)n;
            asked[length] = 0;
            if (strstr(asked, "\r\n\r\n"))
                break;
        }
        endpoint.answered[answer - endpoint.answers] = now();
        dprintf(fd, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s",
                strlen(*answer), *answer);
        close(fd);
    }
    return unused;
}

/* A port that nobody else gets. Until somebody listens there it refuses. */
static void take_port(void)
{
    char at[64];
    endpoint.fd = keep_port(at);
    snprintf(endpoint.url, sizeof endpoint.url, "http://%s/", at);
}

static void begin_endpoint(const char *const *answers)
{
    take_port();
    assert_int_equal(listen(endpoint.fd, 4), 0);
    endpoint.answers = answers;
    assert_int_equal(pthread_create(&endpoint.thread, NULL, answer_all, NULL), 0);
}

static void end_endpoint(void)
{
    pthread_join(endpoint.thread, NULL);
    close(endpoint.fd);
}

static struct watch begin_watch(pid_t pid, const char *url)
{
    struct watch watch;
    static const struct fetch_how how;
    assert_true(watch_start(&watch, pid, url, &how));
    return watch;
}

static void look(struct watch *watch)
{
    char error[512];
    if (watch_look_once(watch, HANG_SECONDS, error, sizeof error) != FETCH_OK)
        fail_msg("%s", error);
}

/* --- What it answers ---------------------------------------------------------------------------------- */

#define METRICS(tasks, rss, started)                                                               \
    "go_goroutines " tasks "\nprocess_resident_memory_bytes " rss                                  \
    "\nprocess_start_time_seconds " started "\n"

static void a_later_start_is_a_new_life(void **state)
{
    (void)state;
    static const char *const answers[] = {
        METRICS("10", "1000", "100"), METRICS("11", "2000", "100"), METRICS("3", "500", "200"),
        METRICS("4", "600", "200"),   METRICS("5", "700", "150"),   METRICS("6", "800", "NaN"),
        METRICS("7", "900", "300"),   METRICS("8", "900", "400"),   NULL};
    static const double tasks[] = {10, 11, 3, 4, 5, 6, 7, 8},
                        rss[] = {1000, 2000, 500, 600, 700, 800, 900, 900};
    begin_endpoint(answers);
    struct watch watch = begin_watch(0, endpoint.url);
    for (size_t i = 0; i < 8; i++)
        look(&watch);
    end_endpoint();
    assert_int_equal(watch.length, 8);
    for (size_t i = 0; i < 8; i++) {
        assert_true(watch.looks[i].tasks == tasks[i] && watch.looks[i].rss == rss[i]);
        /* Of when it was answered, and counted from the first one. */
        assert_true(i ? watch.began + watch.looks[i].seconds >= endpoint.answered[i]
                      : watch.looks[i].seconds == 0 && watch.began >= endpoint.answered[0]);
        assert_true(watch.began + watch.looks[i].seconds <= now());
    }
    /* Not where the clock went back, nor where it was not told before. */
    assert_int_equal(watch.restarts, 2);
    assert_int_equal(watch.lives[0], 2);
    assert_int_equal(watch.lives[1], 7);
    assert_true(watch_counts(&watch));
    assert_int_equal(watch_longest_life(&watch), 1);
    assert_int_equal(watch_life(&watch, 1).length, 5);
    watch_end(&watch);
}

/* More lives, and more looks, than there is room for at first. */
static void lives_and_looks_find_room(void **state)
{
    (void)state;
    enum { LIVES = 20, EACH = 30 };
    static char texts[LIVES + 1][128];
    static const char *answers[LIVES + 2];
    for (int i = 0; i <= LIVES; i++) {
        snprintf(texts[i], sizeof texts[i], METRICS("1", "2", "%d"), 100 + i);
        answers[i] = texts[i];
    }
    begin_endpoint(answers);
    struct watch watch = begin_watch(0, endpoint.url);
    for (int i = 0; i <= LIVES; i++) {
        look(&watch);
        for (int more = 1; more < EACH; more++)
            assert_true(watch_add(&watch, (struct watch_look){i, more, NAN}));
    }
    end_endpoint();
    assert_int_equal(watch.restarts, LIVES);
    assert_int_equal(watch.length, (LIVES + 1) * EACH);
    for (size_t i = 0; i < LIVES; i++)
        assert_int_equal(watch.lives[i], (i + 1) * EACH);
    for (size_t i = 0; i < watch.length; i++)
        assert_true(watch.looks[i].tasks == (i % EACH ? (double)(i % EACH) : 1));
    watch_end(&watch);
}

static void a_dump_is_counted(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "goroutine profile: total 7\n7 @ 0x1 0x2\n#\t0x1\tmain.wait+0x2b\t/a/b.go:12\n\n", NULL};
    begin_endpoint(answers);
    struct watch watch = begin_watch(0, endpoint.url);
    look(&watch);
    end_endpoint();
    assert_int_equal(watch.length, 1);
    assert_true(watch.looks[0].tasks == 7 && isnan(watch.looks[0].rss));
    assert_int_equal(watch.course.life_count, 1);
    watch_end(&watch);
}

/* Who has fewer than half of the tasks of the last dump has begun anew. */
static void a_dump_of_few_tasks_is_a_new_life(void **state)
{
    (void)state;
#define DUMP(tasks)                                                                                \
    "goroutine profile: total " tasks "\n" tasks                                                   \
    " @ 0x1 0x2\n#\t0x1\tmain.wait+0x2b\t/a/b.go:12\n\n"
    static const char *const answers[] = {DUMP("7"), DUMP("4"), DUMP("1"), DUMP("2"), NULL};
    begin_endpoint(answers);
    struct watch watch = begin_watch(0, endpoint.url);
    for (size_t i = 0; i < 4; i++)
        look(&watch);
    end_endpoint();
    assert_true(watch.looks[0].tasks == 7 && watch.looks[3].tasks == 2);
    assert_int_equal(watch.course.life_count, 2);
    assert_int_equal(watch.restarts, 1);
    assert_int_equal(watch.lives[0], 2);
    watch_end(&watch);
}

/* The resident set is that of the process, whatever the endpoint says of itself. */
static void a_process_is_looked_at_beside_it(void **state)
{
    (void)state;
    static const char *const answers[] = {METRICS("10", "1000", "100"), NULL};
    begin_endpoint(answers);
    struct watch watch = begin_watch(getpid(), endpoint.url);
    look(&watch);
    end_endpoint();
    assert_true(watch.looks[0].tasks == 10 && watch.looks[0].rss > 100000);
    assert_true(!watch.process_gone && strstr(watch.program, "test_watch_looks"));
    assert_int_equal(watch.execs, 0);
    assert_true(watch.began + watch.looks[0].seconds <= now());
    watch_end(&watch);
}

/* A process that has become another program begins a life, and is counted once. */
static void a_process_may_become_another_program(void **state)
{
    (void)state;
    int go_on[2] = {-1, -1}, there[2] = {-1, -1};
    char was[256], byte;
    assert_true(pipe(go_on) == 0 && pipe(there) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(go_on[0], STDIN_FILENO);
        dup2(there[1], STDOUT_FILENO);
        if (read(STDIN_FILENO, &byte, 1) == 1)
            execlp("cat", "cat", (char *)NULL);
        _exit(127);
    }
    struct watch watch = begin_watch(pid, NULL);
    look(&watch);
    look(&watch);
    assert_true(watch.execs == 0 && watch.restarts == 0 && !watch.is_another);
    snprintf(was, sizeof was, "%s", watch.program);
    assert_int_equal(write(go_on[1], "xy", 2), 2);
    assert_int_equal(read(there[0], &byte, 1), 1); /* cat is there */
    for (int more = 0; more < 3; more++) {
        look(&watch);
        assert_true(watch.is_another == (more == 0));
        assert_true(strcmp(watch.program, was) != 0 && *watch.program == '/');
        assert_true(watch.began + watch.looks[2 + more].seconds <= now());
    }
    assert_true(watch.execs == 1 && watch.restarts == 1 && watch.lives[0] == 2);
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    watch_end(&watch);
    for (int i = 0; i < 2; i++) {
        close(go_on[i]);
        close(there[i]);
    }
}

/* --- What is no look ------------------------------------------------------------------------------------ */

static void another_answer_is_refused_with_its_url(void **state)
{
    (void)state;
    char error[512], expected[128];
    static const char *const answers[] = {"hello\n", METRICS("1", "2", "3"), NULL};
    begin_endpoint(answers);
    struct watch watch = begin_watch(0, endpoint.url);
    assert_int_equal(watch_look_once(&watch, HANG_SECONDS, error, sizeof error), FETCH_WRONG);
    snprintf(expected, sizeof expected,
             "%s: this is neither a dump nor Prometheus's text: ", endpoint.url);
    assert_memory_equal(error, expected, strlen(expected));
    assert_int_equal(watch.length, 0);
    look(&watch); /* the next one is the first */
    end_endpoint();
    assert_true(watch.length == 1 && watch.looks[0].seconds == 0);
    watch_failed(&watch, "so it is");
    watch_failed(&watch, "so it was");
    assert_int_equal(watch.failed, 2);
    assert_string_equal(watch.failure, "so it was");
    watch_end(&watch);
}

static void nobody_there_is_not_yet(void **state)
{
    (void)state;
    char error[512];
    take_port();
    struct watch watch = begin_watch(0, endpoint.url);
    assert_int_equal(watch_look_once(&watch, HANG_SECONDS, error, sizeof error), FETCH_NOT_YET);
    assert_memory_equal(error, endpoint.url, strlen(endpoint.url));
    assert_int_equal(watch.length, 0);
    watch_end(&watch);
    close(endpoint.fd);
}

static void a_process_that_goes_is_told(void **state)
{
    (void)state;
    static const struct fetch_how how;
    pid_t pid = fork();
    if (pid == 0)
        for (;;)
            pause();
    struct watch watch = begin_watch(pid, NULL);
    look(&watch);
    assert_true(watch.length == 1 && !watch.process_gone && watch.looks[0].rss > 0);
    assert_true(isnan(watch.looks[0].tasks) && !watch_counts(&watch));
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    look(&watch);
    assert_true(watch.length == 1 && watch.process_gone);
    watch_end(&watch);
    assert_false(watch_start(&watch, pid, NULL, &how));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_later_start_is_a_new_life),
        cmocka_unit_test(lives_and_looks_find_room),
        cmocka_unit_test(a_dump_is_counted),
        cmocka_unit_test(a_dump_of_few_tasks_is_a_new_life),
        cmocka_unit_test(a_process_is_looked_at_beside_it),
        cmocka_unit_test(a_process_may_become_another_program),
        cmocka_unit_test(another_answer_is_refused_with_its_url),
        cmocka_unit_test(nobody_there_is_not_yet),
        cmocka_unit_test(a_process_that_goes_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
