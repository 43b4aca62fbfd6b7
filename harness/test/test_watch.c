/* `leaklab watch`: reading Go's profiles, and judging what was seen. */
#include "test/support.h"

#include "watch/watch.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- Profiles --------------------------------------------------------------------------------- */

/* As Go prints it: two groups that differ only by where in one line they stop, one with labels, one
 * without names. */
static const char go_profile[] =
    "goroutine profile: total 12\n"
    "5 @ 0x43a1b6 0x40755c 0x6f0f4f 0x4711a1\n"
    "#\t0x6f0f4e\tmain.leak+0x2e\t/src/main.go:12\n"
    "#\t0x4711a0\tmain.main.func1+0x20\t\t/src/main.go:30\n"
    "\n"
    "3 @ 0x43a1b6 0x40755c 0x6f0f5f 0x4711a1\n"
    "# labels: {\"request\":\"7\"}\n"
    "#\t0x6f0f5e\tmain.leak+0x3e\t/src/main.go:12\n"
    "#\t0x4711a0\tmain.main.func1+0x20\t\t/src/main.go:30\n"
    "\n"
    "3 @ 0x491121\n"
    "\n"
    "1 @ 0x432a25 0x46dd41\n"
    "#\t0x432a24\tnet/http.(*Server).Serve+0x1\t/go/net/http/server.go:3000\n";

static struct stacks read_text(const char *text)
{
    struct stacks stacks;
    char error[128];
    if (!stacks_read(text, strlen(text), &stacks, error, sizeof error))
        fail_msg("%s", error);
    return stacks;
}

static uint64_t count_of(const struct stacks *stacks, const char *stack)
{
    for (size_t i = 0; i < stacks->length; i++)
        if (strcmp(stacks->all[i].stack, stack) == 0)
            return stacks->all[i].count;
    return 0;
}

static void profiles_of_go_are_read(void **state)
{
    (void)state;
    struct stacks stacks = read_text(go_profile);
    assert_int_equal(stacks.total, 12);
    assert_int_equal(stacks.length, 3);
    assert_int_equal(
        count_of(&stacks, "main.leak /src/main.go:12\nmain.main.func1 /src/main.go:30"), 8);
    assert_int_equal(count_of(&stacks, "0x491121"), 3);
    assert_int_equal(count_of(&stacks, "net/http.(*Server).Serve /go/net/http/server.go:3000"), 1);
    stacks_free(&stacks);
}

static void an_empty_profile_and_a_memory_map_are_read(void **state)
{
    (void)state;
    struct stacks stacks = read_text("goroutine profile: total 0\n");
    assert_int_equal(stacks.length, 0);
    stacks_free(&stacks);
    stacks =
        read_text("goroutine profile: total 2\r\n2 @ 0x1\r\n# chan receive; created by f\r\n"
                  "#\t0x1\tf+0x1\ta.c:1\r\n\r\n--- Memory map: ---\n55-66 r-xp 0 0:0 0 /bin/x\n");
    assert_int_equal(stacks.length, 1);
    assert_int_equal(count_of(&stacks, "f a.c:1"), 2);
    stacks_free(&stacks);
}

static void what_is_no_profile_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", "empty"},
        {"\x1f\x8b\x08", "compressed"},
        {"<html>", "does not begin with"},
        {"goroutine profile: total\n", "does not begin with"},
        {"goroutine profile: total x\n", "no number"},
        {"goroutine profile: total -1\n", "no number"},
        {"goroutine profile: total 99999999999999999999\n", "no number"},
        {"goroutine profile: total 1\nhello\n", "none of a profile's"},
        {"goroutine profile: total 1\n1 0x1\n", "none of a profile's"},
        {"goroutine profile: total 1\n99999999999999999999 @ 0x1\n", "none of a profile's"},
        {"goroutine profile: total 1\n@ 0x1\n", "none of a profile's"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stacks stacks;
        char error[128] = "";
        assert_false(
            stacks_read(cases[i].text, strlen(cases[i].text), &stacks, error, sizeof error));
        if (!strstr(error, cases[i].words))
            fail_msg("%s: %s", cases[i].text, error);
        assert_null(stacks.all);
    }
}

/* Cut anywhere and changed at random: read or refused, never more than that. */
static void broken_profiles_do_no_harm(void **state)
{
    (void)state;
    uint64_t seed = 1;
    char text[sizeof go_profile];
    for (int n = 0; n < 20000; n++) {
        struct stacks stacks;
        char error[128];
        size_t length = support_random(&seed) % sizeof go_profile;
        memcpy(text, go_profile, sizeof text);
        for (uint32_t i = support_random(&seed) % 6; i > 0; i--)
            text[support_random(&seed) % sizeof text] = (char)support_random(&seed);
        if (stacks_read(text, length, &stacks, error, sizeof error))
            stacks_free(&stacks);
    }
}

static void nothing_reaches_the_terminal_that_commands_it(void **state)
{
    (void)state;
    struct stacks stacks = read_text("goroutine profile: total 1\n1 @ 0x1\n"
                                     "#\t0x1\tevil\x1b[2J\x07+0x1\t/a\x7f.go:1\n");
    assert_string_equal(stacks.all[0].stack, "evil?[2J? /a?.go:1");
    stacks_free(&stacks);
}

static void stacks_that_grew_are_found_most_first(void **state)
{
    (void)state;
    struct stack_growth grown[2];
    struct stacks before = read_text("goroutine profile: total 9\n5 @ 0xa\n3 @ 0xb\n1 @ 0xc\n");
    struct stacks after =
        read_text("goroutine profile: total 9\n6 @ 0xa\n2 @ 0xb\n9 @ 0xc\n4 @ 0xd\n");
    assert_int_equal(stacks_grown(&before, &after, grown, 2), 3);
    assert_string_equal(grown[0].stack, "0xc");
    assert_int_equal(grown[0].before, 1);
    assert_int_equal(grown[0].after, 9);
    assert_string_equal(grown[1].stack, "0xd");
    assert_int_equal(grown[1].before, 0);
    assert_int_equal(stacks_grown(&after, &before, grown, 2), 1);
    assert_string_equal(grown[0].stack, "0xb");
    stacks_free(&before);
    stacks_free(&after);
}

/* --- Judging ---------------------------------------------------------------------------------- */

enum { LOOKS = 300 };

/* A watch that has seen these: tasks and bytes that grow by so much a second, and waver so much. */
static struct watch seen(struct watch_look looks[LOOKS], double tasks, double bytes, double waver)
{
    uint64_t seed = 5;
    for (int i = 0; i < LOOKS; i++) {
        double noise = waver * (support_random(&seed) / 4294967296.0 - 0.5);
        looks[i] = (struct watch_look){i, 100 + tasks * i + noise, 1e7 + bytes * i + 1e5 * noise};
    }
    return (struct watch){.url = "http://x/", .has_process = true, .looks = looks, .length = LOOKS};
}

static void growth_is_told_with_its_interval(void **state)
{
    (void)state;
    struct watch_look looks[LOOKS];
    struct watch watch = seen(looks, 2, 40000, 20);
    struct estimate tasks = watch_task_growth(&watch), rss = watch_rss_growth(&watch);
    assert_true(tasks.low <= 2 && 2 <= tasks.high && tasks.high - tasks.low < 0.2);
    assert_true(rss.low <= 40000 && 40000 <= rss.high);
    assert_int_equal(watch_judge(&watch), WATCH_GROWS);
    /* 10 MB and 40 kB a second: 62 MB are met after 1300 s, of which 299 have passed. */
    struct estimate left = watch_time_to(&watch, 62e6);
    assert_true(fabs(left.value - 1001) < 30);
    assert_true(left.low <= left.value && left.value <= left.high);
    assert_true(watch_time_to(&watch, 1e6).value == 0);
    watch = seen(looks, 0, 0.5, 0); /* a thousand bytes at half a byte a second */
    left = watch_time_to(&watch, 1e7 + 0.5 * (LOOKS - 1) + 1000);
    assert_true(fabs(left.value - 2000) < 1e-3 && fabs(left.low - 2000) < 1e-3 &&
                fabs(left.high - 2000) < 1e-3);
}

static void what_only_wavers_does_not_grow(void **state)
{
    (void)state;
    struct watch_look looks[LOOKS];
    struct watch watch = seen(looks, 0, 0, 50);
    assert_int_not_equal(watch_judge(&watch), WATCH_GROWS);
    watch = seen(looks, 0, 0, 0);
    assert_int_equal(watch_judge(&watch), WATCH_NO_GROWTH);
    assert_true(isinf(watch_time_to(&watch, 62e6).value));
    watch = seen(looks, 0.005, 0, 0); /* one task and a half in all */
    assert_int_equal(watch_judge(&watch), WATCH_NO_GROWTH);
}

/* Five tasks, or a MiB, from the first look to the last are enough, and less is not. */
static void growth_begins_at_five_tasks_or_a_mebibyte(void **state)
{
    (void)state;
    static const double span = LOOKS - 1;
    struct watch_look looks[LOOKS];
    struct watch watch = seen(looks, 5.001 / span, 0, 0);
    assert_int_equal(watch_judge(&watch), WATCH_GROWS);
    watch = seen(looks, 4.999 / span, 0, 0);
    assert_int_equal(watch_judge(&watch), WATCH_NO_GROWTH);
    watch = seen(looks, 0, 1048600 / span, 0);
    watch.url = NULL;
    assert_int_equal(watch_judge(&watch), WATCH_GROWS);
    watch = seen(looks, 0, 1048500 / span, 0);
    watch.url = NULL;
    assert_int_equal(watch_judge(&watch), WATCH_NO_GROWTH);
}

/* How many of fifty watches, each of its own chance, are told to grow. */
static int told_to_grow(double (*step)(uint64_t *seed, double *state), size_t length)
{
    int grow = 0;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct watch_look looks[LOOKS];
        uint64_t chance = seed << 32;
        double tasks = 1000, state = 0;
        for (size_t i = 0; i < length; i++) {
            looks[i] = (struct watch_look){(double)i, tasks, 1e7};
            tasks += step(&chance, &state);
        }
        struct watch watch = {.url = "http://x/", .looks = looks, .length = length};
        grow += watch_judge(&watch) == WATCH_GROWS;
    }
    return grow;
}

/* From -1 to 1. */
static double either_way(uint64_t *seed)
{
    return support_random(seed) / 2147483648.0 - 1;
}

/* Each request leaks, and how many come changes all the time, by a factor of up to fifty. */
static double busy_and_idle(uint64_t *seed, double *state)
{
    *state = 0.9 * *state + either_way(seed);
    return floor(4 * exp(*state));
}

/* One of five looks meets a burst. */
static double bursts(uint64_t *seed, double *state)
{
    (void)state;
    return support_random(seed) % 5 == 0 ? 40 : 0;
}

/* As likely up as down, and no way back. */
static double astray(uint64_t *seed, double *state)
{
    (void)state;
    return floor(9 * either_way(seed));
}

/* About a level, to which it comes back slowly. */
static double about_a_level(uint64_t *seed, double *state)
{
    double before = floor(*state);
    *state = 0.95 * *state + 10 * either_way(seed);
    return floor(*state) - before;
}

static void uneven_growth_is_growth(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("chances are the same under the checkers, and take minutes");
    assert_true(told_to_grow(busy_and_idle, LOOKS) >= 48);
    assert_true(told_to_grow(busy_and_idle, 60) >= 40);
    assert_true(told_to_grow(bursts, LOOKS) >= 48);
}

static void what_goes_astray_is_no_growth(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("chances are the same under the checkers, and take minutes");
    assert_true(told_to_grow(astray, LOOKS) <= 3);
    assert_true(told_to_grow(astray, 60) <= 3);
}

static void what_keeps_its_level_is_no_growth(void **state)
{
    (void)state;
    if (support_is_instrumented())
        support_skip("chances are the same under the checkers, and take minutes");
    assert_true(told_to_grow(about_a_level, LOOKS) <= 4);
    assert_true(told_to_grow(about_a_level, 60) <= 4);
}

static void a_few_looks_say_nothing(void **state)
{
    (void)state;
    struct watch_look looks[LOOKS];
    struct watch watch = seen(looks, 100, 0, 0);
    watch.length = 7;
    assert_int_equal(watch_judge(&watch), WATCH_TOO_EARLY);
    watch.length = 1;
    assert_true(isnan(watch_task_growth(&watch).value));
}

static void memory_alone_is_judged_too(void **state)
{
    (void)state;
    struct watch_look looks[LOOKS];
    struct watch watch = seen(looks, 0, 40000, 1);
    watch.url = NULL;
    assert_int_equal(watch_judge(&watch), WATCH_GROWS);
    assert_true(isnan(watch_task_growth(&watch).value));
}

/* --- The command ------------------------------------------------------------------------------ */

static char said[65536];

static int run(const char *arguments)
{
    char command[1024];
    const char *program = getenv("LEAKLAB");
    snprintf(command, sizeof command, "exec %s watch %s 2>&1 </dev/null",
             program ? program : "build/gcc/leaklab", arguments);
    FILE *out = popen(command, "re");
    assert_non_null(out);
    said[fread(said, 1, sizeof said - 1, out)] = 0;
    int status = pclose(out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void wrong_wishes_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *arguments;
        int status;
        const char *words;
    } cases[] = {
        {"", 2, "what?"},
        {"--pid 0", 2, "--pid '0'"},
        {"--pid x", 2, "--pid 'x'"},
        {"--pid -1", 2, "--pid '-1'"},
        {"--pid 4294967296", 2, "--pid '4294967296'"},
        {"--pid 999999999", 1, "no process 999999999"},
        {"--url example.org", 2, "--url 'example.org'"},
        {"--url file:///etc/passwd", 2, "--url 'file:///etc/passwd'"},
        {"--url http://", 2, "--url 'http://'"},
        {"--url http://127.0.0.1:1/ --interval 1ms", 2, "--interval '1ms'"},
        {"--url http://127.0.0.1:1/", 1, "http://127.0.0.1:1/: "},
        {"--pid 1 -- true", 2, "one of them"},
        {"--duration 0s -- true", 2, "--duration '0s'"},
        {"--memory-limit 0 -- true", 2, "--memory-limit '0'"},
        {"-- /nonexistent/program", 1, "can not start /nonexistent/program"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = run(cases[i].arguments);
        if (status != cases[i].status || !strstr(said, cases[i].words))
            fail_msg("%s: exit %d: %s", cases[i].arguments, status, said);
    }
}

static void a_program_is_started_watched_and_ended(void **state)
{
    (void)state;
    /* A name of this test's own, for others may be running the same. */
    char command[128];
    snprintf(command, sizeof command, "--interval 20ms --duration 300ms -- sleep 98765.%d",
             (int)getpid());
    assert_int_equal(run(command), 0);
    if (!strstr(said, "no growth was seen") &&
        !strstr(said, "too few looks")) /* hardly any looks */
        fail_msg("%s", said);
    snprintf(command, sizeof command, "pgrep -f '^sleep 98765.%d$' >/dev/null", (int)getpid());
    assert_int_not_equal(system(command), 0);
    unsigned long looks = 0;
    double seconds = -1;
    assert_int_equal(sscanf(strchr(said, '('), "(%lu looks in %lf s", &looks, &seconds), 2);
    /* As far apart as was asked for, at the least. */
    assert_true(looks >= 1 && seconds >= 0.02 * (double)(looks - 1) - 0.06 &&
                seconds < HANG_SECONDS);
    assert_true(looks < 2 || seconds > 0);
    assert_int_equal(run("--interval 20ms -- sleep 0.5"), 0);
    assert_non_null(strstr(said, "the process has ended"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profiles_of_go_are_read),
        cmocka_unit_test(an_empty_profile_and_a_memory_map_are_read),
        cmocka_unit_test(what_is_no_profile_is_refused),
        cmocka_unit_test(broken_profiles_do_no_harm),
        cmocka_unit_test(nothing_reaches_the_terminal_that_commands_it),
        cmocka_unit_test(stacks_that_grew_are_found_most_first),
        cmocka_unit_test(growth_is_told_with_its_interval),
        cmocka_unit_test(what_only_wavers_does_not_grow),
        cmocka_unit_test(growth_begins_at_five_tasks_or_a_mebibyte),
        cmocka_unit_test(uneven_growth_is_growth),
        cmocka_unit_test(what_goes_astray_is_no_growth),
        cmocka_unit_test(what_keeps_its_level_is_no_growth),
        cmocka_unit_test(a_few_looks_say_nothing),
        cmocka_unit_test(memory_alone_is_judged_too),
        cmocka_unit_test(wrong_wishes_are_refused),
        cmocka_unit_test(a_program_is_started_watched_and_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
