/* Which files are mapped into a process, read from planted lines of its maps. */
#include "test/support.h"

#include "outside/mapped.h"
#include <stdio.h>
#include <string.h>

static struct mapped_files read_maps(const char *text)
{
    struct mapped_files files = {0};
    FILE *maps = fmemopen((char *)text, strlen(text), "r");
    assert_non_null(maps);
    assert_true(mapped_read(&files, maps));
    fclose(maps);
    return files;
}

static void expect_file(const struct mapped_files *files, size_t i, uint64_t low, uint64_t high,
                        const char *path)
{
    assert_true(files->length > i);
    assert_string_equal(files->all[i].path, path);
    assert_true(files->all[i].low == low && files->all[i].high == high);
}

static void a_file_is_one_however_many_mappings_it_has(void **state)
{
    (void)state;
    struct mapped_files files =
        read_maps("1000-2000 r--p 00000000 fd:00 11    /usr/bin/with a blank\n"
                  "2000-5000 r-xp 00001000 fd:00 11    /usr/bin/with a blank\n"
                  "5000-6000 rw-p 00000000 00:00 0 \n"
                  "6000-7000 rw-p 00000000 00:00 0    [heap]\n"
                  "7f0000000000-7f0000001000 r--p 00000000 fd:00 12   /lib/a.so\n"
                  "7f0000001000-7f0000009000 r-xp 00001000 fd:00 12   /lib/a.so\n"
                  "7f0000009000-7f000000a000 rw-p 00009000 fd:00 12   /lib/a.so\n"
                  "7f0000010000-7f0000011000 rw-s 00000000 00:01 13   /memfd:x (deleted)\n"
                  "not a line of maps\n"
                  "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]");
    assert_int_equal(files.length, 3);
    expect_file(&files, 0, 0x1000, 0x5000, "/usr/bin/with a blank");
    expect_file(&files, 1, 0x7f0000000000, 0x7f000000a000, "/lib/a.so");
    expect_file(&files, 2, 0x7f0000010000, 0x7f0000011000, "/memfd:x (deleted)");
    mapped_free(&files);
    assert_true(files.length == 0 && !files.all);
}

/* The same file from its beginning again is another mapping of it; a later part of one whose beginning is not there is
 * no program and no library. */
static void a_beginning_begins_a_file(void **state)
{
    (void)state;
    struct mapped_files files = read_maps("1000-2000 r--p 00003000 fd:00 11 /data\n"
                                          "2000-3000 r--p 00000000 fd:00 12 /a\n"
                                          "3000-4000 r--p 00002000 fd:00 11 /data\n"
                                          "4000-5000 r--p 00000000 fd:00 12 /a\n"
                                          "4000-4800 r--p 00001000 fd:00 12 /a\n");
    assert_int_equal(files.length, 2);
    expect_file(&files, 0, 0x2000, 0x3000, "/a");
    expect_file(&files, 1, 0x4000, 0x5000, "/a"); /* no less than it was */
    mapped_free(&files);
}

static void our_own_program_is_found(void **state)
{
    (void)state;
    struct mapped_files files = {0};
    FILE *maps = fopen("/proc/self/maps", "re");
    assert_non_null(maps);
    assert_true(mapped_read(&files, maps));
    fclose(maps);
    size_t found = 0;
    uint64_t here = (uintptr_t)our_own_program_is_found;
    for (size_t i = 0; i < files.length; i++)
        found += strstr(files.all[i].path, "test_mapped") && files.all[i].low <= here &&
                 here < files.all[i].high;
    assert_int_equal(found, 1);
    mapped_free(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_one_however_many_mappings_it_has),
        cmocka_unit_test(a_beginning_begins_a_file),
        cmocka_unit_test(our_own_program_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
