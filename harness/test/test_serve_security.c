/* Who may ask `leaklab serve` for what, and what it tells browsers of it. */
#include "test/service.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define START "{\"pair\":\"channel_receive\",\"rate\":10,\"memory_limit_mib\":64}"

static void every_answer_has_its_headers(void **state)
{
    (void)state;
    static const char *const asks[] = {"GET /",
                                       "GET /work",
                                       "GET /metrics",
                                       "GET /healthz",
                                       "GET /nothing",
                                       "POST /work",
                                       "GET /debug/pprof/goroutine",
                                       "GET /page/page.js"};
    static const char *const headers[] = {
        "\r\nContent-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; ",
        "frame-ancestors 'none'",
        "\r\nX-Content-Type-Options: nosniff\r\n",
        "\r\nX-Frame-Options: DENY\r\n",
        "\r\nReferrer-Policy: no-referrer\r\n",
        "\r\nCross-Origin-Resource-Policy: same-origin\r\n",
        "\r\nContent-Type: ",
    };
    struct service s = service_start("channel_close --variant fix");
    for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
        struct answer answer = service_ask(&s, asks[i], "Origin: http://example.org\r\n");
        for (size_t j = 0; j < sizeof headers / sizeof *headers; j++)
            if (!strstr(answer.head, headers[j]))
                fail_msg("%s: no %s in: %s", asks[i], headers[j], answer.head);
        assert_null(strstr(answer.head, "Access-Control"));
        assert_null(strstr(answer.head, "unsafe"));
    }
    service_end(&s, SIGTERM);
}

/* A page whose name was made to point to loopback still says its own name. */
static void another_host_is_not_ours(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        int status;
    } cases[] = {
        {"localhost", 200},
        {"LOCALHOST:8080", 200},
        {"127.0.0.1:1", 200},
        {"[::1]:8080", 200},
        {"example.org", 421},
        {"localhost.example.org", 421},
        {"127.0.0.1.nip.io", 421},
        {"localhos", 421},
        {"", 421},
        {"1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1", 421}, /* longer than any number */
    };
    struct service s = service_start("channel_close --variant fix");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char request[256];
        int client = service_connect(&s);
        snprintf(request, sizeof request, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n",
                 cases[i].host);
        service_send(client, request);
        int status = service_read(client).status;
        if (status != cases[i].status)
            fail_msg("Host: %s: %d instead of %d", cases[i].host, status, cases[i].status);
        close(client);
    }
    service_end(&s, SIGTERM);
}

static void commands_come_from_the_own_page_only(void **state)
{
    (void)state;
    char own[64];
    struct service s = service_start("");
    snprintf(own, sizeof own, "Origin: http://127.0.0.1:%d\r\n", s.port);
    static const char *const foreign[] = {
        "Origin: http://example.org\r\n", "Origin: null\r\n",
        "Origin: http://127.0.0.1\r\n",   "Origin: https://127.0.0.1:1\r\n",
        "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: none\r\n",
    };
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (service_post(&s, "/live/start", foreign[i], START).status != 403)
            fail_msg("%s may start a case", foreign[i]);
    assert_int_equal(service_ask(&s, "GET /live/profile?variant=leak", "").status, 404);
    assert_int_equal(service_post(&s, "/live/stop", own, "").status, 409);
    assert_int_equal(service_post(&s, "/live/start", own, START).status, 200);
    assert_int_equal(service_post(&s, "/live/stop", "Sec-Fetch-Site: same-origin\r\n", "").status,
                     200);
    service_end(&s, SIGTERM);
}

static void debug_can_be_switched_off(void **state)
{
    (void)state;
    struct service s = service_start("channel_close --no-debug");
    assert_int_equal(service_ask(&s, "GET /debug/pprof/", "").status, 404);
    assert_int_equal(service_ask(&s, "GET /debug/pprof/goroutine?debug=1", "").status, 404);
    assert_int_equal(service_ask(&s, "GET /debug/pprof/cmdline", "").status, 404);
    assert_int_equal(service_ask(&s, "GET /metrics", "").status, 200);
    service_end(&s, SIGTERM);
}

/* --- Where it listens ------------------------------------------------------------------------- */

/* Runs to its end; what it said is in words. */
static int run(const char *arguments, char *words, size_t size)
{
    char command[512];
    const char *program = getenv("LEAKLAB");
    snprintf(command, sizeof command, "exec %s serve %s 2>&1 </dev/null",
             program ? program : "build/gcc/leaklab", arguments);
    FILE *out = popen(command, "re");
    assert_non_null(out);
    words[fread(words, 1, size - 1, out)] = 0;
    int status = pclose(out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void where_it_can_not_listen_it_says_why(void **state)
{
    (void)state;
    char words[4096], taken[64];
    struct service s = service_start("");
    snprintf(taken, sizeof taken, "--listen 127.0.0.1:%d", s.port);
    const struct {
        const char *arguments;
        int status;
        const char *words;
    } cases[] = {
        {taken, 1, "Address already in use; another program listens there"},
        {"--listen 203.0.113.1:8080", 1, "this machine has no such address"},
        {"--listen nonsense", 2, "must be like 127.0.0.1:8080"},
        {"--listen :8080", 2, "must be like"},
        {"--listen 127.0.0.1:", 2, "must be like"},
        {"--listen ::1:8080", 2, "must be like"},
        {"--listen 127.0.0.1:65536", 2, "no address to listen on"},
        {"--listen 127.0.0.1:-1", 2, "must be like"},
        {"--listen 127.0.0.1:80x", 2, "must be like"},
        {"--listen 999.1.1.1:80", 2, "no address to listen on"},
        {"--recover=0s", 2, "--recover '0s': must be like 10s"},
        {"--deadline 0s", 2, "--deadline '0s': must be like 10s"},
        {"--client-timeout x", 2, "--client-timeout 'x'"},
        {"--memory-limit 0", 2, "--memory-limit '0'"},
        {"--memory-limit 100000G", 2, "--memory-limit '100000G': this machine has "},
        {"--host a:80", 2, "--host 'a:80': must be a name without a port"},
        {"--host a,,b", 2, "--host 'a,,b'"},
        {"--unwatched 0s", 2, "--unwatched '0s'"},
        {"--case-timeout x", 2, "--case-timeout 'x'"},
        {"--connections 0", 2, "--connections '0'"},
        {"--variant both", 2, "--variant 'both': must be leak or fix"},
        {"chanel_receive", 2, "nearest: channel_receive"},
        {"channel_receive channel_close", 2, "one id at a time"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = run(cases[i].arguments, words, sizeof words);
        if (status != cases[i].status || !strstr(words, cases[i].words) ||
            strchr(words, '\n') != words + strlen(words) - 1)
            fail_msg("%s: exit %d: %s", cases[i].arguments, status, words);
    }
    service_end(&s, SIGTERM);
}

static int status_by_host(const struct service *s, const char *host)
{
    char request[256];
    int client = service_connect(s);
    snprintf(request, sizeof request, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", host);
    service_send(client, request);
    int status = service_read(client).status;
    close(client);
    return status;
}

static void it_is_loud_where_others_can_reach_it(void **state)
{
    (void)state;
    struct service s = service_start("");
    assert_int_equal(service_end(&s, SIGTERM), 0);
    assert_null(strstr(service_said(), "WARNING"));
    s = service_start("--listen 0.0.0.0:0");
    assert_int_equal(status_by_host(&s, "localhost"), 200);
    assert_int_equal(service_end(&s, SIGTERM), 0);
    assert_non_null(strstr(service_said(), "WARNING: listening on 0.0.0.0:"));
}

/* Numbers can not be made to point elsewhere, names can: so they are those that it was given. */
static void elsewhere_it_goes_by_numbers_and_given_names(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        int status;
    } cases[] = {
        {"lab.example", 200},   {"LAB.example:8080", 200},
        {"other", 200},         {"10.1.2.3", 200},
        {"[fe80::1]:80", 200},  {"localhost:1", 200},
        {"any.example", 421},   {"lab", 421},
        {"lab.example.", 421},  {"1.2.3", 421},
        {"1.2.3.4.5", 421},     {"[::g]", 421},
        {"10.1.2.3:x", 421},    {"10.1.2.3:999999", 421},
        {"[::1]x", 421},        {"other,lab", 421},
        {"lab.example@a", 421},
    };
    struct service s = service_start("--listen 0.0.0.0:0 --host lab.example,other");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = status_by_host(&s, cases[i].host);
        if (status != cases[i].status)
            fail_msg("Host: %s: %d instead of %d", cases[i].host, status, cases[i].status);
    }
    service_end(&s, SIGTERM);
    s = service_start("--host lab.example");
    assert_int_equal(status_by_host(&s, "lab.example"), 200);
    assert_int_equal(status_by_host(&s, "10.1.2.3"), 421); /* it listens to loopback alone */
    service_end(&s, SIGTERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_has_its_headers),
        cmocka_unit_test(another_host_is_not_ours),
        cmocka_unit_test(commands_come_from_the_own_page_only),
        cmocka_unit_test(debug_can_be_switched_off),
        cmocka_unit_test(where_it_can_not_listen_it_says_why),
        cmocka_unit_test(it_is_loud_where_others_can_reach_it),
        cmocka_unit_test(elsewhere_it_goes_by_numbers_and_given_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
