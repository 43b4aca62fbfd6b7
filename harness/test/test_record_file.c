/* A record's file: which lines are in it and in which order, its copy, and what is said where it can not be written. */
#include "test/full_case.h"
#include "test/planted.h"

#include "record/record.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char why[600];

static struct record *opened(const char *path)
{
    struct record *record = record_open(path, why, sizeof why);
    if (!record)
        fail_msg("%s", why);
    return record;
}

/* What each line of the file begins with, as far as `much`; the file's name is "r". */
static void expect_lines(size_t much, const char *wanted)
{
    char *text = planted_read(planted_path("r"), NULL), *lines = calloc(1, strlen(text) + 1);
    for (const char *at = text; *at; at += strcspn(at, "\n") + 1) {
        size_t length = strcspn(at, "\n");
        snprintf(lines + strlen(lines), strlen(text) + 1 - strlen(lines), "%.*s\n",
                 (int)(length < much ? length : much), at);
    }
    assert_string_equal(lines, wanted);
    free(lines);
    free(text);
}

static void lines_come_in_their_order(void **state)
{
    (void)state;
    static const struct verdict verdict = {.words = "LEAK"};
    struct latency *latencies = calloc(20001, sizeof *latencies);
    struct outcome cases[5];
    for (int i = 0; i < 5; i++) {
        cases[i] = full_outcome();
        cases[i].twin = NULL;
    }
    cases[1].variant = VARIANT_FIX;
    cases[3].pair = catalog_find("channel_receive");
    cases[4].settings.recover = 1; /* of a series of its own no source is kept */
    cases[4].pair = catalog_find("worker_loop");
    struct record *record = opened(planted_path("r"));
    record_sources(record, cases, 5);
    assert_true(record_close(record, why, sizeof why));
    assert_string_equal(why, "");
    expect_lines(60, "{\"type\":\"source\",\"path\":\"leaks/strategies/wait_group.c\",\"tex\n"
                     "{\"type\":\"source\",\"path\":\"fixes/strategies/wait_group.c\",\"tex\n"
                     "{\"type\":\"source\",\"path\":\"leaks/pitfalls/channel_receive.c\",\"\n");
    unlink(planted_path("r"));
    record = opened(planted_path("r"));
    record_start(record, 7, &cases[0]);
    record_sample(record, 7, &full_sample);
    cases[0].latencies = latencies;
    cases[0].latency_count = 20001;
    record_end(record, 7, &cases[0], &verdict);
    cases[0].latency_count = 10000;
    record_end(record, 8, &cases[0], &verdict);
    record_close_line(record, 2);
    assert_null(record_error(record));
    assert_true(record_close(record, why, sizeof why));
    expect_lines(44, "{\"type\":\"start\",\"case\":7,\"id\":\"wait_group\",\"\n"
                     "{\"type\":\"sample\",\"case\":7,\"time_ns\":101,\"pha\n"
                     "{\"type\":\"latencies\",\"case\":7,\"first\":0,\"ns\":\n"
                     "{\"type\":\"latencies\",\"case\":7,\"first\":10000,\"\n"
                     "{\"type\":\"latencies\",\"case\":7,\"first\":20000,\"\n"
                     "{\"type\":\"end\",\"case\":7,\"ended\":\"signal\",\"sta\n"
                     "{\"type\":\"latencies\",\"case\":8,\"first\":0,\"ns\":\n"
                     "{\"type\":\"end\",\"case\":8,\"ended\":\"signal\",\"sta\n"
                     "{\"type\":\"close\",\"interrupted_by\":2}\n");
    free(latencies);
}

/* How many descriptors there are of the file; none goes to a child. */
static int kept_open(const char *path)
{
    struct stat file, open_one;
    int count = 0;
    assert_int_equal(stat(path, &file), 0);
    for (int fd = 3; fd < 4096; fd++)
        if (fstat(fd, &open_one) == 0 && open_one.st_dev == file.st_dev &&
            open_one.st_ino == file.st_ino) {
            assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
            count++;
        }
    return count;
}

static void a_copy_has_the_same_lines(void **state)
{
    (void)state;
    struct record *record = opened(planted_path("r"));
    int fd = open(planted_path("copy"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(record_copy_to(record, fd, why, sizeof why));
    close(fd);
    assert_int_equal(kept_open(planted_path("r")), 1);
    assert_int_equal(kept_open(planted_path("copy")), 1);
    record_close_line(record, 0);
    assert_true(record_close(record, why, sizeof why));
    assert_int_equal(kept_open(planted_path("r")) + kept_open(planted_path("copy")), 0);
    assert_string_equal(planted_shell("cmp r copy && cat r")->said,
                        "{\"type\":\"close\",\"interrupted_by\":null}\n");
    record = opened(planted_path("another"));
    assert_false(record_copy_to(record, 999, why, sizeof why));
    char wanted[600];
    snprintf(wanted, sizeof wanted, "%s can not be copied: Bad file descriptor",
             planted_path("another"));
    assert_string_equal(why, wanted);
    assert_true(record_close(record, why, sizeof why));
    /* A full disk of the copy is one of the record. */
    record = opened(planted_path("third"));
    fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(record_copy_to(record, fd, why, sizeof why));
    close(fd);
    record_close_line(record, 0);
    assert_false(record_close(record, why, sizeof why));
    snprintf(wanted, sizeof wanted,
             "%s can not be written on: No space left on device; it is good up to its last whole "
             "line",
             planted_path("third"));
    assert_string_equal(why, wanted);
}

static void what_can_not_be_written_is_said(void **state)
{
    (void)state;
    char wanted[600];
    assert_null(record_open("/dev/null/x", why, sizeof why));
    assert_string_equal(why, "/dev/null/x can not be written: Not a directory");
    planted_write(planted_path("r"), "x", 1);
    assert_null(record_open(planted_path("r"), why, sizeof why));
    snprintf(wanted, sizeof wanted, "%s holds something already: name another file, or remove it",
             planted_path("r"));
    assert_string_equal(why, wanted);
    assert_string_equal(planted_shell("cat r")->said, "x");
    planted_write(planted_path("r"), "", 0); /* an empty one holds nothing */
    struct record *record = opened(planted_path("r"));
    assert_true(record_close(record, why, sizeof why));
    record = opened("/dev/full");
    record_close_line(record, 0);
    static const char full[] = "/dev/full can not be written on: No space left on device; it is "
                               "good up to its last whole line";
    assert_string_equal(record_error(record), full);
    record_close_line(record, 0);
    assert_false(record_close(record, why, sizeof why));
    assert_string_equal(why, full);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lines_come_in_their_order),
        TEST(a_copy_has_the_same_lines),
        TEST(what_can_not_be_written_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
