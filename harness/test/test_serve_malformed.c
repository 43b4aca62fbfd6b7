/* What no client should send: a corpus, and random changes to it from a fixed seed. Each is
 * answered with a status or a clean close, and afterwards the service is as it was. */
#include "test/service.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct text {
    const char *bytes;
    size_t length;
};

#define TEXT(s)                                                                                    \
    {                                                                                              \
        s, sizeof(s) - 1                                                                           \
    }

static const struct text corpus[] = {
    TEXT("GET /work HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT(""),
    TEXT("\r\n\r\n\r\n\r\n"),
    TEXT("GET\r\n\r\n"),
    TEXT("GET /work\r\n\r\n"),
    TEXT("GET  /work  HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("get /work http/1.1\r\nhost: localhost\r\n\r\n"),
    TEXT("GET /work HTTP/9.9\r\nHost: localhost\r\n\r\n"),
    TEXT("GET /work HTTP/1.1\r\n\r\n"),
    TEXT("GET /work HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    TEXT("GET /work HTTP/1.1\nHost: localhost\n\n"),
    TEXT("GET work HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("GET http://localhost/work HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("GET * HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("GET /%zz%%%4 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("GET /work%00%ff HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("GET /work?a&b=&=c&&& HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("GET /debug/pprof/goroutine?debug=99999999999999999999 HTTP/1.1\r\nHost: "
         "localhost\r\n\r\n"),
    TEXT("GET /work HTTP/1.1\r\nHost: localhost\r\nNo colon here\r\n\r\n"),
    TEXT("GET /work HTTP/1.1\r\nHost: localhost\r\n: no name\r\n\r\n"),
    TEXT("GET /work HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\tc\r\n\r\n"),
    TEXT("GET /work HTTP/1.1\r\n Host: localhost\r\n\r\n"),
    TEXT("GET /work HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n"),
    TEXT("GET /wo\0rk HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("POST /live/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"),
    TEXT("POST /live/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
         "18446744073709551616\r\n\r\n"),
    TEXT("POST /live/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: abc\r\n\r\n"),
    TEXT("POST /live/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: "
         "6\r\n\r\nhello"),
    TEXT("POST /live/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    TEXT("POST /live/start HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
         "chunked\r\n\r\nzz\r\n\r\n"),
    TEXT("POST /live/start HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
         "ffffffffffffffff\r\nx"),
    TEXT("POST /live/start HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\nx"),
    TEXT("POST /live/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nshort"),
    TEXT("POST /live/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"),
    TEXT("POST /live/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11\r\n\r\n{\"pair\":[]}"),
    TEXT(
        "POST /live/steer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\n\r\n{\"rate\":1e9}"),
    TEXT("GET /work HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"),
    TEXT("GET /work HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n"),
    TEXT("GET /work HTTP/1.1\r\nHost: localhost\r\nExpect: wonders\r\n\r\n"),
    TEXT("GET /work HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"),
    TEXT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    TEXT("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    TEXT("GET /work HTTP/1.1\r\nHost: localhost\r\nCookie: ===;;;=\"\r\n\r\n"),
    TEXT("GET /work HTTP/1.1\r\nHost: [::1\r\n\r\n"),
    TEXT("GET /work HTTP/1.1\r\nHost: localhost\r\nRange: bytes=5-1\r\n\r\n"),
    TEXT("\xff\xfe\xfd\xfc\r\n\r\n"),
};

enum { CORPUS = sizeof corpus / sizeof *corpus, CHANGED = 3000, LARGEST = 4096 };

/* A text, then no more: a status or a close, in time, and no more answers than requests. */
static void expect_status_or_close(const struct service *s, const char *bytes, size_t length)
{
    const char *all;
    int client = service_connect(s);
    service_send_bytes(client, bytes, length);
    shutdown(client, SHUT_WR);
    if (!service_read_to_end(client, &all))
        fail_msg("neither an answer nor an end for: %.*s", (int)length, bytes);
    if (*all && strncmp(all, "HTTP/1.", 7) != 0)
        fail_msg("no HTTP for: %.*s\nbut: %.100s", (int)length, bytes, all);
    if (*all && strncmp(all + 9, "500", 3) == 0)
        fail_msg("500 for: %.*s", (int)length, bytes);
    close(client);
}

static void expect_as_before(const struct service *s)
{
    assert_int_equal(service_ask(s, "GET /work", "").status, 200);
    service_await_baseline(s);
    assert_int_equal(service_end(s, SIGTERM), 0);
}

static void malformed_requests_are_refused(void **state)
{
    (void)state;
    struct service s = service_start("channel_receive --variant fix");
    for (size_t i = 0; i < CORPUS; i++)
        expect_status_or_close(&s, corpus[i].bytes, corpus[i].length);
    expect_as_before(&s);
}

/* The same, cut off at every byte: a client may leave at any of them. */
static void requests_may_end_anywhere(void **state)
{
    (void)state;
    struct service s = service_start("channel_receive --variant fix");
    for (size_t i = 0; i < CORPUS; i += 5)
        for (size_t length = 0; length < corpus[i].length; length++) {
            int client = service_connect(&s);
            service_send_bytes(client, corpus[i].bytes, length);
            close(client);
        }
    expect_as_before(&s);
}

/* --- Random changes --------------------------------------------------------------------------- */

static size_t insert(char *bytes, size_t length, size_t at, const char *more, size_t more_length)
{
    if (length + more_length > LARGEST)
        return length;
    memmove(bytes + at + more_length, bytes + at, length - at);
    memcpy(bytes + at, more, more_length);
    return length + more_length;
}

static size_t change(char *bytes, size_t length, uint64_t *seed)
{
    static const char *const pieces[] = {"\r\n",
                                         "\n",
                                         " ",
                                         ":",
                                         "%",
                                         "/",
                                         "?",
                                         "&",
                                         "=",
                                         "\r\n\r\n",
                                         "Content-Length: ",
                                         "Transfer-Encoding: chunked\r\n",
                                         "HTTP/1.1",
                                         "Host: ",
                                         "0\r\n\r\n",
                                         "99999999999"};
    size_t at = length ? support_random(seed) % length : 0;
    const struct text *other = &corpus[support_random(seed) % CORPUS];
    const char *piece = pieces[support_random(seed) % (sizeof pieces / sizeof *pieces)];
    switch (support_random(seed) % 6) {
    case 0: /* one byte becomes another */
        if (length)
            bytes[at] = (char)support_random(seed);
        return length;
    case 1: /* a bit turns */
        if (length)
            bytes[at] ^= (char)(1 << support_random(seed) % 8);
        return length;
    case 2: /* the end is lost */
        return at;
    case 3: /* a word of the protocol comes in */
        return insert(bytes, length, at, piece, strlen(piece));
    case 4: /* a part comes twice */
        return insert(bytes, length, at, bytes, at);
    default: /* another request follows, or comes in between */
        return insert(bytes, length, support_random(seed) % 2 ? at : length, other->bytes,
                      other->length);
    }
}

static void changed_requests_are_survived(void **state)
{
    (void)state;
    uint64_t seed = 6;
    struct service s = service_start("channel_receive --variant fix");
    for (int n = 0; n < CHANGED; n++) {
        char bytes[2 * LARGEST];
        const struct text *begin = &corpus[support_random(&seed) % CORPUS];
        size_t length = begin->length;
        memcpy(bytes, begin->bytes, length);
        for (uint32_t i = support_random(&seed) % 8; i > 0; i--)
            length = change(bytes, length, &seed);
        expect_status_or_close(&s, bytes, length);
    }
    service_post(&s, "/live/stop", "", ""); /* a change may have started something */
    expect_as_before(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_requests_are_refused),
        cmocka_unit_test(requests_may_end_anywhere),
        cmocka_unit_test(changed_requests_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
