/* What the readers of dumps take a line apart by, piece by piece; and what URLs are asked, and how they are shown. */
#include "test/words.h"

#include "dumps/fetch.h"
#include "dumps/piece.h"

static struct piece piece_of(const char *text)
{
    return (struct piece){text, text + strlen(text)};
}

static void expect_piece(const struct piece *piece, const char *text)
{
    char *left = strndup(piece->at, (size_t)(piece->end - piece->at));
    assert_string_equal(left, text);
    free(left);
}

static void lines_end_at_their_newline(void **state)
{
    (void)state;
    static const char text[] = "one\n\ntwo";
    const char *at = text, *end = text + strlen(text);
    struct piece line;
    assert_true(piece_next(&at, end, &line));
    expect_piece(&line, "one");
    assert_true(piece_next(&at, end, &line));
    expect_piece(&line, "");
    assert_true(piece_next(&at, end, &line));
    expect_piece(&line, "two");
    assert_false(piece_next(&at, end, &line));
}

static void a_line_begins_and_ends(void **state)
{
    (void)state;
    struct piece line = piece_of("abc");
    assert_true(piece_begins(&line, "ab") && piece_begins(&line, "abc") && piece_begins(&line, ""));
    assert_false(piece_begins(&line, "abcd") || piece_begins(&line, "b"));
    assert_true(piece_ends(&line, "bc") && piece_ends(&line, "abc") && piece_ends(&line, ""));
    assert_false(piece_ends(&line, "zabc") || piece_ends(&line, "b"));
    assert_false(piece_take_words(&line, "b"));
    expect_piece(&line, "abc");
    assert_true(piece_take_words(&line, "ab"));
    expect_piece(&line, "c");
    line = piece_trimmed(piece_of(" \t\r\v\fa b\f\v\r\t "));
    expect_piece(&line, "a b");
    line = piece_trimmed(piece_of("  "));
    expect_piece(&line, "");
}

/* NULL: there is none, and nothing is taken. */
static void numbers_are_taken(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        uint64_t number;
        const char *left;
    } all[] = {
        {"7", 7, ""},
        {"1234 @", 1234, " @"},
        {"1,234,567,8", 1234567, ",8"},
        {"1,234", 1234, ""},
        {"1,23", 1, ",23"},
        {"1,2x4", 1, ",2x4"},
        {"1,x34", 1, ",x34"},
        {"1,23x", 1, ",23x"},
        {"0", 0, ""},
        {"42949672950", 42949672950, ""},
        {"42949672960", 0, NULL},
        {",123", 0, NULL},
        {"x", 0, NULL},
        {"", 0, NULL},
        {"/", 0, NULL},
        {":", 0, NULL},
        {"9:", 9, ":"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct piece line = piece_of(all[i].line);
        uint64_t number = 99;
        assert_true(piece_take_number(&line, &number) == (all[i].left != NULL));
        assert_int_equal(number, all[i].left ? all[i].number : 99);
        expect_piece(&line, all[i].left ? all[i].left : all[i].line);
    }
}

static void the_last_number_is_a_line_of_a_file(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        uint32_t number;
        const char *left;
    } all[] = {
        {"/a.go:12", 12, "/a.go"},
        {"a:1:907", 907, "a:1"},
        {":3", 3, ""},
        {"a:2147483647", 2147483647, "a"},
        {"a:2147483648", 0, NULL},
        {"a:99999999999", 0, NULL},
        {"a:", 0, NULL},
        {"12", 0, NULL},
        {"a12", 0, NULL},
        {"", 0, NULL},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct piece line = piece_of(all[i].line);
        uint32_t number = 99;
        assert_true(piece_take_last_number(&line, &number) == (all[i].left != NULL));
        assert_int_equal(number, all[i].left ? all[i].number : 99);
        expect_piece(&line, all[i].left ? all[i].left : all[i].line);
    }
}

static void addresses_are_taken(void **state)
{
    (void)state;
    static const struct {
        const char *line, *left;
    } all[] = {{"0x1fA z", " z"}, {"0X0", ""},  {"0xg", NULL},
               {"0x", NULL},      {"x1", NULL}, {"10x1", NULL}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct piece line = piece_of(all[i].line);
        assert_true(piece_take_address(&line) == (all[i].left != NULL));
        expect_piece(&line, all[i].left ? all[i].left : all[i].line);
    }
}

/* What logs and mail put in front of a line goes; a line that begins like it, and does not go on so, stays. */
static void what_stands_in_front_goes(void **state)
{
    (void)state;
    static const struct {
        const char *line, *left;
    } all[] = {
        {" \t a b ", "a b"},
        {"\xef\xbb\xbf"
         "a",
         "a"},
        {">a", "a"},
        {"> > > > > > > a", "> a"}, /* six are enough */
        {"#011a", "a"},
        {"> #011a", "a"},
        {"# > a", "# > a"},
        {"2024-01-02T03:04:05.678Z a b", "a b"},
        {"2024-01-02T03:04:05Z stdout F a", "a"},
        {"2024-01-02T03:04:05Z stderr P a", "a"},
        {"2024-01-02T03:04:05Z stdin F a", "stdin F a"},
        {"2024/01/02 03:04:05 a", "a"},
        {"[2024-01-02T03:04:05] a", "a"},
        {"2024-01-02T03:04:0x a", "2024-01-02T03:04:0x a"},
        {"2024-01-02", "2024-01-02"},
        {"Jan  2 03:04:05 a", "a"},
        {"Jan 12 03:04:05 host prog[7]: a", "a"},
        {"Ja1 12 03:04:05 a", "Ja1 12 03:04:05 a"},
        {"prog[7]: a", "a"},
        {"host prog[7]: a", "a"},
        {"the host prog[7]: a", "the host prog[7]: a"},
        {"17]: a", "a"},
        {"7]: a", "7]: a"},
        {"prog[]: a", "prog[]: a"},
        {"prog[7] a", "prog[7] a"},
        {"prog(7): a", "prog(7): a"},
        {"web_1  | a", "a"},
        {"web_1  |a", "a"},
        {"web_1  | > a", "a"},
        {"| a", "| a"},
        {"- | a", "- | a"},
        {"web_1 a", "web_1 a"},
        {"web_1", "web_1"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct piece left = piece_stripped(piece_of(all[i].line));
        expect_piece(&left, all[i].left);
    }
}

/* --- URLs ------------------------------------------------------------------------------------------- */

static void urls_are_told_from_files(void **state)
{
    (void)state;
    static const char *const urls[] = {"http://h", "https://h:1/x?y", "unix:/run/a.sock", "unix:a"};
    static const char *const others[] = {
        "http://", "http:/h", "ftp://h/", "unix:", "http", "a.txt", "", "xhttp://h"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        assert_true(fetch_is_url(urls[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(fetch_is_url(others[i]));
}

static void an_url_is_shown_without_its_secrets(void **state)
{
    (void)state;
    static const struct {
        const char *url, *shown;
    } all[] = {
        {"http://h/x", "http://h/x"},
        {"http://h/x?a=b", "http://h/x?a=b"},
        {"http://eve:geheim@h:1/x?debug=1&access_token=geheim&b=2",
         "http://h:1/x?debug=1&access_token=......&b=2"},
        {"http://h/?PassWord=x&key&=y&sig=&b=token", "http://h/?PassWord=.&key&=y&sig=&b=token"},
        {"http://h/?a&secret=b&c", "http://h/?a&secret=.&c"},
        {"http://h/?oauth=1&credit=2&apikey=3&a=4", "http://h/?oauth=.&credit=.&apikey=.&a=4"},
        {"http://eve@h/", "http://h/"},
        {"http://eve:geheim@", ""},
        {"unix:/run/a.sock:/x?token=abc", "unix:/run/a.sock:/x?token=..."},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char *shown = fetch_shown(all[i].url);
        assert_string_equal(shown, all[i].shown);
        free(shown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_at_their_newline),
        cmocka_unit_test(a_line_begins_and_ends),
        cmocka_unit_test(numbers_are_taken),
        cmocka_unit_test(the_last_number_is_a_line_of_a_file),
        cmocka_unit_test(addresses_are_taken),
        cmocka_unit_test(what_stands_in_front_goes),
        cmocka_unit_test(urls_are_told_from_files),
        cmocka_unit_test(an_url_is_shown_without_its_secrets),
    };
    return cmocka_run_group_tests_name("dumps: pieces", tests, NULL, NULL);
}
