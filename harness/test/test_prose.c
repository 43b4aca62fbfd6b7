/* A sample's first comment as prose, and two samples side by side. */
#include "test/words.h"

#include "catalog.h"
#include "record/aligned.h"
#include "record/prose.h"
#include "record/source.h"

static void expect_prose(const char *source, const char *words, const char *place, size_t lines)
{
    struct prose prose = prose_of(source);
    assert_string_equal(prose.words, words);
    assert_string_equal(prose.place, place);
    assert_int_equal(prose.lines, lines);
    prose_free(&prose);
}

static void the_first_comment_is_one_line_of_prose(void **state)
{
    (void)state;
    expect_prose("/* One, leaking:\n * two words.\n * Decision matrix: channel close.\n "
                 "*/\n\n#include <a.h>\n",
                 "One, leaking: two words.", "channel close", 5);
    expect_prose("/* a * b\n\t * c  d */\nint x;\n", "a * b c d", "", 2);
    expect_prose("/* a\n *\n *  b*c *\n */", "a b*c *", "", 3);
    expect_prose("/**/\nint x;\n", "", "", 1);
    expect_prose("/* Decision matrix: a place */", "", "a place", 0);
    expect_prose("/* x. Decision matrix: . */", "x.", "", 0);
    expect_prose("int x; /* no */\n", "", "", 0);
    expect_prose("/* without an end", "", "", 0);
    expect_prose("", "", "", 0);
}

static void a_sample_s_text_is_built_in(void **state)
{
    (void)state;
    FOR_EACH_PAIR (pair)
        for (enum variant v = 0; v < VARIANTS; v++) {
            char path[256], entry[128];
            snprintf(path, sizeof path, "%s/%s/%s.c", v ? "fixes" : "leaks", pair->family,
                     pair->id);
            snprintf(entry, sizeof entry, "void %s_%s(", v ? "fix" : "leak", pair->id);
            assert_string_equal(source_path(pair, v), path);
            expect_words(source_text(pair, v), entry);
        }
    struct pair another = catalog[0];
    assert_null(source_path(&another, VARIANT_LEAK));
    assert_null(source_text(catalog + catalog_length, VARIANT_FIX));
}

/* Each row as LEFT|RIGHT, with = before what is the same; - for no line. */
static void expect_aligned(const char *left, const char *right, const char *rows)
{
    char told[4096] = "";
    struct aligned aligned;
    assert_true(aligned_make(&aligned, left, right));
    for (size_t i = 0; i < aligned.length; i++) {
        const struct aligned_row *row = &aligned.rows[i];
        snprintf(told + strlen(told), sizeof told - strlen(told), "%s%s|%s\n",
                 row->differ ? "" : "=", row->line[0] ? row->line[0] : "-",
                 row->line[1] ? row->line[1] : "-");
    }
    assert_string_equal(told, rows);
    aligned_free(&aligned);
    assert_int_equal(aligned.length, 0);
    assert_null(aligned.rows);
}

static void lines_that_belong_together_stand_in_one_row(void **state)
{
    (void)state;
    expect_aligned("", "", "");
    expect_aligned("a\n", "a\n", "=a|a\n");
    expect_aligned("a\n\nb\n", "a\n\nb\n", "=a|a\n=|\n=b|b\n");
    expect_aligned("a\nold\nb\n", "a\nnew\nb\n", "=a|a\nold|new\n=b|b\n");
    expect_aligned("1\n2\n3\nb\n", "x\nb\n", "1|x\n2|-\n3|-\n=b|b\n");
    expect_aligned("x\nb\n", "1\n2\n3\nb\n", "x|1\n-|2\n-|3\n=b|b\n");
    expect_aligned("a\nb\n", "a\nnew\nb\nmore\n", "=a|a\n-|new\n=b|b\n-|more\n");
    expect_aligned("a\none\nb\ntwo\nc\n", "a\n1\nb\n2\nc\n", "=a|a\none|1\n=b|b\ntwo|2\n=c|c\n");
    expect_aligned("no end", "no end", "=no end|no end\n");
}

/* More of them than there is room for at first. */
static void long_texts_are_aligned_whole(void **state)
{
    (void)state;
    enum { LINES = 300 };
    static char left[8192], right[8192];
    struct aligned aligned;
    for (int i = 0; i < LINES; i++) {
        snprintf(left + strlen(left), sizeof left - strlen(left), "line %d\n", i);
        snprintf(right + strlen(right), sizeof right - strlen(right),
                 i % 50 ? "line %d\n" : "other %d\n", i);
    }
    assert_true(aligned_make(&aligned, left, right));
    assert_int_equal(aligned.length, LINES);
    for (int i = 0; i < LINES; i++)
        assert_int_equal(aligned.rows[i].differ, i % 50 == 0);
    aligned_free(&aligned);
}

static void without_diff_there_are_no_rows(void **state)
{
    (void)state;
    struct aligned aligned;
    char path[4096];
    snprintf(path, sizeof path, "%s", getenv("PATH"));
    setenv("PATH", "/nowhere", 1);
    assert_false(aligned_make(&aligned, "a\n", "b\n"));
    setenv("PATH", path, 1);
    assert_int_equal(aligned.length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_comment_is_one_line_of_prose),
        cmocka_unit_test(a_sample_s_text_is_built_in),
        cmocka_unit_test(lines_that_belong_together_stand_in_one_row),
        cmocka_unit_test(long_texts_are_aligned_whole),
        cmocka_unit_test(without_diff_there_are_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
