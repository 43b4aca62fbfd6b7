/* Taking members of JSON that came from outside: each of the right type and within its bounds, or a word
 * on what is wrong, of the first wrong one. */
#include "test/words.h"

#include "record/take.h"
#include <math.h>

static json_t *object;
static struct taker taker;

/* A JSON object with ' for ". */
static void given(const char *text)
{
    char *quoted = strdup(text);
    for (char *at = quoted; (at = strchr(at, '\''));)
        *at = '"';
    json_decref(object);
    object = json_loads(quoted, JSON_ALLOW_NUL, NULL);
    assert_non_null(object);
    free(quoted);
    taker = (struct taker){{0}};
}

static void expect_wrong(const char *words)
{
    assert_string_equal(taker.wrong, words);
    assert_int_equal(take_failed(&taker), *words != 0);
    taker = (struct taker){{0}};
}

static int drop(void **state)
{
    (void)state;
    json_decref(object);
    object = NULL;
    return 0;
}

static void whole_numbers_have_bounds_that_are_within(void **state)
{
    (void)state;
    given("{'a': 5, 'f': 5.0, 't': '5', 'n': null}");
    assert_int_equal(take_whole(&taker, object, "a", 5, 7), 5);
    assert_int_equal(take_whole(&taker, object, "a", 3, 5), 5);
    expect_wrong("");
    assert_int_equal(take_whole(&taker, object, "a", 6, 7), 6); /* the least, where it is wrong */
    expect_wrong("\"a\" is no whole number from 6 to 7");
    assert_int_equal(take_whole(&taker, object, "a", -1, 4), -1);
    expect_wrong("\"a\" is no whole number from -1 to 4");
    static const char *const others[] = {"f", "t", "n", "nothing"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        char words[64];
        assert_int_equal(take_whole(&taker, object, others[i], 1, 9), 1);
        snprintf(words, sizeof words, "\"%s\" is no whole number from 1 to 9", others[i]);
        expect_wrong(words);
    }
}

static void counts_are_not_negative_and_some_are_not_known(void **state)
{
    (void)state;
    given("{'zero': 0, 'most': 9223372036854775807, 'below': -1, 'n': null}");
    assert_int_equal(take_count(&taker, object, "zero"), 0);
    assert_int_equal(take_count(&taker, object, "most"), INT64_MAX);
    assert_int_equal(take_known(&taker, object, "zero"), 0);
    assert_int_equal(take_known(&taker, object, "most"), INT64_MAX);
    assert_int_equal(take_known(&taker, object, "n"), -1);
    assert_int_equal(take_known(&taker, object, "nothing"), -1);
    expect_wrong("");
    assert_int_equal(take_count(&taker, object, "below"), 0);
    expect_wrong("\"below\" is no whole number from 0 to 9223372036854775807");
    take_known(&taker, object, "below");
    expect_wrong("\"below\" is no whole number from 0 to 9223372036854775807");
    take_count(&taker, object, "n");
    expect_wrong("\"n\" is no whole number from 0 to 9223372036854775807");
}

static void numbers_are_finite_or_not_known(void **state)
{
    (void)state;
    given("{'whole': 3, 'real': -2.5, 'text': '3', 'n': null}");
    assert_true(take_number(&taker, object, "whole") == 3);
    assert_true(take_number(&taker, object, "real") == -2.5);
    assert_true(isnan(take_number(&taker, object, "n")));
    assert_true(isnan(take_number(&taker, object, "nothing")));
    expect_wrong("");
    assert_true(isnan(take_number(&taker, object, "text")));
    expect_wrong("\"text\" is no number");
}

static void true_and_false_are_no_numbers(void **state)
{
    (void)state;
    given("{'yes': true, 'no': false, 'one': 1}");
    assert_true(take_boolean(&taker, object, "yes"));
    assert_false(take_boolean(&taker, object, "no"));
    expect_wrong("");
    assert_false(take_boolean(&taker, object, "one"));
    expect_wrong("\"one\" is neither true nor false");
    assert_false(take_boolean(&taker, object, "nothing"));
    expect_wrong("\"nothing\" is neither true nor false");
}

static void text_is_as_long_as_there_is_room_for(void **state)
{
    (void)state;
    given("{'text': 'four', 'nul': 'a\\u0000b', 'n': null, 'one': 1}");
    assert_string_equal(take_text(&taker, object, "text", 4), "four");
    assert_string_equal(take_text(&taker, object, "n", 4), "");
    assert_string_equal(take_text(&taker, object, "nothing", 4), "");
    expect_wrong("");
    assert_string_equal(take_text(&taker, object, "text", 3), "");
    expect_wrong("\"text\" is no text of at most 3 bytes");
    assert_string_equal(take_text(&taker, object, "nul", 9), "");
    expect_wrong("\"nul\" is no text of at most 9 bytes");
    assert_string_equal(take_text(&taker, object, "one", 9), "");
    expect_wrong("\"one\" is no text");
}

static void objects_and_arrays_are_what_they_are_asked_to_be(void **state)
{
    (void)state;
    given("{'o': {'x': 1}, 'a': [1, 2]}");
    assert_ptr_equal(take_object(&taker, object, "o"), json_object_get(object, "o"));
    assert_ptr_equal(take_array(&taker, object, "a", 2), json_object_get(object, "a"));
    expect_wrong("");
    assert_null(take_object(&taker, object, "a"));
    expect_wrong("\"a\" is no object");
    assert_null(take_object(&taker, object, "nothing"));
    expect_wrong("\"nothing\" is no object");
    assert_null(take_array(&taker, object, "o", 2));
    expect_wrong("\"o\" is no array");
    assert_null(take_array(&taker, object, "a", 1));
    expect_wrong("\"a\" has more than 1 elements");
}

/* What comes after the first wrong one is not looked at, nor told of. */
static void the_first_that_is_wrong_is_told(void **state)
{
    (void)state;
    given("{'a': 'x', 'b': 7, 'text': 'words', 'o': {}, 'yes': true}");
    take_refuse(&taker, "%s is amiss", "something");
    assert_true(take_failed(&taker));
    assert_int_equal(take_whole(&taker, object, "b", 0, 9), 0);
    assert_true(isnan(take_number(&taker, object, "b")));
    assert_false(take_boolean(&taker, object, "yes"));
    assert_string_equal(take_text(&taker, object, "text", 9), "");
    assert_null(take_object(&taker, object, "o"));
    take_refuse(&taker, "and something else");
    expect_wrong("something is amiss");
}

#define TEST(name) cmocka_unit_test_teardown(name, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whole_numbers_have_bounds_that_are_within),
        TEST(counts_are_not_negative_and_some_are_not_known),
        TEST(numbers_are_finite_or_not_known),
        TEST(true_and_false_are_no_numbers),
        TEST(text_is_as_long_as_there_is_room_for),
        TEST(objects_and_arrays_are_what_they_are_asked_to_be),
        TEST(the_first_that_is_wrong_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
