/* `leaklab check` and `leaklab run`, as they are typed: what they print, the record that is written meanwhile, and what
 * becomes of it all when something ends before its end. */
#include "test/command_line.h"

#include "catalog.h"
#include <jansson.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* --- Checking and running ------------------------------------------------------------------- */

static void check_proves_all_pairs(void **state)
{
    (void)state;
    run("check");
    assert_int_equal(ran.status, 0);
    assert_int_equal(count_of(ran.out, "\nok  ") + !strncmp(ran.out, "ok  ", 4),
                     2 * catalog_length);
    char sum[64];
    snprintf(sum, sizeof sum, "\n%zu of %zu as the catalog says", 2 * catalog_length,
             2 * catalog_length);
    expect_in(ran.out, sum);
    assert_true(!strstr(ran.out, "heap bytes were not checked") != support_is_instrumented());
    run("check full_buffer worker_loop full_buffer --variant fix --requests 3");
    assert_int_equal(ran.status, 0);
    expect_in(ran.out,
              "ok    full_buffer      fix   clean\nok    worker_loop      fix   clean\n2 of 2");
}

static void a_run_in_a_pipe_is_plain_lines_and_a_table(void **state)
{
    (void)state;
    run("run channel_receive --requests 200 --rate max");
    assert_int_equal(ran.status, 0);
    assert_null(strpbrk(ran.out, "\r\033"));
    expect_in(ran.out, "/2] channel_receive  leak  LEAK 1.000 task/request, chan receive at "
                       "leaks/pitfalls/channel_receive.c:");
    expect_in(ran.out, "/2] channel_receive  fix   clean\n");
    expect_in(ran.out, "\npattern ");
    expect_in(ran.out, "\nchannel_receive  leak          200      1.000 ");
    expect_in(ran.out, "\n2 of 2 as the catalog says\n");
}

static const struct ran *run_on_a_terminal(const char *line)
{
    char copy[1024], *words[MOST_WORDS + 1];
    struct winsize size = {.ws_row = 24, .ws_col = 70};
    int terminal, status;
    snprintf(copy, sizeof copy, "%s", line);
    into_words(copy, words);
    pid_t child = forkpty(&terminal, NULL, NULL, &size);
    assert_true(child >= 0);
    if (child == 0) {
        execv(binary, words);
        _exit(127);
    }
    size_t length = 0;
    ssize_t got;
    while ((got = read(terminal, ran.out + length, TEXT - 1 - length)) > 0)
        length += (size_t)got;
    ran.out[length] = 0;
    close(terminal);
    assert_int_equal(waitpid(child, &status, 0), child);
    ran.status = status_of(status);
    return &ran;
}

/* Without a loop there is nothing to turn meanwhile: its thread sleeps. */
static void a_pair_of_threads_runs_in_real_time(void **state)
{
    (void)state;
    run("run blocked_in_read --requests 20 --rate max --patience 10ms --settle 10ms");
    assert_int_equal(ran.status, 0);
    expect_in(ran.out, "/2] blocked_in_read  fix   clean");
}

static void a_run_on_a_terminal_has_a_live_line_and_colour(void **state)
{
    (void)state;
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    run_on_a_terminal("run full_buffer --variant leak --requests 50 --rate max");
    assert_int_equal(ran.status, 0);
    expect_in(ran.out, "\r\033[K[1/1] full_buffer      leak  baseline ");
    expect_in(ran.out, "\033[31mLEAK 1.000 task/request");
    setenv("NO_COLOR", "1", 1);
    run_on_a_terminal("run full_buffer --variant leak --requests 50 --rate max");
    unsetenv("NO_COLOR");
    expect_in(ran.out, "\r\033[K[1/1] full_buffer      leak  baseline ");
    assert_null(strstr(ran.out, "\033[31m"));
    assert_null(strstr(ran.out, "\033[0m"));
}

/* --- The record ----------------------------------------------------------------------------- */

static json_t *next_line(FILE *record)
{
    static char line[TEXT];
    if (!fgets(line, sizeof line, record))
        return NULL;
    assert_true(strchr(line, '\n') != NULL);
    json_t *object = json_loads(line, 0, NULL);
    assert_non_null(object);
    return object;
}

static bool is_type(json_t *line, const char *type)
{
    return !strcmp(json_string_value(json_object_get(line, "type")), type);
}

static void a_record_has_every_line(void **state)
{
    (void)state;
    char command[512];
    const char *path = in_folder("record.json");
    size_t headers = 0, starts = 0, samples = 0, latencies = 0, ends = 0, closes = 0;
    snprintf(command, sizeof command,
             "run context_cancel --requests 30 --rate max --seed 5 --json %s", path);
    run(command);
    assert_int_equal(ran.status, 0);
    FILE *record = fopen(in_folder("record.json"), "re");
    assert_non_null(record);
    for (json_t *line; (line = next_line(record)); json_decref(line)) {
        if (is_type(line, "header")) {
            assert_int_equal(json_integer_value(json_object_get(line, "schema")), 1);
            assert_int_equal(json_integer_value(json_object_get(line, "cases")), 2);
            assert_int_equal(json_integer_value(json_object_get(line, "seed")), 5);
            json_t *words = json_object_get(line, "command");
            assert_int_equal(json_array_size(words), 11);
            assert_string_equal(json_string_value(json_array_get(words, 2)), "context_cancel");
            headers++;
        }
        if (is_type(line, "latencies"))
            latencies += json_array_size(json_object_get(line, "ns"));
        if (is_type(line, "end")) {
            assert_string_equal(json_string_value(json_object_get(line, "ended")), "well");
            assert_int_equal(json_integer_value(json_object_get(line, "finished")), 30);
            assert_true(
                json_is_true(json_object_get(json_object_get(line, "verdict"), "as_catalogued")));
        }
        starts += is_type(line, "start");
        samples += is_type(line, "sample");
        ends += is_type(line, "end");
        closes += is_type(line, "close");
    }
    fclose(record);
    assert_int_equal(headers, 1);
    assert_int_equal(starts, 2);
    assert_true(samples >= 6); /* three ends of phases a case */
    assert_int_equal(latencies, 60);
    assert_int_equal(ends, 2);
    assert_int_equal(closes, 1);
}

static void a_record_is_never_written_over(void **state)
{
    (void)state;
    char command[512], text[TEXT];
    FILE *file = fopen(in_folder("kept.json"), "we");
    assert_non_null(file);
    fputs("measured long ago\n", file);
    fclose(file);
    snprintf(command, sizeof command, "run full_buffer --json %s", in_folder("kept.json"));
    run(command);
    assert_int_equal(ran.status, 2);
    assert_string_equal(ran.out, ""); /* nothing was run */
    expect_in(ran.err, "kept.json holds something already");
    read_file(in_folder("kept.json"), text);
    assert_string_equal(text, "measured long ago\n");
}

static void a_full_disk_is_said_and_loses_no_figure(void **state)
{
    (void)state;
    run("run full_buffer --requests 20 --rate max --json /dev/full");
    assert_int_equal(ran.status, 1);
    expect_in(ran.err, "/dev/full can not be written on: No space left on device");
    assert_int_equal(count_of(ran.err, "\n"), 1);
    expect_in(ran.out, "\n2 of 2 as the catalog says\n");
}

/* --- Ends before the end -------------------------------------------------------------------- */

/* A run whose record goes through a pipe, so that the test acts when a case is in load. */
struct live_run {
    pid_t pid;
    FILE *record;
};

static struct live_run start_live(const char *line)
{
    char command[512];
    struct live_run live;
    unlink(in_folder("pipe"));
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    snprintf(command, sizeof command, "%s --json %s", line, in_folder("pipe"));
    live.pid = start(command);
    live.record = fopen(in_folder("pipe"), "re");
    assert_non_null(live.record);
    return live;
}

static json_t *read_until(const struct live_run *live, const char *type, const char *phase)
{
    for (json_t *line; (line = next_line(live->record)); json_decref(line)) {
        const char *in = json_string_value(json_object_get(line, "phase"));
        if (is_type(line, type) && (!phase || (in && !strcmp(in, phase))))
            return line;
    }
    fail_msg("no %s in %s", type, phase ? phase : "any phase");
    return NULL;
}

static void read_rest(const struct live_run *live)
{
    for (json_t *line; (line = next_line(live->record));)
        json_decref(line);
    fclose(live->record);
}

/* The one child of a process. */
static pid_t child_of(pid_t parent)
{
    char path[64], text[TEXT];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
    read_file(path, text);
    return (pid_t)strtol(text, NULL, 10);
}

/* The process of a pidfd ends. Closes it. */
static void expect_gone(int child_fd)
{
    struct pollfd gone = {.fd = child_fd, .events = POLLIN};
    assert_int_equal(poll(&gone, 1, HANG_SECONDS * 1000), 1);
    close(child_fd);
}

static void an_interrupt_ends_the_case_and_keeps_the_figures(void **state)
{
    (void)state;
    struct live_run live = start_live("run channel_receive full_buffer --variant leak "
                                      "--duration 1h");
    json_decref(read_until(&live, "sample", "load"));
    pid_t child = child_of(live.pid);
    int child_fd = (int)syscall(SYS_pidfd_open, child, 0);
    assert_true(child > 0 && child_fd >= 0);
    kill(live.pid, SIGINT);
    json_t *end = read_until(&live, "end", NULL);
    assert_string_equal(json_string_value(json_object_get(end, "ended")), "interrupted");
    json_decref(end);
    json_t *close_line = read_until(&live, "close", NULL);
    assert_int_equal(json_integer_value(json_object_get(close_line, "interrupted_by")), SIGINT);
    json_decref(close_line);
    read_rest(&live);
    finish(live.pid);
    assert_int_equal(ran.status, 130);
    expect_in(ran.out, "[1/2] channel_receive  leak  interrupted in load after ");
    expect_in(ran.out, "\npattern ");
    expect_in(ran.out, "\nfull_buffer      leak ");
    expect_in(ran.out, "  not run\n");
    expect_in(ran.out, "0 of 2 as the catalog says (interrupted)\n");
    expect_gone(child_fd);
}

/* False where the load of the first case was over before it was killed. */
static bool kill_the_first_case(int seconds)
{
    char line[64];
    snprintf(line, sizeof line, "run channel_receive --duration %ds", seconds);
    struct live_run live = start_live(line);
    json_decref(read_until(&live, "sample", "load"));
    pid_t child = child_of(live.pid);
    if (child > 0)
        kill(child, SIGKILL);
    json_t *end = read_until(&live, "end", NULL);
    bool killed = strcmp(json_string_value(json_object_get(end, "ended")), "well") != 0;
    bool in_load = strcmp(json_string_value(json_object_get(end, "phase")), "load") == 0;
    if (killed) {
        assert_string_equal(json_string_value(json_object_get(end, "ended")), "signal");
        assert_int_equal(json_integer_value(json_object_get(end, "status")), SIGKILL);
    }
    json_decref(end);
    read_rest(&live);
    finish(live.pid);
    return killed && in_load;
}

static void a_killed_child_is_reported_and_the_others_go_on(void **state)
{
    (void)state;
    int seconds = 1;
    while (!kill_the_first_case(seconds) && seconds < HANG_SECONDS)
        seconds *= 2; /* the load was over before this busy machine came to it */
    assert_int_equal(ran.status, 1);
    /* By the default seed the fix goes first. */
    expect_in(ran.out, "[1/2] channel_receive  fix   DIED by signal 9 (Killed) in load after ");
    expect_in(ran.out, "[2/2] channel_receive  leak  LEAK 1.000 task/request");
    expect_in(ran.out, "\n1 of 2 as the catalog says\n");
}

static void no_case_outlives_its_meter(void **state)
{
    (void)state;
    struct live_run live = start_live("run channel_receive --variant leak --duration 1h");
    json_decref(read_until(&live, "sample", "load"));
    pid_t child = child_of(live.pid);
    int child_fd = (int)syscall(SYS_pidfd_open, child, 0);
    assert_true(child > 0 && child_fd >= 0);
    kill(live.pid, SIGKILL);
    fclose(live.record);
    finish(live.pid);
    assert_int_equal(ran.status, 128 + SIGKILL);
    expect_gone(child_fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_proves_all_pairs),
        cmocka_unit_test(a_run_in_a_pipe_is_plain_lines_and_a_table),
        cmocka_unit_test(a_pair_of_threads_runs_in_real_time),
        cmocka_unit_test(a_run_on_a_terminal_has_a_live_line_and_colour),
        cmocka_unit_test(a_record_has_every_line),
        cmocka_unit_test(a_record_is_never_written_over),
        cmocka_unit_test(a_full_disk_is_said_and_loses_no_figure),
        cmocka_unit_test(an_interrupt_ends_the_case_and_keeps_the_figures),
        cmocka_unit_test(a_killed_child_is_reported_and_the_others_go_on),
        cmocka_unit_test(no_case_outlives_its_meter),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
