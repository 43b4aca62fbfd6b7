/* The census of requests: each is there, with the line that began it, until its callback is due. */
#include "test/support.h"

#include "census/census.h"
#include "census/listing.h"
#include "census/verify_handles.h"
#include "test/words.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

struct found {
    size_t count;
    struct census_entry last;
    uint32_t since;
    enum census_kind kind;
};

static bool find(const struct census_entry *entry, void *arg)
{
    struct found *found = arg;
    if (entry->mark < found->since || entry->kind != found->kind)
        return true;
    found->count++;
    if (entry->mark >= found->last.mark)
        found->last = *entry; /* the newest */
    return true;
}

static struct found found_since(uint32_t since, enum census_kind kind)
{
    struct found found = {.since = since, .kind = kind};
    census_each(find, &found);
    return found;
}

static struct found requests_since(uint32_t since)
{
    return found_since(since, CENSUS_REQUEST);
}

static char *listed(enum listing_format format, uint32_t since)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct listing listing = {.format = format, .since = since, .callers = "harness/census/"};
    assert_true(listing_write(&listing, out) >= 0);
    fclose(out);
    return text;
}

/* --- Streams and sockets ------------------------------------------------------------------------- */

static int called;

static void on_written(uv_write_t *write, int status)
{
    (void)write, (void)status;
    called++;
}

static void on_connected(uv_connect_t *request, int status)
{
    (void)request, (void)status;
    called++;
}

static void on_shut_down(uv_shutdown_t *request, int status)
{
    (void)request, (void)status;
    called++;
}

static void on_sent(uv_udp_send_t *request, int status)
{
    (void)request, (void)status;
    called++;
}

enum { MUCH = 4 << 20 };

/* A reader who has stopped: what does not fit into the socket is queued, and told with who wants it written. */
static void a_write_is_there_with_its_bytes_until_it_is_written(void **state)
{
    (void)state;
    int ends[2];
    uv_pipe_t pipe;
    uv_write_t writes[2];
    uv_shutdown_t shutdown;
    char *bytes = calloc(1, MUCH), words[128];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    uint64_t before = census_counts.requests;
    uint32_t since = census_mark();
    uv_pipe_init(loop, &pipe, 0);
    uv_pipe_open(&pipe, ends[0]);
    uv_buf_t part = uv_buf_init(bytes, MUCH);
    called = 0;
    uv_write(&writes[0], (uv_stream_t *)&pipe, &part, 1, on_written);
    uv_write(&writes[1], (uv_stream_t *)&pipe, &part, 1, NULL); /* without a callback too */
    int line = __LINE__ - 1;
    uv_shutdown(&shutdown, (uv_stream_t *)&pipe, on_shut_down);
    assert_int_equal(census_counts.requests, before + 3);
    struct found found = found_since(since, CENSUS_HANDLE);
    size_t queued = found.last.queued;
    assert_true(queued > MUCH && queued < 2 * MUCH);
    char *text = listed(LISTING_SUMMARY, since);
    expect_words(text, "1 handle, 3 requests in flight, ");
    snprintf(words, sizeof words, "1 write request, %d bytes queued\n", MUCH);
    expect_words(text, words);
    snprintf(words, sizeof words, "1 write request, %zu bytes queued\n", queued - MUCH);
    expect_words(text, words);
    snprintf(words, sizeof words, "made at harness/test/test_census_requests.c:%d in a_write",
             line);
    expect_words(text, words);
    expect_words(text, "1 shutdown request\n");
    free(text);
    uv_close((uv_handle_t *)&pipe, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    assert_int_equal(called, 2);
    assert_int_equal(requests_since(since).count, 0);
    assert_int_equal(census_counts.requests, before);
    close(ends[1]);
    free(bytes);
}

static void connections_and_datagrams_are_there_until_they_are_told(void **state)
{
    (void)state;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
    uv_udp_t udp;
    uv_connect_t connects[2];
    uv_udp_send_t send;
    struct sockaddr_in nobody;
    uv_buf_t part = uv_buf_init("x", 1);
    uint32_t since = census_mark();
    called = 0;
    uv_ip4_addr("127.0.0.1", 1, &nobody);
    uv_tcp_init(loop, &tcp);
    uv_pipe_init(loop, &pipe, 0);
    uv_udp_init(loop, &udp);
    uv_tcp_connect(&connects[0], &tcp, (struct sockaddr *)&nobody, on_connected);
    assert_int_equal(requests_since(since).last.request, UV_CONNECT);
    uv_pipe_connect(&connects[1], &pipe, "/no/such/socket", on_connected);
    uv_udp_send(&send, &udp, &part, 1, (struct sockaddr *)&nobody, on_sent);
    assert_int_equal(requests_since(since).count, 3);
    assert_int_equal(requests_since(since).last.request, UV_UDP_SEND);
    assert_ptr_equal(requests_since(since).last.loop, loop);
    uv_run(loop, UV_RUN_DEFAULT);
    assert_int_equal(called, 3);
    assert_int_equal(requests_since(since).count, 0);
    /* What libuv has opened for a handle was made where the handle was. */
    assert_int_equal(found_since(since, CENSUS_DESCRIPTOR).count, 3);
    assert_string_equal(found_since(since, CENSUS_DESCRIPTOR).last.descriptor, "socket");
    uv_close((uv_handle_t *)&tcp, NULL);
    uv_close((uv_handle_t *)&pipe, NULL);
    uv_close((uv_handle_t *)&udp, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    assert_int_equal(found_since(since, CENSUS_DESCRIPTOR).count, 0);
}

/* One that libuv refuses is none. */
static void what_is_refused_is_not_in_flight(void **state)
{
    (void)state;
    uv_tcp_t tcp;
    uv_write_t write;
    uv_shutdown_t shutdown;
    uv_buf_t part = uv_buf_init("x", 1);
    uint32_t since = census_mark();
    uv_tcp_init(loop, &tcp);
    assert_true(uv_write(&write, (uv_stream_t *)&tcp, &part, 1, on_written) < 0);
    assert_true(uv_shutdown(&shutdown, (uv_stream_t *)&tcp, on_shut_down) < 0);
    assert_int_equal(requests_since(since).count, 0);
    uv_close((uv_handle_t *)&tcp, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
}

/* --- The thread pool ----------------------------------------------------------------------------- */

enum { POOL = 4, MORE = 3 };
static int gate[2];

static void wait_at_gate(uv_work_t *work)
{
    char byte;
    (void)work;
    while (read(gate[0], &byte, 1) < 0)
        continue;
}

static void on_worked(uv_work_t *work, int status)
{
    (void)work, (void)status;
    called++;
}

static void on_date(uv_fs_t *date)
{
    uv_fs_req_cleanup(date);
    called++;
}

struct in_pool {
    uint32_t since;
    size_t at[CENSUS_POOL_DONE + 1];
};

static bool count_in_pool(const struct census_entry *entry, void *arg)
{
    struct in_pool *in_pool = arg;
    if (entry->kind == CENSUS_REQUEST && entry->mark >= in_pool->since)
        in_pool->at[entry->pool]++;
    return true;
}

static size_t in_pool(uint32_t since, enum census_pool where)
{
    struct in_pool in_pool = {.since = since};
    census_each(count_in_pool, &in_pool);
    return in_pool.at[where];
}

/* All threads wait at the gate, and behind them whoever comes next. */
static void who_waits_for_the_pool_and_who_runs_in_it_is_told(void **state)
{
    (void)state;
    uv_work_t works[POOL + MORE];
    uv_fs_t date;
    uint32_t since = census_mark();
    assert_int_equal(pipe(gate), 0);
    called = 0;
    for (int i = 0; i < POOL + MORE; i++)
        uv_queue_work(loop, &works[i], wait_at_gate, on_worked);
    uv_fs_stat(loop, &date, ".", on_date);
    while (in_pool(since, CENSUS_POOL_RUNS) < POOL)
        sched_yield();
    assert_int_equal(in_pool(since, CENSUS_POOL_RUNS), POOL);
    assert_int_equal(in_pool(since, CENSUS_POOL_WAITS), MORE + 1);
    char *text = listed(LISTING_SUMMARY, since);
    expect_words(text, "4 work requests, running in the thread pool\n");
    expect_words(text, "3 work requests, waiting in the thread pool\n");
    expect_words(text, "1 fs request, waiting in the thread pool\n");
    free(text);
    assert_int_equal(uv_cancel((uv_req_t *)&works[POOL + MORE - 1]), 0);
    assert_int_equal(in_pool(since, CENSUS_POOL_WAITS), MORE + 1); /* until it is called back */
    close(gate[1]);
    uv_run(loop, UV_RUN_DEFAULT);
    assert_int_equal(called, POOL + MORE + 1);
    assert_int_equal(requests_since(since).count, 0);
    close(gate[0]);
}

static int opened;

static void on_open(uv_fs_t *request)
{
    opened = (int)request->result;
    uv_fs_req_cleanup(request);
}

static void on_address(uv_getaddrinfo_t *request, int status, struct addrinfo *answer)
{
    (void)request, (void)status;
    uv_freeaddrinfo(answer);
    called++;
}

static void on_name(uv_getnameinfo_t *request, int status, const char *name, const char *service)
{
    (void)request, (void)status, (void)name, (void)service;
    called++;
}

static void on_random(uv_random_t *request, int status, void *bytes, size_t length)
{
    (void)request, (void)status, (void)bytes, (void)length;
    called++;
}

static void lookups_and_files_are_there_only_with_a_callback(void **state)
{
    (void)state;
    uv_getaddrinfo_t address;
    uv_getnameinfo_t name;
    uv_random_t random;
    uv_fs_t open;
    char bytes[8];
    struct sockaddr_in here;
    struct addrinfo wish = {.ai_flags = AI_NUMERICHOST};
    uint32_t since = census_mark();
    called = 0;
    uv_ip4_addr("127.0.0.1", 80, &here);
    uv_random(NULL, NULL, bytes, sizeof bytes, 0, NULL);
    int now = uv_fs_open(NULL, &open, "/dev/null", O_RDONLY, 0, NULL);
    assert_int_equal(requests_since(since).count, 0);
    assert_int_equal(found_since(since, CENSUS_DESCRIPTOR).last.number, now);
    assert_string_equal(found_since(since, CENSUS_DESCRIPTOR).last.descriptor, "device");
    uv_getaddrinfo(loop, &address, on_address, "127.0.0.1", NULL, &wish);
    uv_getnameinfo(loop, &name, on_name, (struct sockaddr *)&here, NI_NUMERICHOST | NI_NUMERICSERV);
    uv_random(loop, &random, bytes, sizeof bytes, 0, on_random);
    uv_fs_open(loop, &open, "/dev/null", O_RDONLY, 0, on_open);
    int line = __LINE__ - 1;
    assert_int_equal(requests_since(since).count, 4);
    uv_run(loop, UV_RUN_DEFAULT);
    assert_int_equal(called, 3);
    assert_int_equal(requests_since(since).count, 0);
    char words[64], *text = listed(LISTING_SUMMARY, since);
    snprintf(words, sizeof words, "made at harness/test/test_census_requests.c:%d in", line);
    expect_words(text, words); /* the file that it has opened */
    free(text);
    uv_fs_close(NULL, &open, now, NULL);
    close(opened);
    assert_int_equal(found_since(since, CENSUS_DESCRIPTOR).count, 0);
}

/* What libuv opens under the number of one that the program has closed is not taken for that. */
static void a_number_that_is_taken_again_has_its_own_maker(void **state)
{
    (void)state;
    uv_udp_t udp;
    struct sockaddr_in any;
    uv_os_fd_t number;
    uint32_t since = census_mark();
    int first = socket(AF_INET, SOCK_DGRAM, 0);
    close(first);
    uv_ip4_addr("127.0.0.1", 0, &any);
    uv_udp_init(loop, &udp);
    int line = __LINE__ - 1;
    uv_udp_bind(&udp, (struct sockaddr *)&any, 0);
    assert_int_equal(uv_fileno((uv_handle_t *)&udp, &number), 0);
    assert_int_equal(number, first);
    char words[96], *text = listed(LISTING_SUMMARY, since);
    snprintf(words, sizeof words,
             "1 socket descriptor\n    made at "
             "harness/test/test_census_requests.c:%d in",
             line);
    expect_words(text, words);
    free(text);
    uv_close((uv_handle_t *)&udp, NULL);
    uv_run(loop, UV_RUN_NOWAIT);
}

/* --- A loop that is closed under them ------------------------------------------------------------ */

static void on_timer(uv_timer_t *timer)
{
    (void)timer;
}

/* What standard error is told of while a loop is closed; to be freed. */
static char *said_of_closing(uv_loop_t *of, int expected)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = tmpfile();
    int kept = dup(STDERR_FILENO);
    fflush(stderr);
    dup2(fileno(file), STDERR_FILENO);
    int failed = uv_loop_close(of);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    rewind(file);
    if (getdelim(&text, &size, 0, file) < 0) {
        free(text);
        text = strdup("");
    }
    fclose(file);
    assert_int_equal(failed, expected);
    return text;
}

static void a_loop_closed_under_its_handles_names_them(void **state)
{
    (void)state;
    uv_loop_t other;
    uv_timer_t timer;
    char words[128];
    assert_int_equal(uv_loop_init(&other), 0);
    uv_timer_init(&other, &timer);
    int line = __LINE__ - 1;
    uv_timer_start(&timer, on_timer, 1000, 0);
    char *text = said_of_closing(&other, UV_EBUSY);
    expect_words(text, "uv_loop_close: 1 handle, ");
    expect_words(text, "on a loop that is closed (EBUSY)\n");
    snprintf(words, sizeof words,
             "1 timer handle\n    made at harness/test/test_census_requests.c:%d in a_loop_", line);
    expect_words(text, words);
    free(text);
    census_say(false);
    text = said_of_closing(&other, UV_EBUSY);
    assert_string_equal(text, "");
    free(text);
    census_say(true);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(&other, UV_RUN_DEFAULT);
    text = said_of_closing(&other, 0);
    assert_string_equal(text, "");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_is_there_with_its_bytes_until_it_is_written),
        cmocka_unit_test(connections_and_datagrams_are_there_until_they_are_told),
        cmocka_unit_test(what_is_refused_is_not_in_flight),
        cmocka_unit_test(who_waits_for_the_pool_and_who_runs_in_it_is_told),
        cmocka_unit_test(lookups_and_files_are_there_only_with_a_callback),
        cmocka_unit_test(a_number_that_is_taken_again_has_its_own_maker),
        cmocka_unit_test(a_loop_closed_under_its_handles_names_them),
    };
    setenv("UV_THREADPOOL_SIZE", "4", 1);
    return cmocka_run_group_tests_name("census: requests", tests, begin, end);
}
