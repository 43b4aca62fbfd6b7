/* How long the service waits for a client or a handler: from when the wait begins, in order, and for nobody who has come. */
#include "test/support.h"

#include "serve/patience.h"
#include <unistd.h>

enum { MS = 1000000, PATIENCE_MS = 40 };

static uv_loop_t loop;
static struct patience patience;
static struct waiting one, two, three;
static uint64_t over_at; /* the last */

static void over(struct waiting *w)
{
    over_at = uv_hrtime();
    note(w == &one ? "one" : w == &two ? "two" : "three");
}

static int begin(void **state)
{
    (void)state;
    one = two = three = (struct waiting){0};
    if (uv_loop_init(&loop))
        return -1;
    patience_start(&patience, &loop, PATIENCE_MS * MS, over);
    uv_ref(
        (uv_handle_t *)&patience.timer); /* there is nothing else that the loop would go on for */
    return 0;
}

static int end(void **state)
{
    (void)state;
    uv_close((uv_handle_t *)&patience.timer, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

/* Whatever has kept the loop from looking at the clock meanwhile. */
static void who_begins_late_has_its_whole_time(void **state)
{
    (void)state;
    uv_update_time(&loop);
    usleep(2 * PATIENCE_MS * 1000);
    uint64_t began = uv_hrtime();
    patience_begin(&patience, &one);
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_notes("one");
    assert_true(over_at - began >= PATIENCE_MS * (uint64_t)MS);
}

static void each_is_over_in_its_turn_but_who_has_come(void **state)
{
    (void)state;
    patience_begin(&patience, &one);
    patience_begin(&patience, &two);
    patience_begin(&patience, &three);
    patience_end(&patience, &two);
    patience_begin(&patience, &one); /* anew, and so behind */
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_notes("three one");
    assert_null(patience.first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_begins_late_has_its_whole_time, begin, end),
        cmocka_unit_test_setup_teardown(each_is_over_in_its_turn_but_who_has_come, begin, end),
    };
    return cmocka_run_group_tests_name("serve: patience", tests, NULL, NULL);
}
