/* What no client should send, for the tests that send it all the same; and some that is in order, to
 * be changed. */
#pragma once

#include <stddef.h>

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
    TEXT("GET /live/events HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("GET /live/source?pair=full_buffer HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("GET /live/profile?variant=leak HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("GET /debug/pprof/goroutine?variant=fix&debug=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("POST /debug/pprof/symbol HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
         "9\r\n\r\n0x1+0xzz+"),
    TEXT("HEAD /metrics HTTP/1.0\r\n\r\n"),
    TEXT("HEAD /live/events HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("POST /live/stop HTTP/1.1\r\nHost: localhost\r\nContent-Length:\r\n 5\r\n\r\nhello"),
    TEXT("POST /live/stop HTTP/1.1\r\nHost: localhost\r\nContent-Length : 5\r\n\r\nhello"),
    TEXT("POST /live/stop HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding:\r\n\tchunked\r\n\r\n"
         "5;abc\r\nhello\r\n0\r\n\r\n"),
    TEXT("GET /healthz%z HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    TEXT("GET http://localhost/work HTTP/1.1\r\nHost: example.org\r\n\r\n"),
    TEXT("GET /work HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n\r\n"),
    TEXT("POST /live/start HTTP/1.1\r\nHost: localhost\r\nContent-Length: 32\r\n\r\n"
         "[[[[[[[[{\"a\":[\"\\\"[\"]]]]]]]]}}]]"),
};

enum { CORPUS = sizeof corpus / sizeof *corpus };
