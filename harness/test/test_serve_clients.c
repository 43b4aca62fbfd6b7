/* Clients that exist, put to `leaklab serve` by the scripts serve_*.sh: curl, wrk, pprof,
 * Prometheus; and programs put to `leaklab watch`.
 * A script that exits with 77 is skipped, for the reason in its last line. */
#include "test/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static void run(const char *script)
{
    static char said[65536];
    char command[256];
    snprintf(command, sizeof command, "%ssh harness/test/%s 2>&1",
             support_is_instrumented() ? "INSTRUMENTED=1 " : "", script);
    FILE *out = popen(command, "re");
    assert_non_null(out);
    size_t length = fread(said, 1, sizeof said - 1, out);
    while (length && said[length - 1] == '\n')
        length--;
    said[length] = 0;
    int status = pclose(out);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        const char *last = strrchr(said, '\n');
        support_skip("%s", last ? last + 1 : said);
    }
    if (status != 0) { /* line by line: what is printed at once is cut */
        for (char *line = strtok(said, "\n"); line; line = strtok(NULL, "\n"))
            print_message("%s\n", line);
        fail_msg("%s ended with %d", script, status);
    }
}

static void curl_is_served_and_may_leave(void **state)
{
    (void)state;
    run("serve_curl.sh");
}

static void wrk_finds_a_flat_fix_and_a_growing_leak(void **state)
{
    (void)state;
    run("serve_wrk.sh");
}

static void pprof_reads_it_by_url(void **state)
{
    (void)state;
    run("serve_pprof.sh");
}

static void programs_are_watched(void **state)
{
    (void)state;
    run("serve_watch.sh");
}

static void leaks_of_a_go_server_are_named_one_by_one(void **state)
{
    (void)state;
    run("serve_leaks.sh");
}

static void prometheus_alerts_on_the_leak_and_not_on_the_fix(void **state)
{
    (void)state;
    run("serve_prometheus.sh");
}

static void grafana_s_dashboard_asks_for_what_there_is(void **state)
{
    (void)state;
    run("serve_grafana.sh");
}

static void three_machines_are_scraped_and_one_leaks(void **state)
{
    (void)state;
    run("serve_namespaces.sh");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curl_is_served_and_may_leave),
        cmocka_unit_test(wrk_finds_a_flat_fix_and_a_growing_leak),
        cmocka_unit_test(pprof_reads_it_by_url),
        cmocka_unit_test(programs_are_watched),
        cmocka_unit_test(leaks_of_a_go_server_are_named_one_by_one),
        cmocka_unit_test(prometheus_alerts_on_the_leak_and_not_on_the_fix),
        cmocka_unit_test(grafana_s_dashboard_asks_for_what_there_is),
        cmocka_unit_test(three_machines_are_scraped_and_one_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
