/* What is seen from outside of a case of plain C within load, and not only where a phase ends. This process is the case. */
#include "test/support.h"

#include "load/plain_case.h"
#include "plain/loop_clock.h"
#include "probe/heap.h"
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

static void run(const char *id)
{
    static const struct plain_owner owner = {
        .end_phase = nobody_looks, .keep_latency = keep_no_latency, .load = send_two};
    static struct schedule schedules[2];
    const struct settings settings = {.virtual_clock = 1, .warm_up = 2, .rate = 1000};
    int fd = -1;
    gauges = gauges_make(&settings, &fd);
    assert_non_null(gauges);
    assert_true(schedule_start(&schedules[0], &settings));
    plain_case_run(gauges, catalog_find(id), VARIANT_LEAK, schedules, &owner);
    loop_clock_set_virtual(false);
    assert_string_equal(gauges->progress.error, "");
    close(fd);
}

static void handles_and_heap_are_up_to_date(void **state)
{
    (void)state;
    run("stop_is_not_close");
    assert_int_equal(seen[1].of_type[UV_TIMER] - seen[0].of_type[UV_TIMER], 1);
    assert_int_equal(seen[2].of_type[UV_TIMER] - seen[1].of_type[UV_TIMER], 1);
    if (heap_is_known())
        assert_int_equal(heap[2] - heap[1], 160);
    gauges_free(gauges);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handles_and_heap_are_up_to_date),
    };
    return cmocka_run_group_tests_name("plain: seen", tests, NULL, NULL);
}
