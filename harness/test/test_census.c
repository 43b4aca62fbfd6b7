/* The census: what is made is there, with the line that made it, until it is closed; and the assertion for tests. */
#include "test/support.h"

#include "census/listing.h"
#include "census/verify_handles.h"
#include "test/words.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static uv_loop_t *loop;

static int begin(void **state)
{
    (void)state;
    static uv_loop_t room;
    loop = &room;
    census_start();
    return uv_loop_init(loop);
}

static int end(void **state)
{
    (void)state;
    return uv_loop_close(loop);
}

static void ring(uv_timer_t *timer)
{
    (void)timer;
}

static void close_now(void *handle)
{
    uv_close(handle, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
}

/* --- Handles ------------------------------------------------------------------------------------- */

struct found {
    size_t count;
    struct census_entry last;
    uint32_t since;
};

static bool find(const struct census_entry *entry, void *arg)
{
    struct found *found = arg;
    if (entry->mark < found->since)
        return true;
    found->count++;
    found->last = *entry;
    return true;
}

static struct found found_since(uint32_t since)
{
    struct found found = {.since = since};
    census_each(find, &found);
    return found;
}

static void a_handle_is_there_from_init_until_it_is_closed(void **state)
{
    (void)state;
    uv_timer_t timer;
    uint64_t handles = census_counts.handles, timers = census_counts.of_type[UV_TIMER];
    uint32_t since = census_mark();
    assert_int_equal(found_since(since).count, 0);
    uv_timer_init(loop, &timer);
    assert_int_equal(census_counts.handles, handles + 1);
    assert_int_equal(census_counts.of_type[UV_TIMER], timers + 1);
    struct found found = found_since(since);
    assert_int_equal(found.count, 1);
    assert_ptr_equal(found.last.object, &timer);
    assert_true(found.last.kind == CENSUS_HANDLE && found.last.type == UV_TIMER);
    assert_false(found.last.active || found.last.closing);
    assert_true(found.last.referenced && found.last.depth > 0);
    uv_timer_start(&timer, ring, 1000, 0);
    uv_unref((uv_handle_t *)&timer);
    found = found_since(since);
    assert_true(found.last.active && !found.last.referenced);
    uv_close((uv_handle_t *)&timer, NULL);
    assert_true(found_since(since).last.closing);
    assert_int_equal(found_since(census_mark()).count, 0);
    uv_run(loop, UV_RUN_NOWAIT);
    assert_int_equal(found_since(since).count, 0);
    assert_int_equal(census_counts.handles, handles);
    assert_int_equal(census_counts.of_type[UV_TIMER], timers);
}

static int closed;

static void on_closed(uv_handle_t *handle)
{
    closed++;
    free(handle);
}

/* The program's own close callback is called, once, and may free. */
static void the_close_callback_is_the_program_s(void **state)
{
    (void)state;
    uv_idle_t *idle = malloc(sizeof *idle);
    uv_idle_init(loop, idle);
    uv_close((uv_handle_t *)idle, on_closed);
    assert_int_equal(closed, 0);
    uv_run(loop, UV_RUN_NOWAIT);
    assert_int_equal(closed, 1);
}

static void each_kind_of_handle_is_seen(void **state)
{
    (void)state;
    union {
        uv_handle_t handle;
        uv_async_t async;
        uv_check_t check;
        uv_fs_event_t fs_event;
        uv_fs_poll_t fs_poll;
        uv_idle_t idle;
        uv_pipe_t pipe;
        uv_poll_t poll;
        uv_prepare_t prepare;
        uv_signal_t signal;
        uv_tcp_t tcp;
        uv_udp_t udp;
    } one[13];
    int pipes[2];
    uint32_t since = census_mark();
    assert_int_equal(pipe(pipes), 0);
    uv_async_init(loop, &one[0].async, NULL);
    uv_check_init(loop, &one[1].check);
    uv_fs_event_init(loop, &one[2].fs_event);
    uv_fs_poll_init(loop, &one[3].fs_poll);
    uv_idle_init(loop, &one[4].idle);
    uv_pipe_init(loop, &one[5].pipe, 0);
    uv_poll_init(loop, &one[6].poll, pipes[0]);
    uv_prepare_init(loop, &one[7].prepare);
    uv_signal_init(loop, &one[8].signal);
    uv_tcp_init(loop, &one[9].tcp);
    uv_tcp_init_ex(loop, &one[10].tcp, AF_UNSPEC);
    uv_udp_init(loop, &one[11].udp);
    uv_udp_init_ex(loop, &one[12].udp, AF_UNSPEC);
    assert_int_equal(found_since(since).count, 13 + 2); /* and the pipe's two ends */
    for (size_t i = 0; i < sizeof one / sizeof *one; i++)
        uv_close(&one[i].handle, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
    assert_int_equal(found_since(since).count, 2);
    close(pipes[0]);
    close(pipes[1]);
    assert_int_equal(found_since(since).count, 0);
}

/* One that could not be made is not there; a child that could not be started has a handle all the same. */
static void what_fails_is_there_only_where_it_is_to_be_closed(void **state)
{
    (void)state;
    uv_poll_t poll;
    uv_process_t process = {0};
    char *words[] = {"/no/such/program", NULL};
    uv_process_options_t options = {.file = words[0], .args = words};
    uint32_t since = census_mark();
    assert_true(uv_poll_init(loop, &poll, -1) < 0);
    assert_int_equal(found_since(since).count, 0);
    assert_true(uv_spawn(loop, &process, &options) < 0);
    assert_int_equal(found_since(since).count, 1);
    close_now(&process);
    assert_int_equal(found_since(since).count, 0);
}

/* In any order, so that each way to close the gap that one leaves is taken. */
static void thousands_come_and_go_in_any_order(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    uv_prepare_t *all = calloc(MANY, sizeof *all);
    bool *open = calloc(MANY, sizeof *open);
    uint32_t since = census_mark(), random = 1;
    size_t left = MANY;
    for (size_t i = 0; i < MANY; i++)
        open[i] = uv_prepare_init(loop, &all[i]) == 0;
    assert_int_equal(found_since(since).count, MANY);
    while (left > 0) {
        for (size_t i = 0; i < MANY; i++) {
            random = random * 1664525 + 1013904223;
            if (!open[i] || random >> 30 != 0)
                continue;
            uv_close((uv_handle_t *)&all[i], NULL);
            open[i] = false;
            left--;
        }
        uv_run(loop, UV_RUN_NOWAIT);
        assert_int_equal(found_since(since).count, left);
    }
    free(open);
    free(all);
}

/* --- Closed twice -------------------------------------------------------------------------------- */

static void close_twice(void)
{
    uv_timer_t timer;
    uv_timer_init(loop, &timer);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_close((uv_handle_t *)&timer, NULL);
}
enum { TWICE_LINE = __LINE__ - 2 };

/* libuv aborts, and says nothing of where. */
static void a_handle_that_is_closed_twice_is_named_with_its_places(void **state)
{
    (void)state;
    char said[4096], words[128];
    int pipes[2], status;
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        dup2(pipes[1], STDERR_FILENO);
        close_twice();
        _exit(0);
    }
    close(pipes[1]);
    size_t length = 0;
    ssize_t n;
    while ((n = read(pipes[0], said + length, sizeof said - 1 - length)) > 0)
        length += (size_t)n;
    said[length] = 0;
    close(pipes[0]);
    waitpid(child, &status, 0);
    expect_words(said, "a timer handle is closed again, while it is closing");
    for (int i = 0; i < 3; i++) {
        static const char *const places[] = {"made", "closed first", "closed again"};
        snprintf(words, sizeof words, "%s at harness/test/test_census.c:%d in close_twice",
                 places[i], TWICE_LINE - 2 + i);
        expect_words(said, words);
    }
}

/* --- Threads and descriptors --------------------------------------------------------------------- */

static void *nothing(void *arg)
{
    return arg;
}

static volatile bool waits; /* it is in wait_for() */

static void *wait_for(void *arg)
{
    char byte;
    waits = true;
    while (read(*(int *)arg, &byte, 1) > 0)
        continue;
    return NULL;
}

static void wait_until_ended(uint32_t since)
{
    while (found_since(since).count && !found_since(since).last.ended)
        sched_yield();
}

static void a_thread_is_there_until_it_is_joined(void **state)
{
    (void)state;
    pthread_t thread;
    uint64_t threads = census_counts.threads;
    uint32_t since = census_mark();
    assert_int_equal(pthread_create(&thread, NULL, nothing, NULL), 0);
    wait_until_ended(since);
    assert_int_equal(census_counts.threads, threads + 1);
    assert_true(found_since(since).last.kind == CENSUS_THREAD);
    pthread_join(thread, NULL);
    assert_int_equal(census_counts.threads, threads);
}

/* Groups of many come first; of as many, the one that was made first. */
static void what_is_open_is_told_by_how_much(void **state)
{
    (void)state;
    enum { ALONE, MANY = 4, LAST = 4, LENGTH };
    uv_timer_t timers[LENGTH];
    struct listing listing = {.since = census_mark()};
    char *text;
    size_t size;
    uv_timer_init(loop, &timers[ALONE]);
    volatile int many = MANY; /* one call, for the compiler too */
    for (int i = ALONE + 1; i < many; i++)
        uv_timer_init(loop, &timers[i]);
    uv_timer_init(loop, &timers[LAST]);
    int last_line = __LINE__ - 1;
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(listing_write(&listing, out), LENGTH);
    fclose(out);
    char first[64], second[64], third[64];
    snprintf(first, sizeof first, "test_census.c:%d", last_line - 1);
    snprintf(second, sizeof second, "test_census.c:%d", last_line - 4);
    snprintf(third, sizeof third, "test_census.c:%d", last_line);
    const char *at[] = {strstr(text, first), strstr(text, second), strstr(text, third)};
    if (!at[0] || !at[1] || !at[2] || at[0] > at[1] || at[1] > at[2])
        fail_msg("not by how much there is: %s", text);
    free(text);
    for (int i = 0; i < LENGTH; i++)
        close_now(&timers[i]);
}

/* Where it was made, and where it stands now: in read(), for wait_for(). */
static void a_thread_that_waits_is_told_with_where_it_stands(void **state)
{
    (void)state;
    pthread_t thread;
    int pipes[2];
    char *text;
    size_t size;
    assert_int_equal(pipe(pipes), 0);
    struct listing listing = {.since = census_mark()};
    waits = false;
    assert_int_equal(pthread_create(&thread, NULL, wait_for, pipes), 0);
    while (!waits)
        sched_yield();
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(listing_write(&listing, out), 1);
    fclose(out);
    expect_words(text, "1 thread, running\n");
    expect_match(text, "made at harness/test/test_census.c:[0-9]+ in a_thread_that_waits");
    if (!strstr(text, "stands"))
        print_message("# where a thread stands can not be seen here: ptrace is refused\n");
    else
        expect_match(text, "(stands|called) at harness/test/test_census.c:[0-9]+ in wait_for");
    free(text);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* who looked is a child no more */
    assert_int_equal(errno, ECHILD);
    close(pipes[1]);
    pthread_join(thread, NULL);
    close(pipes[0]);
}

static void a_detached_thread_is_there_until_it_ends(void **state)
{
    (void)state;
    pthread_t thread;
    int pipes[2];
    uint64_t threads = census_counts.threads;
    uint32_t since = census_mark();
    assert_int_equal(pthread_create(&thread, NULL, nothing, NULL), 0);
    wait_until_ended(since);
    pthread_detach(thread);
    assert_int_equal(census_counts.threads, threads);

    assert_int_equal(pipe(pipes), 0);
    since = census_mark();
    assert_int_equal(pthread_create(&thread, NULL, wait_for, pipes), 0);
    pthread_detach(thread);
    assert_int_equal(census_counts.threads, threads + 1);
    assert_true(found_since(since).last.detached && !found_since(since).last.ended);
    close(pipes[1]);
    while (found_since(since).count)
        sched_yield();
    assert_int_equal(census_counts.threads, threads);
    close(pipes[0]);
}

/* --- For tests ----------------------------------------------------------------------------------- */

static void what_a_test_leaves_is_told_with_its_line(void **state)
{
    (void)state;
    uv_timer_t timer, before;
    char words[128];
    uv_timer_init(loop, &before);
    struct handles_verify mine = handles_verify_begin(loop);
    assert_null(handles_verify_none(&mine));
    uv_timer_init(loop, &timer);
    int line = __LINE__ - 1;
    char *left = handles_verify_none(&mine);
    assert_non_null(left);
    expect_words(left, "1 handle, 0 descriptors and 0 threads are open");
    expect_words(left, "1 timer handle, stopped\n");
    snprintf(words, sizeof words, "made at harness/test/test_census.c:%d in what_a_test_", line);
    expect_words(left, words);
    free(left);
    uv_close((uv_handle_t *)&timer, NULL); /* its callback is due: that is enough */
    assert_null(handles_verify_none(&mine));
    close_now(&before);
}

static void hold(uv_work_t *work)
{
    wait_for(work->data);
}

static void done(uv_work_t *work, int status)
{
    (void)work, (void)status;
}

static void a_request_in_flight_is_told(void **state)
{
    (void)state;
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    struct handles_verify mine = handles_verify_begin(loop);
    uv_work_t work = {.data = pipes};
    uv_queue_work(loop, &work, hold, done);
    char *left = handles_verify_none(&mine);
    assert_non_null(left);
    expect_words(left, "0 handles, 1 request in flight, ");
    expect_match(left, "1 work request, (running|waiting) in the thread pool\n    made at "
                       "harness/test/test_census.c");
    free(left);
    close(pipes[1]);
    uv_run(loop, UV_RUN_DEFAULT);
    assert_null(handles_verify_none(&mine));
    close(pipes[0]);
}

static void one_loop_s_handles_are_no_concern_of_another(void **state)
{
    (void)state;
    uv_loop_t other;
    uv_timer_t timer;
    assert_int_equal(uv_loop_init(&other), 0);
    struct handles_verify mine = handles_verify_begin(loop);
    uv_timer_init(&other, &timer);
    assert_null(handles_verify_none(&mine));
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(&other, UV_RUN_NOWAIT);
    assert_int_equal(uv_loop_close(&other), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handle_is_there_from_init_until_it_is_closed),
        cmocka_unit_test(the_close_callback_is_the_program_s),
        cmocka_unit_test(each_kind_of_handle_is_seen),
        cmocka_unit_test(what_fails_is_there_only_where_it_is_to_be_closed),
        cmocka_unit_test(thousands_come_and_go_in_any_order),
        cmocka_unit_test(a_handle_that_is_closed_twice_is_named_with_its_places),
        cmocka_unit_test(a_thread_is_there_until_it_is_joined),
        cmocka_unit_test(what_is_open_is_told_by_how_much),
        cmocka_unit_test(a_thread_that_waits_is_told_with_where_it_stands),
        cmocka_unit_test(a_detached_thread_is_there_until_it_ends),
        cmocka_unit_test(what_a_test_leaves_is_told_with_its_line),
        cmocka_unit_test(a_request_in_flight_is_told),
        cmocka_unit_test(one_loop_s_handles_are_no_concern_of_another),
    };
    return cmocka_run_group_tests_name("census", tests, begin, end);
}
