/* A campaign's journal, what it tells and what it asks of its suites, whole: but for times, and what else went on on the
 * machine. The suite is a script that always says the same. */
#include "test/planted.h"
#include "test/words.h"

#include <string.h>
#include <sys/stat.h>

/* Each line that it is asked by is kept in `words`, with how long its environment is longer. `rows`: its benchmarks; `more`: members of
 * each run; `besides`: runs besides. */
static const char suite[] =
    "#!/bin/sh\n"
    "echo \"${#LEAKLAB_PADDING} $LEAKLAB_YARDSTICK $*\" >>words\n"
    "for word; do case $word in\n"
    "--benchmark_list_tests) cat rows; exit;;\n"
    "--benchmark_filter=*) row=${word#*=^}; row=${row%%(*};;\n"
    "--benchmark_repetitions=*) times=${word#*=};;\n"
    "esac; done\n"
    "echo '{\"context\": {\"date\": \"2026-01-31T00:30:00+01:00\", \"num_cpus\": 2, \"host_name\": "
    "\"secret\", \"executable\": "
    "\"/secret\"}, "
    "\"benchmarks\": ['\n"
    "for i in $(seq \"$times\"); do\n"
    "[ \"$i\" = 1 ] || echo ,\n"
    "echo \"{\\\"name\\\": \\\"$row\\\", \\\"run_name\\\": \\\"$row\\\", $(cat more "
    "2>/dev/null)\"\n"
    "echo '\"iterations\": 10, \"real_time\": 7, \"cpu_time\": 8, \"time_unit\": \"ns\"}'\n"
    "done\n"
    "cat besides 2>/dev/null\n"
    "echo ']}'\n";

static void plant(const char *name, const char *text, mode_t mode)
{
    planted_write(planted_path("%s", name), text, strlen(text));
    assert_int_equal(chmod(planted_path("%s", name), mode), 0);
}

/* Without times, and what else went on on the machine; what each run has alike is its row alone. */
#define MASKED                                                                                     \
    "sed 's/, \"\\(seconds\\|waited\\|noisy\\|others\\|stolen\\)\": [^,}]*//g; "                   \
    "s/\"\\(time\\|bytes\\|changed\\|unit_count\\)\": [^,}]*/\"\\1\": X/g; "                       \
    "s/\"name\": \"\\(row.[ab]\\)\", \"run_name\": \"row.[ab]\", \"iterations\": 10, "             \
    "\"real_time\": 7, \"cpu_time\": 8, \"time_unit\": \"ns\"/\\1/g; "                             \
    "s/left: .*/left: X/; "                                                                        \
    "s/, [0-9]* of them/, N of them/; "                                                            \
    "s/(.manual_time|.real_time)?\\$//; "                                                          \
    "s/--benchmark_//g'"

static void all_of_it_is_kept(void **state)
{
    (void)state;
    plant("one", suite, 0755);
    plant("two", suite, 0755);
    plant("rows", "row/a\nrow/b\n", 0644);
    const struct ran *ran = planted_shell(
        "$LAB campaign --json c --invocations 2 --repetitions 1 --time 2ms --core 0 --wait 1ms "
        "--tries 1 was=./one is=./two -- --x y 2>&1 | " MASKED "; " MASKED " c words");
    assert_int_equal(ran->status, 0);
    assert_string_equal(
        ran->said,
        "block 1 of 2, process 1 of 8\n"
        "block 2 of 2, process 5 of 8, left: X\n"
        "c: 8 processes, N of them flagged as noisy\n"
        "A/A: not measured, for want of four processes of one side to split\n"
        "{\"type\": \"campaign\", \"schema\": 1, \"time\": X, \"command\": \"leaklab campaign "
        "--json c --invocations 2 --repetitions 1 --time 2ms --core 0 --wait 1ms --tries 1 "
        "was=./one is=./two -- --x y\", \"design\": {\"sides\": [{\"name\": \"was\", \"builds\": "
        "[{\"program\": \"one\", \"bytes\": X, \"changed\": X}]}, {\"name\": \"is\", \"builds\": "
        "[{\"program\": \"two\", \"bytes\": X, \"changed\": X}]}], \"rows\": [\"row/a\", "
        "\"row/b\"], \"words\": [\"--x\", \"y\"], \"invocations\": 2, \"repetitions\": 1, "
        "\"core\": 0, \"seed\": 1}}\n"
        "{\"type\": \"context\", \"side\": 0, \"context\": {\"date\": "
        "\"2026-01-31T00:30:00+01:00\", \"num_cpus\": 2}, \"pinned_to_core\": 0}\n"
        "{\"type\": \"process\", \"side\": 0, \"build\": 0, \"invocation\": 0, \"row\": \"row/b\", "
        "\"padding\": 1103, \"shared\": 0, \"runs\": [{row/b, \"repetition_index\": 0}]}\n"
        "{\"type\": \"context\", \"side\": 1, \"context\": {\"date\": "
        "\"2026-01-31T00:30:00+01:00\", \"num_cpus\": 2}, \"pinned_to_core\": 0}\n"
        "{\"type\": \"process\", \"side\": 1, \"build\": 0, \"invocation\": 0, \"row\": \"row/b\", "
        "\"padding\": 426, \"shared\": 0, \"runs\": [{row/b, \"repetition_index\": 0}]}\n"
        "{\"type\": \"process\", \"side\": 0, \"build\": 0, \"invocation\": 0, \"row\": \"row/a\", "
        "\"padding\": 3091, \"shared\": 0, \"runs\": [{row/a, \"repetition_index\": 0}]}\n"
        "{\"type\": \"process\", \"side\": 1, \"build\": 0, \"invocation\": 0, \"row\": \"row/a\", "
        "\"padding\": 3561, \"shared\": 0, \"runs\": [{row/a, \"repetition_index\": 0}]}\n"
        "{\"type\": \"process\", \"side\": 0, \"build\": 0, \"invocation\": 1, \"row\": \"row/a\", "
        "\"padding\": 281, \"shared\": 0, \"runs\": [{row/a, \"repetition_index\": 0}]}\n"
        "{\"type\": \"process\", \"side\": 1, \"build\": 0, \"invocation\": 1, \"row\": \"row/a\", "
        "\"padding\": 2889, \"shared\": 0, \"runs\": [{row/a, \"repetition_index\": 0}]}\n"
        "{\"type\": \"process\", \"side\": 0, \"build\": 0, \"invocation\": 1, \"row\": \"row/b\", "
        "\"padding\": 3446, \"shared\": 0, \"runs\": [{row/b, \"repetition_index\": 0}]}\n"
        "{\"type\": \"process\", \"side\": 1, \"build\": 0, \"invocation\": 1, \"row\": \"row/b\", "
        "\"padding\": 66, \"shared\": 0, \"runs\": [{row/b, \"repetition_index\": 0}]}\n"
        "{\"type\": \"end\", \"self_check\": {\"units\": \"nothing\", \"unit_count\": X, "
        "\"splits\": 200, \"rows\": 0, \"verdicts\": 0, \"wrong\": 0, \"foretold\": 0, \"within\": "
        "0, \"planted\": 0, \"found\": 0}}\n"
        "0 1 list_tests filter=all --x y\n"
        "0 1 filter=^row/b min_time=0.001 repetitions=5 format=json --x y\n"
        "1103 1 filter=^row/b min_time=0.002 repetitions=1 format=json --x y\n"
        "426 1 filter=^row/b min_time=0.002 repetitions=1 format=json --x y\n"
        "3091 1 filter=^row/a min_time=0.002 repetitions=1 format=json --x y\n"
        "3561 1 filter=^row/a min_time=0.002 repetitions=1 format=json --x y\n"
        "281 1 filter=^row/a min_time=0.002 repetitions=1 format=json --x y\n"
        "2889 1 filter=^row/a min_time=0.002 repetitions=1 format=json --x y\n"
        "3446 1 filter=^row/b min_time=0.002 repetitions=1 format=json --x y\n"
        "66 1 filter=^row/b min_time=0.002 repetitions=1 format=json --x y\n");
}

/* Where it has a yardstick a repetition is made of pieces of a millisecond: as many as it has room for. */
static void pieces_are_asked_for(void **state)
{
    (void)state;
    plant("one", suite, 0755);
    plant("rows", "row/a\n", 0644);
    plant("more", "\"yardstick_ns\": 100, \"wall_ns\": 1e6,", 0644);
    const struct ran *ran =
        planted_shell("$LAB campaign --json c --invocations 1 --repetitions 2 --time 4ms --core 0 "
                      "--wait 1ms --tries 1 ./one 2>&1 | " MASKED "; " MASKED " c words");
    assert_int_equal(ran->status, 0);
    assert_string_equal(
        ran->said,
        "block 1 of 1, process 1 of 1\n"
        "c: 1 process, N of them flagged as noisy\n"
        "A/A: not measured, for want of four processes of one side to split\n"
        "{\"type\": \"campaign\", \"schema\": 1, \"time\": X, \"command\": \"leaklab campaign "
        "--json c --invocations 1 --repetitions 2 --time 4ms --core 0 --wait 1ms --tries 1 "
        "./one\", \"design\": {\"sides\": [{\"name\": \"all\", \"builds\": [{\"program\": \"one\", "
        "\"bytes\": X, \"changed\": X}]}], \"rows\": [\"row/a\"], \"words\": [], \"invocations\": "
        "1, \"repetitions\": 2, \"core\": 0, \"seed\": 1}}\n"
        "{\"type\": \"context\", \"side\": 0, \"context\": {\"date\": "
        "\"2026-01-31T00:30:00+01:00\", \"num_cpus\": 2}, \"pinned_to_core\": 0}\n"
        "{\"type\": \"process\", \"side\": 0, \"build\": 0, \"invocation\": 0, \"row\": \"row/a\", "
        "\"padding\": 3091, \"shared\": 0, \"runs\": [{row/a, \"repetition_index\": 0, \"pieces\": "
        "4, \"free\": 4}, {row/a, \"repetition_index\": 1, \"pieces\": 4, \"free\": 4}], "
        "\"yardstick_ns\": 100.0}\n"
        "{\"type\": \"end\", \"self_check\": {\"units\": \"nothing\", \"unit_count\": X, "
        "\"splits\": 200, \"rows\": 0, \"verdicts\": 0, \"wrong\": 0, \"foretold\": 0, \"within\": "
        "0, \"planted\": 0, \"found\": 0}}\n"
        "0 1 list_tests filter=all\n"
        "0 1 filter=^row/a min_time=0.001 repetitions=5 format=json\n"
        "3091 1 filter=^row/a min_time=0.001 repetitions=8 format=json min_warmup_time=0.025\n");
}

/* What a suite sums up itself is left out; a run that says nothing of its kind is one. */
static void only_repetitions_are_kept(void **state)
{
    (void)state;
    plant("one", suite, 0755);
    plant("rows", "row/a\n", 0644);
    plant(
        "besides",
        ", {\"name\": \"row/a_mean\", \"run_name\": \"row/a\", \"run_type\": \"aggregate\", "
        "\"real_time\": 9, \"time_unit\": \"ns\"}, {\"name\": \"row/a\", \"run_name\": \"row/a\", "
        "\"run_type\": \"iteration\", \"real_time\": 10, \"time_unit\": \"ns\"}\n",
        0644);
    const struct ran *ran =
        planted_shell("$LAB campaign --json c --invocations 1 --repetitions 1 --wait 1ms --tries 1 "
                      "./one >said 2>&1; grep -o '\"runs\".*' c");
    assert_int_equal(ran->status, 0);
    assert_string_equal(
        ran->said,
        "\"runs\": [{\"name\": \"row/a\", \"run_name\": \"row/a\", \"iterations\": 10, "
        "\"real_time\": 7, \"cpu_time\": 8, \"time_unit\": \"ns\", \"repetition_index\": 0}, "
        "{\"name\": \"row/a\", \"run_name\": \"row/a\", \"run_type\": \"iteration\", "
        "\"real_time\": 10, \"time_unit\": \"ns\", \"repetition_index\": 1}]}\n");
}

/* Where nothing else is said: ten processes of each, of 50 ms a repetition, into campaign.ndjson. */
static void who_says_nothing_gets_this(void **state)
{
    (void)state;
    plant("one", suite, 0755);
    plant("rows", "row/a\n", 0644);
    const struct ran *ran = planted_shell(
        "$LAB campaign --tries 1 ./one >said 2>&1; sed -n '1s/.*\"invocations\"/\"invocations\"/; "
        "1s/\"core\": [0-9]*, //p' campaign.ndjson; grep -c '\"type\": \"process\"' "
        "campaign.ndjson; "
        "sed -n '/^0 /!s/.*\\(min_time=[^ ]*\\).*/\\1/p' words | sort -u");
    assert_string_equal(ran->said, "\"invocations\": 10, \"repetitions\": 0, \"seconds\": "
                                   "0.050000000000000003, \"seed\": 1}}\n10\nmin_time=0.05\n");
}

/* --- Gone on with --------------------------------------------------------------------------------- */

#define ONE "$LAB campaign --json c --wait 1ms --tries 1 ./one >said 2>&1 "

/* Of four blocks two are measured: four processes that took 100 s each, after 20 s of waiting. */
static void what_is_left_follows_from_what_was_spent(void **state)
{
    (void)state;
    static const struct {
        const char *words, *first, *last;
    } cases[] = {
        {"", "block 3 of 4, process 5 of 8, left: 8 min\n", "c: 8 processes, "},
        {"--budget 730s", "block 3 of 4, process 5 of 8, left: 4.17 min\n", "c: 8 processes, "},
        {"--budget 720s", "block 3 of 4, process 5 of 8, left: 4 min\n", "c: 8 processes, "},
        {"--budget 719s", "c: 4 processes within the budget, ",
         "c: 4 processes within the budget, "},
    };
    plant("one", suite, 0755);
    plant("rows", "row/a\nrow/b\n", 0644);
    const struct ran *ran = planted_shell(
        ONE "--invocations 4 --repetitions 1; sed '2,$s/\"seconds\": [^,]*/\"seconds\": 100/; "
            "s/\"waited\": [^,]*/\"waited\": 20/; /\"invocation\": [23],/d; /\"end\"/d' c >kept; "
            "grep -c . kept");
    assert_string_equal(ran->said, "6\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ran = planted_shell("cp kept c; " ONE "--invocations 4 --repetitions 1 %s; head -n 1 said; "
                            "grep ^c: said",
                            cases[i].words);
        assert_int_equal(ran->status, 0);
        if (strncmp(ran->said, cases[i].first, strlen(cases[i].first)) != 0)
            fail_msg("%s: %s", cases[i].words, ran->said);
        expect_words(ran->said, cases[i].last);
    }
}

/* From one to ten repetitions; else it is as if there were no plan. */
static void a_plan_is_kept_to(void **state)
{
    (void)state;
    static const struct {
        const char *plan, *asked;
    } cases[] = {
        {"{\"row/a\": 11, \"row/b\": 10}", "row/a 3\nrow/b 10\n"},
        {"{\"row/a\": 0, \"row/b\": 1}", "row/a 3\nrow/b 1\n"},
        {"{\"row/a\": -1}", "row/a 3\nrow/b 3\n"},
    };
    plant("one", suite, 0755);
    plant("rows", "row/a\nrow/b\n", 0644);
    assert_int_equal(planted_shell(ONE "--invocations 4; grep -v '\"end\"' c >kept")->status, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct ran *ran = planted_shell(
            "cp kept c; echo '{\"type\": \"plan\", \"repetitions\": %s}' >>c; rm words; " ONE
            "--invocations 5; sed -n '/^0 /!s/.*filter=^\\([a-z/]*\\).*repetitions=\\([0-9]*\\) "
            ".*/\\1 "
            "\\2/p' words | sort",
            cases[i].plan);
        assert_string_equal(ran->said, cases[i].asked);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_of_it_is_kept),
        TEST(pieces_are_asked_for),
        TEST(only_repetitions_are_kept),
        TEST(who_says_nothing_gets_this),
        TEST(what_is_left_follows_from_what_was_spent),
        TEST(a_plan_is_kept_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
