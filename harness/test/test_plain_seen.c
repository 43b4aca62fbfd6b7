/* What is seen from outside of a case of plain C within load, and not only where a phase ends. Each is the case of a process
 * of its own. */
#include "test/support.h"

#include "load/plain_case.h"
#include "load/plain_leg.h"
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

static struct latency kept;

static void keep_latency(struct latency latency)
{
    kept = latency;
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

/* The loop's time is of whole milliseconds, and so is then the clock's. */
static void begin_at_a_whole_millisecond(void)
{
    loop_clock_set_virtual(true);
    loop_clock_move((loop_clock_now() / MILLISECOND + 1) * MILLISECOND);
}

static void run_by(const struct pair *pair, void (*load)(void))
{
    const struct plain_owner owner = {
        .end_phase = nobody_looks, .keep_latency = keep_latency, .load = load};
    static struct schedule schedules[2];
    const struct settings settings = {.virtual_clock = 1, .warm_up = 2, .rate = 1000};
    int fd = -1;
    begin_at_a_whole_millisecond();
    gauges = gauges_make(&settings, &fd);
    assert_non_null(gauges);
    assert_true(schedule_start(&schedules[0], &settings));
    plain_case_run(gauges, pair, VARIANT_LEAK, schedules, &owner);
    loop_clock_set_virtual(false);
    assert_string_equal(gauges->progress.error, "");
    close(fd);
}

static void run(const struct pair *pair)
{
    run_by(pair, send_two);
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

static uint64_t descriptors_now(bool is_old)
{
    old = is_old;
    plain_leg_look();
    return gauges->progress.plain.descriptors;
}

static void send_and_count(void)
{
    uint64_t before = descriptors_now(false);
    assert_int_equal(descriptors_now(true), before);
    plain_case_send(loop_clock_now());
    assert_int_equal(gauges->progress.plain.descriptors, before + 1);
    plain_case_send(loop_clock_now());
    assert_int_equal(descriptors_now(true), before + 2);
    assert_int_equal(descriptors_now(false), before + 2);
}

static void leave_descriptors(void *unused)
{
    (void)unused;
    run_by(catalog_find("error_path_keeps_fd"), send_and_count);
    gauges_free(gauges);
}

static void descriptors_are_counted_one_by_one_too(void **state)
{
    (void)state;
    support_run_outside(leave_descriptors);
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
    int ends[2], room = 32 * 1024;
    uv_udp_t *udp = calloc(1, sizeof *udp);
    assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), 0);
    assert_int_equal(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room), 0);
    uv_udp_init(loop, udp);
    assert_int_equal(uv_udp_open(udp, ends[0]), 0);
    uv_buf_t piece = uv_buf_init(bytes, sizeof bytes);
    for (int i = 0; i < PIECES; i++)
        assert_int_equal(
            uv_udp_send(calloc(1, sizeof(uv_udp_send_t)), udp, &piece, 1, NULL, on_sent), 0);
}

/* By a walk over all handles, and so not with each request. */
static void send_and_look(void)
{
    const struct counts *now = &gauges->progress.plain;
    uint64_t queued = now->queued, requests = now->requests;
    assert_int_equal(queued, PIECE * requests);
    plain_case_send(loop_clock_now());
    assert_int_equal(now->queued, queued);
    assert_true(now->requests > requests);
    plain_leg_look();
    assert_int_equal(now->queued, PIECE * now->requests);
}

static void leave_queues(void *unused)
{
    (void)unused;
    static const struct pair pair = {
        .family = "test", .id = "queue", .on_loop = {send_in_vain, send_in_vain}};
    run_by(&pair, send_and_look);
    uint64_t queued = gauges->legs[LEG_LOAD].counts[MOMENT_LEFT].queued -
                      gauges->legs[LEG_LOAD].counts[MOMENT_BASELINE].queued;
    uint64_t requests = gauges->legs[LEG_LOAD].counts[MOMENT_LEFT].requests -
                        gauges->legs[LEG_LOAD].counts[MOMENT_BASELINE].requests;
    assert_in_range(requests, 1, PIECES);
    assert_int_equal(queued, PIECE * requests);
    gauges_free(gauges);
}

static void bytes_in_queues_of_udp_are_counted(void **state)
{
    (void)state;
    support_run_outside(leave_queues);
}

/* --- Time ------------------------------------------------------------------------------------------- */

static int64_t first;
static int rung;

static void note_ms(void)
{
    first = first ? first : loop_clock_now();
    note("%ld", (long)((loop_clock_now() - first) / MILLISECOND));
}

static void ring(uv_timer_t *timer)
{
    rung++;
    uv_close((uv_handle_t *)timer, NULL);
}

/* A timer that rings after 25 milliseconds. */
static void note_and_wait(uv_loop_t *loop)
{
    uv_timer_t *timer = calloc(1, sizeof *timer);
    note_ms();
    uv_timer_init(loop, timer);
    uv_timer_start(timer, ring, 25, 0);
}

static const struct pair waits = {
    .family = "test", .id = "waits", .on_loop = {note_and_wait, note_and_wait}};
static const struct pair notes = {.family = "test", .id = "notes", .threaded = {note_ms, note_ms}};

/* Two that should have begun earlier. */
static void send_late(void)
{
    int64_t now = loop_clock_now();
    first = 0;
    expect_notes("0 25"); /* of the warm-up, each of which has settled */
    plain_case_send(now - 3 * MILLISECOND);
    assert_int_equal(kept.late, 3 * MILLISECOND);
    assert_int_equal(kept.service, 0);
    plain_case_pass_until(now + 10 * MILLISECOND);
    assert_int_equal(loop_clock_now(), now + 10 * MILLISECOND);
    assert_non_null(plain_case_ours());
    plain_case_send(loop_clock_now());
    assert_int_equal(kept.late, 0);
    assert_int_equal(gauges->progress.sent, 2);
    assert_int_equal(gauges->progress.finished, 2);
    expect_notes("0 10");
}

static void send_by_hand(void *unused)
{
    (void)unused;
    run_by(&waits, send_late);
    assert_int_equal(rung, 4);
    gauges_free(gauges);
}

static void requests_are_sent_when_their_owner_wants(void **state)
{
    (void)state;
    support_run_outside(send_by_hand);
}

static void serve_and_settle(void *unused)
{
    (void)unused;
    begin_at_a_whole_millisecond();
    struct plain_served served = plain_case_serve(&waits, VARIANT_FIX, 3, 100, true);
    assert_int_equal(served.failed, 0);
    assert_int_equal(served.ours->type, UV_TIMER);
    expect_notes("0 10 20");
    assert_int_equal(loop_clock_now() - first, 45 * MILLISECOND);
    assert_int_equal(rung, 3);
}

static void serve_and_stop(void *unused)
{
    (void)unused;
    begin_at_a_whole_millisecond();
    assert_non_null(plain_case_serve(&waits, VARIANT_FIX, 3, 100, false).ours);
    assert_int_equal(loop_clock_now() - first, 30 * MILLISECOND);
    assert_int_equal(rung, 1); /* the others are on their way */
}

static void serve_in_threads(void *unused)
{
    (void)unused;
    begin_at_a_whole_millisecond();
    assert_null(plain_case_serve(&notes, VARIANT_FIX, 2, 1000, true).ours);
    expect_notes("0 1");
    assert_int_equal(loop_clock_now() - first, 2 * MILLISECOND);
}

static void served_without_a_meter_time_passes_too(void **state)
{
    (void)state;
    support_run_outside(serve_and_settle);
    support_run_outside(serve_and_stop);
    support_run_outside(serve_in_threads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handles_and_heap_are_up_to_date),
        cmocka_unit_test(threads_are_up_to_date),
        cmocka_unit_test(descriptors_are_counted_one_by_one_too),
        cmocka_unit_test(bytes_in_queues_of_udp_are_counted),
        cmocka_unit_test(requests_are_sent_when_their_owner_wants),
        cmocka_unit_test(served_without_a_meter_time_passes_too),
    };
    return cmocka_run_group_tests_name("plain: seen", tests, NULL, NULL);
}
