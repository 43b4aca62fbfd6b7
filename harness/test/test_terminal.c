/* Words for a terminal: its width and colours, and two texts side by side. */
#include "test/paper.h"
#include "test/words.h"

#include "report/sides.h"
#include <pty.h>
#include <unistd.h>

/* --- What it is ----------------------------------------------------------------------------- */

static void a_file_has_neither_colour_nor_width(void **state)
{
    (void)state;
    FILE *out = tmpfile();
    unsetenv("COLUMNS");
    struct terminal t = terminal_of(out);
    assert_ptr_equal(t.out, out);
    assert_false(t.live || t.colour);
    assert_int_equal(t.width, 0);
    static const struct {
        const char *columns;
        int width;
    } widths[] = {{"19", 0}, {"20", 20}, {"1000", 1000}, {"1001", 0}, {"wide", 0}, {"-80", 0}};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        setenv("COLUMNS", widths[i].columns, 1);
        assert_int_equal(terminal_of(out).width, widths[i].width);
    }
    unsetenv("COLUMNS");
    fclose(out);
}

static void a_terminal_has_both_unless_it_is_told_otherwise(void **state)
{
    (void)state;
    int master, slave;
    struct winsize size = {.ws_row = 24, .ws_col = 97};
    assert_int_equal(openpty(&master, &slave, NULL, NULL, &size), 0);
    FILE *out = fdopen(slave, "w");
    unsetenv("COLUMNS");
    unsetenv("NO_COLOR");
    setenv("TERM", "xterm", 1);
    struct terminal t = terminal_of(out);
    assert_true(t.live && t.colour);
    assert_int_equal(t.width, 97);
    setenv("COLUMNS", "60", 1);
    assert_int_equal(terminal_of(out).width, 60);
    setenv("NO_COLOR", "1", 1);
    t = terminal_of(out);
    assert_true(t.live && !t.colour);
    setenv("NO_COLOR", "", 1); /* empty is as good as not there */
    assert_true(terminal_of(out).colour);
    setenv("TERM", "dumb", 1);
    t = terminal_of(out);
    assert_false(t.live || t.colour);
    unsetenv("COLUMNS");
    fclose(out);
    close(master);
}

static void a_live_line_is_cut_to_the_width(void **state)
{
    (void)state;
    struct terminal t = paper(20, false);
    terminal_live(&t, "not live: %d", 1);
    terminal_clear(&t);
    t.live = true;
    terminal_live(&t, "%s", "0123456789012345678901234");
    terminal_clear(&t);
    expect_printed(&t, "\r\033[K0123456789012345678\r\033[K");
    t = paper(0, false);
    t.live = true;
    terminal_live(&t, "%0100d", 0);
    fclose(t.out);
    assert_int_equal(strlen(printed), 79 + strlen("\r\033[K"));
}

static void columns_are_characters(void **state)
{
    (void)state;
    assert_int_equal(terminal_columns(""), 0);
    assert_int_equal(terminal_columns("abc"), 3);
    assert_int_equal(terminal_columns("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), 3);
}

static void a_style_is_a_sequence_where_there_is_colour(void **state)
{
    (void)state;
    const struct terminal plain = {.colour = false}, coloured = {.colour = true};
    static const char *const sequences[STYLES] = {
        "\033[0m", "\033[31m", "\033[33m", "\033[32m", "\033[1;7;31m", "\033[2m", "\033[1m"};
    for (enum style style = 0; style < STYLES; style++) {
        assert_string_equal(terminal_style(&coloured, style), sequences[style]);
        assert_string_equal(terminal_style(&plain, style), "");
    }
}

/* --- Side by side --------------------------------------------------------------------------- */

static void two_texts_stand_side_by_side(void **state)
{
    (void)state;
    struct terminal t = paper(43, false);
    const struct sides sides = {{"left.c", "right.c"},
                                {"same\nold line\nsame too\ngone\n", "same\nnew line\nsame too\n"}};
    assert_true(sides_print(&t, &sides));
    expect_printed(&t, "left.c                 right.c\n"
                       "same                   same\n"
                       "old line             | new line\n"
                       "same too               same too\n"
                       "gone                 <\n");
    t = paper(43, false);
    const struct sides added = {{"a title longer than a side", "b"}, {"\nx\n", "\nx\ny\n"}};
    assert_true(sides_print(&t, &added));
    expect_printed(&t, "a title longer than    b\n"
                       "\n"
                       "x                      x\n"
                       "                     > y\n");
}

/* What is too long for its side goes on beneath, indented, broken at a space where one is near. */
static void long_lines_go_on_beneath(void **state)
{
    (void)state;
    struct terminal t = paper(43, false);
    const struct sides sides = {{"l", "r"},
                                {"  call(one, two, three, four);\n",
                                 "  call(one, two, three, four);\nabcdefghijklmnopqrstuvwxyz\n"}};
    assert_true(sides_print(&t, &sides));
    expect_printed(&t, "l                      r\n"
                       "  call(one, two,         call(one, two,\n"
                       "    three, four);          three, four);\n"
                       "                     > abcdefghijklmnopqrst\n"
                       "                         uvwxyz\n");
    t = paper(10, false); /* a side has sixteen columns at the least */
    const struct sides narrow = {{"l", "r"}, {"0123456789abcdefg\n", "0123456789abcdefg\n"}};
    assert_true(sides_print(&t, &narrow));
    expect_printed(&t, "l                  r\n"
                       "0123456789abcdef   0123456789abcdef\n"
                       "  g                  g\n");
    t = paper(10, false); /* a character is a column, however many bytes it has */
    const struct sides foreign = {{"l", "r"}, {"āăąćĉċčďđēĕėęěĝğġ\n", "äöüéèêëïîôûùçñõãå\n"}};
    assert_true(sides_print(&t, &foreign));
    expect_printed(&t, "l                  r\n"
                       "āăąćĉċčďđēĕėęěĝğ | äöüéèêëïîôûùçñõã\n"
                       "  ġ                  å\n");
    t = paper(0, false);
    const struct sides wide = {{"l", "r"}, {"x\n", "x\n"}};
    assert_true(sides_print(&t, &wide));
    fclose(t.out);
    assert_int_equal(strcspn(printed, "r"), 80 + 3);
}

static void what_differs_has_its_colour(void **state)
{
    (void)state;
    struct terminal t = paper(43, true);
    const struct sides sides = {{"l", "r"}, {"a\nb\n", "a\nc\n"}};
    assert_true(sides_print(&t, &sides));
    fclose(t.out);
    expect_words(printed, "\033[31mb\033[0m");
    expect_words(printed, "\033[32mc\033[0m");
    expect_words(printed, "\033[0ma\033[0m");
    expect_words(printed, "\033[1ml ");
}

static void words_are_broken_at_spaces(void **state)
{
    (void)state;
    static const struct {
        int width;
        const char *lines;
    } all[] = {{0, "one two three\n"},
               {13, "one two three\n"},
               {12, "one two\nthree\n"},
               {3, "one\ntwo\nthree\n"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct terminal t = paper(all[i].width, false);
        terminal_words(&t, "one two three");
        expect_printed(&t, all[i].lines);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_broken_at_spaces),
        cmocka_unit_test(a_file_has_neither_colour_nor_width),
        cmocka_unit_test(a_terminal_has_both_unless_it_is_told_otherwise),
        cmocka_unit_test(a_live_line_is_cut_to_the_width),
        cmocka_unit_test(columns_are_characters),
        cmocka_unit_test(a_style_is_a_sequence_where_there_is_colour),
        cmocka_unit_test(two_texts_stand_side_by_side),
        cmocka_unit_test(long_lines_go_on_beneath),
        cmocka_unit_test(what_differs_has_its_colour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
