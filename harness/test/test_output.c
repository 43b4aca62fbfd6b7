/* Where commands write, and words that contradict each other: "-" is standard output, a file is whole or as it
 * was, no option is passed over because another came after it, and what ends a run leaves its table. */
#include "test/planted.h"
#include "test/words.h"

#include "command/once.h"
#include "command/output.h"
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- Options given twice -------------------------------------------------------------------- */

static void an_option_given_twice_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *words, *option; /* NULL: they are taken */
    } cases[] = {
        {"run --requests 1 --requests 2", "requests"},
        {"run --requests=1 x --req 1", "requests"},
        {"check --variant leak --variant fix", "variant"},
        {"dump -o a --output b x", "output"},
        {"dump -oa -ob x", "output"},
        {"compare --results a --results b x y", "results"},
        {"watch --pid 1 --pid 2", "pid"},
        {"watch --pid 1 --duration 1us -- cat --pid 1", NULL},
        {"run --sweep requests=1 --sweep rate=max --sweep x=1", NULL},
        {"list --json --json", NULL},
        {"dump --threshold 1 -- --threshold", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[256] = "";
        const struct ran *ran = planted_shell("$LAB %s", cases[i].words);
        if (cases[i].option)
            snprintf(words, sizeof words, "leaklab %.*s: option '--%s' is given twice\n",
                     (int)strcspn(cases[i].words, " "), cases[i].words, cases[i].option);
        if (cases[i].option)
            assert_string_equal(ran->said, words);
        else
            expect_no_words(ran->said, "given twice");
        assert_true(!cases[i].option || ran->status == 2);
    }
    const struct ran *ran = planted_shell("$LAB dump --folded --format json channel_receive");
    assert_int_equal(ran->status, 2);
    expect_words(ran->said, "one format at a time");
}

/* --- Standard output by its name ------------------------------------------------------------ */

static void a_dash_is_standard_output(void **state)
{
    (void)state;
    const struct ran *ran =
        planted_shell("$LAB dump channel_receive --requests 2 --format text -o -; ls");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "pack_order");
    expect_no_words(ran->said, "\n-\n");
    ran =
        planted_shell("$LAB run full_buffer --requests 20 --rate max --json - 2>said >record; ls; "
                      "$LAB report record >/dev/null && cat said");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^full_buffer +leak +20 +1.000");
    expect_words(ran->said, "2 of 2 as the catalog says");
    expect_no_words(ran->said, "\n-\n");
}

/* Where a shell has closed what is printed on, a record would be the first to get its number. */
static void what_is_closed_is_no_file_of_ours(void **state)
{
    (void)state;
    const struct ran *ran =
        planted_shell("$LAB run full_buffer --requests 20 --rate max --json r >&-");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "leaklab: can not write to standard output: Bad file descriptor\n");
    ran = planted_shell("$LAB report r");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "\nr.report/index.html\n");
    assert_int_equal(planted_shell("$LAB check full_buffer <&- >&- 2>&-")->status, 1);
    assert_int_equal(planted_shell("$LAB check full_buffer <&- 2>&-")->status, 0);
    ran = planted_shell("$LAB explain - <&-");
    assert_int_equal(ran->status, 1);
    assert_string_equal(ran->said,
                        "leaklab explain: can not read standard input: Bad file descriptor\n");
    ran = planted_shell("$LAB run full_buffer --requests 20 --json - >&-");
    assert_int_equal(ran->status, 2);
    assert_string_equal(ran->said, "leaklab run: --json: standard output can not be written: "
                                   "Invalid argument\n");
}

/* Its table is made of the record, which can not be read from there again. */
static void a_record_on_standard_output_has_its_table_too(void **state)
{
    (void)state;
    const struct ran *ran =
        planted_shell("$LAB run full_buffer --requests 20 --rate max --repeat 3 --json - 2>said "
                      ">record; $LAB report record >/dev/null && cat said");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^full_buffer +leak +3 +20 +1.000");
}

/* --- Files ---------------------------------------------------------------------------------- */

static void a_file_is_whole_or_as_it_was(void **state)
{
    (void)state;
    char why[512];
    struct output output;
    const char *path = planted_path("file");
    planted_write(path, "before", 6);
    assert_int_equal(chmod(path, 0640), 0);
    assert_true(output_open(&output, path, why, sizeof why));
    fputs("half", output.out);
    fflush(output.out);
    char *text = planted_read(path, NULL);
    assert_string_equal(text, "before");
    free(text);
    output_abandon(&output);
    assert_true(output_open(&output, path, why, sizeof why));
    fputs("after", output.out);
    assert_true(output_finish(&output, why, sizeof why));
    text = planted_read(path, NULL);
    assert_string_equal(text, "after");
    free(text);
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0640);
    const struct ran *ran = planted_shell("ls -A; ln -s file link");
    assert_string_equal(ran->said, "file\n"); /* no other is left beside it */
    assert_true(output_open(&output, planted_path("link"), why, sizeof why));
    assert_true(output_finish(&output, why, sizeof why));
    assert_string_equal(planted_shell("readlink link")->said, "file\n");
    assert_true(output_open(&output, "/dev/null", why, sizeof why));
    assert_true(output_finish(&output, why, sizeof why));
    assert_false(output_open(&output, planted_path("none/file"), why, sizeof why));
    expect_words(why, "can not open");
    /* What is beside it is taken away before it has its name. */
    assert_true(output_open(&output, path, why, sizeof why));
    assert_int_equal(unlink(output.unfinished), 0);
    assert_false(output_finish(&output, why, sizeof why));
    expect_match(why, "^can not write .*/file: No such file or directory$");
}

static void a_comparison_may_take_the_place_of_what_it_compares(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell(
        "$LAB dump channel_receive --requests 2 --format json -o a && $LAB dump channel_receive "
        "--requests 9 --format json -o b && cp a kept && $LAB dump --diff a b --threshold 5 -o a");
    assert_int_equal(ran->status, 1); /* a suspect */
    char *text = planted_read(planted_path("a"), NULL);
    expect_words(text, "2 tasks, then 9: +7");
    free(text);
    /* And what can not be compared stays. */
    ran = planted_shell("$LAB dump --diff kept a -o kept");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "not a dump in JSON");
    ran = planted_shell("$LAB dump --diff kept b -o none/x");
    assert_int_equal(ran->status, 1);
    assert_string_equal(ran->said,
                        "leaklab dump: can not open none/x: No such file or directory\n");
    ran = planted_shell("$LAB dump --diff kept b --threshold 100");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "2 tasks, then 9: +7");
}

static void a_comparison_is_json_too(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell(
        "$LAB dump channel_receive --requests 2 --format json -o a && $LAB dump channel_receive "
        "--requests 9 --format json -o b; $LAB dump --diff a b --threshold 5 --format json");
    assert_int_equal(ran->status, 1);
    json_t *json = json_loads(ran->said, 0, NULL);
    assert_non_null(json);
    json_t *place = json_array_get(json_object_get(json, "places"), 0);
    assert_int_equal(json_integer_value(json_object_get(json, "suspects")), 1);
    assert_int_equal(json_integer_value(json_object_get(place, "grown")), 7);
    assert_true(json_real_value(json_object_get(place, "per_request")) == 1);
    assert_true(json_is_true(json_object_get(place, "suspect")));
    json_decref(json);
    ran = planted_shell("$LAB dump --diff a b --format pprof");
    assert_int_equal(ran->status, 2);
    expect_words(ran->said, "--diff is in words");
}

/* --- Signals -------------------------------------------------------------------------------- */

/* Runs it until it is under load, then sends it this signal. */
static const struct ran *run_and_send(const char *before, const char *name)
{
    return planted_shell(
        "rm -f r out; %s $LAB run full_buffer worker_loop --requests 100000 --rate 1000 --json r "
        ">out 2>&1 & until grep -q '\"phase\":\"load\"' r 2>/dev/null; do sleep 0.02; done; kill "
        "-%s $!; wait $!; s=$?; cat out; exit $s",
        before, name);
}

static void a_hangup_prints_the_table(void **state)
{
    (void)state;
    const struct ran *ran = run_and_send("", "HUP");
    assert_int_equal(ran->status, 128 + 1);
    expect_match(ran->said, "^full_buffer +leak ");
    expect_words(ran->said, "(interrupted)");
    ran = planted_shell("$LAB report r");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^full_buffer (leak|fix), run 1: ended by interrupted");
}

/* A check tells what it knows by then. */
static void an_interrupt_ends_a_check(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell("$LAB check full_buffer --requests 4000000 >out 2>&1 & "
                                          "until grep -q . /proc/$!/task/$!/children; do sleep "
                                          "0.02; done; kill -INT $!; wait $!; s=$?; "
                                          "cat out; exit $s");
    assert_int_equal(ran->status, 128 + 2);
    expect_match(ran->said, "^FAIL  full_buffer +leak  interrupted in ");
}

/* Under nohup a hangup is nothing, and something else has to end it. */
static void a_hangup_may_be_ignored(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell(
        "(trap '' HUP; exec $LAB run full_buffer --requests 100000 --rate 1000 --json r >out 2>&1) "
        "& "
        "until grep -q '\"phase\":\"load\"' r 2>/dev/null; do sleep 0.02; done; kill -HUP $!; "
        "n=$(wc "
        "-l <r); until [ $(wc -l <r) -gt $n ]; do sleep 0.02; done; kill -TERM $!; wait $!");
    assert_int_equal(ran->status, 128 + 15);
}

/* --- A program that is watched -------------------------------------------------------------- */

/* Watches a program that ends in this way as soon as one look at it is told, however late that is. */
static const struct ran *watch_until_told(const char *end)
{
    return planted_shell(
        "$LAB watch --interval 20ms -- sh -c 'until grep -q resident told; do sleep 0.02; "
        "done; %s' >told 2>&1; s=$?; cat told; exit $s",
        end);
}

static void the_end_of_a_program_is_passed_on(void **state)
{
    (void)state;
    const struct ran *ran = watch_until_told("exit 3");
    assert_int_equal(ran->status, 3);
    expect_words(ran->said, "\nsh has ended with exit status 3\n");
    ran = watch_until_told("kill -KILL $$");
    assert_int_equal(ran->status, 128 + 9);
    expect_words(ran->said, "\nsh was ended by signal 9 (Killed)\n");
    ran = watch_until_told("exit 0");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "\nsh has ended with exit status 0\n");
    /* One that we end has nothing to say. */
    ran =
        planted_shell("$LAB watch --interval 20ms --duration 100ms -- sh -c 'trap \"exit 7\" TERM; "
                      "while :; do sleep 0.01; done'");
    assert_int_equal(ran->status, 0);
    expect_no_words(ran->said, "sh ");
}

/* --- A narrow terminal ---------------------------------------------------------------------- */

/* No line of a table is broken by the terminal. Verdicts and sentences may be. */
static void tables_fit_a_narrow_terminal(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "$LAB run full_buffer --requests 20 --rate max | grep -v LEAK",
        "$LAB run full_buffer --requests 20 --rate max --repeat 3 | grep -v LEAK",
        "$LAB list | grep -v '^      '", /* titles are sentences */
        "$LAB run --help",
        "$LAB show channel_receive | sed -n '3,70p'",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct ran *ran = planted_shell("export COLUMNS=60; %s", lines[i]);
        assert_int_equal(ran->status, 0);
        for (const char *line = ran->said; *line; line += strcspn(line, "\n") + 1)
            if (strcspn(line, "\n") > 60)
                fail_msg("%s: %.*s", lines[i], (int)strcspn(line, "\n"), line);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_option_given_twice_is_refused),
        TEST(a_dash_is_standard_output),
        TEST(what_is_closed_is_no_file_of_ours),
        TEST(a_record_on_standard_output_has_its_table_too),
        TEST(a_file_is_whole_or_as_it_was),
        TEST(a_comparison_may_take_the_place_of_what_it_compares),
        TEST(a_comparison_is_json_too),
        TEST(a_hangup_prints_the_table),
        TEST(an_interrupt_ends_a_check),
        TEST(a_hangup_may_be_ignored),
        TEST(the_end_of_a_program_is_passed_on),
        TEST(tables_fit_a_narrow_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
