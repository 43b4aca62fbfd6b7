/* Files read line by line and whole, by people who trust nothing: cut off, compressed, too long, binary,
 * not there. */
#include "test/planted.h"
#include "test/words.h"

#include "record/file.h"
#include "record/lines.h"
#include <errno.h>
#include <zlib.h>

static char why[512];

static struct lines *opened(const char *text, size_t length)
{
    const char *path = planted_path("lines");
    planted_write(path, text, length);
    struct lines *lines = lines_open(path, why, sizeof why);
    assert_non_null(lines);
    return lines;
}

static void expect_line(struct lines *lines, const char *text)
{
    const char *line = NULL;
    size_t length = 0;
    assert_int_equal(lines_next(lines, &line, &length), LINES_ONE);
    assert_string_equal(line, text);
    assert_int_equal(length, strlen(text));
}

static void expect_no_line(struct lines *lines, enum lines_got got)
{
    const char *line;
    size_t length;
    assert_int_equal(lines_next(lines, &line, &length), got);
    lines_close(lines);
}

static void lines_come_without_their_ends_and_with_their_numbers(void **state)
{
    (void)state;
    static const char text[] = "one\n\nthree and more\n";
    struct lines *lines = opened(text, sizeof text - 1);
    expect_line(lines, "one");
    assert_int_equal(lines_number(lines), 1);
    expect_line(lines, "");
    expect_line(lines, "three and more");
    assert_int_equal(lines_number(lines), 3);
    expect_no_line(lines, LINES_END);
    expect_no_line(opened("", 0), LINES_END);
}

static void what_has_no_end_was_cut_off(void **state)
{
    (void)state;
    struct lines *lines = opened("one\ntw", 6);
    expect_line(lines, "one");
    expect_no_line(lines, LINES_CUT);
    lines = opened("a\0b\nc\n", 6);
    expect_no_line(lines, LINES_WRONG);
}

/* Many times what is read at once, so that lines lie across every end of it. */
static void lines_longer_than_a_read_come_whole(void **state)
{
    (void)state;
    enum { LINES = 40, LONGEST = 200000 };
    size_t size = 0;
    char *text = NULL;
    FILE *out = open_memstream(&text, &size);
    for (int i = 0; i < LINES; i++) {
        for (int n = 0; n < i * LONGEST / LINES; n++)
            fputc('a' + (i + n) % 26, out);
        fputc('\n', out);
    }
    fclose(out);
    struct lines *lines = opened(text, size);
    char *at = text;
    for (int i = 0; i < LINES; i++) {
        char *end = strchr(at, '\n');
        *end = 0;
        expect_line(lines, at);
        at = end + 1;
    }
    expect_no_line(lines, LINES_END);
    free(text);
}

static enum lines_got got_for_line_of(size_t length)
{
    char *text = malloc(length + 1);
    const char *line;
    memset(text, 'x', length);
    text[length] = '\n';
    struct lines *lines = opened(text, length + 1);
    enum lines_got got = lines_next(lines, &line, &length);
    lines_close(lines);
    free(text);
    return got;
}

static void no_line_is_longer_than_the_longest(void **state)
{
    (void)state;
    assert_int_equal(got_for_line_of(LINES_LONGEST), LINES_ONE);
    assert_int_equal(got_for_line_of(LINES_LONGEST + 1), LINES_WRONG);
    assert_int_equal(got_for_line_of(3 * (size_t)LINES_LONGEST), LINES_WRONG);
}

static void damage_to_what_is_compressed_shows(void **state)
{
    (void)state;
    size_t length;
    const char *path = planted_path("packed");
    gzFile file = gzopen(path, "wb");
    for (int i = 0; i < 5000; i++)
        gzprintf(file, "line %d of %d\n", i, i * i);
    gzclose(file);
    char *packed = planted_read(path, &length);
    struct lines *lines = opened(packed, length);
    for (int i = 0; i < 5000; i++) {
        char line[64];
        snprintf(line, sizeof line, "line %d of %d", i, i * i);
        expect_line(lines, line);
    }
    expect_no_line(lines, LINES_END);
    lines = opened(packed, length / 2); /* stops short */
    const char *text;
    enum lines_got got;
    size_t n = 0, size;
    while ((got = lines_next(lines, &text, &size)) == LINES_ONE)
        n++;
    assert_in_range(n, 100, 4999);
    assert_int_equal(got, LINES_CUT);
    lines_close(lines);
    packed[length - 6] ^= 1; /* of its checksum */
    lines = opened(packed, length);
    while ((got = lines_next(lines, &text, &size)) == LINES_ONE)
        continue;
    assert_int_equal(got, LINES_WRONG);
    lines_close(lines);
    free(packed);
}

static void what_can_not_be_opened_says_why(void **state)
{
    (void)state;
    assert_null(lines_open(planted_path("nowhere"), why, sizeof why));
    expect_words(why, "can not read ");
    expect_words(why, "/nowhere: No such file or directory");
    assert_null(lines_open(planted_path("."), why, sizeof why));
    expect_words(why, "Is a directory");
}

/* --- Whole files ---------------------------------------------------------------------------- */

static void a_file_is_read_whole_and_no_more_than_is_allowed(void **state)
{
    (void)state;
    size_t length;
    const char *path = planted_path("whole");
    planted_write(path, "12345\0007", 7);
    char *text = file_read(path, 7, &length, why, sizeof why);
    assert_non_null(text);
    assert_int_equal(length, 7);
    assert_memory_equal(text, "12345\0007", 8); /* and a NUL behind */
    free(text);
    assert_null(file_read(path, 6, &length, why, sizeof why));
    assert_int_equal(errno, EFBIG);
    assert_int_equal(length, 0);
    expect_words(why, "/whole: File too large");
    planted_write(path, "", 0);
    text = file_read(path, 0, &length, why, sizeof why);
    assert_string_equal(text, "");
    free(text);
}

static void what_is_no_file_is_said(void **state)
{
    (void)state;
    size_t length;
    assert_null(file_read(planted_path("nowhere"), 9, &length, why, sizeof why));
    assert_int_equal(errno, ENOENT);
    expect_match(why, "^can not read .*/nowhere: No such file or directory$");
    assert_null(file_read(planted_path("."), 9, &length, why, sizeof why));
    assert_int_equal(errno, EINVAL);
    assert_null(file_read("/dev/zero", 9, &length, why, sizeof why));
    assert_int_equal(errno, EINVAL);
    expect_words(why, "can not read /dev/zero: Invalid argument");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lines_come_without_their_ends_and_with_their_numbers),
        TEST(what_has_no_end_was_cut_off),
        TEST(lines_longer_than_a_read_come_whole),
        TEST(no_line_is_longer_than_the_longest),
        TEST(damage_to_what_is_compressed_shows),
        TEST(what_can_not_be_opened_says_why),
        TEST(a_file_is_read_whole_and_no_more_than_is_allowed),
        TEST(what_is_no_file_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
