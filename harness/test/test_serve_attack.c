/* What was found to bring the service down, keep others out, or make it do what nobody of its own asked
 * for; and that it is as it was after all of it. */
#include "test/service.h"

#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void expect(const struct service *s, const char *path, const char *headers, const char *body,
                   int status)
{
    struct answer answer = service_post(s, path, headers, body);
    if (answer.status != status)
        fail_msg("%s %.60s: %d instead of %d", path, body, answer.status, status);
}

/* Also of HEAD, whose answers tell of a body that does not come. */
static int status_of(const struct service *s, const char *ask, const char *headers)
{
    char request[512];
    const char *all;
    int client = service_connect(s);
    snprintf(request, sizeof request,
             "%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", ask, headers);
    service_send(client, request);
    assert_true(service_read_to_end(client, &all));
    close(client);
    return (int)strtol(all + strlen("HTTP/1.1 "), NULL, 10);
}

/* --- Bodies ----------------------------------------------------------------------------------- */

static void repeat(char *text, size_t size, const char *part)
{
    size_t length = strlen(part), at = 0;
    for (; at + length < size; at += length)
        memcpy(text + at, part, length);
    text[at] = 0;
}

static void send_nested(const struct service *s)
{
    static const char *const parts[] = {"[", "{\"a\":", "[{\"a\":[", "{\"a\":\"[\\\"\",\"b\":["};
    static const size_t sizes[] = {10, 1001, 4096};
    char body[4096];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            repeat(body, sizes[j], parts[i]);
            expect(s, "/live/start", "", body, 400);
            expect(s, "/live/steer", "", body, 400);
        }
}

static void nested_brackets_are_refused(void **state)
{
    (void)state;
    char digits[4000], body[4200];
    struct service s = service_start("");
    send_nested(&s);
    /* The most that is parsed: as deep as may be, and the longest number. */
    memset(digits, '9', sizeof digits);
    snprintf(body, sizeof body, "{\"a\":[[[[[[[%.*s.5e-3999]]]]]]]}", 4000, digits);
    expect(&s, "/live/start", "", body, 400);
    memset(body, ' ', 4096);
    body[4096] = 0;
    expect(&s, "/live/start", "", body, 400); /* the longest that is read, and no JSON */
    body[4096] = ' ';
    body[4097] = 0;
    expect(&s, "/live/start", "", body, 413);
    assert_int_equal(service_ask(&s, "GET /work", "Content-Length: 1\r\n").status, 413);
    assert_int_equal(service_ask(&s, "GET /healthz", "").status, 200);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* --- Other sites' pages ----------------------------------------------------------------------- */

static void foreign_pages_change_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *ask, *headers;
        int status;
    } cases[] = {
        {"GET /work", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n", 403},
        {"GET /work", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n", 403},
        {"GET /work", "Sec-Fetch-Site: same-site\r\n", 403},
        {"HEAD /work", "Sec-Fetch-Site: cross-site\r\n", 403},
        {"GET /work", "Origin: http://example.org\r\n", 403},
        {"GET /work", "Origin: null\r\n", 403},
        {"GET /work", "User-Agent: Mozilla/5.0\r\n", 403}, /* by http, not on loopback */
        {"GET /live/events", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n", 403},
        {"GET /debug/pprof/goroutine", "Sec-Fetch-Site: cross-site\r\n", 403},
        {"GET /metrics", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n", 200},
        {"GET /", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n", 200},
        {"GET /healthz", "User-Agent: Mozilla/5.0\r\n", 200},
        {"GET /work", "Sec-Fetch-Site: same-origin\r\n", 200},
        {"GET /work", "Sec-Fetch-Site: none\r\nUser-Agent: Mozilla/5.0\r\n", 200}, /* typed */
        {"GET /work", "", 200},
    };
    enum { WORKED = 3 };
    struct service s = service_start("channel_receive --variant leak");
    for (int i = 0; i < 50; i++)
        assert_int_equal(service_ask(&s, cases[0].ask, cases[0].headers).status, 403);
    assert_true(service_metric(&s, "leaklab_tasks") == 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = status_of(&s, cases[i].ask, cases[i].headers);
        if (status != cases[i].status)
            fail_msg("%s, %s: %d", cases[i].ask, cases[i].headers, status);
    }
    assert_true(service_metric(&s, "leaklab_tasks") == 1 + WORKED);
    service_end(&s, SIGTERM);
}

/* --- Where a request ends --------------------------------------------------------------------- */

#define HOST "Host: localhost\r\n"
#define NEXT "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define STOP "POST /live/stop HTTP/1.1\r\n" HOST

/* What follows is taken for a request of its own only where there can be no doubt. */
static void no_request_hides_in_another(void **state)
{
    (void)state;
    static const struct {
        const char *sent;
        size_t length;
        int status;
        bool goes_on; /* the next one is answered on the same connection */
    } cases[] = {
#define CASE(text, ...) {text NEXT, sizeof(text NEXT) - 1, __VA_ARGS__}
        /* A body with its length is read, whatever is thought of it. */
        CASE(STOP "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", 409, true),
        CASE(STOP "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400, false),
        CASE(STOP "Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello", 400, false),
        CASE("GET /healthz HTTP/1.1\r\n" HOST "Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
             400, false),
        CASE(STOP "Content-Length: 5, 5\r\n\r\nhello", 400, false),
        CASE(STOP "Content-Length:\r\n 5\r\n\r\nhello", 400, false),
        CASE(STOP "Content-Length : 5\r\n\r\nhello", 400, false),
        CASE(STOP "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, false),
        CASE(STOP "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411, false),
        CASE(STOP "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400, false),
        CASE(STOP "Transfer-Encoding: gzip\r\n\r\nx", 501, false),
        CASE(STOP "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, false),
        CASE(STOP "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n", 400,
             false),
        CASE("POST /live/stop HTTP/1.0\r\n" HOST
             "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             400, false),
        CASE("GET /healthz HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n", 400, false),
        CASE("GET /healthz HTTP/1.1\r\n" HOST "X: a\r\n\tb\r\n\r\n", 400, false),
        CASE("GET /healthz HTTP/1.1\r\n Host: a\r\n" HOST "\r\n", 400, false),
        CASE("GET /healthz HTTP/1.1\n" HOST "X: a\n b\n\n", 400, false),
        CASE("GET /healthz HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n", 400, false),
        CASE("GET /healthz HTTP/1.1\r\nHost: localhost\0.example\r\n\r\n", 400, false),
        CASE("GET /healthz HTTP/1.1\r\n" HOST ": x\r\n\r\n", 400, false),
        CASE("GET /healthz HTTP/1.1\r\n" HOST "X y: z\r\n\r\n", 400, false),
        CASE("GET /healthz HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n", 400, false),
        CASE("GET /healthz HTTP/1.1\r\n" HOST HOST "\r\n", 400, false),
        CASE("GET /healthz%zz HTTP/1.1\r\n" HOST "\r\n", 400, false),
        CASE("GET /healthz% HTTP/1.1\r\n" HOST "\r\n", 400, false),
        CASE("GET /healthz%2 HTTP/1.1\r\n" HOST "\r\n", 400, false),
        CASE("GET /healthz%00 HTTP/1.1\r\n" HOST "\r\n", 400, false),
        CASE("GET /live/source?pair=%g0 HTTP/1.1\r\n" HOST "\r\n", 400, false),
        CASE("GET /%68ealth%7A HTTP/1.1\r\n" HOST "\r\n", 200, true),
        CASE("GET /%2568ealthz HTTP/1.1\r\n" HOST "\r\n", 404, true),
        CASE("GET /healthz HTTP/1.1\n" HOST "X:\nY: a: b\n\n", 200, true),
        CASE("GET /healthz HTTP/1.1\r\n" HOST "X:\r\nY: a: b\r\nZ:c\r\n\r\n", 200, true),
        CASE("GET http://localhost/healthz HTTP/1.1\r\nHost: example.org\r\n\r\n", 200, true),
        CASE("GET http://example.org/healthz HTTP/1.1\r\n" HOST "\r\n", 421, true),
        CASE("HEAD /healthz HTTP/1.1\r\n" HOST "\r\n", 200, true),
        CASE("HEAD /live/events HTTP/1.1\r\n" HOST "\r\n", 200, true),
#undef CASE
    };
    struct service s = service_start("");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *all;
        int client = service_connect(&s);
        service_send_bytes(client, cases[i].sent, cases[i].length);
        shutdown(client, SHUT_WR);
        assert_true(service_read_to_end(client, &all));
        int status = (int)strtol(all + strlen("HTTP/1.1 "), NULL, 10);
        bool goes_on = strstr(all + 1, "\r\n\r\nok\n") && strstr(all + 1, "HTTP/1.1 200");
        if (status != cases[i].status || (status != 200 && goes_on != cases[i].goes_on) ||
            (status == 200 && !goes_on))
            fail_msg("%s: %d, goes on: %d: %s", cases[i].sent, status, goes_on, all);
        close(client);
    }
    service_await_baseline(&s);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* --- What one request may cost ---------------------------------------------------------------- */

enum { ADDRESSES = 4096 };

/* Where the service's own code lies. */
static void find_code(const struct service *s, uint64_t *low, uint64_t *high)
{
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/maps", (int)s->pid);
    FILE *maps = fopen(path, "re");
    assert_non_null(maps);
    *low = *high = 0;
    while (!*low && fgets(line, sizeof line, maps))
        if (strstr(line, " r-xp "))
            sscanf(line, "%" SCNx64 "-%" SCNx64, low, high);
    fclose(maps);
    assert_true(*high > *low);
}

/* So many addresses of the program's code, others each time; at most 15 bytes each. */
static const char *addresses(const struct service *s, size_t count)
{
    static char text[16 * (ADDRESSES + 1)];
    static uint64_t next;
    uint64_t low, high;
    size_t length = 0;
    find_code(s, &low, &high);
    uint64_t size = high > low ? high - low : 1;
    for (size_t i = 0; i < count; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s0x%" PRIx64,
                                   i ? "+" : "", low + (next += 1009) % size);
    return text;
}

static int post_addresses(const struct service *s, size_t count)
{
    static char request[17 * (ADDRESSES + 1)];
    const char *body = addresses(s, count);
    int client = service_connect(s);
    snprintf(
        request, sizeof request,
        "POST /debug/pprof/symbol HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n%s",
        strlen(body), body);
    service_send(client, request);
    return client;
}

static int symbols_status(const struct service *s, size_t count)
{
    int client = post_addresses(s, count);
    int status = service_read(client).status;
    close(client);
    return status;
}

static void addresses_are_looked_up_within_bounds(void **state)
{
    (void)state;
    struct service s = service_start("");
    assert_int_equal(symbols_status(&s, ADDRESSES + 1), 413);
    assert_int_equal(symbols_status(&s, ADDRESSES), 200);
    service_await_baseline(&s);
    double heap = service_metric(&s, "leaklab_heap_allocated_bytes");
    for (int i = 0; i < 4; i++)
        assert_int_equal(symbols_status(&s, ADDRESSES), 200);
    service_await_baseline(&s);
    double grown = service_metric(&s, "leaklab_heap_allocated_bytes") - heap;
    if (grown > 16384) /* each address once: 200 bytes, 3 MiB in all */
        fail_msg("the heap has grown by %.0f bytes", grown);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* Others are answered while addresses are looked up: it is a task of its own that does. */
static void looking_up_keeps_nobody_waiting(void **state)
{
    (void)state;
    struct service s = service_start("");
    bool seen = false;
    while (!seen) {
        int client = post_addresses(&s, ADDRESSES);
        seen = service_metric(&s, "leaklab_tasks") == 2;
        assert_int_equal(service_read(client).status, 200);
        close(client);
    }
    for (int refused = 0; !refused;) { /* so many at once are not taken */
        int clients[16];
        for (int i = 0; i < 16; i++)
            clients[i] = post_addresses(&s, ADDRESSES);
        for (int i = 0; i < 16; i++) {
            int status = service_read(clients[i]).status;
            assert_true(status == 200 || status == 503);
            refused += status == 503;
            close(clients[i]);
        }
    }
    int client = post_addresses(&s, ADDRESSES); /* and one that leaves takes its task with it */
    close(client);
    service_await_baseline(&s);
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

/* --- All of it -------------------------------------------------------------------------------- */

struct figures {
    double tasks, channels, descriptors, heap, resident;
};

static struct figures figures_of(const struct service *s)
{
    service_await_baseline(s);
    return (struct figures){
        .tasks = service_metric(s, "leaklab_tasks"),
        .channels = service_metric(s, "leaklab_channels"),
        .descriptors = service_metric(s, "process_open_fds"),
        .heap = service_metric(s, "leaklab_heap_allocated_bytes"),
        .resident = service_metric(s, "process_resident_memory_bytes"),
    };
}

static void attack(const struct service *s)
{
    static const char foreign[] = "Sec-Fetch-Site: cross-site\r\n";
    int streams[40];
    send_nested(s);
    for (int i = 0; i < 50; i++)
        service_ask(s, "GET /work", foreign);
    assert_int_equal(symbols_status(s, ADDRESSES), 200);
    for (int i = 0; i < 40; i++) {
        streams[i] = service_connect(s);
        service_send(streams[i], "GET /live/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    expect(s, "/live/start", "", "{\"pair\":\"full_buffer\",\"rate\":1,\"memory_limit_mib\":1e9}",
           400);
    for (int i = 0; i < 40; i++)
        close(streams[i]);
    assert_int_equal(status_of(s, "HEAD /live/events", ""), 200);
    assert_int_equal(service_ask(s, "GET /debug/pprof/goroutine?debug=2", "").status, 200);
}

/* Of the clock: opened when the service first sleeps until a deadline, and kept. A busy one comes to that late. */
static bool has_timer(const struct service *s)
{
    char path[64], name[64];
    bool any = false;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)s->pid);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        ssize_t length = readlinkat(dirfd(folder), entry->d_name, name, sizeof name - 1);
        name[length > 0 ? length : 0] = 0;
        any |= strcmp(name, "anon_inode:[timerfd]") == 0;
    }
    closedir(folder);
    return any;
}

static void it_is_as_before_after_all_of_them(void **state)
{
    (void)state;
    enum { ROUNDS = 10 };
    struct service s = service_start("channel_receive --variant fix");
    do
        attack(&s); /* tables of symbols, caches */
    while (!has_timer(&s));
    struct figures before = figures_of(&s);
    for (int i = 0; i < ROUNDS; i++)
        attack(&s);
    struct figures after = figures_of(&s);
    print_message("heap %+.0f bytes, resident set %+.0f bytes\n", after.heap - before.heap,
                  after.resident - before.resident);
    assert_true(after.tasks == before.tasks && after.channels == before.channels);
    assert_true(after.descriptors == before.descriptors);
    if (!support_is_instrumented()) {
        assert_true(after.heap - before.heap < 65536);
        assert_true(after.resident - before.resident < 2 << 20);
    }
    assert_int_equal(service_end(&s, SIGTERM), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nested_brackets_are_refused),
        cmocka_unit_test(foreign_pages_change_nothing),
        cmocka_unit_test(no_request_hides_in_another),
        cmocka_unit_test(addresses_are_looked_up_within_bounds),
        cmocka_unit_test(looking_up_keeps_nobody_waiting),
        cmocka_unit_test(it_is_as_before_after_all_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
