/* A command as it could be typed again: a shell makes the same words of it. */
#include "test/support.h"

#include "probe/typed.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void what_is_plain_stays_as_it_is(void **state)
{
    (void)state;
    const char *words[] = {"build/gcc/leaklab", "run", "--rate=1,000/min", "a_b.c:27", "^x/1"};
    char *text = typed_words(words, 5);
    assert_string_equal(text, "build/gcc/leaklab run --rate=1,000/min a_b.c:27 ^x/1");
    free(text);
    text = typed_words(NULL, 0);
    assert_string_equal(text, "");
    free(text);
}

static void a_shell_takes_it_for_the_same_words(void **state)
{
    (void)state;
    const char *words[] = {"printf", "[%s]",      "",      "two words", "it's",
                           "'",      "\"$HOME\"", "`id`",  "a\nb",      "*",
                           "~",      "#x",        "{1,2}", "!!",        "\\",
                           "(a|b)$", "a;b&",      "<x>",   "\303\244",  "tab\there"};
    size_t n = sizeof words / sizeof *words, length = 0;
    char *text = typed_words(words, n), expected[512] = "", got[512] = "";
    for (size_t i = 2; i < n; i++)
        length += (size_t)snprintf(expected + length, sizeof expected - length, "[%s]", words[i]);
    FILE *shell = popen(text, "r");
    assert_non_null(shell);
    got[fread(got, 1, sizeof got - 1, shell)] = 0;
    assert_int_equal(pclose(shell), 0);
    assert_string_equal(got, expected);
    free(text);
}

static char *printed_by_bash(const char *text)
{
    char *script = NULL, *got = calloc(1, 4096);
    assert_true(asprintf(&script, "bash -c \"printf '[%%s]' %s\"", text) > 0);
    FILE *shell = popen(script, "r");
    assert_non_null(shell);
    got[fread(got, 1, 4095, shell)] = 0;
    assert_int_equal(pclose(shell), 0);
    free(script);
    return got;
}

/* Twenty builds are one word for who reads it, and twenty for bash. */
static void words_that_count_on_are_told_as_one(void **state)
{
    (void)state;
    static const char *const words[] = {
        "v2/a-9/x", "v2/a-10/x", "v2/a-11/x", "v2/a-12/x", "--",  "b1",  "b2", "b3", "c01", "c02",
        "c03",      "c04",       "d 1",       "d 2",       "d 3", "d 4", "7",  "8",  "9",   "10"};
    size_t n = sizeof words / sizeof *words, length = 0;
    char *text = typed_short(words, n), all[512] = "";
    assert_string_equal(text, "v2/a-{9..12}/x -- b1 b2 b3 c01 c02 c03 c04 'd 1' 'd 2' 'd 3' 'd 4' "
                              "{7..10}");
    char *printed = printed_by_bash(text);
    for (size_t i = 0; i < n; i++)
        length += (size_t)snprintf(all + length, sizeof all - length, "[%s]", words[i]);
    assert_string_equal(printed, all);
    free(printed);
    free(text);
    text = typed_words(words, 4);
    assert_string_equal(text, "v2/a-9/x v2/a-10/x v2/a-11/x v2/a-12/x");
    free(text);
    text = typed_short(words, 0);
    assert_string_equal(text, "");
    free(text);
}

/* Whatever was typed comes back word by word. */
static void words_are_split_as_they_were_put(void **state)
{
    (void)state;
    static const char *const words[] = {"a b", "", "it's", "$x|(y)", "plain", "--only=^a$", "\\n"};
    char *text = typed_words(words, 7);
    const char *rest = text;
    for (size_t i = 0; i < 7; i++) {
        char *word = typed_next(&rest);
        assert_string_equal(word, words[i]);
        free(word);
    }
    assert_null(typed_next(&rest));
    free(text);
    rest = "  half 'open";
    char *first = typed_next(&rest), *second = typed_next(&rest);
    assert_string_equal(first, "half");
    assert_string_equal(second, "open");
    free(first);
    free(second);
    assert_null(typed_next(&rest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_that_count_on_are_told_as_one),
        cmocka_unit_test(words_are_split_as_they_were_put),
        cmocka_unit_test(what_is_plain_stays_as_it_is),
        cmocka_unit_test(a_shell_takes_it_for_the_same_words),
    };
    return cmocka_run_group_tests_name("typed commands", tests, NULL, NULL);
}
