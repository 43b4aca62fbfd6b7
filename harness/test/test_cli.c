/* The command line, as it is typed: what it prints where, and how it exits. The binary is the one
 * that LEAKLAB names, or build/gcc/leaklab. */
#include "test/support.h"

#include "catalog.h"
#include "command/quantity.h"
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_WORDS = 16, TEXT = 1 << 20 };

static char binary[4096], folder[] = "/tmp/leaklab-cli-XXXXXX";
static const char *run_in = "."; /* where the program is started */
static bool out_is_full;         /* its standard output takes nothing */

/* What a program wrote and how it ended: its exit status, or 128 + the signal. */
static struct ran {
    int status;
    char out[TEXT], err[TEXT];
} ran;

/* --- Running it ----------------------------------------------------------------------------- */

static void into_words(char *line, char **words)
{
    size_t n = 0;
    words[n++] = binary;
    for (char *word = strtok(line, " "); word && n < MOST_WORDS; word = strtok(NULL, " "))
        words[n++] = word;
    words[n] = NULL;
}

static void read_file(const char *path, char *text)
{
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    text[fread(text, 1, TEXT - 1, file)] = 0;
    fclose(file);
}

static const char *in_folder(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int open_output(const char *name)
{
    int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    return fd;
}

/* Starts it with these words; its output goes to files. */
static pid_t start(const char *line)
{
    char copy[1024], *words[MOST_WORDS + 1];
    snprintf(copy, sizeof copy, "%s", line);
    into_words(copy, words);
    int out = open_output("out"), err = open_output("err");
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(out_is_full ? full : out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        if (chdir(run_in) == 0)
            execv(binary, words);
        _exit(127);
    }
    close(full);
    close(out);
    close(err);
    return child;
}

static int status_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static const struct ran *finish(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    ran.status = status_of(status);
    read_file(in_folder("out"), ran.out);
    read_file(in_folder("err"), ran.err);
    return &ran;
}

static const struct ran *run(const char *line)
{
    return finish(start(line));
}

static size_t count_of(const char *text, const char *part)
{
    size_t n = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        n++;
    return n;
}

static void expect_in(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

/* --- Help and lists ------------------------------------------------------------------------- */

static void help_and_version_go_to_standard_output(void **state)
{
    (void)state;
    static const char *const lines[] = {"--help", "run --help", "check --help", "list --help",
                                        "show --help"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        run(lines[i]);
        assert_int_equal(ran.status, 0);
        expect_in(ran.out, "Usage: leaklab ");
        assert_string_equal(ran.err, "");
    }
    run("--version");
    assert_string_equal(ran.out, "leaklab " LEAKLAB_VERSION "\n");
    run("run --version");
    assert_string_equal(ran.out, "leaklab " LEAKLAB_VERSION "\n");
}

static void the_list_has_every_pair(void **state)
{
    (void)state;
    run("list");
    assert_int_equal(ran.status, 0);
    FOR_EACH_PAIR (pair) {
        expect_in(ran.out, pair->id);
        expect_in(ran.out, pair->title);
    }
    run("list --json");
    json_t *array = json_loads(ran.out, 0, NULL);
    assert_int_equal(json_array_size(array), catalog_length);
    for (size_t i = 0; i < catalog_length; i++) {
        json_t *pair = json_array_get(array, i);
        assert_string_equal(json_string_value(json_object_get(pair, "id")), catalog[i].id);
        assert_true(json_is_object(json_object_get(pair, "expected")));
    }
    json_decref(array);
}

static size_t listed(const char *words)
{
    char line[128];
    snprintf(line, sizeof line, "list --json %s", words);
    run(line);
    json_t *array = json_loads(ran.out, 0, NULL);
    size_t pairs = json_array_size(array);
    json_decref(array);
    assert_int_equal(ran.status, 0);
    return pairs;
}

/* An id goes before a family, and this before a word; each pair is there once. */
static void pairs_go_by_id_family_and_word(void **state)
{
    (void)state;
    size_t in_strategies = 0;
    FOR_EACH_PAIR (pair)
        in_strategies += !strcmp(pair->family, "strategies");
    assert_int_equal(listed("full_buffer"), 1);
    assert_int_equal(listed("strategies"), in_strategies);
    assert_int_equal(listed("--family strategies"), in_strategies);
    assert_int_equal(listed("strategies timer_stop"), in_strategies);
    assert_int_equal(listed("strategies full_buffer"), in_strategies + 1);
    expect_in(ran.out, "\"full_buffer\"");
    run("check TICKER --variant fix"); /* of its title */
    assert_int_equal(ran.status, 0);
    expect_in(ran.out, "ok    timer_stop       fix   clean\n1 of 1 ");
    run("check defer receive --variant fix");
    assert_int_equal(ran.status, 0);
    expect_in(ran.out, "defer_myth ");
    expect_in(ran.out, "channel_receive ");
}

/* Of what stands side by side: after the headline, before the prose. */
static size_t longest_line(char *text)
{
    char *prose = strstr(text, "\nleak  each request");
    assert_non_null(prose);
    *prose = 0;
    text = strchr(text, '\n');

    size_t longest = 0;
    for (; *text; text += *text == '\n') {
        size_t length = strcspn(text, "\n");
        longest = length > longest ? length : longest;
        text += length;
    }
    return longest;
}

/* Also from where no sample is near: they are in the binary. */
static void a_pair_is_shown_within_the_width(void **state)
{
    (void)state;
    static const char *const widths[] = {"60", "80", "100", "200"};
    run_in = "/";
    size_t number = 0; /* each pair in one of the widths, in turn: showing one takes a run of it */
    FOR_EACH_PAIR (pair) {
        const char *width = widths[number++ % (sizeof widths / sizeof *widths)];
        char line[128];
        setenv("COLUMNS", width, 1);
        snprintf(line, sizeof line, "show %s", pair->id);
        run(line);
        assert_int_equal(ran.status, 0);
        assert_true(longest_line(ran.out) <= (size_t)atoi(width));
    }
    unsetenv("COLUMNS");
    run("show channel_receive");
    run_in = ".";
    expect_in(ran.out, "leaks/pitfalls/channel_receive.c");
    expect_in(ran.out, "fixes/pitfalls/channel_receive.c");
    expect_in(ran.out, " | void fix_channel_receive(struct ctx *request)");
    expect_in(ran.out, "each request leaves behind: 1 task in chan receive");
    expect_in(ran.out, "\n      1.000 channel, made at leaks/pitfalls/channel_receive.c:33 (");
    assert_null(strchr(ran.out, '\033'));
}

/* --- Wrong usage ---------------------------------------------------------------------------- */

static void wrong_usage_is_one_line_and_exit_status_2(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words;
    } wrong[] = {
        {"", "leaklab: which command?"},
        {"chekc", "leaklab: unknown command 'chekc' (nearest: check)"},
        {"--bogus", "leaklab: unknown option '--bogus'"},
        {"check channel_recieve", "no pair is called 'channel_recieve' (nearest: channel_receive)"},
        {"run timer_", "no pair is called 'timer_' (nearest: timer_in_loop, timer_stop)"},
        {"run xyzzy", "no pair is called 'xyzzy' (leaklab list shows them all)"},
        {"show xyzzy", "leaklab show: no pair is called 'xyzzy'"},
        {"show", "leaklab show: which pair?"},
        {"show full_buffer worker_loop", "one id at a time, not also 'worker_loop'"},
        {"list xyzzy", "leaklab list: no pair is called 'xyzzy'"},
        {"list --json=x", "option '--json' takes no value"},
        {"run --bogus", "leaklab run: unknown option '--bogus'"},
        {"check -x", "leaklab check: unknown option '-x'"},
        {"run --rate", "leaklab run: option '--rate' needs a value"},
        {"run --requests 0", "--requests '0': must be a whole number from 1 to"},
        {"run --requests -1", "--requests '-1': must be"},
        {"check --requests 1e3", "leaklab check: --requests '1e3': must be"},
        {"run --requests 18446744073709551617", "--requests '18446744073709551617': must be"},
        {"run --requests=", "--requests '': must be"},
        {"run --rate 0", "--rate '0': must be like"},
        {"run --rate -1", "--rate '-1': must be"},
        {"run --rate 1e400", "--rate '1e400': must be"},
        {"run --rate nan", "--rate 'nan': must be"},
        {"run --rate 10/week", "--rate '10/week': must be"},
        {"run --duration 0s", "--duration '0s': must be like"},
        {"run --duration 10", "--duration '10': must be like 10s"},
        {"run --duration -1s", "--duration '-1s': must be"},
        {"run --duration 99999999999999h", "--duration '99999999999999h': must be"},
        {"run --duration 1.2.3s", "--duration '1.2.3s': must be"},
        {"run --settle 0s", "--settle '0s': must be"},
        {"run --recover=x", "--recover 'x': must be like 10s"},
        {"check --recover=1us", "--recover '1us': must be 1ms or more"},
        {"run --recover --recover=1s", "--recover"},
        {"run --hibernate=x", "--hibernate 'x': must be like 10s"},
        {"check --hibernate 1us", "--hibernate '1us': must be 1ms or more"},
        {"run --patience x", "--patience 'x': must be"},
        {"run --stack 0", "--stack '0': must be like"},
        {"run --stack 64Q", "--stack '64Q': must be"},
        {"run --stack 1K", "--stack '1K': stack size of 1024 bytes: it must be from"},
        {"run --stack 2G", "--stack '2G': stack size of 2147483648 bytes: it must be from"},
        {"run --stack 99999999999999999G", "--stack '99999999999999999G': must be"},
        {"run --seed -1", "--seed '-1': must be"},
        {"run --seed 9223372036854775808", "--seed '9223372036854775808': must be"},
        {"run --variant other", "--variant 'other': must be leak, fix or both"},
        {"run --arrivals other", "--arrivals 'other': must be constant or poisson"},
        {"run --json /nowhere/at/all", "/nowhere/at/all can not be written: No such file"},
        {"run --json /", "/ can not be written: Is a directory"},
        {"case full_buffer leak", "leaklab case: `leaklab run` and `leaklab check` start it"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        run(wrong[i].line);
        if (ran.status != 2 || ran.out[0] || count_of(ran.err, "\n") != 1 ||
            !strstr(ran.err, wrong[i].words))
            fail_msg("leaklab %s: exit status %d, \"%s\"%s", wrong[i].line, ran.status, ran.err,
                     ran.out);
    }
}

static void quantities_are_read_strictly(void **state)
{
    (void)state;
    uint64_t whole;
    int64_t time;
    double rate;
    assert_true(quantity_count("1000000000", &whole) && whole == 1000000000);
    assert_false(quantity_count("1000000001", &whole));
    assert_false(quantity_count(" 1", &whole) || quantity_count("+1", &whole));
    assert_true(quantity_seed("0", &whole) && whole == 0);
    assert_true(quantity_seed("9223372036854775807", &whole) && whole == INT64_MAX);
    assert_true(quantity_rate("1000", &rate) && rate == 1000);
    assert_true(quantity_rate("2.5/s", &rate) && rate == 2.5);
    assert_true(quantity_rate("60/min", &rate) && rate == 1);
    assert_true(quantity_rate("7200/h", &rate) && rate == 2);
    assert_true(quantity_rate("max", &rate) && rate == 0);
    assert_false(quantity_rate("10000001", &rate) || quantity_rate("0x10", &rate));
    assert_false(quantity_rate(".5", &rate) || quantity_rate("5.", &rate));
    assert_true(quantity_time("10s", &time) && time == 10 * SECOND);
    assert_true(quantity_time("1.5min", &time) && time == 90 * SECOND);
    assert_true(quantity_time("1us", &time) && time == MICROSECOND);
    assert_true(quantity_time("1000h", &time) && time == 1000 * HOUR);
    assert_false(quantity_time("1001h", &time) || quantity_time("10 s", &time));
    assert_true(quantity_size("65536", &whole) && whole == 65536);
    assert_true(quantity_size("64K", &whole) && whole == 65536);
    assert_true(quantity_size("3GiB", &whole) && whole == UINT64_C(3) << 30);
    assert_false(quantity_size("64k", &whole) || quantity_size("1.5M", &whole));
    assert_false(quantity_size("18446744073709551615G", &whole));
}

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

static void what_can_not_be_told_is_no_success(void **state)
{
    (void)state;
    static const char *const lines[] = {"list", "list --json", "show full_buffer",
                                        "check full_buffer"};
    out_is_full = true;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        run(lines[i]);
        if (ran.status != 1 || !strstr(ran.err, "can not write to standard output: No space left"))
            fail_msg("leaklab %s: exit status %d, \"%s\"", lines[i], ran.status, ran.err);
    }
    out_is_full = false;
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

/* False where the first case ended before it was killed. */
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
    if (killed) {
        assert_string_equal(json_string_value(json_object_get(end, "ended")), "signal");
        assert_int_equal(json_integer_value(json_object_get(end, "status")), SIGKILL);
    }
    json_decref(end);
    read_rest(&live);
    finish(live.pid);
    return killed;
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

/* --- The catalog holds the build to its word ------------------------------------------------ */

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(in_folder(name), "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Builds the catalog's source over a catalog of the test's own; the compiler's words are in ran. */
static int build_catalog(const char *pairs, const char *samples)
{
    char command[2048], *words[] = {"sh", "-c", command, NULL};
    write_file("catalog.def", pairs);
    write_file("samples.c", samples);
    snprintf(
        command, sizeof command,
        "cp harness/catalog.c harness/catalog.h %s && printf 'int main(void){}' >>%s/samples.c "
        "&& cc -D_GNU_SOURCE -Iharness -o %s/program %s/catalog.c %s/samples.c 2>&1",
        folder, folder, folder, folder, folder);
    int out = open_output("out");
    pid_t child = fork();
    if (child == 0) {
        dup2(out, STDOUT_FILENO);
        execvp("sh", words);
        _exit(127);
    }
    close(out);
    write_file("err", "");
    return finish(child)->status;
}

static void half_a_pair_or_a_double_stops_the_build_with_its_name(void **state)
{
    (void)state;
    const char *samples = "struct ctx; void leak_a(struct ctx *c) {} void fix_a(struct ctx *c) {}\n"
                          "void leak_lonely(struct ctx *c) {}\n";
    if (build_catalog("PAIR(f, a, \"A\", .timers = 1)\n", samples) != 0)
        fail_msg("%s", ran.out);
    assert_int_not_equal(
        build_catalog("PAIR(f, a, \"A\", .timers = 1)\nPAIR(f, a, \"B\", .timers = 1)\n", samples),
        0);
    expect_in(ran.out, "pair_a");
    assert_int_not_equal(
        build_catalog("PAIR(f, a, \"A\", .timers = 1)\nPAIR(f, lonely, \"B\", .timers = 1)\n",
                      samples),
        0);
    expect_in(ran.out, "fix_lonely");
}

static int make_folder(void **state)
{
    (void)state;
    const char *given = getenv("LEAKLAB");
    if (!realpath(given && *given ? given : "build/gcc/leaklab", binary)) {
        fprintf(stderr, "no leaklab to test: set LEAKLAB, or build it first\n");
        return -1;
    }
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[64];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_and_version_go_to_standard_output),
        cmocka_unit_test(the_list_has_every_pair),
        cmocka_unit_test(pairs_go_by_id_family_and_word),
        cmocka_unit_test(a_pair_is_shown_within_the_width),
        cmocka_unit_test(wrong_usage_is_one_line_and_exit_status_2),
        cmocka_unit_test(quantities_are_read_strictly),
        cmocka_unit_test(check_proves_all_pairs),
        cmocka_unit_test(a_run_in_a_pipe_is_plain_lines_and_a_table),
        cmocka_unit_test(a_pair_of_threads_runs_in_real_time),
        cmocka_unit_test(a_run_on_a_terminal_has_a_live_line_and_colour),
        cmocka_unit_test(a_record_has_every_line),
        cmocka_unit_test(a_record_is_never_written_over),
        cmocka_unit_test(a_full_disk_is_said_and_loses_no_figure),
        cmocka_unit_test(what_can_not_be_told_is_no_success),
        cmocka_unit_test(an_interrupt_ends_the_case_and_keeps_the_figures),
        cmocka_unit_test(a_killed_child_is_reported_and_the_others_go_on),
        cmocka_unit_test(no_case_outlives_its_meter),
        cmocka_unit_test(half_a_pair_or_a_double_stops_the_build_with_its_name),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
