/* `leaklab confirm --run`: a result's command is a stranger's text, of which only what says what to measure is run. */
#include "test/planted.h"
#include "test/words.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

/* A record whose header has these words for its command. */
static void plant_command(const char *words)
{
    static const struct planted one = {
        .id = "channel_receive", .runs = 1, .requests = 100, .bytes = {4200, 0}, .seed = 7};
    unlink(planted_path("plain"));
    planted_record(planted_path("plain"), &one, 1);
    char *text = planted_read(planted_path("plain"), NULL);
    json_error_t error;
    json_t *header = json_loads(text, JSON_DISABLE_EOF_CHECK, &error);
    json_t *command = json_loads(words, 0, &error);
    assert_non_null(command);
    assert_int_equal(json_object_set_new(header, "command", command), 0);
    FILE *out = fopen(planted_path("was"), "we");
    assert_non_null(out);
    assert_int_equal(json_dumpf(header, out, JSON_COMPACT), 0);
    fputs(strchr(text, '\n'), out);
    assert_int_equal(fclose(out), 0);
    json_decref(header);
    free(text);
}

static void nothing_else_is_run(void **state)
{
    (void)state;
    static const struct {
        const char *command, *said;
    } all[] = {
        {"[\"sh\", \"-c\", \"touch evil\"]", "it was not measured by `leaklab run`"},
        {"[\"leaklab\", \"save\", \"x\"]", "it was not measured by `leaklab run`"},
        {"[\"leaklab\"]", "it was not measured by `leaklab run`"},
        {"[\"leaklab\", \"run\", \"--sweep\", \"rate=1\"]", "its command has '--sweep'"},
        {"[\"leaklab\", \"run\", \"--twin=go\"]", "its command has '--twin=go'"},
        {"[\"leaklab\", \"run\", \"--req\", \"5\"]", "its command has '--req'"},
        {"[\"leaklab\", \"run\", \"--requests\"]", "its command has '--requests'"},
        {"[\"leaklab\", \"run\", \"--requests\", \"--json\"]", "its command has '--requests'"},
        {"[\"leaklab\", \"run\", \"--rate=$(touch evil)\"]",
         "its command has '--rate=$(touch evil)'"},
        {"[\"leaklab\", \"run\", \"--jsonx\", \"5\"]", "its command has '--jsonx'"},
        {"[\"leaklab\", \"run\", \"-h\"]", "its command has '-h'"},
        {"[\"leaklab\", \"run\", \"--\"]", "its command has '--'"},
        {"[\"leaklab\", \"run\", \"--rate=\"]", "its command has '--rate='"},
        {"[\"leaklab\", \"run\", \"--seed=1\", \"a,b\"]", "its command has 'a,b'"},
        {"[\"leaklab\", \"run\", \"\"]", "its command has ''"},
        {"[\"leaklab\", \"run\", \"\\u001b[2J\"]", "its command has '\\x1b[2J'"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        plant_command(all[i].command);
        const struct ran *ran = planted_shell("$LAB confirm was --run new");
        if (ran->status != 1)
            fail_msg("%s: %d: %s", all[i].command, ran->status, ran->said);
        expect_words(ran->said, all[i].said);
        expect_no_words(ran->said, "\033");
    }
    /* 256 words are taken, of which this one names no pair. */
    for (int more = 254; more <= 255; more++) {
        char words[2048];
        size_t length = (size_t)snprintf(words, sizeof words, "[\"leaklab\", \"run\"");
        for (int i = 0; i < more; i++)
            length += (size_t)snprintf(words + length, sizeof words - length, ", \"x\"");
        snprintf(words + length, sizeof words - length, "]");
        plant_command(words);
        assert_int_equal(planted_shell("$LAB confirm was --run new")->status, more == 254 ? 2 : 1);
    }
    /* What is taken is read by `leaklab run`, which refuses what it does not know. */
    plant_command("[\"leaklab\", \"run\", \"no_such_pair\"]");
    assert_int_equal(planted_shell("$LAB confirm was --run new")->status, 2);
    assert_int_equal(planted_shell("ls new evil 2>/dev/null")->status, 2);
    assert_int_equal(planted_shell("$LAB confirm was was --run new")->status, 2);
}

/* Into the file that was named here, and with a seed of its own; none of the file and the seed there. */
static void what_was_measured_is_measured_again(void **state)
{
    (void)state;
    plant_command("[\"leaklab\", \"run\", \"channel_receive\", \"--json=theirs\", \"--seed\", "
                  "\"77\", \"--requests\", \"100\", \"--rate=2000\", \"--json\", \"theirs\"]");
    const struct ran *ran = planted_shell("$LAB confirm was --run new; ls; head -1 new");
    expect_words(ran->said, "channel_receive leak, tasks left a request: 1 published, 1 here: not "
                            "comparable\n"); /* the planted one says that its load was another */
    expect_words(ran->said, "0 of 4 figures met, 4 open\n");
    expect_match(ran->said, "^new$");
    expect_no_words(ran->said, "theirs\n");
    expect_no_words(ran->said, "\"seed\":77,");
    expect_words(ran->said, "\"command\":[\"leaklab\",\"run\",\"channel_receive\",\"--requests\","
                            "\"100\",\"--rate=2000\",\"--seed\",");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_else_is_run),
        TEST(what_was_measured_is_measured_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
