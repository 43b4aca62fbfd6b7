/* Two samples side by side: what differs in code is marked, and comments are shown as they are. */
#include "test/planted.h"
#include "test/words.h"

#include "source/aligned.h"
#include "source/code.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void expect_code(const char *text, const char *code)
{
    char *made = code_of(text);
    assert_non_null(made);
    assert_string_equal(made, code);
    free(made);
}

static void code_is_what_is_no_comment(void **state)
{
    (void)state;
    expect_code("a(); /* b */\nc(); // d\n", "a();\nc();\n");
    expect_code("/* a\n * b\n */\nc();\n", "\n\n\nc();\n");
    expect_code("a /* b */ c\n", "a  c\n");
    expect_code("s = \"/* no */ // no\"; x\n", "s = \"/* no */ // no\"; x\n");
    expect_code("s = \"a\\\"/*\"; /* b */\n", "s = \"a\\\"/*\";\n");
    expect_code("c = '\"'; // d\n", "c = '\"';\n");
    expect_code("\"open /* x\n y */\n", "\"open /* x\n y */\n");
    expect_code("/* without an end\nx", "\n\n");
    expect_code("a", "a\n");
    expect_code("a\n/* b */", "a\n\n");
    expect_code("a  \t\n", "a\n");
    expect_code("", "");
    expect_code("s = \"a\\\nb // c\n", "s = \"a\\\nb\n"); /* a line's end ends a text too */
    expect_code("s = \"\\", "s = \"\\\n");
    expect_code("a / b; c * d; /", "a / b; c * d; /\n");
    expect_code("a \t /* b */ \t\n\tc;\n", "a\n\tc;\n");
}

/* The rows as "left|right", with a mark before those that differ; "-" where there is none. */
static void expect_rows(const char *left, const char *right, const char *rows)
{
    char made[1024] = "";
    struct aligned aligned;
    assert_true(aligned_make(&aligned, left, right));
    for (size_t i = 0; i < aligned.length; i++) {
        const struct aligned_row *row = &aligned.rows[i];
        size_t used = strlen(made);
        snprintf(made + used, sizeof made - used, "%s%s|%s\n", row->differ ? "*" : "",
                 row->line[0] ? row->line[0] : "-", row->line[1] ? row->line[1] : "-");
    }
    aligned_free(&aligned);
    assert_int_equal(aligned.length, 0);
    assert_null(aligned.rows);
    assert_string_equal(made, rows);
}

static void comments_are_no_difference(void **state)
{
    (void)state;
    expect_rows("a\nb\n", "a\nb\n", "a|a\nb|b\n");
    expect_rows("a /* x */\nb\n", "a\nb /* y */\n", "a /* x */|a\nb|b /* y */\n");
    expect_rows("/* x */\na\n", "/* y\n * z */\na\n", "/* x */|/* y\n-| * z */\na|a\n");
    expect_rows("/* x */\na\n", "a\n", "/* x */|-\na|a\n");
    expect_rows("a\nb\n", "a\n// x\nc\n", "a|a\n-|// x\n*b|c\n");
    expect_rows("a\n", "a\nb /* x */\n", "a|a\n*-|b /* x */\n");
    /* Code stands beside code, whatever comments are between. */
    expect_rows("a(1); /* x */\nz\n", "/* y */\na(2);\nz\n",
                "-|/* y */\n*a(1); /* x */|a(2);\nz|z\n");
    expect_rows("s = \"//\";\n", "s = \"/\";\n", "*s = \"//\";|s = \"/\";\n");
    expect_rows("", "a\n", "*-|a\n");
    expect_rows("a", "a\n", "a|a\n");
}

static void lines_that_belong_together_stand_in_one_row(void **state)
{
    (void)state;
    expect_rows("", "", "");
    expect_rows("a\n", "a\n", "a|a\n");
    expect_rows("a\n\nb\n", "a\n\nb\n", "a|a\n|\nb|b\n");
    expect_rows("a\nold\nb\n", "a\nnew\nb\n", "a|a\n*old|new\nb|b\n");
    expect_rows("1\n2\n3\nb\n", "x\nb\n", "*1|x\n*2|-\n*3|-\nb|b\n");
    expect_rows("x\nb\n", "1\n2\n3\nb\n", "*x|1\n*-|2\n*-|3\nb|b\n");
    expect_rows("a\nb\n", "a\nnew\nb\nmore\n", "a|a\n*-|new\nb|b\n*-|more\n");
    expect_rows("a\none\nb\ntwo\nc\n", "a\n1\nb\n2\nc\n", "a|a\n*one|1\nb|b\n*two|2\nc|c\n");
    expect_rows("no end", "no end", "no end|no end\n");
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

/* The descriptor that the next one to be opened gets: the same as before where none was left open. */
static int next_descriptor(void)
{
    int next = dup(STDIN_FILENO);
    close(next);
    return next;
}

/* As if this were the program `diff`. */
static void plant_diff(const char *script)
{
    planted_write(planted_path("diff"), script, strlen(script));
    assert_int_equal(chmod(planted_path("diff"), 0755), 0);
}

static void a_diff_that_fails_makes_no_rows(void **state)
{
    (void)state;
    static const struct {
        const char *script; /* NULL: there is none */
        bool rows;
    } cases[] = {
        {NULL, false},
        {"#!/bin/sh\nprintf -- -+; exit 0\n", true},
        {"#!/bin/sh\nprintf -- -+; exit 1\n", true}, /* they differ */
        {"#!/bin/sh\nprintf -- -+; exit 2\n", false},
        {"#!/bin/sh\nprintf -- -+; kill -9 $$\n", false},
        {"#!/bin/sh\necho aloud >&2; exit 2\n", false},
    };
    struct aligned aligned;
    char *path = strdup(getenv("PATH"));
    setenv("PATH", planted_path("."), 1);
    int before = next_descriptor(), said = dup(STDERR_FILENO);
    FILE *heard = tmpfile();
    assert_true(said >= 0 && heard && dup2(fileno(heard), STDERR_FILENO) >= 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].script)
            plant_diff(cases[i].script);
        assert_true(aligned_make(&aligned, "a\n", "b\n") == cases[i].rows);
        assert_int_equal(aligned.length, cases[i].rows);
        aligned_free(&aligned);
        assert_null(aligned.text[0]);
    }
    assert_true(dup2(said, STDERR_FILENO) >= 0);
    assert_int_equal(lseek(fileno(heard), 0, SEEK_END), 0); /* what it says is nobody's business */
    fclose(heard);
    close(said);
    assert_int_equal(next_descriptor(), before);
    setenv("PATH", path, 1);
    free(path);
}

/* Of every pair something is marked, and no line that is a comment alone. */
static void show_marks_code_alone(void **state)
{
    (void)state;
    char said[65536];
    FILE *out = popen("${LEAKLAB:-build/gcc/leaklab} show channel_receive", "re");
    assert_non_null(out);
    said[fread(said, 1, sizeof said - 1, out)] = 0;
    assert_int_equal(pclose(out), 0);
    expect_match(said, "^/\\* Channel receive, leaking: .*   /\\* Channel receive, cured");
    expect_match(said, "^    if \\(chan_recv.* for ever \\*/  .*     if \\(chan_recv");
    expect_match(said, "^void leak_channel_receive.* \\| void fix_channel_receive");
    expect_match(said, "^ +>     defer\\(chan_close, orders\\); /\\* the cure");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(code_is_what_is_no_comment),
        cmocka_unit_test(comments_are_no_difference),
        cmocka_unit_test(lines_that_belong_together_stand_in_one_row),
        cmocka_unit_test(long_texts_are_aligned_whole),
        cmocka_unit_test_setup_teardown(a_diff_that_fails_makes_no_rows, planted_folder_make,
                                        planted_folder_remove),
        cmocka_unit_test(show_marks_code_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
