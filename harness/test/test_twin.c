/* Twins in Go beside ours: found or not, judged by their tasks alone, measured by the same meter, and
 * kept apart in what is made of records. */
#include "test/planted.h"
#include "test/words.h"

#include "probe/verdict.h"
#include "result/cite.h"
#include "result/result.h"
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct twin go = {"go", "/nonexistent", "go1.99.7", NULL};
static char root[2048]; /* of the project: where the tests are started */

static void write_program(const char *name, const char *text)
{
    const char *path = planted_path("%s", name);
    planted_write(path, text, strlen(text));
    assert_int_equal(chmod(path, 0700), 0);
}

/* A twin of few words: it says its version, and each case does this. */
static void write_twin(const char *what)
{
    char text[512];
    snprintf(text, sizeof text, "#!/bin/sh\n[ \"$1\" = version ] && echo go1.99.7 && exit\n%s\n",
             what);
    write_program("twin", text);
}

/* --- Which program -------------------------------------------------------------------------- */

static void another_language_is_refused(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell("$LAB run --twin java channel_receive");
    assert_int_equal(ran->status, 2);
    assert_string_equal(ran->said,
                        "leaklab run: --twin 'java': must be go: the pairs have twins in "
                        "no other language\n");
}

static void a_program_that_is_none_is_refused(void **state)
{
    (void)state;
    const struct ran *ran = planted_shell("LEAKLAB_TWIN=./none $LAB run --twin go channel_receive");
    assert_int_equal(ran->status, 2);
    assert_string_equal(
        ran->said, "leaklab run: --twin go: LEAKLAB_TWIN is ./none: No such file or directory\n");
    ran = planted_shell("LEAKLAB_TWIN=/bin/true $LAB run --twin go channel_receive");
    assert_int_equal(ran->status, 2);
    assert_string_equal(ran->said, "leaklab run: --twin go: /bin/true does not say its version: it "
                                   "is no program of twins\n");
    write_program("twin", "#!/bin/sh\necho usage: twin case >&2; exit 2\n");
    ran = planted_shell("LEAKLAB_TWIN=./twin $LAB run --twin go channel_receive");
    assert_int_equal(ran->status, 2);
    expect_words(ran->said, "./twin does not say its version: ./twin failed: usage: twin case\n");
}

/* With Go there it is the user who has something to do; without it ours run all the same. */
static void a_program_that_is_not_built_is_said(void **state)
{
    (void)state;
    write_program("go", "#!/bin/sh\necho go version go1.99.7\n");
    const struct ran *ran =
        planted_shell("cp \"$LAB\" lab && PATH=$PWD:$PATH ./lab run --twin go channel_receive");
    assert_int_equal(ran->status, 2);
    expect_match(ran->said, "^leaklab run: --twin go: .*/twin-go is not built: `make twin-go`$");
    ran = planted_shell("rm go; PATH=$PWD; ./lab run --twin go channel_receive --variant fix "
                        "--requests 20 --rate max");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^leaklab run: --twin go is skipped: no `go` command works here, to "
                            "build .*/twin-go with$");
    expect_match(ran->said, "^\\[1/1\\] channel_receive  fix   clean$");
    expect_words(ran->said, "\n1 of 1 as the catalog says\n");
}

/* Not every pair has a twin: it is said which, and nothing fails. */
static void a_pair_without_a_twin_runs_alone(void **state)
{
    (void)state;
    write_program("twin", "#!/bin/sh\ncase $1 in version) echo go1.99.7 ;; "
                          "list) printf 'full_buffer_too\\nwait_group\\n' ;; *) exit 3 ;; esac\n");
    const struct ran *ran =
        planted_shell("LEAKLAB_TWIN=./twin $LAB run --twin go full_buffer wait_group --variant fix "
                      "--requests 20 --rate max");
    assert_int_equal(ran->status, 1); /* the twin that there is dies */
    expect_words(ran->said, "leaklab run: --twin go is skipped for full_buffer: it has no twin\n");
    expect_match(ran->said, "^\\[1/3\\] full_buffer      fix     clean$");
    expect_match(ran->said, "^\\[[23]/3\\] wait_group       go fix  DIED with exit status 3");
    expect_words(ran->said, "\n2 of 3 as the catalog says\n");
    expect_no_words(ran->said, "skipped for wait_group");
}

static void a_build_that_fails_shows_what_go_says(void **state)
{
    (void)state;
    words_need("make --version", "make");
    write_program("go", "#!/bin/sh\necho 'twin/main.go:1:1: syntax error' >&2; exit 1\n");
    const struct ran *ran = planted_shell("unset MAKEFLAGS; make -C '%s' twin-go B=build/none "
                                          "GO=$PWD/go",
                                          root);
    assert_int_equal(ran->status, 2);
    expect_words(ran->said, "twin/main.go:1:1: syntax error\n");
    ran = planted_shell("unset MAKEFLAGS; make -C '%s' twin-go B=build/none GO=$PWD/none", root);
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^skipped twin-go: there is no .*/none command here$");
}

/* --- Judging -------------------------------------------------------------------------------- */

static struct verdict judged(const char *id, enum variant variant, uint64_t tasks)
{
    const struct settings settings = {.rate = 1000};
    struct outcome outcome = outcome_of(catalog_find(id), variant, &settings);
    struct verdict verdict;
    outcome.twin = &go;
    outcome.ending.how = ENDED_WELL;
    outcome.gauges = gauges_make(&settings, &outcome.gauges_fd);
    assert_non_null(outcome.gauges);
    outcome.gauges->progress.sent = 100;
    outcome.gauges->legs[LEG_LOAD].counts[MOMENT_LEFT].tasks = tasks;
    verdict_of(&outcome, JUDGE_REAL_CLOCK, &verdict);
    close(outcome.gauges_fd);
    outcome_free(&outcome);
    return verdict;
}

/* Of what it leaves only the tasks are known: by what they wait, say, another Go may call otherwise. */
static void a_twin_is_judged_by_its_tasks(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        enum variant variant;
        uint64_t tasks;
        bool right;
        const char *words;
    } all[] = {
        {"channel_receive", VARIANT_LEAK, 100, true, "LEAK 1.000 task/request"},
        {"channel_receive", VARIANT_LEAK, 99, false, "LEAK 0.990 task/request"},
        {"channel_receive", VARIANT_LEAK, 0, false, "clean, 0.000 task/request"},
        {"channel_receive", VARIANT_FIX, 0, true, "clean, 0.000 task/request"},
        {"channel_receive", VARIANT_FIX, 1, false, "LEAK 0.010 task/request"},
        {"wait_group", VARIANT_LEAK, 200, true, "LEAK 2.000 task/request"},
        {"timer_in_loop", VARIANT_LEAK, 0, true, "0.000 task/request, timers not counted"},
        {"timer_stop", VARIANT_LEAK, 100, true, "LEAK 1.000 task/request, timers not counted"},
        {"timer_stop", VARIANT_LEAK, 0, false, "0.000 task/request, timers not counted"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct verdict verdict = judged(all[i].id, all[i].variant, all[i].tasks);
        assert_string_equal(verdict.words, all[i].words);
        assert_int_equal(verdict.as_catalogued, all[i].right);
    }
    struct verdict verdict = judged("wait_group", VARIANT_LEAK, 100);
    assert_string_equal(verdict.wrong, "expected 2.000 task/request, saw 1.000");
}

/* --- Running -------------------------------------------------------------------------------- */

static void a_twin_that_dies_is_reported_like_any_case(void **state)
{
    (void)state;
    write_twin("echo \"panic: no $2\" >&2; exit 3");
    const struct ran *ran = planted_shell("LEAKLAB_TWIN=./twin $LAB run --twin go channel_receive "
                                          "--requests 20 --rate max");
    assert_int_equal(ran->status, 1);
    expect_match(ran->said, "^\\[[1-4]/4\\] channel_receive  leak     LEAK 1.000 task/request");
    expect_words(ran->said, "/4] channel_receive  go leak  DIED with exit status 3 in start after "
                            "0 requests");
    expect_words(ran->said, ": panic: no channel_receive\n      | panic: no channel_receive\n");
    expect_words(ran->said, "/4] channel_receive  fix      clean\n");
    expect_words(ran->said, "\n2 of 4 as the catalog says\n");
    write_twin("kill -9 $$");
    ran = planted_shell("LEAKLAB_TWIN=./twin $LAB run --twin go channel_receive --variant fix "
                        "--requests 20 --rate max");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "/2] channel_receive  go fix  DIED by signal 9 (Killed) in start");
}

static void need_twin_in_go(void)
{
    char command[4096];
    words_need("go version", "Go (Debian: golang-go)");
    snprintf(command, sizeof command,
             "cd bench/go && GOTOOLCHAIN=local go build -trimpath -buildvcs=false -o %s ./twin",
             planted_path("twin"));
    free(words_of(command, 0));
}

/* What the lines of the record of this type say under this name, a blank after each. */
static const char *said_in(const char *record, const char *type, const char *name)
{
    static char said[1024];
    char *text = planted_read(planted_path("%s", record), NULL), *rest = NULL;
    said[0] = 0;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        json_t *object = json_loads(line, 0, NULL);
        const json_t *value = json_object_get(object, name);
        const char *is = json_string_value(json_object_get(object, "type"));
        size_t length = strlen(said);
        assert_non_null(is);
        if (!strcmp(is, type) && json_is_integer(value))
            snprintf(said + length, sizeof said - length, "%lld ",
                     (long long)json_integer_value(value));
        else if (!strcmp(is, type))
            snprintf(said + length, sizeof said - length, "%s ",
                     value ? json_string_value(value) : "-");
        json_decref(object);
    }
    free(text);
    return said;
}

static int times_in(const char *text, const char *word)
{
    int times = 0;
    for (; (text = strstr(text, word)); text += strlen(word))
        times++;
    return times;
}

static void go_runs_beside_us_in_one_table(void **state)
{
    (void)state;
    need_twin_in_go();
    const struct ran *ran =
        planted_shell("LEAKLAB_TWIN=./twin $LAB run --twin go channel_receive wait_group "
                      "--requests 100 --rate max --json record");
    if (ran->status != 0)
        fail_msg("%s", ran->said);
    expect_match(ran->said,
                 "^\\[[1-4]/8\\] channel_receive  go leak  LEAK 1.000 task/request, chan "
                 "receive at bench/go/leaks/pitfalls/channel_receive.go:[0-9]+$");
    expect_match(ran->said, "^pattern +variant +requests +tasks/req +bytes/req +bytes/task ");
    expect_match(ran->said, "^channel_receive  leak +100 +1.000 +[0-9,]+ +[0-9,]+ ");
    expect_match(ran->said, "^channel_receive  go leak +100 +1.000 +[0-9,-]+ +[0-9,-]+ ");
    expect_match(ran->said,
                 "^wait_group +go leak +100 +2.000 +[0-9,-]+ +[0-9,-]+ .* never +never ");
    expect_match(ran->said, "^wait_group +go fix +100 +0.000 +[0-9,-]+ +- ");
    expect_words(ran->said, "\n8 of 8 as the catalog says\n");
    /* In an order of chance. */
    assert_int_equal(times_in(said_in("record", "start", "twin"), "go "), 4);
    assert_int_equal(times_in(said_in("record", "start", "twin"), "- "), 4);
    assert_int_equal(times_in(said_in("record", "start", "twin_version"), "go1."), 4);
    assert_string_equal(said_in("record", "header", "schema"), "2 ");
    assert_int_equal(times_in(said_in("record", "end", "finished"), "100 "), 6);
    ran = planted_shell("$LAB report record");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "^channel_receive +go leak +1 +100 +1.000 ");
}

/* No timer of a Go of today outlives the request that made it: that is no failure of the run. */
static void timers_of_go_are_not_held_to_the_catalog(void **state)
{
    (void)state;
    need_twin_in_go();
    const struct ran *ran = planted_shell("LEAKLAB_TWIN=./twin $LAB run --twin go timer_in_loop "
                                          "timer_stop --variant leak --requests 50 --rate max");
    if (ran->status != 0)
        fail_msg("%s", ran->said);
    expect_words(ran->said, "timer_in_loop    go leak  0.000 task/request, timers not counted\n");
    expect_match(ran->said, "timer_stop       go leak  LEAK 1.000 task/request, chan receive at "
                            "bench/go/leaks/strategies/timer_stop.go:[0-9]+, timers not counted$");
    expect_words(ran->said, "\n4 of 4 as the catalog says\n");
}

/* --- What is made of records ---------------------------------------------------------------- */

static const struct planted with_twin[] = {
    {.id = "channel_receive", .runs = 3, .requests = 1000, .bytes = {4200, 0}, .seed = 7},
    {.id = "channel_receive",
     .runs = 3,
     .requests = 2000,
     .bytes = {2600, 0},
     .seed = 7,
     .twin = &go},
};

static const char *saved(const char *machine, size_t count)
{
    static char names[2][RESULT_NAME];
    static size_t next;
    char *name = names[next++ % 2];
    planted_record(planted_path("%s.ndjson", machine), with_twin, count);
    const struct ran *ran = planted_shell("$LAB save --machine %s %s.ndjson", machine, machine);
    if (sscanf(ran->said, "saved results/%95s", name) != 1)
        fail_msg("%s", ran->said);
    return name;
}

static void a_record_keeps_twins_apart(void **state)
{
    (void)state;
    planted_record(planted_path("r.ndjson"), with_twin, 2);
    assert_string_equal(said_in("r.ndjson", "start", "twin"), "- - - - - - go go go go go go ");
    assert_string_equal(said_in("r.ndjson", "start", "twin_version"),
                        "- - - - - - go1.99.7 go1.99.7 go1.99.7 go1.99.7 go1.99.7 go1.99.7 ");
    assert_string_equal(said_in("r.ndjson", "source", "path"),
                        "leaks/pitfalls/channel_receive.c fixes/pitfalls/channel_receive.c ");
    const struct ran *ran = planted_shell("$LAB report r.ndjson");
    assert_int_equal(ran->status, 0);
    expect_match(ran->said, "channel_receive +leak +1,000 +3 +1,000 +1.000 +4,200");
    expect_match(ran->said, "channel_receive +go leak +2,000 +3 +2,000 +1.000 +2,600");
}

/* The same as without them, to the last curve. */
static void ours_is_cited_and_drawn_without_its_twin(void **state)
{
    (void)state;
    const char *alone = saved("alone", 1), *beside = saved("beside", 2);
    const struct ran *ran =
        planted_shell("diff -r results/%s/figures results/%s/figures && ls results/%s/figures",
                      alone, beside, beside);
    assert_string_equal(ran->said,
                        "SHA256SUMS\nchannel_receive-live.svg\nchannel_receive-memory.svg\n");
    ran = planted_shell("$LAB cite channel_receive --result %s", beside);
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "4,200");
    expect_no_words(ran->said, "2,600");
    ran = planted_shell("$LAB compare %s %s", alone, beside);
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "channel_receive");
    expect_no_words(ran->said, "2,600");
}

static void a_result_has_a_table_of_twins(void **state)
{
    (void)state;
    const char *alone = saved("alone", 1), *beside = saved("beside", 2);
    const struct ran *ran = planted_shell("$LAB verify");
    assert_string_equal(ran->said, "2 results, all as they say\n");
    char *readme = planted_read(planted_path("results/%s/README.md", beside), NULL);
    expect_words(readme, "\n## Beside their twins\n");
    expect_words(readme, "\n| channel_receive | C | 1.000 | 4,200");
    expect_words(readme, "\n| channel_receive | go1.99.7 | 1.000 | 2,600");
    free(readme);
    readme = planted_read(planted_path("results/%s/README.md", alone), NULL);
    expect_no_words(readme, "twin");
    free(readme);
    /* Nor may its figures change unseen. */
    planted_shell("sed -i 's/go1.99.7/go1.99.8/' results/%s/result.json", beside);
    ran = planted_shell("$LAB verify");
    assert_int_equal(ran->status, 1);
    expect_words(ran->said, "does not hold the figures that its record makes");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(another_language_is_refused),
        TEST(a_program_that_is_none_is_refused),
        TEST(a_program_that_is_not_built_is_said),
        TEST(a_build_that_fails_shows_what_go_says),
        TEST(a_pair_without_a_twin_runs_alone),
        TEST(a_twin_is_judged_by_its_tasks),
        TEST(a_twin_that_dies_is_reported_like_any_case),
        TEST(go_runs_beside_us_in_one_table),
        TEST(timers_of_go_are_not_held_to_the_catalog),
        TEST(a_record_keeps_twins_apart),
        TEST(ours_is_cited_and_drawn_without_its_twin),
        TEST(a_result_has_a_table_of_twins),
    };
    if (!getcwd(root, sizeof root))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
