/* What is seen from outside of a case of plain C within load, and not only where a phase ends. Each is the case of a process
 * of its own. */
#include "test/support.h"

#include "load/plain_case.h"
#include "plain/loop_clock.h"
#include "probe/heap.h"
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct gauges *gauges;
static struct counts seen[3];
static int64_t heap[3];

static void nobody_looks(void)
{
}

static void keep_no_latency(struct latency latency)
{
    (void)latency;
}

static void send_two(void)
{
    for (int i = 0; i < 3; i++) {
        seen[i] = gauges->progress.plain;
        heap[i] = gauges->progress.heap.allocated;
        if (i < 2)
            plain_case_send(loop_clock_now());
    }
}

static void run(const struct pair *pair)
{
    static const struct plain_owner owner = {
        .end_phase = nobody_looks, .keep_latency = keep_no_latency, .load = send_two};
    static struct schedule schedules[2];
    const struct settings settings = {.virtual_clock = 1, .warm_up = 2, .rate = 1000};
    int fd = -1;
    gauges = gauges_make(&settings, &fd);
    assert_non_null(gauges);
    assert_true(schedule_start(&schedules[0], &settings));
    plain_case_run(gauges, pair, VARIANT_LEAK, schedules, &owner);
    loop_clock_set_virtual(false);
    assert_string_equal(gauges->progress.error, "");
    close(fd);
}

/* What two requests have added, one after the other. */
#define ADDED(what, first, second)                                                                 \
    (assert_int_equal(seen[1].what - seen[0].what, first),                                         \
     assert_int_equal(seen[2].what - seen[1].what, second))

static void leave_timers(void *unused)
{
    (void)unused;
    run(catalog_find("stop_is_not_close"));
    ADDED(of_type[UV_TIMER], 1, 1);
    ADDED(handles, 1, 1);
    ADDED(of_type[UV_TCP], 0, 0);
    ADDED(descriptors, 0, 0);
    ADDED(threads, 0, 0);
    ADDED(requests, 0, 0);
    if (heap_is_known())
        assert_int_equal(heap[2] - heap[1], 160);
    gauges_free(gauges);
}

static void handles_and_heap_are_up_to_date(void **state)
{
    (void)state;
    support_run_outside(leave_timers);
}

static void leave_threads(void *unused)
{
    (void)unused;
    run(catalog_find("neither_joined_nor_detached"));
    ADDED(threads, 1, 1);
    ADDED(handles, 0, 0);
    gauges_free(gauges);
}

static void threads_are_up_to_date(void **state)
{
    (void)state;
    support_run_outside(leave_threads);
}

/* --- Descriptors ------------------------------------------------------------------------------------ */

static bool old; /* as before Linux 6.2, where the folder has no size */

/* In the place of the original, by the linker. */
int __real_stat(const char *path, struct stat *about);
int __wrap_stat(const char *path, struct stat *about);

int __wrap_stat(const char *path, struct stat *about)
{
    int failed = __real_stat(path, about);
    if (old && !strcmp(path, "/proc/self/fd"))
        about->st_size = 0;
    return failed;
}

static void leave_descriptors(void *is_old)
{
    old = is_old;
    run(catalog_find("error_path_keeps_fd"));
    ADDED(descriptors, 1, 1);
    ADDED(handles, 0, 0);
    gauges_free(gauges);
}

static void leave_descriptors_of_old(void *unused)
{
    (void)unused;
    leave_descriptors(&old);
}

static void descriptors_are_counted_one_by_one_too(void **state)
{
    (void)state;
    support_run_outside(leave_descriptors);
    support_run_outside(leave_descriptors_of_old);
}

/* --- Queues ----------------------------------------------------------------------------------------- */

enum { PIECE = 10000, PIECES = 64 };

static void on_sent(uv_udp_send_t *request, int status)
{
    (void)request, (void)status;
}

/* Nobody reads: the other end takes some, and the others are queued. */
static void send_in_vain(uv_loop_t *loop)
{
    static char bytes[PIECE];
    int ends[2];
    uv_udp_t *udp = calloc(1, sizeof *udp);
    assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), 0);
    uv_udp_init(loop, udp);
    assert_int_equal(uv_udp_open(udp, ends[0]), 0);
    uv_buf_t piece = uv_buf_init(bytes, sizeof bytes);
    for (int i = 0; i < PIECES; i++)
        assert_int_equal(
            uv_udp_send(calloc(1, sizeof(uv_udp_send_t)), udp, &piece, 1, NULL, on_sent), 0);
}

static void leave_queues(void *unused)
{
    (void)unused;
    static const struct pair pair = {
        .family = "test", .id = "queue", .on_loop = {send_in_vain, send_in_vain}};
    run(&pair);
    ADDED(of_type[UV_UDP], 1, 1);
    uint64_t queued = gauges->legs[LEG_LOAD].counts[MOMENT_LEFT].queued -
                      gauges->legs[LEG_LOAD].counts[MOMENT_BASELINE].queued;
    uint64_t requests = gauges->legs[LEG_LOAD].counts[MOMENT_LEFT].requests -
                        gauges->legs[LEG_LOAD].counts[MOMENT_BASELINE].requests;
    assert_in_range(requests, 2, 2 * PIECES);
    assert_int_equal(queued, PIECE * requests);
    gauges_free(gauges);
}

static void bytes_in_queues_of_udp_are_counted(void **state)
{
    (void)state;
    support_run_outside(leave_queues);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handles_and_heap_are_up_to_date),
        cmocka_unit_test(threads_are_up_to_date),
        cmocka_unit_test(descriptors_are_counted_one_by_one_too),
        cmocka_unit_test(bytes_in_queues_of_udp_are_counted),
    };
    return cmocka_run_group_tests_name("plain: seen", tests, NULL, NULL);
}
