/* The page between a case and its meter: how it begins, what is not taken for one, and that whatever a child has left there can
 * be read. And the words for what is in it. */
#include "test/support.h"

#include "probe/gauges.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- Making and mapping --------------------------------------------------------------------------- */

static void it_begins_with_its_settings_and_nothing_known(void **state)
{
    (void)state;
    const struct settings settings = {.rate = 7, .requests = 9, .layout = 1};
    struct stat file;
    int fd = -1;
    struct gauges *g = gauges_make(&settings, &fd);
    assert_non_null(g);
    assert_int_equal(g->settings.layout, 6);
    assert_true(g->settings.rate == 7 && g->settings.requests == 9);
    const struct heap *heap = &g->progress.heap;
    assert_true(heap->allocated == -1 && heap->active == -1 && heap->resident == -1 &&
                heap->retained == -1);
    assert_int_equal(g->progress.phase, PHASE_START);
    assert_int_equal(fstat(fd, &file), 0);
    assert_int_equal(file.st_size, 585728);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    struct gauges *child = gauges_open(fd); /* what one writes the other sees */
    assert_non_null(child);
    child->progress.sent = 3;
    assert_int_equal(g->progress.sent, 3);
    gauges_free(child);
    gauges_free(g);
    gauges_free(NULL);
    close(fd);
}

static void refuse(int fd, int why)
{
    errno = 0;
    assert_null(gauges_open(fd));
    assert_int_equal(errno, why);
}

static void what_is_no_such_file_is_refused(void **state)
{
    (void)state;
    const struct settings settings = {.rate = 7};
    int fd, ends[2];
    gauges_free(gauges_make(&settings, &fd));
    assert_int_equal(ftruncate(fd, 585727), 0);
    refuse(fd, EINVAL);
    close(fd);
    assert_int_equal(pipe(ends), 0);
    refuse(ends[0], EINVAL);
    close(ends[0]);
    close(ends[1]);
    refuse(ends[0], EBADF);
    struct gauges *g = gauges_make(&settings, &fd);
    g->settings.layout++;
    refuse(fd, EPROTO);
    gauges_free(g);
    close(fd);
}

static void make_without_room(void *unused)
{
    (void)unused;
    const struct rlimit none = {0, RLIM_INFINITY};
    const struct settings settings = {.rate = 7};
    int fd = 5;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0); /* no file may be as large */
    assert_null(gauges_make(&settings, &fd));
    assert_int_equal(errno, EFBIG);
    assert_int_equal(fd, -1);
}

static void where_there_is_no_room_nothing_is_left_open(void **state)
{
    (void)state;
    support_run_outside(make_without_room);
}

/* --- Whatever is there ---------------------------------------------------------------------------- */

/* Of a text that fills its room: all of it but its last byte. */
static void expect_ended(const char *text, size_t size)
{
    assert_int_equal(strnlen(text, size), size - 1);
}

#define EXPECT_ENDED(text) expect_ended(text, sizeof(text))

static void expect_parked_ended(const struct parked *parked)
{
    assert_int_equal(parked->length, 0);
    for (size_t i = 0; i < PARKED_GROUPS; i++) {
        const struct parked_group *group = &parked->groups[i];
        EXPECT_ENDED(group->file);
        EXPECT_ENDED(group->function);
        EXPECT_ENDED(group->made_file);
        EXPECT_ENDED(group->made_function);
        assert_int_equal(group->count, UINT64_C(0x7878787878787878)); /* and nothing else */
        assert_int_equal(group->line, 0x78787878);
    }
}

static void nonsense_ends_and_has_no_length(void **state)
{
    (void)state;
    static struct gauges g;
    memset(&g, 'x', sizeof g);
    gauges_make_safe(&g);
    EXPECT_ENDED(g.progress.error);
    EXPECT_ENDED(g.progress.proven.refused);
    expect_parked_ended(&g.parked);
    expect_parked_ended(&g.passing);
    expect_parked_ended(&g.ended);
    for (int stay = 0; stay < STAYS; stay++) {
        assert_int_equal(g.objects[stay].length, 0);
        for (size_t i = 0; i < OBJECT_GROUPS; i++) {
            const struct object_group *group = &g.objects[stay].groups[i];
            EXPECT_ENDED(group->file);
            EXPECT_ENDED(group->function);
            EXPECT_ENDED(group->what);
            assert_int_equal(group->line, 0x78787878);
        }
    }
}

static void what_is_right_stays(void **state)
{
    (void)state;
    static struct gauges g;
    g.parked.length = 16;
    g.passing.length = 17;
    g.ended.length = 1;
    g.objects[STAYING].length = 15;
    g.objects[PASSING].length = 16;
    g.objects[STAYING].groups[14].kind = KINDS - 1;
    gauges_make_safe(&g);
    assert_int_equal(g.parked.length, 16);
    assert_int_equal(g.passing.length, 0);
    assert_int_equal(g.ended.length, 1);
    assert_int_equal(g.objects[STAYING].length, 15);
    assert_int_equal(g.objects[PASSING].length, 0);
    g.objects[STAYING].groups[14].kind = KINDS;
    gauges_make_safe(&g);
    assert_int_equal(g.objects[STAYING].length, 0);
}

static void the_largest_groups_are_kept_the_first_of_alike_first(void **state)
{
    (void)state;
    static struct objects objects;
    static const uint64_t counts[] = {3, 9, 3, 1, 12, 9, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 2, 30, 0};
    static const struct {
        uint64_t count;
        uint32_t line;
    } due[] = {{30, 17}, {12, 4}, {9, 1},  {9, 5},  {3, 0},  {3, 2},  {2, 6}, {2, 7},
               {2, 8},   {2, 9},  {2, 10}, {2, 11}, {2, 12}, {2, 13}, {2, 14}};
    for (uint32_t i = 0; i < sizeof counts / sizeof *counts; i++)
        objects_add(&objects, &(struct object_group){.count = counts[i], .line = i});
    assert_int_equal(objects.length, 15);
    for (size_t i = 0; i < 15; i++)
        if (objects.groups[i].count != due[i].count || objects.groups[i].line != due[i].line)
            fail_msg("%zu: %lu of %u", i, (unsigned long)objects.groups[i].count,
                     objects.groups[i].line);
}

/* --- Words ---------------------------------------------------------------------------------------- */

static void each_has_its_word(void **state)
{
    (void)state;
    static const char *const phases[] = {"start", "warm-up", "baseline", "load",
                                         "drain", "settle",  "done",     "unknown"};
    static const char *const kinds[] = {"task",   "timer",    "context",     "channel",
                                        "handle", "uv_req",   "queued byte", "descriptor",
                                        "thread", "heap byte"};
    static const char *const awake[] = {"",
                                        "kept awake only by a ticker",
                                        "kept awake only by its own ticker",
                                        "kept awake only by its own sleep",
                                        "kept awake only by a timer, armed again each turn",
                                        "kept awake only by a deadline, set again each turn",
                                        "kept awake only by others that end neither",
                                        "never parked",
                                        "kept awake"};
    for (int i = 0; i < 8; i++)
        assert_string_equal(phase_text((enum phase)i), phases[i]);
    assert_int_equal(KINDS, 10);
    for (int i = 0; i < KINDS; i++)
        assert_string_equal(kind_name((enum kind)i), kinds[i]);
    for (int i = 0; i < 9; i++)
        assert_string_equal(awake_text((enum awake)i), awake[i]);
}

static void each_kind_has_its_count(void **state)
{
    (void)state;
    const struct counts counts = {.tasks = 1,
                                  .timers = 2,
                                  .contexts = 3,
                                  .channels = 4,
                                  .handles = 5,
                                  .requests = 6,
                                  .queued = 7,
                                  .descriptors = 8,
                                  .threads = 9,
                                  .heap = 10};
    for (int i = 0; i < KINDS; i++)
        assert_int_equal(counts_of_kind(&counts, (enum kind)i), i + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_begins_with_its_settings_and_nothing_known),
        cmocka_unit_test(what_is_no_such_file_is_refused),
        cmocka_unit_test(where_there_is_no_room_nothing_is_left_open),
        cmocka_unit_test(nonsense_ends_and_has_no_length),
        cmocka_unit_test(what_is_right_stays),
        cmocka_unit_test(the_largest_groups_are_kept_the_first_of_alike_first),
        cmocka_unit_test(each_has_its_word),
        cmocka_unit_test(each_kind_has_its_count),
    };
    return cmocka_run_group_tests_name("gauges", tests, NULL, NULL);
}
