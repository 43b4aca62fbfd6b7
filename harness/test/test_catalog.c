/* The catalog as a table, and what a mistyped id may have meant. */
#include "test/support.h"

#include "catalog.h"
#include <string.h>

static void a_pair_is_found_by_its_id(void **state)
{
    (void)state;
    FOR_EACH_PAIR (pair) {
        assert_ptr_equal(catalog_find(pair->id), pair);
        assert_null(controls_find(pair->id));
        assert_false(pair->is_control);
        assert_true(*pair->family && *pair->title);
        /* One entry of three kinds, in both halves. */
        for (enum variant v = 0; v < VARIANTS; v++)
            assert_int_equal(!!pair->entry[v] + !!pair->on_loop[v] + !!pair->threaded[v], 1);
        assert_int_equal(!!pair->entry[VARIANT_LEAK], !!pair->entry[VARIANT_FIX]);
        assert_int_equal(!!pair->on_loop[VARIANT_LEAK], !!pair->on_loop[VARIANT_FIX]);
        assert_int_equal(pair_is_plain(pair), !pair->entry[VARIANT_LEAK]);
        assert_true(pair_is_plain(pair) || pair->entry[VARIANT_LEAK] != pair->entry[VARIANT_FIX]);
        assert_true(!pair->on_loop[VARIANT_LEAK] ||
                    pair->on_loop[VARIANT_LEAK] != pair->on_loop[VARIANT_FIX]);
        assert_true(expectation_is_any(&pair->expected[VARIANT_LEAK]));
        assert_false(expectation_is_any(&pair->expected[VARIANT_FIX]));
    }
    for (size_t i = 0; i < controls_length; i++) {
        assert_true(controls[i].is_control);
        assert_null(catalog_find(controls[i].id));
        assert_null(controls[i].entry[VARIANT_LEAK]);
        assert_non_null(controls[i].entry[VARIANT_FIX]);
    }
    assert_null(catalog_find(""));
    assert_null(catalog_find("channel_receiv"));
    assert_string_equal(variant_name(VARIANT_LEAK), "leak");
    assert_string_equal(variant_name(VARIANT_FIX), "fix");
}

static void any_field_is_an_expectation(void **state)
{
    (void)state;
    static const struct {
        struct expectation of;
        bool any, plain;
    } cases[] = {
        {.of = {.timers = 0}},
        {.of = {.timers = 1}, .any = true},
        {.of = {.timers_held = 1}, .any = true},
        {.of = {.tasks_held = 1}, .any = true},
        {.of = {.held_for = 1}, .any = true},
        {.of = {.contexts = 1}, .any = true},
        {.of = {.channels = 1}, .any = true},
        {.of = {.heap = 1}, .any = true},
        {.of = {.requests = 1}, .any = true, .plain = true},
        {.of = {.queued = 1}, .any = true, .plain = true},
        {.of = {.descriptors = 1}, .any = true, .plain = true},
        {.of = {.threads = 1}, .any = true, .plain = true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (expectation_is_any(&cases[i].of) != cases[i].any ||
            expectation_is_plain(&cases[i].of) != cases[i].plain || expectation_parks(&cases[i].of))
            fail_msg("case %zu", i);
    for (int reason = 0; reason < WAIT_REASONS; reason++) {
        struct expectation of = {.timers = 0};
        of.parked[reason] = 1;
        assert_true(expectation_is_any(&of) && expectation_parks(&of) &&
                    !expectation_is_plain(&of));
    }
    for (int type = 0; type < HANDLE_TYPES; type++) {
        struct expectation of = {.timers = 0};
        of.handles[type] = 1;
        assert_true(expectation_is_any(&of) && !expectation_parks(&of) &&
                    expectation_is_plain(&of));
    }
}

static void distance_is_how_many_edits(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t edits;
    } words[] = {
        {"", "", 0},
        {"a", "a", 0},
        {"", "abc", 3},
        {"a", "b", 1},
        {"ab", "ba", 2},
        {"abc", "ac", 1},
        {"abc", "abcd", 1},
        {"kitten", "sitting", 3},
        {"aab", "aba", 2},
        {"aaaa", "aa", 2},
        {"abab", "baba", 2},
        {"flaw", "lawn", 2},
        {"saturday", "sunday", 3},
        {"abcdef", "ghijkl", 6},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        assert_int_equal(edit_distance(words[i].a, words[i].b), words[i].edits);
        assert_int_equal(edit_distance(words[i].b, words[i].a), words[i].edits);
    }
    /* What is beyond 64 characters is not looked at. */
    char longer[80], other[80];
    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = 0;
    memcpy(other, longer, sizeof other);
    other[63] = 'y';
    assert_int_equal(edit_distance(longer, other), 1);
    other[63] = 'x';
    other[64] = 'y';
    assert_int_equal(edit_distance(longer, other), 0);
    longer[64] = 0;
    assert_int_equal(edit_distance(longer, ""), 64);
}

/* The ids that are near, in order; no more than `most` are written, whatever there are. */
static void expect_nearest(const char *typed, size_t most, const char *first, size_t count)
{
    const struct pair *guard = &controls[0], *nearest[8];
    for (size_t i = 0; i < 8; i++)
        nearest[i] = guard;
    assert_int_equal(catalog_nearest(typed, nearest, most), count);
    for (size_t i = 0; i < 8; i++)
        assert_true((nearest[i] != guard) == (i < count));
    if (count)
        assert_string_equal(nearest[0]->id, first);
}

static void the_nearest_comes_first(void **state)
{
    (void)state;
    expect_nearest("timer_stop", 1, "timer_stop", 1);
    expect_nearest("timr_stop", 1, "timer_stop", 1);
    expect_nearest("wait_gruop", 1, "wait_group", 1);   /* two edits of ten letters */
    expect_nearest("_stop", 1, "timer_stop", 1);        /* a part is near, however short it is */
    expect_nearest("channel", 2, "channel_receive", 2); /* as many as there is room for */
    expect_nearest("channel", 0, "", 0);
    expect_nearest("zzzz", 7, "", 0);
    expect_nearest("zz", 7, "", 0);
    expect_nearest("", 7, "", 0);
    expect_nearest("st", 7, "", 0); /* two letters are a part of nothing, and three are */
    const struct pair *nearest[1];
    assert_int_equal(catalog_nearest("top", nearest, 1), 1);
    assert_non_null(strstr(nearest[0]->id, "top"));
    /* An edit, and one for every four letters more. */
    expect_nearest("w9it_9r9up", 7, "wait_group", 1);
    expect_nearest("w99t_9r9up", 7, "", 0);
    expect_nearest("fu99_9uffer9", 7, "full_buffer", 1);
    expect_nearest("fu99_99ffer9", 7, "", 0);
}

/* Of letters and digits, at least three, large or small. */
static void a_pair_is_named_by_whole_words(void **state)
{
    (void)state;
    static const struct pair pair = {
        .family = "some", .id = "ab_cde", .title = "Another other: the FGH of a two-way x12"};
    static const struct {
        const char *word;
        bool names;
    } words[] = {
        {"cde", true},  {"CDE", true},     {"fgh", true},  {"the", true},     {"other", true},
        {"two", true},  {"way", true},     {"x12", true},  {"another", true}, {"of", false},
        {"bcd", false}, {"b_c", false},    {"oth", false}, {"her", false},    {"x1", false},
        {"ab", false},  {"two-way", true}, {"", false},    {"way x", false},  {"nowhere", false},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (catalog_names(words[i].word, NAMING_WORD, &pair) != words[i].names)
            fail_msg("'%s'", words[i].word);
    assert_true(catalog_names("ab_cde", NAMING_ID, &pair));
    assert_true(catalog_names("some", NAMING_FAMILY, &pair));
    assert_false(
        catalog_names("some", NAMING_ID, &pair) || catalog_names("some", NAMING_WORD, &pair) ||
        catalog_names("ab_cde", NAMING_FAMILY, &pair) || catalog_names("ab_cde", NAMINGS, &pair));
}

static void a_column_is_as_wide_as_the_longest_id(void **state)
{
    (void)state;
    int width = catalog_id_width();
    bool any = false;
    FOR_EACH_PAIR (pair) {
        assert_true((int)strlen(pair->id) <= width);
        any |= (int)strlen(pair->id) == width;
    }
    assert_true(any);
}

/* Titles are full of short words, which name nothing. */
static void short_words_name_no_pair(void **state)
{
    (void)state;
    static const char *const nothing[] = {"a", "of", "in", "it", "to"};
    bool in_a_title = false;
    FOR_EACH_PAIR (pair)
        in_a_title |= strstr(pair->title, " a ") != NULL;
    assert_true(in_a_title);
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        assert_int_equal(catalog_naming(nothing[i]), NAMINGS);
    assert_int_equal(catalog_naming(catalog[0].id), NAMING_ID);
    assert_int_equal(catalog_naming(catalog[0].family), NAMING_FAMILY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_words_name_no_pair),
        cmocka_unit_test(a_pair_is_named_by_whole_words),
        cmocka_unit_test(a_column_is_as_wide_as_the_longest_id),
        cmocka_unit_test(a_pair_is_found_by_its_id),
        cmocka_unit_test(any_field_is_an_expectation),
        cmocka_unit_test(distance_is_how_many_edits),
        cmocka_unit_test(the_nearest_comes_first),
    };
    return cmocka_run_group_tests_name("catalog", tests, NULL, NULL);
}
