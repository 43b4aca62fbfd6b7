/* Campaigns: their journal through every interruption, and what their suites do wrong. The suite is a
 * script whose costs follow from the length of its environment; nothing is timed. */
#include "test/planted.h"
#include "test/words.h"

#include "record/campaign.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --- The journal -------------------------------------------------------------------------------- */

/* Where a file `fatal` holds a number, that process ends its campaign by a signal that nobody can catch. A file `rows`
 * holds other names than row/a and row/b, and a file `astray` what each process does before it measures. */
static const char suite[] =
    "#!/bin/sh\n"
    "for word; do case $word in\n"
    "--benchmark_list_tests) if [ -e rows ]; then . ./rows; else echo row/a; echo row/b; fi; exit "
    ";;\n"
    "--benchmark_filter=*) row=${word#*=^}; row=${row%%(*} ;;\n"
    "--benchmark_repetitions=*) times=${word#*=} ;;\n"
    "esac; done\n"
    "[ -z \"$LEAKLAB_PADDING\" ] || echo \"$row\" >>ran\n"
    "[ -e fatal ] && [ -n \"$LEAKLAB_PADDING\" ] && [ \"$(wc -l <ran)\" = \"$(cat fatal)\" ] && "
    "kill -9 $PPID && exit\n"
    "[ -e astray ] && [ -n \"$LEAKLAB_PADDING\" ] && . ./astray\n"
    "core=\n"
    "if [ -e core ]; then took=100\n"
    "[ -n \"$LEAKLAB_PADDING\" ] && [ \"$(wc -l <ran)\" -le \"$(cat core)\" ] && took=500\n"
    "core=\"\\\"yardstick_ns\\\": $took, \\\"wall_ns\\\": 1e12,\"; fi\n"
    "echo '{\"context\": {\"date\": \"2026-01-31T00:30:00+01:00\", \"host_name\": "
    "\"secret-host\",'\n"
    "echo '\"num_cpus\": 2}, \"benchmarks\": ['\n"
    "for i in $(seq \"$times\"); do\n"
    "[ \"$i\" = 1 ] || echo ,\n"
    "echo \"{\\\"name\\\": \\\"$row\\\", \\\"run_name\\\": \\\"$row\\\", \\\"run_type\\\": "
    "\\\"iteration\\\",\"\n"
    "echo \"\\\"iterations\\\": 10, \\\"real_time\\\": ${#LEAKLAB_PADDING}, \\\"cpu_time\\\": "
    "1${#LEAKLAB_PADDING}, $core\"\n"
    "echo '\"time_unit\": \"ns\"}'\n"
    "done\n"
    "echo ']}'\n";

static void plant_suites(void)
{
    static const char *const names[] = {"one", "two"};
    for (size_t i = 0; i < 2; i++) {
        planted_write(planted_path("%s", names[i]), suite, sizeof suite - 1);
        assert_int_equal(chmod(planted_path("%s", names[i]), 0755), 0);
    }
}

/* One try: what this machine does meanwhile decides nothing. */
#define CAMPAIGN_OF(tries)                                                                         \
    "$LAB campaign --json c --invocations 3 --repetitions 2 --wait 1ms ./one ./two --tries " tries
#define CAMPAIGN CAMPAIGN_OF("1")

/* All places are there once. */
static void expect_whole(const char *name)
{
    char why[512];
    struct campaign campaign;
    json_t *process;
    size_t i;
    unsigned seen[6] = {0};
    if (!campaign_read(&campaign, planted_path("%s", name), why, sizeof why))
        fail_msg("%s", why);
    assert_int_equal(json_array_size(campaign.processes), 12);
    json_array_foreach(campaign.processes, i, process)
    {
        json_int_t at = json_integer_value(json_object_get(process, "invocation"));
        const char *row = json_string_value(json_object_get(process, "row"));
        assert_in_range(at, 0, 5);
        seen[at] |= strcmp(row, "row/a") == 0 ? 1 : 2;
        assert_int_equal(json_array_size(json_object_get(process, "runs")), 2);
    }
    for (i = 0; i < 6; i++)
        assert_int_equal(seen[i], 3);
    campaign_free(&campaign);
}

static void a_campaign_goes_on_where_it_was_killed(void **state)
{
    (void)state;
    plant_suites();
    planted_write(planted_path("fatal"), "5", 1);
    assert_int_equal(planted_shell(CAMPAIGN)->status, 128 + 9);
    size_t length;
    char *was = planted_read(planted_path("c"), &length);
    assert_int_equal(planted_shell(CAMPAIGN)->status, 0);
    expect_whole("c");
    char *is = planted_read(planted_path("c"), NULL);
    assert_memory_equal(was, is, length); /* nothing that was measured is lost or changed */
    free(was);
    free(is);
    assert_null(strstr(planted_shell("cat c")->said, "secret-host"));
    /* Of 13 that began one was killed with its campaign; and nothing is left to do. */
    assert_string_equal(planted_shell("wc -l <ran")->said, "13\n");
    assert_int_equal(planted_shell(CAMPAIGN)->status, 0);
    assert_string_equal(planted_shell("wc -l <ran")->said, "13\n");
}

/* The first three processes share their core, as the yardstick beside them says. */
static void a_flagged_process_is_measured_again(void **state)
{
    (void)state;
    plant_suites();
    planted_write(planted_path("core"), "3", 1);
    assert_int_equal(planted_shell(CAMPAIGN_OF("9"))->status, 0);
    /* Lines of those three, and each place has one besides that nothing was shared in. */
    assert_string_equal(planted_shell("grep -c '\"shared\": 2' c")->said, "3\n");
    assert_string_equal(
        planted_shell("grep '\"shared\": 0' c | grep -o '\"side\": .*\"row\": \"[^\"]*\"' |"
                      " sed 's/\"seconds.*//' | sort -u | wc -l")
            ->said,
        "12\n");
    /* The last try of a place alone is part of a comparison. */
    char why[512];
    struct campaign campaign;
    assert_true(campaign_read(&campaign, planted_path("c"), why, sizeof why));
    json_t *report = campaign_report(&campaign), *run;
    size_t i;
    assert_true(json_array_size(campaign.processes) >= 15);
    assert_int_equal(json_array_size(json_object_get(report, "benchmarks")), 24);
    json_array_foreach(json_object_get(report, "benchmarks"), i, run)
    {
        /* All of the first row, and then the second one, in whatever order they were measured. */
        assert_string_equal(json_string_value(json_object_get(run, "name")),
                            i < 12 ? "row/a" : "row/b");
        assert_null(json_object_get(run, "yardstick_ns"));
    }
    json_decref(report);
    campaign_free(&campaign);
    /* One that never has its core is given up, and stays flagged. */
    planted_write(planted_path("core"), "99", 2);
    const struct ran *ran = planted_shell("rm c ran; " CAMPAIGN_OF("3") " 2>/dev/null");
    assert_int_equal(ran->status, 0);
    expect_words(
        ran->said,
        "c: 12 processes, 12 of them flagged as noisy; 24 more were, and were measured again");
    assert_int_equal(planted_shell(CAMPAIGN_OF("3"))->status, 0);
    assert_string_equal(planted_shell("wc -l <ran")->said, "36\n"); /* and nothing is left to do */
}

static void half_a_line_is_measured_again(void **state)
{
    (void)state;
    plant_suites();
    assert_int_equal(planted_shell(CAMPAIGN)->status, 0);
    size_t length;
    char *whole = planted_read(planted_path("c"), &length);
    for (size_t cut = length - 1; cut > length / 2; cut -= 997) {
        planted_write(planted_path("c"), whole, cut);
        assert_int_equal(planted_shell(CAMPAIGN)->status, 0);
        expect_whole("c");
        if (cut < 1000)
            break;
    }
    free(whole);
}

static void another_design_is_another_campaign(void **state)
{
    (void)state;
    plant_suites();
    assert_int_equal(planted_shell(CAMPAIGN)->status, 0);
    const struct ran *ran = planted_shell(CAMPAIGN " --seed 2");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "c is of another campaign: --seed is another. Name another file");
    planted_write(planted_path("c"), "words\n", 6);
    ran = planted_shell(CAMPAIGN);
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "c is there and no campaign");
}

/* A line of no row of it, as of an editor, is no process of it. */
static void lines_of_other_rows_do_not_count(void **state)
{
    (void)state;
    plant_suites();
    assert_int_equal(planted_shell(CAMPAIGN)->status, 0);
    planted_shell("sed -i '0,/\"row\": \"row.a\"/s//\"row\": \"row\\/x\"/' c");
    assert_string_equal(planted_shell("grep -c row/x c")->said, "1\n");
    assert_int_equal(planted_shell(CAMPAIGN)->status, 0);
    assert_string_equal(planted_shell("wc -l <ran")->said, "13\n");
}

static void a_journal_that_can_not_be_written_ends_it(void **state)
{
    (void)state;
    plant_suites();
    const struct ran *ran = planted_shell("trap '' XFSZ; ulimit -f 4; " CAMPAIGN);
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "can not write c: File too large; what was measured is in c");
    assert_int_equal(planted_shell(CAMPAIGN)->status, 0);
    expect_whole("c");
    /* Room for all but its last line, to the byte: how long the others are depends on how long they took. */
    ran = planted_shell("grep -v '\"end\"' c >whole; rm c ran; cp whole c; trap '' XFSZ; "
                        "prlimit --fsize=$(($(wc -c <whole) + 9)) " CAMPAIGN);
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "can not write c: File too large; what was measured is in c");
    ran = planted_shell(
        "$LAB campaign --json /dev/full --invocations 1 --repetitions 1 --wait 1ms ./one");
    assert_int_equal(ran->status, 1);
    assert_string_equal(ran->said, "leaklab campaign: can not cut /dev/full: Invalid argument\n");
}

/* --- Its end ------------------------------------------------------------------------------------ */

static void plant_astray(const char *words)
{
    planted_write(planted_path("astray"), words, strlen(words));
}

static void what_a_suite_does_wrong_stands_in_the_journal(void **state)
{
    (void)state;
    static const struct {
        const char *does, *why;
    } wrongs[] = {
        {"exit 3", "exit status 3"},
        {"kill -9 $$", "signal 9"},
        {"exit 0", "it printed no report with this benchmark"},
        {"echo '{'; exit 0", "it printed no report with this benchmark"},
    };
    plant_suites();
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        char words[128], expected[256];
        snprintf(words, sizeof words, "[ $row = row/b ] || { %s; }", wrongs[i].does);
        plant_astray(words);
        const struct ran *ran = planted_shell("rm -f c ran; " CAMPAIGN);
        assert_int_equal(ran->status, 0);
        expect_match(ran->said, "^c: 12 processes, [0-9]+ of them flagged as noisy");
        snprintf(expected, sizeof expected,
                 "{\"name\": \"row/a\", \"run_name\": \"row/a\", \"run_type\": \"iteration\", "
                 "\"error_occurred\": true, \"error_message\": \"%s\"}",
                 wrongs[i].why);
        ran = planted_shell("grep -c '\"runs\": .%s.}$' c; grep -c '\"context\", ' c", expected);
        assert_string_equal(ran->said, "6\n1\n"); /* of row/a; and a context by one of row/b */
    }
}

/* However long: it comes to the suite whole. */
/* At the first process, not when all have been measured for hours. */
static void it_ends_where_no_result_could_be_made_of_it(void **state)
{
    (void)state;
    plant_suites();
    plant_astray("echo '{\"context\": {\"num_cpus\": 2}, \"benchmarks\": [{\"run_type\": "
                 "\"iteration\", \"name\": \"'$row'\", \"run_name\": \"'$row'\", "
                 "\"iterations\": 1, \"real_time\": 1, \"cpu_time\": 1, \"time_unit\": "
                 "\"ns\"}]}'; exit 0");
    const struct ran *ran = planted_shell(CAMPAIGN);
    assert_int_equal(ran->status, 1);
    expect_match(ran->said, "^leaklab campaign: ./(one|two): of its report no result can be made: "
                            "its context has no \"date\"; what was measured is in c$");
    assert_string_equal(planted_shell("wc -l <ran; wc -l <c")->said, "1\n1\n");
}

static void the_filter_is_the_users(void **state)
{
    (void)state;
    static const char rows[] = "echo row/${#2}";
    plant_suites();
    planted_write(planted_path("rows"), rows, sizeof rows - 1);
    assert_int_equal(planted_shell(CAMPAIGN " --only $(printf %%03000d 7)")->status, 0);
    assert_string_equal(planted_shell("grep -o '\"row\": \"row/[0-9]*\"' c | sort -u")->said,
                        "\"row\": \"row/3019\"\n");
}

static void it_ends_where_its_suite_can_not_be_run(void **state)
{
    (void)state;
    plant_suites();
    plant_astray("rm -f one two");
    const struct ran *ran = planted_shell(CAMPAIGN);
    assert_int_equal(ran->status, 1);
    expect_match(ran->said,
                 "^leaklab campaign: can not run ./(one|two): No such file or directory; "
                 "what was measured is in c$");
    plant_suites();
    planted_write(planted_path("rows"), "printf '%03000d\\n' 7", 19);
    ran = planted_shell("rm c; " CAMPAIGN);
    assert_int_equal(ran->status, 1);
    expect_match(ran->said, "^leaklab campaign: 0{60}...: a benchmark's name is too long; "
                            "what was measured is in c$");
    planted_write(planted_path("rows"), "exit 4", 6);
    ran = planted_shell(CAMPAIGN);
    assert_int_equal(ran->status, 1);
    assert_string_equal(ran->said,
                        "leaklab campaign: ./one: can not list its benchmarks: it failed\n");
    planted_write(planted_path("rows"), "", 0);
    ran = planted_shell(CAMPAIGN " --only xyz");
    assert_int_equal(ran->status, 1);
    assert_string_equal(ran->said, "leaklab campaign: ./one: no benchmark matches xyz\n");
    planted_write(planted_path("one"), "words\n", 6);
    ran = planted_shell(CAMPAIGN);
    assert_int_equal(ran->status, 1);
    assert_string_equal(
        ran->said, "leaklab campaign: ./one: can not list its benchmarks: Exec format error\n");
}

/* A process that the same signal ended is no failure of it. */
static void a_campaign_goes_on_where_it_was_interrupted(void **state)
{
    (void)state;
    plant_suites();
    plant_astray("[ $(wc -l <ran) != 5 ] || kill -INT $PPID");
    const struct ran *ran = planted_shell(CAMPAIGN);
    assert_int_equal(ran->status, 128 + 2);
    expect_words(ran->said, "stopped after 5 processes; the same command goes on\n");
    plant_astray("[ $(wc -l <ran) != 7 ] || { kill -TERM $PPID; kill -TERM $$; }");
    ran = planted_shell(CAMPAIGN);
    assert_int_equal(ran->status, 128 + 15);
    expect_words(ran->said, "stopped after 6 processes; the same command goes on\n");
    assert_int_equal(planted_shell(CAMPAIGN)->status, 0);
    expect_whole("c");
    assert_string_equal(planted_shell("wc -l <ran")->said, "13\n");
}

/* Two blocks always are; the next one only where it fits. */
static void a_budget_is_kept(void **state)
{
    (void)state;
    plant_suites();
    const struct ran *ran = planted_shell(CAMPAIGN " --budget 1ms");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^block 1 of 6, process 1 of 12$");
    expect_match(ran->said, "^block 2 of 6, process 3 of 12, left: 0 ");
    expect_words(ran->said, "c: 4 processes within the budget, ");
    ran = planted_shell(CAMPAIGN " --budget 1h");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^block 6 of 6, process 11 of 12, left: ");
    expect_no_words(ran->said, "left: 0 ");
    expect_no_words(ran->said, "within the budget");
    expect_whole("c");
}

/* Repetitions that do not differ need no second one, from the fifth block on. */
static void a_pilot_plans_the_rest(void **state)
{
    (void)state;
    plant_suites();
    const struct ran *ran = planted_shell(
        "$LAB campaign --json c --invocations 6 --wait 1ms --tries 1 ./one; sed -n "
        "'s/.*\"repetitions\": {/{/p' c; for i in 3 4; do grep -c \"\\\"invocation\\\": $i,.*$("
        "[ $i = 3 ] && echo 'iterations.*iterations.*iterations')\" c; done; "
        "grep '\"invocation\": [45]' c | grep -c 'iterations.*iterations'");
    expect_words(ran->said, "{\"row/a\": 1, \"row/b\": 1}}\n2\n2\n0\n");
}

/* --- Its words ---------------------------------------------------------------------------------- */

#define BOTH                                                                                       \
    "$LAB campaign --json c --invocations 4 --repetitions 1 --time 2ms --core 0 --wait 1ms "       \
    "--tries 1 was=./one is=./two"

static void sides_and_words_are_taken(void **state)
{
    (void)state;
    plant_suites();
    plant_astray("echo \"$*\" >words");
    const struct ran *ran = planted_shell(BOTH " -- --x y");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "c: 16 processes, ");
    /* As if the machine had been quiet: what is flagged is split into no halves. */
    ran = planted_shell("sed -i 's/\"noisy\": true/\"noisy\": false/; /\"end\"/d' c; " BOTH
                        " -- --x y");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "c: 16 processes, 0 of them flagged as noisy");
    expect_words(ran->said, "on random halves of the same 4 processes"); /* of the first side */
    expect_match(planted_shell("cat words")->said, "^--benchmark_filter=.* --x y$");
    ran = planted_shell("head -n 1 c");
    expect_match(ran->said, "\"sides\": .\\{\"name\": \"was\".*\"name\": \"is\"");
    expect_words(ran->said, "\"words\": [\"--x\", \"y\"]");
    expect_words(ran->said, "\"seconds\": 0.002,");
    expect_words(ran->said, "\"core\": 0,");
    ran = planted_shell(BOTH " -- --x z");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "c is of another campaign: the words after -- are others.");
    ran = planted_shell("$LAB campaign --core 1023 ./one");
    assert_int_equal(ran->status, 1);
    assert_string_equal(ran->said,
                        "leaklab campaign: can not pin to core 1023: Invalid argument\n");
}

static void on_a_terminal_one_line_is_written_anew(void **state)
{
    (void)state;
    words_need("script --version", "script");
    plant_suites();
    const struct ran *ran = planted_shell("script -qec \"" CAMPAIGN "\" /dev/null");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "\r\033[Kblock 1 of 6, process 2 of 12: row/");
    expect_match(ran->said,
                 "\r\033\\[Kblock 6 of 6, process 12 of 12, left: .*: row/.\r\033\\[Kc: 12 ");
}

static void wrong_words_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *words, *refusal;
    } all[] = {
        {"", "which program? (make build/gcc/benchmarks makes one"},
        {"./nowhere", "'./nowhere': no program that can be run: No such file or directory\n"},
        {"x=./one y=./one y=./two", "side x has 1 builds and y 2: as many of each, please\n"},
        {"=./one", "'=./one': a side has a name of 1 to 31 characters\n"},
        {"a2345678901234567890123456789012=./one", "a side has a name of 1 to 31 characters\n"},
        {"1=./one 2=./one 3=./one 4=./one 5=./one 6=./one 7=./one 8=./one 9=./one",
         "'9=./one': at most 8 sides\n"},
        {"$(yes ./one | head -n 65)", "'./one': at most 64 builds of a side\n"},
        {"./one -- $(seq 33)", "at most 32 words after --\n"},
        {"--invocations 0 ./one", "--invocations '0': must be a whole number from 1 to 10000\n"},
        {"--repetitions 1001 ./one", "--repetitions '1001': must be a whole number from 1 to 1000"},
        {"--tries 101 ./one", "--tries '101': must be a whole number from 1 to 100\n"},
        {"--budget x ./one", "--budget 'x': must be "},
        {"--time 0 ./one", "--time '0': must be "},
        {"--wait -1 ./one", "--wait '-1': must be "},
        {"--core x ./one", "--core 'x': must be the number of a core, from 0\n"},
        {"--core 1024 ./one", "--core '1024': must be the number of a core, from 0\n"},
        {"--seed x ./one", "--seed 'x': must be "},
    };
    plant_suites();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct ran *ran = planted_shell("$LAB campaign %s", all[i].words);
        assert_int_equal(ran->status, 2);
        expect_match(ran->said, "^leaklab campaign: [^\n]+\n$");
        expect_words(ran->said, all[i].refusal);
    }
    assert_int_equal(planted_shell("$LAB campaign ./one --only xyz -- $(seq 32)")->status, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_campaign_goes_on_where_it_was_killed),
        TEST(a_flagged_process_is_measured_again),
        TEST(half_a_line_is_measured_again),
        TEST(another_design_is_another_campaign),
        TEST(lines_of_other_rows_do_not_count),
        TEST(a_journal_that_can_not_be_written_ends_it),
        TEST(what_a_suite_does_wrong_stands_in_the_journal),
        TEST(it_ends_where_no_result_could_be_made_of_it),
        TEST(the_filter_is_the_users),
        TEST(it_ends_where_its_suite_can_not_be_run),
        TEST(a_campaign_goes_on_where_it_was_interrupted),
        TEST(a_budget_is_kept),
        TEST(a_pilot_plans_the_rest),
        TEST(sides_and_words_are_taken),
        TEST(on_a_terminal_one_line_is_written_anew),
        TEST(wrong_words_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
