/* The census on a newer libuv than Debian 12's: what that can do more. `make check-libuv LIBUV=folder` runs it against one; with an
 * older one each case says why it is skipped. */
#include "test/support.h"

#include "census/census.h"
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SINCE(major, minor) (UV_VERSION_HEX >= ((major) << 16 | (minor) << 8))

/* A case that this libuv has nothing for. */
static __attribute__((unused)) void skip_without(const char *name)
{
    print_message("# libuv %s has no %s\n", uv_version_string(), name);
    skip();
}

static uv_loop_t *loop;
static int called;

static int begin(void **state)
{
    (void)state;
    static uv_loop_t room;
    loop = &room;
    called = 0;
    census_start();
    return uv_loop_init(loop);
}

static int end(void **state)
{
    (void)state;
    return uv_loop_close(loop);
}

struct found {
    size_t count;
    struct census_entry last;
    uint32_t since;
    enum census_kind kind;
};

static bool find(const struct census_entry *entry, void *arg)
{
    struct found *found = arg;
    if (entry->mark >= found->since && entry->kind == found->kind) {
        found->count++;
        found->last = *entry;
    }
    return true;
}

static __attribute__((unused)) struct found found_since(uint32_t since, enum census_kind kind)
{
    struct found found = {.since = since, .kind = kind};
    census_each(find, &found);
    return found;
}

/* --- uv_pipe_connect2(), since 1.46 -------------------------------------------------------------- */

#if SINCE(1, 46)
static void on_connected(uv_connect_t *request, int status)
{
    (void)request;
    assert_true(status < 0);
    called++;
}
#endif

static void a_connection_to_a_pipe_of_any_name_is_in_flight(void **state)
{
    (void)state;
#if SINCE(1, 46)
    static const char name[] = "/no/such/socket";
    uv_pipe_t pipe;
    uv_connect_t connect;
    uint32_t since = census_mark();
    uv_pipe_init(loop, &pipe, 0);
    assert_int_equal(uv_pipe_connect2(&connect, &pipe, name, strlen(name), 0, on_connected), 0);
    assert_int_equal(found_since(since, CENSUS_REQUEST).count, 1);
    assert_int_equal(found_since(since, CENSUS_REQUEST).last.request, UV_CONNECT);
    uv_run(loop, UV_RUN_DEFAULT);
    assert_int_equal(called, 1);
    /* One that libuv refuses is none. */
    assert_true(uv_pipe_connect2(&connect, &pipe, name, strlen(name), 1U << 9, on_connected) < 0);
    assert_int_equal(found_since(since, CENSUS_REQUEST).count, 0);
    uv_close((uv_handle_t *)&pipe, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
#else
    skip_without("uv_pipe_connect2()");
#endif
}

/* --- uv_thread_detach(), since 1.50 -------------------------------------------------------------- */

#if SINCE(1, 50)
static void wait_for(void *pipe)
{
    char byte;
    assert_int_equal(read(*(int *)pipe, &byte, 1), 0);
}
#endif

static void a_thread_that_libuv_detaches_is_there_until_it_ends(void **state)
{
    (void)state;
#if SINCE(1, 50)
    uv_thread_t thread;
    int pipes[2];
    uint32_t since = census_mark();
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(uv_thread_create(&thread, wait_for, pipes), 0);
    assert_false(found_since(since, CENSUS_THREAD).last.detached);
    assert_int_equal(uv_thread_detach(&thread), 0);
    assert_int_equal(found_since(since, CENSUS_THREAD).count, 1);
    assert_true(found_since(since, CENSUS_THREAD).last.detached);
    close(pipes[1]);
    while (found_since(since, CENSUS_THREAD).count)
        sched_yield();
    close(pipes[0]);
#else
    skip_without("uv_thread_detach()");
#endif
}

/* --- io_uring, since 1.45; by a wish of the program and of its environment since 1.49 -------------- */

#ifdef UV_LOOP_USE_IO_URING_SQPOLL
static void on_read(uv_fs_t *request)
{
    assert_int_equal(request->result, 1);
    uv_fs_req_cleanup(request);
    called++;
}
#endif

/* No thread of the pool runs it then. Where the kernel does not let it, the thread pool does the same: libuv's own record of the
 * request tells which. */
static void what_the_kernel_does_for_libuv_is_in_flight_too(void **state)
{
    (void)state;
#ifdef UV_LOOP_USE_IO_URING_SQPOLL
    uv_fs_t request;
    int ends[2];
    char byte;
    uv_buf_t room = uv_buf_init(&byte, 1);
    uv_loop_configure(loop, UV_LOOP_USE_IO_URING_SQPOLL);
    assert_int_equal(pipe(ends), 0);
    uint32_t since = census_mark();
    assert_int_equal(uv_fs_read(loop, &request, ends[0], &room, 1, -1, on_read), 0);
    struct found found = found_since(since, CENSUS_REQUEST);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.last.request, UV_FS);
    assert_ptr_equal(found.last.loop, loop);
    if (request.work_req.work)
        print_message("# io_uring is not to be had here: a thread of the pool reads\n");
    else
        assert_int_equal(found.last.pool, CENSUS_NO_POOL);
    uv_run(loop, UV_RUN_NOWAIT);
    assert_int_equal(found_since(since, CENSUS_REQUEST).count, 1);
    assert_int_equal(write(ends[1], "x", 1), 1);
    uv_run(loop, UV_RUN_DEFAULT);
    assert_int_equal(called, 1);
    assert_int_equal(found_since(since, CENSUS_REQUEST).count, 0);
    close(ends[0]);
    close(ends[1]);
#else
    skip_without("UV_LOOP_USE_IO_URING_SQPOLL");
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_connection_to_a_pipe_of_any_name_is_in_flight, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_thread_that_libuv_detaches_is_there_until_it_ends, begin,
                                        end),
        cmocka_unit_test_setup_teardown(what_the_kernel_does_for_libuv_is_in_flight_too, begin,
                                        end),
    };
    setenv("UV_USE_IO_URING", "1", 1);
    return cmocka_run_group_tests_name("census: newer libuv", tests, NULL, NULL);
}
