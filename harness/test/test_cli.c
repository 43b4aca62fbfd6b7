/* The command line, as it is typed: what it prints where, and how it exits. */
#include "test/command_line.h"

#include "catalog.h"
#include "command/quantity.h"
#include <jansson.h>

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
    run("-V");
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
    enum { WIDTHS = sizeof widths / sizeof *widths };
    /* Each pair in one of the widths, in turn: showing one takes a run of it. Under the sanitizers one of four. */
    size_t number = 0;
    FOR_EACH_PAIR (pair) {
        const char *width = widths[number++ % WIDTHS];
        char line[128];
        if (support_is_instrumented() && number / WIDTHS % 4)
            continue;
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
        {"completion bash zsh", "leaklab completion: one shell at a time, not also 'zsh'"},
        {"cite", "leaklab cite: which pair?"},
        {"cite full_buffer worker_loop", "one id at a time, not also 'worker_loop'"},
        {"forecast full_buffer worker_loop", "one id at a time, not also 'worker_loop'"},
        {"confirm a b c", "leaklab confirm: a result and what was measured here, not also 'c'"},
        {"compare --results= a b", "--results: the name of the folder is empty"},
        {"dump stop_is_not_close --format full",
         "--format full: of plain C there are summary, json, pprof, folded and svg"},
        {"report --output x a b", "--output is for the pages of one record"},
        {"report --output x", "--output is for the pages of one record"},
        {"run --controls --json x", "controls are no pairs: there is no record of them"},
        {"run poll_nine_minutes --repeat 2", "controls are no pairs: there is no record of them"},
        {"case full_buffer leak smell", "leaklab case: `leaklab detect` starts it, not you"},
        {"case full_buffer leak census", "leaklab case: `leaklab detect` starts it, not you"},
        {"case nobody leak count", "leaklab case: `leaklab detect` starts it, not you"},
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

static void what_can_not_be_told_is_no_success(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "list", "list --json", "show full_buffer", "check full_buffer", "--version", "--help"};
    out_is_full = true;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        run(lines[i]);
        if (ran.status != 1 || !strstr(ran.err, "can not write to standard output: No space left"))
            fail_msg("leaklab %s: exit status %d, \"%s\"", lines[i], ran.status, ran.err);
    }
    out_is_full = false;
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
        cmocka_unit_test(what_can_not_be_told_is_no_success),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
