/* A campaign's journal: what is added is on disk and in memory, half a line is cut off, and what can not be done is said
 * with the file. */
#include "test/planted.h"
#include "test/words.h"

#include "campaign/journal.h"
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

static struct journal journal;
static char why[300];

static json_t *header(const char *side)
{
    json_t *design =
        json_pack("{s:[{s:s}], s:[], s:[], s:i, s:i, s:i, s:i}", "sides", "name", side, "rows",
                  "words", "repetitions", 0, "seconds", 1, "core", 0, "seed", 1);
    return json_pack("{s:s, s:i, s:s, s:o}", "type", "campaign", "schema", 1, "command", "x",
                     "design", design);
}

static bool begin(const char *path)
{
    return journal_open(&journal, path, header("x"), why, sizeof why);
}

static json_t *process(int invocation)
{
    return json_pack("{s:s, s:i, s:i, s:i, s:s, s:b, s:[]}", "type", "process", "side", 0, "build",
                     0, "invocation", invocation, "row", "r", "noisy", 0, "runs");
}

static json_t *plan(int repetitions)
{
    return json_pack("{s:s, s:{s:i}}", "type", "plan", "repetitions", "r", repetitions);
}

static bool add(json_t *line)
{
    return journal_add(&journal, line, why, sizeof why);
}

static void expect_refused(const char *path, const char *words)
{
    assert_false(begin(path));
    assert_string_equal(why, words);
    assert_int_equal(journal.fd, -1);
}

static void what_is_added_is_kept_and_read_again(void **state)
{
    (void)state;
    const char *path = planted_path("c");
    assert_true(begin(path));
    assert_int_equal(json_array_size(journal.campaign.processes), 0);
    for (int i = 0; i < 3; i++)
        assert_true(add(process(i)));
    assert_true(add(
        json_pack("{s:s, s:i, s:{s:i}}", "type", "context", "side", 0, "context", "num_cpus", 2)));
    assert_true(add(plan(1)) && add(plan(2)));
    for (int again = 0; again < 2; again++) {
        assert_int_equal(json_array_size(journal.campaign.processes), 3);
        assert_int_equal(json_array_size(journal.campaign.contexts), 1);
        const json_t *planned = json_object_get(journal.campaign.plan, "repetitions");
        assert_int_equal(json_integer_value(json_object_get(planned, "r")), 2);
        const json_t *last = json_array_get(journal.campaign.processes, 2);
        assert_int_equal(json_integer_value(json_object_get(last, "invocation")), 2);
        journal_close(&journal);
        assert_int_equal(journal.fd, -1);
        assert_true(begin(path));
    }
    journal_close(&journal);
    size_t length, lines = 0;
    char *text = planted_read(path, &length);
    for (size_t i = 0; i < length; i++)
        lines += text[i] == '\n';
    assert_int_equal(lines, 7);
    assert_true(text[length - 1] == '\n' && strlen(text) == length);
    free(text);
}

static void half_a_line_is_cut_off(void **state)
{
    (void)state;
    const char *path = planted_path("c");
    assert_true(begin(path) && add(process(0)));
    journal_close(&journal);
    size_t length, now;
    char *text = planted_read(path, &length), *half = NULL;
    assert_true(asprintf(&half, "%s{\"type\": \"proc", text) > 0);
    planted_write(path, half, strlen(half));
    free(half);
    assert_true(begin(path));
    assert_int_equal(json_array_size(journal.campaign.processes), 1);
    half = planted_read(path, &now);
    assert_int_equal(now, length);
    assert_string_equal(half, text);
    free(half);
    free(text);
    journal_close(&journal);
    planted_write(path, "{\"type\": \"campaign\"",
                  19); /* of which nothing is left: it begins anew */
    assert_true(begin(path));
    assert_int_equal(json_array_size(journal.campaign.processes), 0);
    journal_close(&journal);
}

static void who_writes_it_has_it_alone(void **state)
{
    (void)state;
    const char *path = planted_path("c");
    assert_true(begin(path));
    struct journal first = journal;
    expect_refused(path, planted_path("c is being written by another campaign"));
    journal = first;
    assert_true(add(process(0)));
    journal_close(&journal);
    assert_true(begin(path));
    journal_close(&journal);
}

static void another_design_names_what_differs(void **state)
{
    (void)state;
    const char *path = planted_path("c");
    assert_true(begin(path));
    journal_close(&journal);
    assert_false(journal_open(&journal, path, header("y"), why, sizeof why));
    expect_words(why, "c is of another campaign: the programs are others, or were made anew. Name "
                      "another file by --json");
}

static void what_the_system_refuses_is_said_with_the_file(void **state)
{
    (void)state;
    expect_refused("/nonexistent/c", "can not open /nonexistent/c: No such file or directory");
    expect_refused("/dev/full", "can not cut /dev/full: Invalid argument");
    const char *path = planted_path("c");
    char *words;
    assert_true(begin(path));
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit before;
    getrlimit(RLIMIT_FSIZE, &before);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){1, before.rlim_max});
    bool added = add(process(0));
    setrlimit(RLIMIT_FSIZE, &before);
    assert_false(added);
    assert_true(asprintf(&words, "can not write %s: File too large", path) > 0);
    assert_string_equal(why, words);
    free(words);
    assert_int_equal(json_array_size(journal.campaign.processes), 0);
    journal_close(&journal);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)
    const struct CMUnitTest tests[] = {
        CASE(what_is_added_is_kept_and_read_again),
        CASE(half_a_line_is_cut_off),
        CASE(who_writes_it_has_it_alone),
        CASE(another_design_names_what_differs),
        CASE(what_the_system_refuses_is_said_with_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
