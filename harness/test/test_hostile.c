/* Saved text is a stranger's: whatever stands in a record or a report, on a terminal, in Markdown, HTML and
 * BibTeX it stays text, and nothing but text. */
#include "test/planted.h"
#include "test/words.h"

#include "probe/printable.h"
#include "result/html.h"
#include "result/markdown_text.h"
#include "result/tex_text.h"
#include <jansson.h>

/* --- One text ------------------------------------------------------------------------------- */

/* What a writer makes of it; static text. */
static const char *written(void (*write)(FILE *out, const char *text), const char *text)
{
    static char made[4096];
    made[0] = 0;
    FILE *out = fmemopen(made, sizeof made, "w");
    assert_non_null(out);
    write(out, text);
    assert_int_equal(fclose(out), 0);
    return made;
}

#define expect_written(write, text, made) assert_string_equal(written(write, text), made)

static void a_terminal_gets_nothing_but_text(void **state)
{
    (void)state;
    expect_written(printable_write, "plain \\ text, 日本 äé", "plain \\ text, 日本 äé");
    expect_written(printable_write, "\033[2J\a\r\n\t\x7f", "\\x1b[2J\\x07\\x0d\\x0a\\x09\\x7f");
    expect_written(printable_write,
                   "\xc2\x9b"
                   "31m",
                   "\\x9b31m"); /* C1 */
    expect_written(printable_write,
                   "a\xe2\x80\xae"
                   "b",
                   "a\\u202eb"); /* turned round */
    expect_written(printable_write,
                   "a\xe2\x80\x8b"
                   "b",
                   "a\\u200bb");                                                   /* hidden */
    expect_written(printable_write, "\xf3\xa0\x81\x81", "\\U000e0041");            /* a tag */
    expect_written(printable_write, "\xff\xc3(\xe2\x82", "\\xff\\xc3(\\xe2\\x82"); /* no UTF-8 */
    expect_written(printable_write, "\xed\xa0\x80", "\\xed\\xa0\\x80");            /* a surrogate */
    expect_written(printable_lines, "a\nb\033", "a\nb\\x1b");
    assert_int_equal(printable_columns("ab\033"), 6);
    assert_int_equal(printable_columns("日本"), 4);
    assert_int_equal(printable_columns("e\xcc\x81"), 1);
}

/* The bounds of what is hidden: each character, and whether it is written as it is. */
static void what_hides_or_turns_is_told_by_its_number(void **state)
{
    (void)state;
    static const struct {
        unsigned character;
        bool is_shown;
    } characters[] = {
        {0x20, true},     {0x7E, true},     {0x7F, false},   {0x9F, false},   {0xA0, true},
        {0xAC, true},     {0xAD, false},    {0xAE, true},    {0x61C, false},  {0x180E, false},
        {0x200B, false},  {0x200C, true},   {0x200D, true},  {0x200E, false}, {0x200F, false},
        {0x2010, true},   {0x2027, true},   {0x2028, false}, {0x202A, false}, {0x202E, false},
        {0x202F, true},   {0x205F, true},   {0x2060, false}, {0x206F, false}, {0x2070, true},
        {0xFEFF, false},  {0xFFF9, false},  {0xFFFB, false}, {0xFFFC, true},  {0xFFFD, true},
        {0xE0001, false}, {0xE007F, false}, {0xE0100, true}, {0x1F600, true},
    };
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++) {
        char text[8];
        unsigned c = characters[i].character;
        if (c < 0x80)
            snprintf(text, sizeof text, "%c", c);
        else if (c < 0x800)
            snprintf(text, sizeof text, "%c%c", 0xC0 | c >> 6, 0x80 | (c & 63));
        else if (c < 0x10000)
            snprintf(text, sizeof text, "%c%c%c", 0xE0 | c >> 12, 0x80 | (c >> 6 & 63),
                     0x80 | (c & 63));
        else
            snprintf(text, sizeof text, "%c%c%c%c", 0xF0 | c >> 18, 0x80 | (c >> 12 & 63),
                     0x80 | (c >> 6 & 63), 0x80 | (c & 63));
        bool is_shown = strcmp(written(printable_write, text), text) == 0;
        if (is_shown != characters[i].is_shown)
            fail_msg("U+%04X is%s shown", c, is_shown ? "" : " not");
    }
}

static void a_text_is_cut_between_characters(void **state)
{
    (void)state;
    char to[8];
    assert_string_equal(printable_cut(to, sizeof to, "1234567"), "1234567");
    assert_string_equal(printable_cut(to, sizeof to, "12345678"), "1234567");
    assert_string_equal(printable_cut(to, sizeof to, "12345äx"), "12345ä");
    assert_string_equal(printable_cut(to, sizeof to, "123456äx"), "123456");
    assert_string_equal(printable_cut(to, 1, "ä"), "");
}

static void markdown_gets_nothing_but_text(void **state)
{
    (void)state;
    expect_written(markdown_text, "a <b>*x* `y` [z](u) |",
                   "a &lt;b&gt;\\*x\\* \\`y\\` \\[z\\](u) \\|");
    expect_written(markdown_text, "- x", "\\- x");
    expect_written(markdown_text, "12. x", "12\\. x");
    expect_written(markdown_text, "0.1.0 -x", "0.1.0 -x");
    expect_written(markdown_text, "    code\n# head", "code \\# head");
    expect_written(markdown_text, "---", "\\---");
    expect_written(markdown_text, "> x", "&gt; x");
    expect_written(markdown_text, "https://x www.x", "https\\://x www\\.x");
    expect_written(markdown_text, "\033\xe2\x80\xae", "\\x1b\\u202e");
    expect_written(markdown_code, "plain | x", "`plain | x`");
    expect_written(markdown_code_cell, "a | b", "`a \\| b`");
    expect_written(markdown_code, "a`b``c", "```a`b``c```");
    expect_written(markdown_code, "`", "`` ` ``");
    expect_written(markdown_code, "a\n\nb", "`a\\x0a\\x0ab`");
    expect_written(markdown_code, "", "");
}

static void html_gets_nothing_but_text(void **state)
{
    (void)state;
    expect_written(html_text, "<a href='x'>&\"", "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
    expect_written(html_text, "a\n\tb\x01", "a\n\tb\\x01");
    expect_written(html_text, "\xe2\x80\xae", "\\u202e");
}

static void bibtex_gets_nothing_but_text(void **state)
{
    (void)state;
    expect_written(tex_text, "a_b 5 % \\x", "a\\_b 5 \\% \\textbackslash{}x");
    expect_written(tex_text, "}, evil = {", "\\textbraceright{}, evil = \\textbraceleft{}");
    expect_written(tex_text, "--json \"x\" `y`", "-{}-json ''x'' \\`{}y\\`{}");
    expect_written(tex_text, "\n@misc{", "\\textbackslash{}x0a@misc\\textbraceleft{}");
}

/* --- All that prints it --------------------------------------------------------------------- */

#define STEERING "\033[2J\302\23331m\342\200\256\a"

/* Puts hostile words wherever a line of the record has words. */
static void poison(json_t *line)
{
    static const char words[] = STEERING " }, evil = { `x <b>\n# \n\n- x | <img src=x> ``";
    json_t *machine = json_object_get(line, "machine"), *verdict = json_object_get(line, "verdict");
    json_t *command = json_object_get(line, "command"), *text = json_object_get(line, "text");
    if (json_is_string(
            text)) /* of a sample: its lines are shown in a fence, and some are in both */
        json_object_set_new(
            line, "text", json_pack("s++", "```\n" STEERING "\n", words, json_string_value(text)));
    if (json_object_get(line, "title"))
        json_object_set_new(line, "title", json_string(words));
    if (verdict)
        json_object_set_new(verdict, "words", json_string(words));
    if (!machine)
        return;
    json_object_set_new(machine, "processor", json_string(words));
    json_object_set_new(machine, words, json_string(words));
    json_array_append_new(command, json_string(words));
    json_object_set_new(line, "commit", json_string(words));
    json_object_set_new(line, "leaklab", json_string(words));
}

static void plant_hostile(void)
{
    static const struct planted one = {
        .id = "channel_receive", .runs = 3, .requests = 100, .bytes = {4200, 0}, .seed = 7};
    planted_record(planted_path("plain.ndjson"), &one, 1);
    char *text = planted_read(planted_path("plain.ndjson"), NULL), *rest = text;
    FILE *out = fopen(planted_path("m.ndjson"), "we");
    assert_non_null(out);
    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        json_t *json = json_loads(line, 0, NULL);
        poison(json);
        assert_int_equal(json_dumpf(json, out, JSON_COMPACT), 0);
        putc('\n', out);
        json_decref(json);
    }
    assert_int_equal(fclose(out), 0);
    free(text);
}

static void expect_only_text(const char *said)
{
    expect_no_words(said, "\033");
    expect_no_words(said, "\a");
    expect_no_words(said, "\xc2\x9b");
    expect_no_words(said, "\xe2\x80\xae");
}

static void no_command_prints_what_steers_a_terminal(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "$LAB compare m.ndjson plain.ndjson",
        "$LAB report m.ndjson",
        "$LAB save --machine m m.ndjson && $LAB verify",
        "$LAB cite channel_receive",
        "$LAB cite channel_receive --format markdown",
        "$LAB cite channel_receive --format bibtex",
        "$LAB forecast channel_receive --rate 1000 --memory 1G",
        "$LAB compare results/2* plain.ndjson",
    };
    plant_hostile();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const struct ran *ran = planted_shell("%s", lines[i]);
        if (ran->status != 0)
            fail_msg("%s: status %d: %s", lines[i], ran->status, ran->said);
        expect_only_text(ran->said);
    }
    const struct ran *ran = planted_shell("$LAB cite channel_receive");
    expect_words(ran->said, "(\"\\x1b[2J\\x9b31m\\u202e\\x07 }, evil");
    ran = planted_shell("$LAB cite channel_receive --format bibtex");
    expect_words(ran->said, "\\textbraceright{}, evil = \\textbraceleft{}");
    /* Braces pair, and none closes the entry before its end. */
    int depth = 0;
    for (const char *at = strchr(ran->said, '{'); *at; at++) {
        depth += (*at == '{') - (*at == '}');
        assert_true(depth > 0 || !strchr(at, '{'));
    }
    assert_int_equal(depth, 0);
}

static void no_page_holds_what_is_more_than_text(void **state)
{
    (void)state;
    plant_hostile();
    assert_int_equal(planted_shell("$LAB save --machine m m.ndjson")->status, 0);
    const struct ran *ran =
        planted_shell("cat results/*.md results/pairs/channel_receive.md results/*/README.md");
    expect_only_text(ran->said);
    expect_no_words(ran->said, "\n- x");
    expect_no_words(ran->said, "\n# \\n");
    /* The command is code, in a fence that it can not close. */
    expect_words(ran->said, "```leaklab run");
    expect_words(ran->said, "\n````diff\n ```\n \\x1b[2J");
    expect_words(ran->said, "&lt;img src=x&gt;");
    static const char *const pages[] = {"index.html", "symptoms.html",
                                        "pairs/channel_receive.html"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char *html = planted_read(planted_path("results/%s", pages[i]), NULL);
        expect_only_text(html);
        expect_no_words(html, "<img");
        free(html);
    }
}

/* An error of a file that is no record names what is wrong with it in its own words. */
static void what_is_wrong_is_said_in_text(void **state)
{
    (void)state;
    planted_write(planted_path("bad"), "{\"type\":\"\033[2J", 14);
    const struct ran *ran = planted_shell("echo >>bad; $LAB report bad");
    assert_int_equal(ran->status, 1);
    expect_only_text(ran->said);
    ran = planted_shell("$LAB report \"$(printf 'no\\033[2Jwhere')\"");
    expect_only_text(ran->said);
    ran = planted_shell("$LAB show \"$(printf 'no\\033[2Jwhere')\"");
    assert_int_equal(ran->status, 2);
    expect_only_text(ran->said);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal_gets_nothing_but_text),
        cmocka_unit_test(what_hides_or_turns_is_told_by_its_number),
        cmocka_unit_test(a_text_is_cut_between_characters),
        cmocka_unit_test(markdown_gets_nothing_but_text),
        cmocka_unit_test(html_gets_nothing_but_text),
        cmocka_unit_test(bibtex_gets_nothing_but_text),
        TEST(no_command_prints_what_steers_a_terminal),
        TEST(no_page_holds_what_is_more_than_text),
        TEST(what_is_wrong_is_said_in_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
