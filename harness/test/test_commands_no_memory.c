/* No memory for what commands ask for: campaigns, boards of detectors, watches, plans of runs. Whatever allocation fails,
 * nothing falls over, and what is made is whole, or is not made and says why. */
#include "test/no_memory.h"
#include "test/planted.h"

#include "campaign/campaign.h"
#include "campaign/plan.h"
#include "command/run_plan.h"
#include "detect/board.h"
#include "detect/tool.h"
#include "record/built.h"
#include "watch/watch.h"
#include <unistd.h>

static char *text_of(json_t *json)
{
    char *text = built_text(json, JSON_COMPACT);
    json_decref(json);
    return text;
}

static char *number(size_t count)
{
    char *text = NULL;
    return asprintf(&text, "%zu", count) < 0 ? NULL : text;
}

/* Why nothing is made, where nobody else says so. */
static void say(const char *words)
{
    snprintf(failing_said, sizeof failing_said, "%s", words);
}

/* --- Runs ---------------------------------------------------------------------------------------- */

static char *a_sweep(void)
{
    struct sweep sweep = {malloc(sizeof *sweep.points), 1};
    if (!sweep.points) {
        say("it is the test's own");
        return NULL;
    }
    sweep.points[0] = settings_default();
    bool done = sweep_add(&sweep, "rate=1,2,3", failing_said, sizeof failing_said) &&
                sweep_add(&sweep, "requests=5,6", failing_said, sizeof failing_said);
    char *text = done ? number(sweep.count) : NULL;
    if (done)
        say("it is the test's own");
    free(sweep.points);
    return text;
}

static char *a_plan_of_a_run(void)
{
    struct settings settings = settings_default();
    struct sweep sweep = {&settings, 1};
    struct selection selection = {.variants = {true, true}, .settings = settings};
    struct run_plan plan;
    if (!run_plan_make(&plan, &selection, &sweep)) {
        assert_true(!plan.cases && !plan.length && !plan.order);
        return NULL;
    }
    char *text = number(plan.length);
    run_plan_free(&plan);
    return text;
}

/* --- Campaigns ----------------------------------------------------------------------------------- */

static char *rows[] = {(char *)"a", (char *)"b"};
static const char *program;

static struct design design_planted(void)
{
    static const char *const words[] = {"x", NULL};
    return (struct design){.sides = {{"all", 1, {program}}},
                           .side_count = 1,
                           .build_count = 1,
                           .rows = rows,
                           .row_count = 2,
                           .invocations = 2,
                           .words = words,
                           .seed = 1};
}

static char *a_design(void)
{
    struct design design = design_planted();
    return text_of(design_json(&design));
}

static char *a_plan_of_repetitions(void)
{
    json_t *names = json_pack("[ss]", "a", "b");
    json_t *processes = json_pack("[{s:s, s:i, s:[{s:i, s:i}]}]", "row", "a", "seconds", 1, "runs",
                                  "real_time", 5, "iterations", 6);
    char *text = names && processes ? text_of(plan_of(processes, names)) : NULL;
    json_decref(names);
    json_decref(processes);
    return text;
}

/* It is stopped before its first process. */
static char *a_campaign(void)
{
    static const int stop = 1;
    struct design design = design_planted();
    struct journal journal = {.fd = -1};
    const struct campaign_run run = {.design = &design, .tries = 1, .stop = &stop};
    journal.campaign.processes = json_array();
    enum campaign_end end = campaign_go_on(&run, &journal, failing_said, sizeof failing_said);
    json_decref(journal.campaign.processes);
    assert_true(end == CAMPAIGN_STOPPED || end == CAMPAIGN_FAILED);
    return end == CAMPAIGN_STOPPED ? strdup("stopped") : NULL;
}

static char *a_journal(void)
{
    struct journal journal;
    struct design design = design_planted();
    const char *path = planted_path("journal");
    char *text = NULL;
    unlink(path);
    json_t *header = json_pack("{s:s, s:i, s:s, s:o}", "type", "campaign", "schema", 1, "command",
                               "x", "design", design_json(&design));
    if (!header || !journal_open(&journal, path, header, failing_said, sizeof failing_said))
        return NULL;
    json_t *line = json_pack("{s:s, s:{}}", "type", "plan", "repetitions");
    if (line && journal_add(&journal, line, failing_said, sizeof failing_said) &&
        journal.campaign.plan)
        text = text_of(json_incref(journal.campaign.plan));
    journal_close(&journal);
    return text;
}

/* --- Detectors ------------------------------------------------------------------------------------ */

static bool is_there(char *version, size_t room, char *why, size_t size)
{
    (void)why, (void)size;
    snprintf(version, room, "1");
    return true;
}

static bool look(const struct detect_case *of, struct detection *detection, char *why, size_t size)
{
    (void)why, (void)size;
    detection->findings = of->pair != NULL;
    return true;
}

static size_t told;

static void tell_detector(const struct detector_said *said, void *arg)
{
    (void)said, (void)arg;
}

static void tell_detection(const struct detector *detector, const struct detection *detection,
                           size_t done, size_t of, void *arg)
{
    (void)detector, (void)detection, (void)done, (void)of, (void)arg;
    told++;
}

static char *a_board(void)
{
    static const struct detector sees = {
        .name = "sees", .how = "so", .is_there = is_there, .look = look};
    static const struct detector *const all[] = {&sees, NULL};
    const struct pair *pair = catalog_find("channel_receive");
    const struct board_plan plan = {.detectors = all,
                                    .pairs = &pair,
                                    .pair_count = 1,
                                    .at_once = 1,
                                    .observer = {tell_detector, tell_detection, NULL}};
    told = 0;
    if (!board_run(&plan, failing_said, sizeof failing_said))
        return NULL;
    failing_off();
    return number(told);
}

static char *a_tool(void)
{
    static const char *const words[] = {"echo", "x", NULL};
    return tool_run(&(struct tool){.words = words, .variable = "A=b"}, NULL, failing_said,
                    sizeof failing_said);
}

/* --- Watches -------------------------------------------------------------------------------------- */

/* Of this process, which is taken to have become another one. */
static char *two_lives(void)
{
    static const struct fetch_how how;
    struct watch watch;
    char *text = NULL;
    if (!watch_start(&watch, getpid(), NULL, &how)) {
        say("it can not be begun");
        return NULL;
    }
    memcpy(watch.program, "/another", sizeof "/another");
    watch.length = 0;
    bool done = watch_add(&watch, (struct watch_look){0, 1, 1});
    if (!done)
        say("it has no room");
    done = done && watch_look_once(&watch, 1, failing_said, sizeof failing_said) == FETCH_OK;
    if (done && !watch.restarts)
        say("it has one life");
    else if (done) {
        say("it is the test's own");
        text = number(watch.length);
    }
    watch_end(&watch);
    return text;
}

/* --- All of them ---------------------------------------------------------------------------------- */

static void what_is_made_is_whole_or_not(void **state)
{
    (void)state;
    static const struct {
        struct failing it;
        long least; /* so many allocations at least */
    } all[] = {
        {{.what = "a sweep", .made = a_sweep, .step = 1, .has_words = true}, 6},
        {{.what = "a plan of a run", .made = a_plan_of_a_run, .step = 1}, 3},
        {{.what = "a design", .made = a_design, .step = 1}, 20},
        {{.what = "a plan of repetitions", .made = a_plan_of_repetitions, .step = 1}, 20},
        {{.what = "a campaign", .made = a_campaign, .step = 1}, 5},
        {{.what = "a journal", .made = a_journal, .step = 1}, 50},
        {{.what = "a board", .made = a_board, .step = 1, .has_words = true}, 2},
        {{.what = "a tool", .made = a_tool, .step = 1, .has_words = true}, 3},
        {{.what = "two lives", .made = two_lives, .step = 1, .has_words = true}, 2},
    };
    planted_write(planted_path("program"), "x", 1);
    char *path = strdup(planted_path("program"));
    program = path;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        long allocations = failing_try(&all[i].it);
        if (allocations < all[i].least)
            fail_msg("%s: %ld allocations", all[i].it.what, allocations);
    }
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_made_is_whole_or_not, planted_folder_make,
                                        planted_folder_remove),
    };
    json_set_alloc_funcs(json_malloc, free);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
