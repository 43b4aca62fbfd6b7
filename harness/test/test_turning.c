/* A loop that is turned on planted courses: when each callback comes, to the nanosecond; how long threads and children are
 * waited for, in steps; and where the rest would go on for ever, after how many. */
#include "test/alone.h"
#include "test/support.h"

#include "plain/loop_clock.h"
#include "plain/turning.h"
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uv_loop_t loop;
static struct turning turning;
static int64_t begun;

/* --- Waits ----------------------------------------------------------------------------------------- */

/* Those that would take time take none here. after_three: is called when there have been as many. */
static int steps, longest;
static void (*after_three)(void);
static bool clock_goes_on;

/* In the place of the C library's, for this program: libuv's own waits are not by it. */
int poll(struct pollfd *files, nfds_t length, int ms)
{
    if (ms > 0) {
        steps++;
        longest = ms > longest ? ms : longest;
        if (steps == 3 && after_three)
            after_three();
        if (clock_goes_on) { /* the system's: by as much as was waited for */
            loop_clock_set_virtual(true);
            loop_clock_move(loop_clock_now() + ms * MILLISECOND);
            loop_clock_set_virtual(false);
        }
    }
    const struct timespec time = {0};
    return (int)syscall(SYS_ppoll, files, length, &time, NULL, 8);
}

static int begin_without_loop(void **state)
{
    (void)state;
    steps = longest = 0;
    after_three = NULL;
    clock_goes_on = false;
    memset(&turning, 0, sizeof turning);
    turning.ran_out = true; /* of the one before */
    loop_clock_set_virtual(true);
    begun = loop_clock_now();
    return turning_begin(&turning, NULL);
}

static int end_without_loop(void **state)
{
    (void)state;
    turning_end(&turning);
    loop_clock_set_virtual(false);
    return 0;
}

static int begin(void **state)
{
    begin_without_loop(state);
    /* The loop's time is of whole milliseconds. */
    loop_clock_move((begun / MILLISECOND + 1) * MILLISECOND);
    begun = loop_clock_now();
    return uv_loop_init(&loop) || turning_begin(&turning, &loop);
}

static int end(void **state)
{
    end_without_loop(state);
    return uv_loop_close(&loop);
}

/* --- Notes ----------------------------------------------------------------------------------------- */

static void note_time(const char *word, int64_t at)
{
    note("%s%ld", word, (long)((at - begun) / MILLISECOND));
}

static void note_ring(uv_timer_t *timer)
{
    note_time(timer->data ? timer->data : "", loop_clock_now());
}

static void note_passing(int64_t to)
{
    note_time("to", to);
}

static uint64_t calls, changes;

static void count_call(uv_timer_t *timer)
{
    (void)timer;
    calls++;
}

static void start(uv_timer_t *timer, uv_timer_cb call, uint64_t in, uint64_t again)
{
    timer->data = NULL;
    uv_timer_init(&loop, timer);
    uv_timer_start(timer, call, in, again);
}

static void close_now(void *handle)
{
    uv_close(handle, NULL);
    uv_run(&loop, UV_RUN_NOWAIT);
}

/* --- Time ------------------------------------------------------------------------------------------ */

static void each_is_called_at_its_time_until_the_time_that_is_to_pass(void **state)
{
    (void)state;
    uv_timer_t of_ten, of_twenty, last, later;
    turning.passing = note_passing;
    start(&of_ten, note_ring, 10, 0);
    start(&of_twenty, note_ring, 20, 0);
    start(&last, note_ring, 30, 0);
    start(&later, note_ring, 31, 0);
    turning_pass_until(&turning, begun + 30 * MILLISECOND);
    expect_notes("to10 10 to20 20 to30 30");
    assert_int_equal(loop_clock_now(), begun + 30 * MILLISECOND);
    turning_pass_until(&turning, begun + 30 * MILLISECOND + 999);
    expect_notes("to30");
    assert_int_equal(loop_clock_now(), begun + 30 * MILLISECOND + 999);
    turning_pass_until(&turning, begun + 30 * MILLISECOND + 999); /* nothing passes */
    expect_notes("");
    turning_pass_until(&turning, begun + 40 * MILLISECOND);
    expect_notes("to31 31 to40");
    assert_int_equal(uv_now(&loop), (begun + 40 * MILLISECOND) / MILLISECOND);
    close_now(&of_ten);
    close_now(&of_twenty);
    close_now(&last);
    close_now(&later);
}

static void start_another(uv_timer_t *timer)
{
    note_ring(timer);
    uv_timer_start(timer, note_ring, 5, 0);
}

static void what_a_call_starts_is_due_too(void **state)
{
    (void)state;
    uv_timer_t timer;
    start(&timer, start_another, 0, 0);
    turning_pass_until(&turning, begun + 4 * MILLISECOND);
    expect_notes("0");
    assert_true(turning_exhaust(&turning, 0));
    expect_notes("5");
    assert_int_equal(loop_clock_now(), begun + 5 * MILLISECOND);
    close_now(&timer);
}

/* The keeper keeps a loop alive that has nothing else, and is due when libuv has stopped to count. */
static void what_it_needs_of_the_loop_is_given_back(void **state)
{
    (void)state;
    assert_true(uv_loop_alive(&loop));
    assert_true(uv_timer_get_due_in(&turning.keeper) > INT_MAX);
    assert_int_equal(uv_timer_get_repeat(&turning.keeper), 0);
    turning.passing = note_passing;
    assert_true(turning_exhaust(&turning, 0)); /* it is nothing that is due */
    expect_notes("");
    turning_end(&turning);
    assert_int_equal(uv_loop_close(&loop), 0);
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(turning_begin(&turning, &loop), 0);
}

static void threads_alone_have_their_time_too(void **state)
{
    (void)state;
    assert_false(turning.ran_out);
    turning.passing = note_passing;
    turning_pass_until(&turning, begun + 7 * MILLISECOND);
    assert_int_equal(loop_clock_now(), begun + 7 * MILLISECOND);
    assert_true(turning_let_settle(&turning));
    assert_true(turning_exhaust(&turning, 0));
    assert_true(turning_exhaust(&turning, 2 * MILLISECOND));
    assert_int_equal(loop_clock_now(), begun + 9 * MILLISECOND);
    expect_notes("to7 to9");
    assert_int_equal(steps, 0);
}

/* The system's clock, of which an hour passes in one wait. */
static void real_time_is_waited_for(void **state)
{
    (void)state;
    loop_clock_set_virtual(false);
    clock_goes_on = true;
    turning_pass_until(&turning, loop_clock_now() + HOUR);
    assert_true(loop_clock_now() >= begun + HOUR);
    assert_in_range(longest, 3590 * 1000, 3600 * 1000);
}

static void real_time_has_its_timers(void **state)
{
    (void)state;
    uv_timer_t soon, late;
    loop_clock_set_virtual(false);
    uv_update_time(&loop);
    calls = 0;
    start(&soon, count_call, 3, 0);
    start(&late, count_call, 3600 * 1000, 0);
    int64_t now =
        loop_clock_now(); /* after the loop's: what is due by its time is due by this one */
    turning_pass_until(&turning, now + 60 * MILLISECOND);
    assert_true(loop_clock_now() >= now + 60 * MILLISECOND);
    assert_int_equal(calls, 1);
    assert_true(uv_timer_get_due_in(&turning.keeper) > INT_MAX);
    assert_int_equal(uv_timer_get_repeat(&turning.keeper), 0);
    close_now(&soon);
    close_now(&late);
}

/* --- For ever -------------------------------------------------------------------------------------- */

static uint64_t what_changes(void)
{
    return calls < changes ? calls : changes;
}

static void what_time_alone_keeps_busy_is_given_up_after_so_many_deadlines(void **state)
{
    (void)state;
    static const struct {
        uint64_t changes;
        int64_t bound;
        bool ends;
        uint64_t calls, seconds;
    } cases[] = {
        {0, 0, false, 16384, 16384},
        {1000, 0, false, 17385, 17385}, /* as long as there is something else than before */
        {0, 17000 * SECOND, false, 16384, 16384},
        {1000, 17000 * SECOND, true, 16999,
         17000}, /* the last is due at the bound, not before it */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uv_timer_t timer;
        int64_t from = loop_clock_now();
        calls = 0;
        changes = cases[i].changes;
        turning.what_there_is = changes ? what_changes : NULL;
        start(&timer, count_call, 1000, 1000);
        bool ends = turning_exhaust(&turning, cases[i].bound);
        int64_t took = loop_clock_now() - from;
        close_now(&timer);
        assert_int_equal(ends, cases[i].ends);
        assert_int_equal(calls, cases[i].calls);
        assert_int_equal(took, cases[i].seconds * SECOND);
    }
}

static void count_idle(uv_idle_t *idle)
{
    (void)idle;
    calls++;
}

static uv_idle_t spinning;

static void start_to_spin(uv_timer_t *timer)
{
    note_ring(timer);
    uv_idle_init(&loop, &spinning);
    uv_idle_start(&spinning, count_idle);
}

/* Time goes on to where it is to be, past what would have been due meanwhile. */
static void what_is_always_ready_is_given_up_after_so_many_turns(void **state)
{
    (void)state;
    uv_timer_t timer, later;
    calls = 0;
    start(&timer, start_to_spin, 10, 0);
    start(&later, note_ring, 20, 0);
    turning_pass_until(&turning, begun + 30 * MILLISECOND);
    expect_notes("10 30");
    calls = 0;
    assert_false(turning_let_settle(&turning));
    assert_int_equal(calls, 16384);
    uv_timer_start(&later, note_ring, 5, 0);
    assert_false(turning_exhaust(&turning, 0));
    assert_false(turning_exhaust(&turning, 50 * MILLISECOND));
    assert_int_equal(loop_clock_now(), begun + 80 * MILLISECOND);
    expect_notes("");
    close_now(&spinning);
    expect_notes("80");
    close_now(&timer);
    close_now(&later);
}

/* --- Threads and children -------------------------------------------------------------------------- */

static _Atomic int stop, sends;
static uv_async_t sent;

/* By spinning, so that it never sleeps. */
static void *spin(void *unused)
{
    while (!stop)
        continue;
    if (sends)
        uv_async_send(&sent);
    return unused;
}

static void until_gone(pthread_t thread)
{
    assert_int_equal(pthread_join(thread, NULL), 0);
    until_alone();
}

static pthread_t spinning_thread;

/* When this has returned nothing of it is on its way any more, however slow the machine is. */
static void stop_spinning(void)
{
    stop = 1;
    until_gone(spinning_thread);
}

static void on_sent(uv_async_t *async)
{
    (void)async;
    note("sent");
}

static void a_thread_that_runs_is_waited_for_in_steps(void **state)
{
    (void)state;
    stop = 0;
    sends = 1;
    uv_async_init(&loop, &sent, on_sent);
    after_three = stop_spinning;
    assert_int_equal(pthread_create(&spinning_thread, NULL, spin, NULL), 0);
    assert_true(turning_let_settle(&turning));
    expect_notes("sent");
    assert_true(steps >= 3);
    assert_int_equal(longest, 1);
    assert_false(turning.ran_out);
    close_now(&sent);
}

/* Five seconds, and for who has taken as long once, ten milliseconds. */
static void patience_runs_out(void **state)
{
    (void)state;
    pthread_t thread;
    stop = sends = 0;
    assert_int_equal(pthread_create(&thread, NULL, spin, NULL), 0);
    assert_true(turning_let_settle(&turning));
    assert_true(turning.ran_out);
    assert_int_equal(steps, 5000);
    steps = 0;
    assert_true(turning_let_settle(&turning));
    assert_int_equal(steps, 10);
    stop = 1;
    until_gone(thread);
    steps = 0;
    assert_true(turning_let_settle(&turning));
    assert_int_equal(steps, 0);
    assert_true(turning.ran_out);
}

/* The system's clock waits for nobody. */
static void in_real_time_nobody_is_waited_for(void **state)
{
    (void)state;
    pthread_t thread;
    stop = sends = 0;
    loop_clock_set_virtual(false);
    assert_int_equal(pthread_create(&thread, NULL, spin, NULL), 0);
    assert_true(turning_let_settle(&turning));
    assert_int_equal(steps, 0);
    stop = 1;
    until_gone(thread);
}

static int to_child[2];

static void let_child_end(void)
{
    assert_int_equal(write(to_child[1], "\n", 1), 1);
}

/* And its end is there to be told. */
static void await_end_of_child(void)
{
    siginfo_t about;
    let_child_end();
    assert_int_equal(waitid(P_ALL, 0, &about, WEXITED | WNOWAIT), 0);
}

static void note_exit(uv_process_t *process, int64_t status, int number)
{
    (void)process, (void)number;
    note("exit%d", (int)status);
}

/* Reads a line, and ends. */
static void spawn(uv_process_t *process)
{
    static char *words[] = {"sh", "-c", "read -r line; exit 7", NULL};
    uv_stdio_container_t input = {.flags = UV_INHERIT_FD, .data.fd = to_child[0]};
    uv_process_options_t options = {
        .file = "sh", .args = words, .exit_cb = note_exit, .stdio_count = 1, .stdio = &input};
    assert_int_equal(uv_spawn(&loop, process, &options), 0);
}

static void a_child_of_the_loop_is_waited_for(void **state)
{
    (void)state;
    uv_process_t process;
    assert_int_equal(pipe(to_child), 0);
    spawn(&process);
    turning.ran_out = true; /* so that little is waited for where nothing comes */
    assert_true(turning_let_settle(&turning));
    assert_int_equal(steps, 10);
    turning.ran_out = false;
    steps = 0;
    after_three = await_end_of_child;
    assert_true(turning_let_settle(&turning));
    assert_false(turning.ran_out);
    expect_notes("exit7");
    close_now(&process);
    close(to_child[0]);
    close(to_child[1]);
}

/* One that the loop knows nothing of tells it nothing. */
static void another_child_is_not(void **state)
{
    (void)state;
    char byte;
    assert_int_equal(pipe(to_child), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(read(to_child[0], &byte, 1) != 1);
    assert_true(turning_let_settle(&turning));
    assert_int_equal(steps, 0);
    let_child_end();
    assert_int_equal(waitpid(child, NULL, 0), child);
    close(to_child[0]);
    close(to_child[1]);
}

int main(void)
{
#define CASE(name)    cmocka_unit_test_setup_teardown(name, begin, end)
#define THREADS(name) cmocka_unit_test_setup_teardown(name, begin_without_loop, end_without_loop)
    const struct CMUnitTest tests[] = {
        CASE(each_is_called_at_its_time_until_the_time_that_is_to_pass),
        CASE(what_a_call_starts_is_due_too),
        CASE(what_it_needs_of_the_loop_is_given_back),
        THREADS(threads_alone_have_their_time_too),
        THREADS(real_time_is_waited_for),
        CASE(real_time_has_its_timers),
        CASE(what_time_alone_keeps_busy_is_given_up_after_so_many_deadlines),
        CASE(what_is_always_ready_is_given_up_after_so_many_turns),
        CASE(a_thread_that_runs_is_waited_for_in_steps),
        CASE(patience_runs_out),
        THREADS(patience_runs_out),
        CASE(in_real_time_nobody_is_waited_for),
        CASE(a_child_of_the_loop_is_waited_for),
        CASE(another_child_is_not),
    };
    return cmocka_run_group_tests_name("turning", tests, NULL, NULL);
}
