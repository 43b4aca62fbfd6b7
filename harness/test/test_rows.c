/* `make bench` and `make bench-go` by suites that only say what they were asked: each row is a process of its own, on one
 * core, in rounds. Nothing is measured. */
#include "test/planted.h"
#include "test/words.h"

#include <jansson.h>

/* Its first run of a row takes 10, its second 20, and so on. "dies" does, and has no report. */
static const char suite[] =
    "#!/bin/sh\n"
    "for word; do case $word in\n"
    "  --benchmark_list_tests*) printf 'a\\nb/1/real_time\\ndies\\n'; exit ;;\n"
    "  --benchmark_filter=*) row=${word#*^} row=${row%%(*} ;;\n"
    "  esac; done\n"
    "echo \"$row by $$ on $(sed -n 's/^Cpus_allowed_list:.//p' /proc/$$/status): $*\" >>ran\n"
    "[ \"$row\" != dies ] || exit 3\n"
    "time=$(($(grep -c \"^$row \" ran) * 10))\n"
    "cat <<END\n"
    "{\"context\": {\"date\": \"2026-01-31T00:30:00+01:00\", \"num_cpus\": 2},\n"
    "\"benchmarks\": [{\"name\": \"$row\", \"run_name\": \"$row\", \"run_type\": \"iteration\", "
    "\"family_index\": 0,\n"
    "\"repetitions\": 1, \"repetition_index\": 0, \"iterations\": 5, \"real_time\": $((time + 1)), "
    "\"cpu_time\": $time,\n"
    "\"time_unit\": \"ns\", \"resident_bytes\": 4096}]}\n"
    "END\n";

static void plant_suite(void)
{
    planted_write(planted_path("suite"), suite, sizeof suite - 1);
    assert_int_equal(planted_shell("chmod +x suite")->status, 0);
}

static void each_row_is_a_process_and_each_repetition_a_round(void **state)
{
    (void)state;
    plant_suite();
    const struct ran *ran = planted_shell(
        ROWS " --as-it-comes --json all.json ./suite --benchmark_repetitions=3 --more=1");
    assert_int_equal(ran->status, 1); /* one of them dies */
    expect_match(ran->said, "^a +20 ns +100\\.0 % resident_bytes=4096$");
    expect_match(ran->said, "^b/1/real_time +21 ns +95\\.2 % resident_bytes=4096$");
    expect_match(ran->said, "^dies +failed: exit status 3$");
    ran = planted_shell(
        "cut -d' ' -f1 ran | tr '\\n' ' '; echo; cut -d' ' -f3 ran | sort -u | wc -l");
    expect_words(ran->said, "a b/1/real_time dies a b/1/real_time dies a b/1/real_time dies \n9\n");
    ran = planted_shell("cat ran");
    expect_match(ran->said, "^a by [0-9]+ on [0-9]+: .*--benchmark_min_time=[0-9.]+ --more=1$");
    expect_no_words(ran->said, "repetitions");
}

static void the_report_is_as_of_one_run(void **state)
{
    (void)state;
    json_error_t error;
    plant_suite();
    planted_shell(ROWS " --as-it-comes --json all.json ./suite --benchmark_repetitions=2");
    json_t *all = json_load_file(planted_path("all.json"), 0, &error);
    json_t *runs = json_object_get(all, "benchmarks"), *context = json_object_get(all, "context");
    assert_int_equal(json_array_size(runs), 6);
    for (size_t i = 0; i < 6; i++) {
        json_t *run = json_array_get(runs, i);
        assert_int_equal(json_integer_value(json_object_get(run, "repetitions")), 2);
        assert_int_equal(json_integer_value(json_object_get(run, "repetition_index")), i % 2);
        assert_int_equal(json_integer_value(json_object_get(run, "invocation")), i % 2);
        assert_null(json_object_get(run, "family_index"));
    }
    assert_int_equal(json_integer_value(json_object_get(json_array_get(runs, 1), "cpu_time")), 20);
    assert_true(json_is_true(json_object_get(json_array_get(runs, 5), "error_occurred")));
    expect_words(json_string_value(json_object_get(context, "command")),
                 "rows --as-it-comes --json all.json ");
    assert_true(json_integer_value(json_object_get(context, "pinned_to_core")) >= 0);
    json_decref(all);
    const struct ran *ran = planted_shell("$LAB compare all.json all.json");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^dies .*exit status 3 \\(failed\\)$");
}

/* Whether it had its core for itself is this machine's affair; that it ends, and by how many runs at most, is not. */
static void a_row_is_run_again_three_times_at_most(void **state)
{
    (void)state;
    plant_suite();
    const struct ran *ran = planted_shell(
        ROWS " --json all.json ./suite --benchmark_filter=a >said; r=$(grep -c '^a ' ran);"
             " n=$(grep -c noisy all.json); echo \"runs $r noisy $n $(grep -c noisy said)\"");
    expect_match(ran->said, "^runs [1-4] noisy (0 0|1 1|2 2)$");
}

static void what_can_not_be_run_is_said(void **state)
{
    (void)state;
    plant_suite();
    assert_int_equal(planted_shell(ROWS)->status, 2);
    assert_int_equal(planted_shell(ROWS " ./suite --benchmark_repetitions=0")->status, 2);
    assert_int_equal(planted_shell(ROWS " --rounds 100 ./suite")->status, 2);
    const struct ran *ran = planted_shell(ROWS " ./nothing");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "can not run ./nothing: No such file");
    ran = planted_shell(ROWS " --core 5000 ./suite");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "can not pin to core 5000");
    ran = planted_shell(ROWS " --as-it-comes --json nowhere/all.json ./suite");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "can not write nowhere/all.json");
}

/* --- The comparison --------------------------------------------------------------------------- */

/* Ours takes 10, Go 100 as it comes, 60 without its collector and 80 on two processors, Boost.Fiber 20. */
static const char sides[] =
    "cat >go <<'END'\n"
    "#!/bin/sh\n"
    "cost=100; [ \"$GOGC\" != off ] || cost=60; [ \"$GOMAXPROCS\" = 1 ] || cost=80\n"
    "echo \"$GOGC $GOMAXPROCS $(sed -n 's/^Cpus_allowed_list:.//p' /proc/$$/status) $*\" >>ran\n"
    "on=-$GOMAXPROCS; [ $on != -1 ] || on=\n"
    "printf '\\ngo: go1.99\\nBenchmarkMicro/spawn%s  5  %s ns/op\\n' \"$on\" $cost\n"
    "END\n"
    "sed 's/time=.*/time=9/' suite >ours; sed 's/time=.*/time=19/' suite >fiber\n"
    "chmod +x go ours fiber\n";

static void all_sides_of_a_row_are_compared(void **state)
{
    (void)state;
    plant_suite();
    assert_int_equal(planted_shell("%s", sides)->status, 0);
    const struct ran *ran =
        planted_shell(VERSUS " --as-it-comes --json v.json --rounds 2 --only 'spawn and exit' "
                             "./ours ./go ./fiber");
    assert_int_equal(ran->status, 0);
    bool two = !strstr(ran->said, "no second core");
    expect_match(ran->said,
                 two ? "^spawn and exit +100 ns +10 ns +10\\.00 +10\\.00 to 10\\.00 +60 +80 +20 "
                     : "^spawn and exit +100 ns +10 ns +10\\.00 +10\\.00 to 10\\.00 +60 +20 ");
    expect_words(ran->said, "go1.99, GOGC=100, GOMAXPROCS=1");
    ran = planted_shell("sort ran | uniq -c; grep -c '\"name\"' v.json");
    expect_match(ran->said,
                 "^ +2 100 1 [0-9]+ -test.bench \\^BenchmarkMicro\\$/\\^spawn\\$ -test.benchtime");
    expect_match(ran->said, "^ +2 off 1 [0-9]+ -test.bench");
    expect_match(ran->said, two ? "^10$" : "^8$");
    ran = planted_shell("$LAB save --machine m v.json && cat results/benchmarks.md");
    expect_match(ran->said,
                 two ? "^\\| work .* Go, GOGC=off \\| Go, GOMAXPROCS=2 \\| Boost.Fiber \\|$"
                     : "^\\| work .* Go, GOGC=off \\| Boost.Fiber \\|$");
    expect_words(ran->said, "The same work in go1.99, GOGC=100, GOMAXPROCS=1 and here.");
}

static void a_side_that_fails_ends_it(void **state)
{
    (void)state;
    plant_suite();
    planted_shell("%s", sides);
    const struct ran *ran =
        planted_shell("printf '#!/bin/sh\\necho no such row; exit 3' >fiber; " VERSUS
                      " --as-it-comes --json v.json --only 'spawn and exit' ./ours ./go ./fiber; "
                      "s=$?; ls; exit $s");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said,
                 "micro/spawn: ./fiber has failed (exit status 3) and printed:\nno such row");
    expect_no_words(ran->said, "v.json");
    ran = planted_shell(VERSUS
                        " --as-it-comes --plain --rounds 1 --only 'spawn and exit' ./ours ./go");
    assert_int_equal(ran->status, 0);
    expect_no_words(ran->said, "Fiber");
    ran = planted_shell(VERSUS " --list --only 'mutex, '");
    assert_int_equal(ran->status, 0);
    assert_string_equal(ran->said, "^(micro/mutex/free|micro/mutex/wanted/2|micro/mutex/wanted/16)"
                                   "(/real_time|/manual_time)?$\n");
    ran = planted_shell(VERSUS " --list --quick --only sleep");
    assert_int_equal(ran->status, 1); /* these take seconds */
    assert_int_equal(planted_shell(VERSUS " ./ours")->status, 2);
    assert_int_equal(planted_shell(VERSUS " --only nothing ./ours ./go")->status, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_row_is_a_process_and_each_repetition_a_round),
        TEST(the_report_is_as_of_one_run),
        TEST(a_row_is_run_again_three_times_at_most),
        TEST(what_can_not_be_run_is_said),
        TEST(all_sides_of_a_row_are_compared),
        TEST(a_side_that_fails_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
