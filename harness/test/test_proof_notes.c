/* What is taken down of memory that a program maps for itself, page by page; and how /proc/self/maps is read. */
#include "test/support.h"

#include "proof/mapped.h"
#include "proof/mapped_notes.h"
#include "proof/maps.h"
#include "proof/proof.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 24 };

static char *area; /* of so many pages */
static int file;

/* By one caller. */
static __attribute__((noinline)) char *map(int page, int pages, int flags, int of)
{
    void *at = mmap(area + page * PAGE, (size_t)pages * PAGE - 1, PROT_READ | PROT_WRITE,
                    flags | MAP_FIXED, of, 0);
    assert_ptr_equal(at, area + page * PAGE);
    return at;
}

static __attribute__((noinline)) char *map_private(int page, int pages)
{
    return map(page, pages, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
}

/* Past those who take notes. */
static void begin(void)
{
    static char room[(PAGES + 1) * PAGE];
    area = (char *)(((uintptr_t)room + PAGE - 1) / PAGE * PAGE);
    file = memfd_create("notes", MFD_CLOEXEC);
    assert_int_equal(ftruncate(file, PAGES * PAGE), 0);
}

/* '#': it is noted; '2': twice. */
static void expect_noted(const char *pages)
{
    char text[PAGES + 1] = "";
    for (int page = 0; page < PAGES; page++) {
        uintptr_t at = (uintptr_t)(area + page * PAGE);
        int times = 0;
        for (size_t i = 0; i < mapped_notes.length; i++)
            times += mapped_notes.all[i].range.low <= at && at < mapped_notes.all[i].range.high;
        text[page] = times > 1 ? '2' : times ? '#' : '.';
    }
    assert_string_equal(text, pages);
}

static void maps_and_unmaps(void *unused)
{
    (void)unused;
    begin();
    expect_noted("........................");
    map_private(0, 12);
    expect_noted("############............");
    assert_int_equal(munmap(area + 3 * PAGE, 2 * PAGE - 1), 0);
    expect_noted("###..#######............");
    map(4, 2, MAP_SHARED, file); /* of a file that others have too */
    expect_noted("###...######............");
    map(8, 1, MAP_PRIVATE, file);
    map(9, 1, MAP_SHARED | MAP_ANONYMOUS, -1);
    expect_noted("###...######............");
    size_t notes = mapped_notes.length;
    map_private(16, 1); /* neighbours are one note, wherever the next one is */
    map_private(17, 1);
    map_private(15, 1);
    expect_noted("###...######...###......");
    assert_int_equal(mapped_notes.length, notes + 1);
    assert_int_equal(munmap(area + 16 * PAGE, PAGE), 0);
    assert_int_equal(mapped_notes.length, notes + 2);
    expect_noted("###...######...#.#......");
    assert_int_equal(munmap(area, PAGES * PAGE), 0);
    expect_noted("........................");
    errno = 0;
    assert_int_equal(munmap(area + 1, PAGE), -1);
    assert_int_equal(errno, EINVAL);
    assert_ptr_equal(mmap(area, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), MAP_FAILED);
    void *at = mmap64(area + PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 2 * PAGE);
    assert_ptr_equal(at, area + PAGE);
    expect_noted(".#......................");
    assert_false(mapped_is_busy());
}

static void what_is_mapped_is_noted_until_it_is_not(void **state)
{
    (void)state;
    support_run_outside(maps_and_unmaps);
}

static void moves(void *unused)
{
    (void)unused;
    begin();
    map_private(0, PAGES);
    assert_int_equal(munmap(area + 4 * PAGE, (PAGES - 4) * PAGE), 0);
    expect_noted("####....................");
    assert_ptr_equal(mremap(area, 4 * PAGE, 2 * PAGE, 0), area); /* smaller */
    expect_noted("##......................");
    void *at = mremap(area, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 10 * PAGE);
    assert_ptr_equal(at, area + 10 * PAGE);
    expect_noted("..........###...........");
    at = mremap(at, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP,
                area + 20 * PAGE);
    assert_ptr_equal(at, area + 20 * PAGE);
    expect_noted("..........###.......###."); /* the old place stays, and is empty */
    assert_ptr_equal(mremap(area, PAGE, 0, 0), MAP_FAILED);
    expect_noted("..........###.......###.");
    assert_false(mapped_is_busy());
}

static void what_is_moved_is_noted_where_it_is(void **state)
{
    (void)state;
    support_run_outside(moves);
}

static void leaves_out_allocator(void *unused)
{
    (void)unused;
    begin();
    map_private(0, 1);
    uintptr_t caller = mapped_notes.all[mapped_notes.length - 1].caller;
    void *at =
        mmap(area + 4 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    assert_ptr_equal(at, area + 4 * PAGE);
    mapped_allocator_is((struct range){caller + 1, caller + 9});
    expect_noted("#...#...................");
    mapped_allocator_is((struct range){caller - 9, caller});
    expect_noted("#...#...................");
    mapped_allocator_is((struct range){caller, caller + 1});
    expect_noted("....#...................");
    map_private(8, 1);
    expect_noted("....#...................");
}

static void what_the_allocator_maps_is_left_out(void **state)
{
    (void)state;
    support_run_outside(leaves_out_allocator);
}

/* One page after the other, with a gap between, by the same caller. */
static void maps_too_many(void *unused)
{
    (void)unused;
    struct task_leaks leaks;
    size_t size = (size_t)2 * (MAPPED_NOTES + 1) * PAGE;
    area = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(area != MAP_FAILED);
    for (int i = 0; !mapped_notes.is_full && i <= MAPPED_NOTES; i++) {
        assert_int_equal(mapped_notes.is_full, false);
        assert_int_equal(munmap(area + (2 * i + 1) * PAGE, PAGE), 0);
    }
    assert_int_equal(mapped_notes.length, 4096);
    assert_true(mapped_notes.is_full);
    assert_false(task_leaks(&leaks));
    assert_string_equal(leaks.refused,
                        "the program has mapped too many pieces of memory for itself");
}

static void of_too_many_nothing_is_proven(void **state)
{
    (void)state;
    support_run_outside(maps_too_many);
}

/* --- /proc/self/maps ------------------------------------------------------------------------------ */

static char told[65536];

static void tell(const struct mapping *m)
{
    size_t length = strlen(told);
    snprintf(told + length, sizeof told - length, "%lx-%lx%s%s%s %s\n", (unsigned long)m->range.low,
             (unsigned long)m->range.high, m->is_readable ? " r" : "", m->is_writable ? " w" : "",
             m->is_shared ? " s" : "", m->name);
}

static bool read_maps(const char *text)
{
    int maps = memfd_create("maps", MFD_CLOEXEC);
    assert_int_equal(write(maps, text, strlen(text)), strlen(text));
    told[0] = 0;
    bool done = maps_each(maps, tell);
    close(maps);
    return done;
}

static void each_line_is_a_mapping(void **state)
{
    (void)state;
    assert_true(read_maps("1000-2000 r--p 00000000 fd:00 11    /usr/bin/with a blank\n"
                          "2000-9abcdef000 r-xp 00001000 fd:00 11  /a\n"
                          "7f0000000000-7f0000001000 rw-p 00000000 00:00 0 \n"
                          "7f0000002000-7f0000003000 ---p 00000000 00:00 0\n"
                          "7f0000004000-7f0000005000 -w-s 00000000 00:01 13 "
                          "/0123456789/0123456789/0123456789\n"
                          "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]\n"));
    assert_string_equal(told, "1000-2000 r /usr/bin/with a blank\n"
                              "2000-9abcdef000 r /a\n"
                              "7f0000000000-7f0000001000 r w \n"
                              "7f0000002000-7f0000003000 \n"
                              "7f0000004000-7f0000005000 w s /0123456789/0123456789/\n"
                              "ffffffffff600000-ffffffffff601000 [vsyscall]\n");
    assert_true(read_maps(""));
    assert_string_equal(told, "");
}

/* More than is read at a time: a line is in two pieces. */
static void many_lines_are_as_many_mappings(void **state)
{
    (void)state;
    static char text[16384], due[16384];
    for (int i = 1; i <= 200; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "%x000-%x000 rw-p 00000000 00:00 0 [x%d]\n", i, i + 1, i);
        snprintf(due + strlen(due), sizeof due - strlen(due), "%x000-%x000 r w [x%d]\n", i, i + 1,
                 i);
    }
    assert_true(strlen(text) > 4096);
    assert_true(read_maps(text));
    assert_string_equal(told, due);
}

static void what_can_not_be_read_is_told(void **state)
{
    (void)state;
    int ends[2], folder = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(pipe(ends), 0);
    assert_false(maps_each(ends[0], tell));
    assert_false(maps_each(folder, tell));
    assert_false(maps_each(-1, tell));
    close(ends[0]);
    close(ends[1]);
    close(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_mapped_is_noted_until_it_is_not),
        cmocka_unit_test(what_is_moved_is_noted_where_it_is),
        cmocka_unit_test(what_the_allocator_maps_is_left_out),
        cmocka_unit_test(of_too_many_nothing_is_proven),
        cmocka_unit_test(each_line_is_a_mapping),
        cmocka_unit_test(many_lines_are_as_many_mappings),
        cmocka_unit_test(what_can_not_be_read_is_told),
    };
    return cmocka_run_group_tests_name("proof: notes", tests, NULL, NULL);
}
