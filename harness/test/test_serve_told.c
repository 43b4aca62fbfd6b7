/* What the service answers, whole: head and body, for each of its paths and each wrong way to ask; and its metrics
 * before anything was asked for. */
#include "test/golden.h"
#include "test/service.h"

#include <signal.h>

/* Of this machine, this build and this moment. */
static const char mask[] =
    "/^Date: |^(# (HELP|TYPE) )?leaklab_(heap|tasks_(leaked|by_time|ended))/d; "
    "s/\r$//; "
    "s/127\\.0\\.0\\.1:[0-9]+/HERE/g; "
    "s/whole number from 32 to [0-9]+/whole number from 32 to N/; s/^Content-Length: .* "
    "#/Content-Length: N/; "
    "s/^((process_|leaklab_(proof|stacks|tasks_(leaked|by_time)))[a-z_]*) .*/\\1 N/; "
    "s/version=\"[^\"]*\"/version=\"N\"/";

/* Its length is told where the body is. */
static void write_answer(FILE *out, const char *asked, const struct answer *answer, bool with_body)
{
    fprintf(out, "=== %s\n", asked);
    for (const char *line = answer->head; *line && *line != '\r'; line = strchr(line, '\n') + 1) {
        size_t length = strcspn(line, "\n");
        if (with_body || strncmp(line, "Content-Length:", 15) != 0)
            fprintf(out, "%.*s\n", (int)length, line);
    }
    if (with_body)
        fprintf(out, "\n%s", answer->body);
}

static void every_path(void **state)
{
    (void)state;
    static const struct {
        const char *asked, *headers;
        bool with_body;
    } all[] = {
        {"GET /", "", false},
        {"GET /page/page.css", "", false},
        {"GET /page/icon.svg", "", false},
        {"GET /page/page.js", "", false},
        {"GET /page/none.js", "", true},
        {"GET /nothing", "", true},
        {"GET /healthz", "", true},
        {"POST /healthz", "", true},
        {"GET /live/stop", "", true},
        {"GET /work", "", true},
        {"GET /metrics", "", false},
        {"GET /debug/pprof", "", true},
        {"GET /debug/pprof/", "", true},
        {"GET /debug/pprof/none", "", true},
        {"GET /debug/pprof/goroutine", "", false},
        {"GET /debug/pprof/goroutine?debug=1", "", false},
        {"GET /debug/pprof/goroutine?debug=3", "", true},
        {"GET /debug/pprof/goroutine?debug=-1", "", true},
        {"GET /debug/pprof/goroutine?debug=", "", true},
        {"GET /debug/pprof/goroutine?debug=1x", "", true},
        {"GET /debug/pprof/goroutine?seconds=1", "", true},
        {"GET /debug/pprof/goroutine?variant=fix", "", true},
        {"GET /debug/pprof/goroutine?variant=none&debug=2", "", true},
        {"GET /debug/pprof/goroutineleak", "", false},
        {"GET /debug/pprof/goroutineleak?debug=2&variant=fix", "", false},
        {"GET /debug/pprof/census?debug=1", "", true},
        {"GET /debug/pprof/census?debug=4", "", true},
        {"GET /debug/pprof/symbol", "", true},
        {"GET /debug/pprof/cmdline", "", false},
        {"GET /live/source?pair=none", "", true},
        {"GET /live/source", "", true},
        {"GET /live/pairs", "", false},
        {"GET /live/profile", "", true},
        {"GET /live/profile?variant=recovered", "", true},
        {"GET /healthz", "Host: example.test\r\n", true},
        {"GET /work", "Sec-Fetch-Site: cross-site\r\n", true},
        {"GET /%zz", "", true},
        {"GET /healthz", "Content-Length: 7\r\n", true},
        {"POST /live/stop", "Transfer-Encoding: chunked\r\n", true},
        {"POST /live/stop", "Transfer-Encoding: gzip\r\n", true},
    };
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct service s = service_start("");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct answer answer = service_ask(&s, all[i].asked, all[i].headers);
        write_answer(out, all[i].asked, &answer, all[i].with_body);
    }
    assert_int_equal(service_end(&s, SIGTERM), 0);
    fclose(out);
    char *said = golden_masked(text, mask);
    expect_golden("serve.txt", said);
    free(said);
    free(text);
}

#define START(more) "{\"pair\":\"channel_receive\",\"rate\":0.1,\"memory_limit_mib\":32" more "}"

static void every_command(void **state)
{
    (void)state;
    static const struct {
        const char *path, *body;
    } all[] = {
        {"/live/start", ""},
        {"/live/start", "{\"pair\":\"none\",\"rate\":1,\"memory_limit_mib\":64}"},
        {"/live/start", "{\"pair\":\"channel_receive\",\"rate\":0.09,\"memory_limit_mib\":64}"},
        {"/live/start", "{\"pair\":\"channel_receive\",\"rate\":20000.1,\"memory_limit_mib\":64}"},
        {"/live/start", "{\"pair\":\"channel_receive\",\"rate\":\"1\",\"memory_limit_mib\":64}"},
        {"/live/start", "{\"pair\":\"channel_receive\",\"rate\":1,\"memory_limit_mib\":31}"},
        {"/live/start", "{\"pair\":\"channel_receive\",\"rate\":1,\"memory_limit_mib\":64.5}"},
        {"/live/start", START(",\"recover\":1")},
        {"/live/steer", ""},
        {"/live/steer", "{\"rate\":0}"},
        {"/live/steer", "{\"rate\":1,\"paused\":1}"},
        {"/live/steer", "{\"rate\":1}"},
        {"/live/stop", "{}"},
        {"/live/start", START("")},
        {"/live/steer", "{\"paused\":true}"},
        {"/live/steer", "{\"rate\":20000}"},
        {"/live/stop", ""},
    };
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct service s = service_start("");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct answer answer = service_post(&s, all[i].path, "", all[i].body);
        fprintf(out, "%s %s\n%d %s", all[i].path, all[i].body, answer.status, answer.body);
    }
    assert_int_equal(service_end(&s, SIGTERM), 0);
    fclose(out);
    char *said = golden_masked(text, mask);
    expect_golden("serve_commands.txt", said);
    free(said);
    free(text);
}

static void metrics_at_the_beginning(void **state)
{
    (void)state;
    char *text;
    size_t size;
    static const char *const words[] = {"", "full_buffer --variant leak",
                                        "stop_is_not_close --variant leak"};
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct service s = service_start(words[i]);
        fprintf(out, "=== serve %s\n%s", words[i], service_ask(&s, "GET /metrics", "").body);
        assert_int_equal(service_end(&s, SIGTERM), 0);
    }
    fclose(out);
    char *said = golden_masked(text, mask);
    expect_golden("metrics.txt", said);
    free(said);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_path),
        cmocka_unit_test(every_command),
        cmocka_unit_test(metrics_at_the_beginning),
    };
    return cmocka_run_group_tests_name("serve: told", tests, NULL, NULL);
}
