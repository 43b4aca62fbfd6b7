/* Plain C under the virtual clock: time that passes where nothing is ready, an end where nothing is due, and the pairs, which
 * check holds to their word in both directions. */
#include "test/judging.h"

#include "plain/loop_clock.h"
#include "plain/turning.h"
#include "probe/heap.h"
#include "test/words.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

/* --- Time ---------------------------------------------------------------------------------------- */

static uv_loop_t loop;
static struct turning turning;
static int rung;

static int begin(void **state)
{
    (void)state;
    rung = 0;
    loop_clock_set_virtual(true);
    return uv_loop_init(&loop) || turning_begin(&turning, &loop);
}

static int end(void **state)
{
    (void)state;
    turning_end(&turning);
    loop_clock_set_virtual(false);
    return uv_loop_close(&loop);
}

static void close_now(void *handle)
{
    uv_close(handle, NULL);
    turning_let_settle(&turning);
}

static void close_timer(uv_timer_t *timer)
{
    rung++;
    uv_close((uv_handle_t *)timer, NULL);
}

static void ring(uv_timer_t *timer)
{
    (void)timer;
    rung++;
}

static void start(uv_timer_t *timer, uv_timer_cb call, uint64_t in, uint64_t again)
{
    uv_timer_init(&loop, timer);
    uv_timer_start(timer, call, in, again);
}

static void take_long(uv_timer_t *timer)
{
    int64_t until = loop_clock_now() + 3 * MILLISECOND;
    while (loop_clock_now() < until)
        continue;
    uv_update_time(timer->loop);
    rung++;
}

/* Nobody reads a word there: with it libuv waits for as long as no timer tells it otherwise. */
static void never_ready(uv_poll_t *poll, int status, int events)
{
    (void)poll, (void)status, (void)events;
}

/* The time that is to pass is over before libuv waits, as on a machine that has kept the process waiting. */
static void real_time_passes_where_a_call_takes_long(void **state)
{
    (void)state;
    int ends[2];
    uv_timer_t slow;
    uv_poll_t silent;
    loop_clock_set_virtual(false);
    assert_int_equal(pipe(ends), 0);
    uv_poll_init(&loop, &silent, ends[0]);
    uv_poll_start(&silent, UV_READABLE, never_ready);
    uv_update_time(&loop);
    start(&slow, take_long, 0, 0);
    alarm(HANG_SECONDS); /* it would never come back */
    turning_pass_until(&turning, loop_clock_now() + 2 * MILLISECOND);
    alarm(0);
    assert_int_equal(rung, 1);
    close_now(&silent);
    close_now(&slow);
    close(ends[0]);
    close(ends[1]);
}

/* A clock that is back at the system's goes on from where it was. */
static void time_moves_where_it_is_moved_and_never_back(void **state)
{
    (void)state;
    int64_t now = loop_clock_now(), of_system = loop_clock_of_system();
    assert_int_equal(loop_clock_now(), now);
    loop_clock_move(now + HOUR);
    assert_int_equal(loop_clock_now(), now + HOUR);
    loop_clock_move(now);
    assert_int_equal(loop_clock_now(), now + HOUR);
    assert_true(uv_hrtime() == (uint64_t)(now + HOUR));
    assert_true(loop_clock_of_system() - of_system < HOUR);
    loop_clock_set_virtual(false);
    assert_true(loop_clock_now() >= now + HOUR);
    loop_clock_move(now + 2 * HOUR); /* is not for the system's */
    assert_true(loop_clock_now() < now + 2 * HOUR);
}

static void a_day_of_a_ten_second_timer_passes_at_once(void **state)
{
    (void)state;
    uv_timer_t timer;
    start(&timer, ring, 10000, 10000);
    turning_pass_until(&turning, loop_clock_now() + 24 * HOUR);
    assert_in_range(rung, 8639, 8640); /* the loop's time is of whole milliseconds */
    close_now(&timer);
}

static void what_is_due_late_is_waited_for(void **state)
{
    (void)state;
    uv_timer_t timer;
    int64_t now = loop_clock_now();
    start(&timer, close_timer, 20 * 24 * 3600 * 1000, 0);
    assert_true(turning_exhaust(&turning, 0));
    assert_int_equal(rung, 1);
    assert_true(loop_clock_now() - now >= 20 * 24 * HOUR - SECOND);
}

static void a_bound_is_kept(void **state)
{
    (void)state;
    uv_timer_t timer;
    int64_t now = loop_clock_now();
    start(&timer, close_timer, 60000, 0);
    turning_exhaust(&turning, MINUTE / 2);
    assert_int_equal(rung, 0);
    assert_int_equal(loop_clock_now(), now + MINUTE / 2);
    assert_true(turning_exhaust(&turning, 0));
    assert_int_equal(rung, 1);
}

static void what_repeats_for_ever_is_told(void **state)
{
    (void)state;
    uv_timer_t timer;
    start(&timer, ring, 1000, 1000);
    assert_false(turning_exhaust(&turning, 0));
    assert_true(rung > TURNING_STEPS / 2);
    close_now(&timer);
}

static void idle(uv_idle_t *handle)
{
    (void)handle;
    rung++;
}

static void what_is_always_ready_is_told(void **state)
{
    (void)state;
    uv_idle_t handle;
    uv_idle_init(&loop, &handle);
    uv_idle_start(&handle, idle);
    assert_false(turning_exhaust(&turning, 0));
    close_now(&handle);
}

/* Handles that keep no loop alive are turned all the same: a server has others. */
static void an_unreferenced_timer_is_due_too(void **state)
{
    (void)state;
    uv_timer_t timer;
    start(&timer, close_timer, 1000, 0);
    uv_unref((uv_handle_t *)&timer);
    assert_true(turning_exhaust(&turning, 0));
    assert_int_equal(rung, 1);
}

static void after_work(uv_work_t *request, int status)
{
    (void)request, (void)status;
    rung++;
}

/* Who sleeps for a time would be taken for who sleeps for ever, so it works. */
static void busy(uv_work_t *request)
{
    (void)request;
    for (volatile uint64_t i = 0; i < 20 * 1000 * 1000; i++)
        continue;
}

static void the_thread_pool_is_waited_for(void **state)
{
    (void)state;
    uv_work_t requests[3];
    for (size_t i = 0; i < 3; i++)
        uv_queue_work(&loop, &requests[i], busy, after_work);
    assert_true(turning_exhaust(&turning, 0));
    assert_int_equal(rung, 3);
    assert_false(turning.ran_out);
}

static void on_exited(uv_process_t *process, int64_t status, int number)
{
    (void)number;
    assert_int_equal(status, 0);
    rung++;
    uv_close((uv_handle_t *)process, NULL);
}

static void a_child_is_waited_for(void **state)
{
    (void)state;
    uv_process_t process;
    char *words[] = {"sleep", "0.05", NULL};
    uv_process_options_t options = {.file = words[0], .args = words, .exit_cb = on_exited};
    assert_int_equal(uv_spawn(&loop, &process, &options), 0);
    assert_true(turning_exhaust(&turning, 0));
    assert_int_equal(rung, 1);
}

/* --- The pairs ----------------------------------------------------------------------------------- */

/* Each as it stands, and behind it with its sources exchanged; and last the test's own. */
enum { OF_TEST = 2 };
static struct pair all[2 * 32 + OF_TEST];
static size_t all_length;

static bool is_counted(const struct pair *pair)
{
    return heap_is_known() || expectation_is_plain(&pair->expected[VARIANT_LEAK]);
}

static void exchange(struct pair *pair)
{
    static char ids[32][64];
    static size_t count;
    const struct pair as_it_was = *pair;
    snprintf(ids[count], sizeof ids[count], "exchanged_%s", pair->id);
    pair->id = ids[count++];
    for (enum variant v = 0; v < VARIANTS; v++) {
        pair->on_loop[v] = as_it_was.on_loop[!v];
        pair->threaded[v] = as_it_was.threaded[!v];
    }
}

/* As they stand all are right, and with their sources exchanged both halves are wrong. */
static void each_pair_is_held_to_its_word_both_ways(void **state)
{
    (void)state;
    struct outcome cases[2 * 2 * 32];
    struct settings settings = checked();
    size_t length = 0;
    for (size_t i = 0; i + OF_TEST < all_length; i++)
        for (enum variant v = 0; is_counted(&all[i]) && v < VARIANTS; v++)
            cases[length++] = outcome_of(&all[i], v, &settings);
    struct lab_plan plan = {.cases = cases, .length = length, .at_once = 4};
    assert_int_equal(lab_run(&plan), 0);
    for (size_t i = 0; i < length; i++) {
        struct verdict verdict;
        bool exchanged = !strncmp(cases[i].pair->id, "exchanged_", 10);
        verdict_of(&cases[i], JUDGE_EXACTLY, &verdict);
        if (verdict.as_catalogued == exchanged)
            fail_msg("%s %s: %s; %s", cases[i].pair->id, variant_name(cases[i].variant),
                     verdict.words, verdict.wrong);
        outcome_free(&cases[i]);
    }
    assert_true(length >= 2 * 2 * 13); /* without the two that leave heap alone */
}

/* The line that makes what stays is the sample's own, and the verdict names it. */
static void a_verdict_names_the_line_and_the_state(void **state)
{
    (void)state;
    struct verdict v = judged("stop_is_not_close", VARIANT_LEAK);
    expect_match(
        v.words,
        "^LEAK 1.000 handle/request: timer, stopped, made at "
        "leaks/libuv/stop_is_not_close.c:[0-9]+(; proven that nobody can close them: 20 of 20)?$");
    v = judged("neither_joined_nor_detached", VARIANT_LEAK);
    expect_match(v.words, "^LEAK 1.000 thread/request: ended, not joined, made at "
                          "leaks/threads/neither_joined_nor_detached.c:[0-9]+$");
}

/* The case raises its limit to the most, so this one lowers it for itself. */
static void open_with_few(uv_loop_t *on)
{
    struct rlimit few = {.rlim_cur = 64, .rlim_max = 64};
    setrlimit(RLIMIT_NOFILE, &few);
    catalog_find("error_path_keeps_fd")->on_loop[VARIANT_LEAK](on);
}

/* What goes later is held, for as long as it is. */
static void free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void close_and_free(uv_timer_t *timer)
{
    uv_close((uv_handle_t *)timer, free_handle);
}

static void hold_a_minute(uv_loop_t *on)
{
    uv_timer_t *timer = malloc(sizeof *timer);
    uv_timer_init(on, timer);
    uv_timer_start(timer, close_and_free, 60000, 0);
}

static void what_is_held_is_told_with_its_time(void **state)
{
    (void)state;
    struct verdict v = judged("held", VARIANT_FIX);
    expect_words(v.words, "HOLDS 1.000 handle/request for 1 min");
    expect_words(v.words, "timer, made at harness/test/test_plain.c:");
    assert_false(v.as_catalogued);
}

/* Where descriptors run out nothing is taken for what a request leaves behind. */
static void a_limit_of_descriptors_that_is_met_is_said(void **state)
{
    (void)state;
    struct settings settings = checked();
    struct verdict verdict;
    settings.requests = settings.warm_up = 100;
    struct outcome outcome = outcome_of(pair_called("limited"), VARIANT_LEAK, &settings);
    struct lab_plan plan = {.cases = &outcome, .length = 1, .at_once = 1};
    assert_int_equal(lab_run(&plan), 0);
    verdict_of(&outcome, JUDGE_EXACTLY, &verdict);
    assert_false(verdict.as_catalogued);
    expect_match(
        verdict.wrong,
        "of at most 64 \\(EMFILE\\), most of them made at .*\\.c:[0-9]+: raise it by `ulimit -n`");
    outcome_free(&outcome);
}

static void gather_pairs(void)
{
    FOR_EACH_PAIR (pair) {
        if (!pair_is_plain(pair))
            continue;
        all[all_length++] = *pair;
        all[all_length] = *pair;
        exchange(&all[all_length++]);
    }
    all[all_length++] =
        (struct pair){.family = "test", .id = "held", .on_loop = {hold_a_minute, hold_a_minute}};
    all[all_length++] = (struct pair){.family = "test",
                                      .id = "limited",
                                      .on_loop = {open_with_few, open_with_few},
                                      LEAVES(.descriptors = 1)};
}

/* For memcheck, which watches one process: a few requests of each fix, one after the other, on a loop that can be closed
 * behind them. */
static int serve_fixes(void)
{
    int failed = 0;
    FOR_EACH_PAIR (pair) {
        if (!pair_is_plain(pair) || begin(NULL) != 0)
            continue;
        for (int request = 0; request < 3; request++) {
            if (pair->threaded[VARIANT_FIX])
                pair->threaded[VARIANT_FIX]();
            else
                pair->on_loop[VARIANT_FIX](&loop);
            turning_pass_until(&turning, loop_clock_now() + SECOND);
        }
        int closed = end(NULL);
        printf("%s: %s\n", pair->id, closed ? uv_strerror(closed) : "closed");
        failed |= closed;
    }
    return failed ? 1 : 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "fixes"))
        return serve_fixes();
    gather_pairs();
    judging_begin(argc, argv, all, all_length);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(real_time_passes_where_a_call_takes_long, begin, end),
        cmocka_unit_test_setup_teardown(time_moves_where_it_is_moved_and_never_back, begin, end),
        cmocka_unit_test_setup_teardown(a_day_of_a_ten_second_timer_passes_at_once, begin, end),
        cmocka_unit_test_setup_teardown(what_is_due_late_is_waited_for, begin, end),
        cmocka_unit_test_setup_teardown(a_bound_is_kept, begin, end),
        cmocka_unit_test_setup_teardown(what_repeats_for_ever_is_told, begin, end),
        cmocka_unit_test_setup_teardown(what_is_always_ready_is_told, begin, end),
        cmocka_unit_test_setup_teardown(an_unreferenced_timer_is_due_too, begin, end),
        cmocka_unit_test_setup_teardown(the_thread_pool_is_waited_for, begin, end),
        cmocka_unit_test_setup_teardown(a_child_is_waited_for, begin, end),
        cmocka_unit_test(each_pair_is_held_to_its_word_both_ways),
        cmocka_unit_test(a_verdict_names_the_line_and_the_state),
        cmocka_unit_test(what_is_held_is_told_with_its_time),
        cmocka_unit_test(a_limit_of_descriptors_that_is_met_is_said),
    };
    return cmocka_run_group_tests_name("plain", tests, NULL, NULL);
}
