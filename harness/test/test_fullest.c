/* Which result of a pair is shown and cited, and what stands beside its figures. */
#include "test/planted.h"
#include "test/words.h"

#include "result/fullest.h"
#include "result/phrase.h"

static const struct planted full = {.id = "channel_receive",
                                    .runs = 3,
                                    .requests = 1000,
                                    .bytes = {4200, 0},
                                    .spread = 2,
                                    .seed = 7};

/* Saves a record of one pair under this name of a machine. */
static void save(const char *machine, struct planted planted)
{
    planted_record(planted_path("%s.ndjson", machine), &planted, 1);
    const struct ran *ran = planted_shell("$LAB save --machine %s %s.ndjson", machine, machine);
    if (ran->status != 0)
        fail_msg("%s", ran->said);
}

/* The rows of the table say from where their figures are. */
static void expect_shown(const char *machine, const char *measured)
{
    char words[256];
    const struct ran *ran =
        planted_shell("grep '^| \\[channel_receive' results/README.md; $LAB cite "
                      "channel_receive && $LAB verify");
    snprintf(words, sizeof words, "\\| %s, \\[[0-9]{8}-%s\\]\\(", measured, machine);
    expect_match(ran->said, words);
    snprintf(words, sizeof words, "results/[0-9]{8}-%s/README.md#channel_receive$", machine);
    expect_match(ran->said, words);
    assert_int_equal(ran->status, 0);
}

static void a_lesser_result_displaces_none(void **state)
{
    (void)state;
    static const char shown[] = "1,000 requests at 1,000/s, 3 runs";
    struct planted toy = full;
    save("full", full);
    toy.requests = 10;
    save("x-fewer-requests", toy);
    expect_shown("full", shown);
    toy = full;
    toy.runs = 1;
    save("x-fewer-runs", toy);
    expect_shown("full", shown);
    /* More of the one do not make up for fewer of the other. */
    toy.requests = 5000;
    save("x-more-and-fewer", toy);
    expect_shown("full", shown);
    /* One half, cut off where the other began. */
    toy = full;
    planted_record(planted_path("half.ndjson"), &toy, 1);
    const struct ran *ran =
        planted_shell("sed '/\"type\":\"start\".*\"variant\":\"fix\"/Q' half.ndjson >cut.ndjson; "
                      "$LAB save --machine x-half cut.ndjson");
    assert_int_equal(ran->status, 0);
    expect_shown("full", shown);
}

static void a_fuller_result_displaces_a_lesser(void **state)
{
    (void)state;
    struct planted more = full;
    save("a", full);
    save("b", full); /* of equals the newest */
    expect_shown("b", "1,000 requests at 1,000/s, 3 runs");
    more.requests = 2000;
    save("c", more);
    expect_shown("c", "2,000 requests at 1,000/s, 3 runs");
    more.runs = 4;
    save("d", more);
    expect_shown("d", "2,000 requests at 1,000/s, 4 runs");
}

/* What is true of one row is said of that row. */
static void settings_stand_beside_each_row(void **state)
{
    (void)state;
    struct planted other = {.id = "worker_loop", .runs = 1, .requests = 10, .bytes = {4300}};
    save("a", full);
    save("toy", other);
    const struct ran *ran = planted_shell("cat results/README.md results/pairs/worker_loop.md");
    expect_match(ran->said, "^\\| \\[channel_receive\\].* 1,000 requests at 1,000/s, 3 runs, \\[");
    expect_match(ran->said, "^\\| \\[worker_loop\\].* 10 requests at 1,000/s, 1 run, \\[");
    expect_no_words(ran->said, "a variant");
    expect_match(ran->said, "^10 requests at 1,000/s, 1 run; stacks of 64.0 KiB");
    char *html = planted_read(planted_path("results/index.html"), NULL);
    expect_words(html, "<small>1,000 requests at 1,000/s, 3 runs</small>");
    expect_words(html, "<small>10 requests at 1,000/s, 1 run</small>");
    expect_words(html, "Each pair says how it was measured");
    expect_no_words(html, "memory grown by");
    free(html);
}

static void a_half_alone_is_shown(void **state)
{
    (void)state;
    planted_record(planted_path("m.ndjson"), &full, 1);
    const struct ran *ran =
        planted_shell("sed '/\"type\":\"start\".*\"variant\":\"fix\"/Q' m.ndjson >cut.ndjson; $LAB "
                      "save --machine m cut.ndjson && $LAB verify && cat results/README.md "
                      "results/pairs/channel_receive.md");
    assert_int_equal(ran->status, 0);
    expect_words(ran->said, "1 result, all as it says");
    expect_match(ran->said, "^\\| \\[channel_receive\\].* 1 run of the leak, 0 of the fix, \\[");
    expect_words(ran->said, "- **fix**: not measured");
    expect_words(ran->said, "the fix was not measured");
    char *html = planted_read(planted_path("results/index.html"), NULL);
    expect_words(html, "What <b>1</b> of them cost was measured");
    expect_words(html, "fix not measured");
    free(html);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_lesser_result_displaces_none),
        TEST(a_fuller_result_displaces_a_lesser),
        TEST(settings_stand_beside_each_row),
        TEST(a_half_alone_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
