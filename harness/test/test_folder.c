/* Folders and files that are there whole or not at all. */
#include "test/planted.h"
#include "test/words.h"

#include "result/folder.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static char why[2 * FOLDER_PATH];

static void expect_file(const char *path, const char *text)
{
    char *is = planted_read(planted_path("%s", path), NULL);
    assert_string_equal(is, text);
    free(is);
}

/* What is in a folder, by name. */
static void expect_entries(const char *folder, const char *names)
{
    const struct ran *ran = planted_shell("ls -A %s", folder);
    assert_string_equal(ran->said, names);
}

static void a_folder_gets_its_name_when_it_is_whole(void **state)
{
    (void)state;
    char path[FOLDER_PATH], parent[FOLDER_PATH];
    snprintf(parent, sizeof parent, "%s", planted_path("parent"));
    assert_true(folder_begin(parent, path, why, sizeof why)); /* which is made too */
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    mode_t mask = umask(0);
    umask(mask);
    assert_int_equal(about.st_mode & 0777, 0777 & ~mask);
    expect_match(path, "/parent/\\.unfinished-[A-Za-z0-9]{6}$");
    assert_true(folder_write(path, "a", "text", 4, why, sizeof why));
    assert_true(folder_finish(path, parent, "named", why, sizeof why));
    expect_entries("parent", "named\n");
    expect_file("parent/named/a", "text");
    /* What is there is never replaced. */
    assert_true(folder_begin(parent, path, why, sizeof why));
    assert_false(folder_finish(path, parent, "named", why, sizeof why));
    expect_match(why, "/parent/named is there already, and results are written once$");
    expect_file("parent/named/a", "text");
    folder_abandon(path);
    expect_entries("parent", "named\n");
}

static void what_is_abandoned_is_gone_with_all_that_is_in_it(void **state)
{
    (void)state;
    char path[FOLDER_PATH], within[FOLDER_PATH + 16];
    assert_true(folder_begin(planted_path("parent"), path, why, sizeof why));
    assert_true(folder_write(path, "a", "1", 1, why, sizeof why));
    assert_true(folder_write(path, ".b", "2", 1, why, sizeof why));
    snprintf(within, sizeof within, "%s/empty", path);
    assert_int_equal(mkdir(within, 0777), 0);
    folder_abandon(path);
    expect_entries("parent", "");
    folder_abandon(path); /* which is not there any more */
}

static void a_new_file_is_new(void **state)
{
    (void)state;
    char folder[FOLDER_PATH];
    snprintf(folder, sizeof folder, "%s", planted_path("."));
    assert_true(folder_write(folder, "f", "first", 5, why, sizeof why));
    assert_false(folder_write(folder, "f", "second", 6, why, sizeof why));
    expect_match(why, "^can not write .*/f: File exists$");
    expect_file("f", "first");
    assert_true(folder_write(folder, "empty", "", 0, why, sizeof why));
    expect_file("empty", "");
    assert_false(folder_write(folder, "no/such", "x", 1, why, sizeof why));
    expect_match(why, "^can not write .*/no/such: No such file or directory$");
}

static void a_file_is_replaced_at_once(void **state)
{
    (void)state;
    char folder[FOLDER_PATH];
    snprintf(folder, sizeof folder, "%s", planted_path("."));
    assert_true(folder_replace(folder, "f", "first", 5, why, sizeof why));
    planted_write(planted_path("f.new"), "of a run that was killed", 24);
    assert_true(folder_replace(folder, "f", "2nd", 3, why, sizeof why));
    expect_file("f", "2nd");
    expect_entries(".", "f\n");
    /* In the place of a folder nothing can be put, and nothing stays behind. */
    assert_int_equal(mkdir(planted_path("d"), 0777), 0);
    assert_false(folder_replace(folder, "d", "x", 1, why, sizeof why));
    expect_match(why, "^can not write .*/d: Is a directory$");
    expect_entries(".", "d\nf\n");
    assert_false(folder_replace(folder, "no/such", "x", 1, why, sizeof why));
    expect_match(why, "^can not write .*/no/such.new: No such file or directory$");
}

static void names_that_are_too_long_are_said(void **state)
{
    (void)state;
    char name[FOLDER_PATH + 1], path[FOLDER_PATH];
    size_t length = 7;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = 0;
    assert_false(folder_write(".", name, "x", 1, why, sizeof why));
    expect_words(why, "File name too long");
    assert_false(folder_replace(".", name, "x", 1, why, sizeof why));
    expect_words(why, "File name too long");
    assert_false(folder_begin(name, path, why, sizeof why));
    expect_words(why, "File name too long");
    assert_false(folder_finish(".", ".", name, why, sizeof why));
    expect_words(why, "can not name the folder ");
    assert_null(folder_read(".", name, 9, &length, why, sizeof why));
    assert_int_equal(errno, ENAMETOOLONG);
    assert_int_equal(length, 0);
}

static void a_file_in_a_folder_is_read_whole(void **state)
{
    (void)state;
    size_t length;
    planted_write(planted_path("f"), "12345", 5);
    char *text = folder_read(planted_path("."), "f", 5, &length, why, sizeof why);
    assert_string_equal(text, "12345");
    assert_int_equal(length, 5);
    free(text);
    assert_null(folder_read(planted_path("."), "f", 4, &length, why, sizeof why));
    assert_int_equal(errno, EFBIG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_folder_gets_its_name_when_it_is_whole),
        TEST(what_is_abandoned_is_gone_with_all_that_is_in_it),
        TEST(a_new_file_is_new),
        TEST(a_file_is_replaced_at_once),
        TEST(names_that_are_too_long_are_said),
        TEST(a_file_in_a_folder_is_read_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
