/* Cases beside and behind each other: in which order, how many at once, how each ended and in which words, and what a signal
 * leaves. As programs that are started, and as copies of this one. */
#include "test/judging.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void nothing(struct ctx *request)
{
    (void)request;
}

static void say_why(struct ctx *request)
{
    (void)request;
    fputs("x\npanic: sad\nmore\n", stderr);
    _exit(7);
}

static void leave_early(struct ctx *request)
{
    (void)request;
    _exit(0);
}

static void say_something(struct ctx *request)
{
    (void)request;
    fputs("==\n\n=first\nsecond\n", stderr);
    _exit(3);
}

static void die(struct ctx *request)
{
    (void)request;
    kill(getpid(), SIGKILL);
}

static void say_much(struct ctx *request)
{
    (void)request;
    for (int i = 0; i < 50; i++)
        fprintf(stderr, "%099d\n", i);
}

static void never_end(struct ctx *request)
{
    (void)request;
    static volatile int never;
    while (!never)
        continue;
}

#define PAIR(function)                                                                             \
    {                                                                                              \
        .family = "test", .id = #function, .entry = { function, function }                         \
    }
static const struct pair pairs[] = {PAIR(nothing),  PAIR(say_why),  PAIR(leave_early),
                                    PAIR(die),      PAIR(say_much), PAIR(say_something),
                                    PAIR(never_end)};

enum { MOST = 4 };
static struct outcome cases[MOST];

/* As many as there are ids, apart by blanks. */
static struct lab_plan planned(const char *ids)
{
    char words[256], *rest = words;
    struct settings settings = checked();
    struct lab_plan plan = {.cases = cases, .at_once = 1};
    snprintf(words, sizeof words, "%s", ids);
    for (const char *id; (id = strtok_r(rest, " ", &rest));) {
        assert_non_null(pair_called(id));
        cases[plan.length++] = outcome_of(pair_called(id), VARIANT_FIX, &settings);
    }
    return plan;
}

static void free_all(const struct lab_plan *plan)
{
    for (size_t i = 0; i < plan->length; i++)
        outcome_free(&cases[i]);
}

/* --- How each ended ------------------------------------------------------------------------------- */

static void each_ending_is_told_with_its_words(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        enum ended how;
        int status;
        const char *words, *said;
    } ends[] = {
        {"nothing", ENDED_WELL, 0, "", NULL},
        {"say_why", ENDED_EXIT, 7, "panic: sad", "x\npanic: sad\nmore\n"},
        {"leave_early", ENDED_EXIT, 0, "", NULL},
        {"say_something", ENDED_EXIT, 3, "first", "==\n\n=first\nsecond\n"},
        {"die", ENDED_SIGNAL, SIGKILL, "", NULL},
        {"never_end", ENDED_TOO_LONG, SIGKILL, "", NULL},
    };
    for (int copies = 0; copies < 2; copies++)
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
            struct lab_plan plan = planned(ends[i].id);
            plan.copies = copies;
            if (ends[i].how == ENDED_TOO_LONG)
                plan.time_limit = 50 * MILLISECOND;
            assert_int_equal(lab_run(&plan), 0);
            const struct case_ending *ending = &cases[0].ending;
            if (ending->how != ends[i].how || ending->status != ends[i].status)
                fail_msg("%s: how %d, status %d", ends[i].id, ending->how, ending->status);
            assert_string_equal(ending->words, ends[i].words);
            if (ends[i].said)
                assert_string_equal(ending->said, ends[i].said);
            else
                assert_null(ending->said);
            assert_in_range(ending->time, 1, HOUR);
            assert_true(cases[0].gauges_fd == -1 && cases[0].charged_fd == -1);
            assert_int_equal(cases[0].limit_by, LIMIT_NONE);
            free_all(&plan);
        }
}

static void what_can_not_be_started_is_told(void **state)
{
    (void)state;
    static const struct twin twins[] = {{.language = "go", .program = "/nowhere/at/all"},
                                        {.language = "go", .program = "/"}};
    static const char *const words[] = {
        "no process for it: no such file or directory (is /proc mounted?)",
        "no process for it: permission denied"};
    struct lab_plan plan = planned("nothing nothing nothing");
    for (size_t i = 0; i < 2; i++)
        cases[i].twin = &twins[i];
    assert_int_equal(lab_run(&plan), 0);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(cases[i].ending.how, ENDED_NOT_STARTED);
        assert_string_equal(cases[i].ending.words, words[i]);
    }
    assert_int_equal(cases[2].ending.how, ENDED_WELL); /* the others go on */
    if (access("/proc/self/schedstat", R_OK) == 0)
        assert_true(cases[2].noise.waited >= 0);
    free_all(&plan);
}

static size_t heard;

static void count_heard(const char *said, size_t length, void *arg)
{
    (void)said, (void)arg;
    heard += length;
}

/* All of it is heard, and the beginning kept. */
static void of_much_the_beginning_is_kept(void **state)
{
    (void)state;
    struct lab_plan plan = planned("say_much");
    plan.observer.heard = count_heard;
    heard = 0;
    assert_int_equal(lab_run(&plan), 0);
    assert_int_equal(heard, 2 * REQUESTS * 5000);
    assert_int_equal(strlen(cases[0].ending.said), 4095);
    char first[256];
    snprintf(first, sizeof first, "%099d\n%099d\n", 0, 1);
    assert_int_equal(strncmp(cases[0].ending.said, first, 120), 0);
    free_all(&plan);
}

/* --- Which, and how many -------------------------------------------------------------------------- */

static int running, most;

static void begin_one(const struct outcome *outcome, void *arg)
{
    (void)arg;
    running++;
    most = running > most ? running : most;
    note("%ld", (long)(outcome - cases));
}

static void end_one(const struct outcome *outcome, void *arg)
{
    (void)arg;
    running--;
    assert_int_equal(outcome->ending.how, ENDED_WELL);
    note("-");
}

static void cases_begin_in_their_order_and_so_many_at_once(void **state)
{
    (void)state;
    static const size_t order[] = {2, 0, 3, 1};
    static const struct {
        const size_t *order;
        unsigned at_once;
        const char *notes;
    } plans[] = {{NULL, 1, "0 - 1 - 2 - 3 -"},
                 {order, 1, "2 - 0 - 3 - 1 -"},
                 {order, 2, "2 0 - 3 - 1 - -"},
                 {NULL, 4, "0 1 2 3 - - - -"},
                 {NULL, 1000, "0 1 2 3 - - - -"}};
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        struct lab_plan plan = planned("nothing nothing nothing nothing");
        plan.order = plans[i].order;
        plan.at_once = plans[i].at_once;
        plan.copies = true;
        plan.observer = (struct lab_observer){.began = begin_one, .ended = end_one};
        running = most = 0;
        assert_int_equal(lab_run(&plan), 0);
        expect_notes(plans[i].notes);
        assert_int_equal(most, plans[i].at_once < 4 ? plans[i].at_once : 4);
        assert_int_equal(plan.at_once, plans[i].at_once < 64 ? plans[i].at_once : 64);
        free_all(&plan);
    }
}

/* --- A signal ------------------------------------------------------------------------------------- */

static int sent;

/* Where the second begins. */
static void send_signal(const struct outcome *outcome, void *arg)
{
    (void)arg;
    if (outcome == &cases[1])
        raise(sent);
}

static void a_signal_ends_what_runs_and_no_more_begins(void **state)
{
    (void)state;
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < 3; i++) {
        struct lab_plan plan = planned("nothing never_end nothing");
        plan.observer.began = send_signal;
        sent = numbers[i];
        assert_int_equal(lab_run(&plan), numbers[i]);
        assert_int_equal(cases[0].ending.how, ENDED_WELL);
        assert_int_equal(cases[1].ending.how, ENDED_INTERRUPTED);
        assert_int_equal(cases[1].ending.status, SIGKILL);
        assert_int_equal(cases[2].ending.how, ENDED_NOT);
        assert_null(cases[2].gauges);
        free_all(&plan);
    }
    struct lab_plan plan = planned("nothing nothing nothing");
    plan.observer.began = send_signal;
    signal(SIGHUP, SIG_IGN); /* nohup */
    assert_int_equal(lab_run(&plan), 0);
    signal(SIGHUP, SIG_DFL);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(cases[i].ending.how, ENDED_WELL);
    free_all(&plan);
}

int main(int argc, char **argv)
{
    JUDGING_BEGIN(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_ending_is_told_with_its_words),
        cmocka_unit_test(what_can_not_be_started_is_told),
        cmocka_unit_test(of_much_the_beginning_is_kept),
        cmocka_unit_test(cases_begin_in_their_order_and_so_many_at_once),
        cmocka_unit_test(a_signal_ends_what_runs_and_no_more_begins),
    };
    return cmocka_run_group_tests_name("lab", tests, NULL, NULL);
}
