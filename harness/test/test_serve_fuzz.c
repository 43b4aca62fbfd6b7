/* Requests changed at random, whole and in pieces, from clients that wait and clients that leave: each
 * is answered with a status or a clean close, and the service is as it was, again and again.
 *
 * What is sent is the same each time. FUZZ_REQUESTS says how many, FUZZ_SEED which, FUZZ_FIRST where
 * to begin; a failure prints what to set. For a long run, call the program itself:
 *
 *     LEAKLAB=build/gcc/leaklab FUZZ_REQUESTS=1000000 FUZZ_SEED=7 build/gcc/test/test_serve_fuzz
 */
#include "test/requests.h"
#include "test/service.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LARGEST = 4096, ROUND = 500 };
enum { REQUESTS = 32 * ROUND, REQUESTS_INSTRUMENTED = 8 * ROUND };

/* What the library keeps for connections, once it has been under this load. */
static const double most_heap = 65536;

static struct {
    struct service service;
    uint64_t seed, number;
    bool failed;
} fuzz;

static uint64_t wish(const char *name, uint64_t otherwise)
{
    const char *value = getenv(name);
    return value ? strtoull(value, NULL, 10) : otherwise;
}

/* --- Changing --------------------------------------------------------------------------------- */

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
                                         "99999999999",
                                         "\r\n ",
                                         "%zz",
                                         "[{\"a\":[",
                                         "Transfer-Encoding: gzip\r\n",
                                         "Sec-Fetch-Site: cross-site\r\n"};
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

static size_t make(char *bytes, uint64_t *seed)
{
    const struct text *begin = &corpus[support_random(seed) % CORPUS];
    size_t length = begin->length;
    memcpy(bytes, begin->bytes, length);
    for (uint32_t i = support_random(seed) % 8; i > 0; i--)
        length = change(bytes, length, seed);
    return length;
}

/* --- Sending ---------------------------------------------------------------------------------- */

/* In up to four pieces; the server may see each for itself. */
static void send_in_pieces(int client, const char *bytes, size_t length, uint64_t *seed)
{
    for (uint32_t pieces = support_random(seed) % 4; pieces > 0 && length; pieces--) {
        size_t piece = support_random(seed) % length;
        service_send_bytes(client, bytes, piece);
        bytes += piece;
        length -= piece;
    }
    service_send_bytes(client, bytes, length);
}

/* Without a word, by a reset: what was sent may be lost on the way, or met half. */
static void leave_at_once(int client)
{
    struct linger none = {.l_onoff = 1};
    setsockopt(client, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close(client);
}

static void send_one(uint64_t number)
{
    char bytes[2 * LARGEST];
    uint64_t seed = fuzz.seed + (number << 32);
    size_t length = make(bytes, &seed);
    int client = service_connect(&fuzz.service);
    send_in_pieces(client, bytes, length, &seed);
    if (support_random(&seed) % 8 == 0)
        leave_at_once(client);
    else
        service_expect_status_or_close(client, bytes, length);
}

static double heap_at_baseline(void)
{
    assert_int_equal(service_ask(&fuzz.service, "GET /work", "").status, 200);
    service_post(&fuzz.service, "/live/stop", "", ""); /* a change may have started something */
    service_await_baseline(&fuzz.service);
    return service_metric(&fuzz.service, "leaklab_heap_allocated_bytes");
}

static void changed_requests_are_survived(void **state)
{
    (void)state;
    uint64_t first = wish("FUZZ_FIRST", 0);
    uint64_t end =
        first + wish("FUZZ_REQUESTS", support_is_instrumented() ? REQUESTS_INSTRUMENTED : REQUESTS);
    double heap = NAN;
    fuzz.seed = wish("FUZZ_SEED", 6);
    fuzz.service = service_start("channel_receive --variant fix");
    fuzz.failed = true;
    for (fuzz.number = first; fuzz.number < end; fuzz.number++) {
        send_one(fuzz.number);
        if ((fuzz.number - first) % ROUND == ROUND - 1) {
            double is = heap_at_baseline();
            if (is > heap + most_heap)
                fail_msg("the heap has grown from %.0f to %.0f bytes", heap, is);
            heap = isnan(heap) ? is : heap;
        }
    }
    heap_at_baseline();
    assert_int_equal(service_end(&fuzz.service, SIGTERM), 0);
    fuzz.failed = false;
}

static int tell_how_to_repeat(void **state)
{
    (void)state;
    if (!fuzz.failed)
        return 0;
    kill(fuzz.service.pid, SIGKILL);
    service_wait(&fuzz.service);
    print_message(
        "at or just before FUZZ_SEED=%llu FUZZ_FIRST=%llu FUZZ_REQUESTS=1; the service said: %s\n",
        (unsigned long long)fuzz.seed, (unsigned long long)fuzz.number, service_said());
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(changed_requests_are_survived, tell_how_to_repeat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
