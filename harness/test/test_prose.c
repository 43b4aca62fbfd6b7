/* A sample's first comment as prose, the comments at the ends of its lines, and its text in the program. */
#include "test/words.h"

#include "catalog.h"
#include "source/prose.h"
#include "source/source.h"
#include "source/tag.h"
#include <unistd.h>

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
    expect_prose("/* No dot. Decision matrix: a context */\nint x;", "No dot.", "a context", 1);
    expect_prose("/* One line. */\n\n\nint x;\n", "One line.", "", 3);
    expect_prose("/* x */ int x;\n", "x", "", 0);
    expect_prose("/**/x", "", "", 0);
    expect_prose("/* a\n\t*\t\tb\n*/\n \nint x;\n", "a b", "", 3);
    expect_prose("/* a\n * * b\n ** c */", "a * b * c", "", 2);
    expect_prose("/* Decision matrix: two. Words. */", "", "two. Words", 0);
    expect_prose("/*a*/\n\n", "a", "", 2);
}

static void expect_seen(const char *source, const char *seen)
{
    struct prose prose = prose_of(source);
    assert_string_equal(prose.seen, seen);
    prose_free(&prose);
}

static void where_it_was_seen_ends_with_its_sentence(void **state)
{
    (void)state;
    expect_seen("/* One. Seen in etcd#6708. Decision matrix: x */", "etcd#6708");
    expect_seen("/* One. Seen in a#1,\n * lazy.nvim#2171.\n * Two. */", "a#1, lazy.nvim#2171");
    expect_seen("/* Seen in lazy.nvim#1. */", "lazy.nvim#1");
    expect_seen("/* Seen in b#2 */", "b#2");
    expect_seen("/* Seen in . */", "");
    expect_seen("/* One. */", "");
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
            snprintf(path, sizeof path, "bench/go/%s/%s/%s.go", v ? "fixes" : "leaks", pair->family,
                     pair->id);
            assert_int_equal(source_has_twin(pair), access(path, R_OK) == 0);
        }
    struct pair another = catalog[0];
    assert_null(source_path(&another, VARIANT_LEAK));
    assert_null(source_text(catalog + catalog_length, VARIANT_FIX));
}

/* Up to eighty characters of it. */
static void a_tag_is_the_comment_at_the_end_of_a_line(void **state)
{
    (void)state;
    static const char eighty[] =
        "a234567890b234567890c234567890d234567890e234567890f234567890g234567890h234567890";
    char text[512], tag[TAG];
    static const struct {
        unsigned line;
        const char *tag; /* NULL: it has none */
    } cases[] = {{0, NULL},   {1, "parks here"}, {2, NULL}, {3, "x"},    {4, NULL},
                 {5, NULL},   {6, NULL},         {7, NULL}, {8, eighty}, {9, eighty},
                 {10, "end"}, {11, NULL},        {12, NULL}};
    snprintf(text, sizeof text,
             "recv(c); /* parks here */\nrecv(c); /* not at the end */;\n/* x */\n/*  */\n"
             "/* open\nclosed */\n\nx /* %s */\nx /* %si */\nlast /* end */\n/* */",
             eighty, eighty);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(tag_of(tag, text, cases[i].line) == (cases[i].tag != NULL));
        assert_string_equal(tag, cases[i].tag ? cases[i].tag : "");
    }
    assert_true(tag_of(tag, "/* a */", 1));
    assert_string_equal(tag, "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_comment_is_one_line_of_prose),
        cmocka_unit_test(where_it_was_seen_ends_with_its_sentence),
        cmocka_unit_test(a_sample_s_text_is_built_in),
        cmocka_unit_test(a_tag_is_the_comment_at_the_end_of_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
