/* What no client should send, whole and cut off at every byte. Each is answered with a status or a
 * clean close, and afterwards the service is as it was. */
#include "test/requests.h"
#include "test/service.h"

#include <signal.h>
#include <unistd.h>

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
    for (size_t i = 0; i < CORPUS; i++) {
        int client = service_connect(&s);
        service_send_bytes(client, corpus[i].bytes, corpus[i].length);
        service_expect_status_or_close(client, corpus[i].bytes, corpus[i].length);
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(malformed_requests_are_refused),
        cmocka_unit_test(requests_may_end_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
