/* The board of detectors: which of them are asked about which programs, in which order it is told, and what counts as found.
 * The detectors here are planted. */
#include "test/support.h"

#include "detect/board.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Programs ----------------------------------------------------------------------------------- */

static void entry(struct ctx *request)
{
    (void)request;
}

static void on_loop(struct uv_loop_s *loop)
{
    (void)loop;
}

static const struct pair
    one = {.family = "f", .id = "one", .title = "One", .entry = {entry, entry}},
    two = {.family = "f", .id = "two", .title = "Two", .entry = {entry, entry}},
    plain = {.family = "p", .id = "plain", .title = "P", .on_loop = {on_loop, on_loop}},
    control = {.family = "c",
               .id = "control",
               .title = "C",
               .is_control = true,
               .entry = {[VARIANT_FIX] = entry}};

/* --- Detectors ---------------------------------------------------------------------------------- */

static bool is_there(char *version, size_t room, char *why, size_t size)
{
    (void)why, (void)size;
    snprintf(version, room, "1.2");
    return true;
}

static bool is_missing(char *version, size_t room, char *why, size_t size)
{
    (void)version, (void)room;
    snprintf(why, size, "it is not here");
    return false;
}

static bool is_missing_silently(char *version, size_t room, char *why, size_t size)
{
    (void)version, (void)room, (void)why, (void)size;
    return false;
}

static bool knows_leaks(const struct pair *pair, enum variant variant)
{
    (void)pair;
    return variant == VARIANT_LEAK;
}

/* Two findings anyway; of a leak five, of "two" none can be had. */
static bool look(const struct detect_case *of, struct detection *detection, char *why, size_t size)
{
    char at[64];
    bool leak = of->pair && !of->pair->is_control && of->variant == VARIANT_LEAK;
    detection->findings = leak ? 5 : 2;
    detection->cpu = 3;
    detection->peak = 4;
    detection->wall = (int64_t)of->requests;
    snprintf(at, sizeof at, "%s:%d", of->pair ? of->pair->id : "nothing", of->plain);
    detection->at = strdup(at);
    snprintf(why, size, "words");
    return !of->pair || strcmp(of->pair->id, "two") != 0;
}

static bool look_fails(const struct detect_case *of, struct detection *detection, char *why,
                       size_t size)
{
    (void)of, (void)detection;
    snprintf(why, size, "it fails at nothing");
    return false;
}

static bool look_finds_three(const struct detect_case *of, struct detection *detection, char *why,
                             size_t size)
{
    (void)of, (void)why, (void)size;
    detection->findings = 3;
    return true;
}

static const struct detector
    sees = {.name = "sees",
            .how = "so",
            .requests = 7,
            .stops = true,
            .is_there = is_there,
            .look = look},
    sees_plain = {.name = "sees",
                  .how = "so",
                  .plain = true,
                  .reads = true,
                  .is_there = is_there,
                  .look = look},
    of_go = {.name = "of go",
             .how = "go",
             .go = true,
             .is_there = is_there,
             .knows = knows_leaks,
             .look = look},
    missing = {.name = "missing", .how = "not", .is_there = is_missing, .look = look},
    silent = {.name = "silent", .how = "not", .is_there = is_missing_silently, .look = look},
    fails = {.name = "fails", .how = "not", .is_there = is_there, .look = look_fails},
    three = {.name = "three", .how = "3", .is_there = is_there, .look = look_finds_three};

/* --- What is told ------------------------------------------------------------------------------- */

static void tell_detector(const struct detector_said *said, void *arg)
{
    assert_ptr_equal(arg, &sees);
    note("%s[%s|%s|%s%s%s%s|%s|%d %d %d]", said->name, said->how, said->version,
         said->go ? "go " : "", said->plain ? "plain " : "", said->stops ? "stops " : "",
         said->reads ? "reads " : "", said->skipped, (int)said->findings, (int)said->cpu,
         (int)said->peak);
}

static void tell_detection(const struct detector *detector, const struct detection *it, size_t done,
                           size_t of, void *arg)
{
    assert_ptr_equal(arg, &sees);
    note("%s %zu/%zu %s,%s,%s,%d: %d%s %s (%s) %d %d %d;", detector->name, done, of, it->family,
         it->id, it->title, (int)it->program, (int)it->findings, it->found ? " found" : "",
         it->at ? it->at : "-", it->why, (int)it->cpu, (int)it->wall, (int)it->peak);
}

static struct board_plan planned(const struct detector *const *asked,
                                 const struct pair *const *pairs, size_t count)
{
    return (struct board_plan){.detectors = asked,
                               .pairs = pairs,
                               .pair_count = count,
                               .at_once = 3,
                               .observer = {tell_detector, tell_detection, (void *)&sees}};
}

static void run(const struct board_plan *plan)
{
    char why[300] = "";
    assert_true(board_run(plan, why, sizeof why));
    assert_string_equal(why, "");
}

static void each_is_asked_about_its_programs_in_order(void **state)
{
    (void)state;
    static const struct pair *const pairs[] = {&one, &plain, &control, &two};
    static const struct detector *const asked[] = {&sees, &sees_plain, &of_go, NULL};
    struct board_plan plan = planned(asked, pairs, 4);
    static const unsigned threads[] = {0, 1, 2, 64, 1000};
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        plan.at_once = threads[i];
        run(&plan);
        expect_notes(
            "sees[so|1.2|stops ||2 3 4] sees 1/5 f,one,One,0: 5 found one:0 () 3 7 4; "
            "sees 2/5 f,one,One,1: 2 - () 3 7 4; sees 3/5 c,control,C,2: 2 - () 3 7 4; "
            "sees 4/5 f,two,Two,0: -1 - (words) 3 7 4; sees 5/5 f,two,Two,1: -1 - (words) 3 7 4; "
            "sees[so|1.2|plain reads ||2 3 4] sees 1/2 p,plain,P,0: 5 found plain:1 () 3 0 4; "
            "sees 2/2 p,plain,P,1: 2 - () 3 0 4; of go[go|1.2|go ||2 3 4] "
            "of go 1/2 f,one,One,0: 5 found one:0 () 3 0 4; of go 2/2 f,two,Two,0: -1 - (words) 3 "
            "0 4;");
    }
}

/* That a fix is found is no leak; that nobody can look is no finding. */
static void who_is_not_there_is_skipped(void **state)
{
    (void)state;
    static const struct pair *const pairs[] = {&one};
    static const struct detector *const asked[] = {&missing, &silent, &fails, &three, NULL};
    struct board_plan plan = planned(asked, pairs, 1);
    run(&plan);
    expect_notes("missing[not|||it is not here|-1 -1 -1] silent[not|||it can not be run|-1 -1 -1] "
                 "fails[not|1.2||it fails at nothing|-1 -1 -1] three[3|1.2|||3 -1 -1] "
                 "three 1/2 f,one,One,0: 3 - () -1 -1 -1; three 2/2 f,one,One,1: 3 - () -1 -1 -1;");
    static const struct pair *const of_plain[] = {&plain};
    plan = planned(asked, of_plain, 1); /* of which nobody is asked */
    run(&plan);
    expect_notes("");
}

static void what_is_known_is_not_looked_at_again(void **state)
{
    (void)state;
    static const struct pair *const pairs[] = {&one, &plain};
    static const struct detector *const asked[] = {&sees, &sees_plain, NULL};
    static char name[] = "sees", id[] = "one", other[] = "plain";
    struct detection of_one = {.id = id, .program = DETECTED_LEAK, .detector = 0},
                     of_plain = {.id = other, .program = DETECTED_FIX, .detector = 1};
    struct detector_said said[] = {{.name = name}, {.name = name, .plain = true}};
    struct detection all[] = {of_one, of_plain};
    struct detections before = {.detectors = said, .detector_count = 2, .all = all, .count = 2};
    struct board_plan plan = planned(asked, pairs, 2);
    plan.before = &before;
    run(&plan);
    expect_notes(
        "sees[so|1.2|stops ||2 3 4] sees 1/1 f,one,One,1: 2 - () 3 7 4; "
        "sees[so|1.2|plain reads ||2 3 4] sees 1/1 p,plain,P,0: 5 found plain:1 () 3 0 4;");
    said[1].name = (char *)"another";
    run(&plan);
    expect_notes("sees[so|1.2|stops ||2 3 4] sees 1/1 f,one,One,1: 2 - () 3 7 4; "
                 "sees[so|1.2|plain reads ||2 3 4] sees 1/2 p,plain,P,0: 5 found plain:1 () 3 0 4; "
                 "sees 2/2 p,plain,P,1: 2 - () 3 0 4;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_asked_about_its_programs_in_order),
        cmocka_unit_test(who_is_not_there_is_skipped),
        cmocka_unit_test(what_is_known_is_not_looked_at_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
