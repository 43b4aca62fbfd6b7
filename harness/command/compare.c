/* `leaklab compare`: two results, pair by pair. */
#include "command/results.h"
#include "probe/printable.h"
#include "report/agreement.h"
#include "report/comparison.h"
#include "result/conditions.h"
#include "result/self_check.h"
#include "result/summarize.h"
#include <math.h>
#include <stdlib.h>

enum { OPTION_ALL = 0x100 };

struct compare_wish {
    struct result_choice choice;
    const char *names[2];
    int count;
    bool all;
};

static const struct argp_option options[] = {
    {"all", OPTION_ALL, 0, 0, "Every row of a long table, not only what changed", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct compare_wish *wish = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &wish->choice;
        return 0;
    case OPTION_ALL:
        wish->all = true;
        return 0;
    case ARGP_KEY_ARG:
        if (wish->count == 2)
            command_refuse(state, "two results at a time, not also '%s'", arg);
        wish->names[wish->count++] = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        command_refuse(state, "which two results? (the one before, the one after)");
    case ARGP_KEY_END:
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&results_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "BEFORE AFTER\nCAMPAIGN\nSUITE VERSUS",
    .doc =
        "Compares two results, or records or reports that are not saved, or the sides of one "
        "campaign: "
        "bytes per request of each variant, what an operation costs. Words: the same (within 3 %, "
        "and "
        "sure of it), better, worse (by Student's t over processes, or builds where there are four "
        "and "
        "more; Holm over all rows), not known. One process a side has no verdict, nor has what was "
        "measured under another load, or beside other work. What was measured on another machine, "
        "kernel or build is \"not comparable\", but for what is counted; the sides of one campaign "
        "may be two builds. Says where machine or settings differ, "
        "and how often the same method finds a difference between halves of one side. The report "
        "of "
        "`make bench` and that of `make bench-go`, or a result with both, are held to one another: "
        "whether one name has one value. Exit status 1 where the two have nothing in common, or do "
        "not agree.",
    .children = children,
};

/* Tables of what both have, and of what is in one alone. */
struct comparisons {
    struct comparison *pairs;
    struct cost_comparison *costs, *versus;
    size_t pair_count, cost_count, versus_count;
};

static struct comparisons compare_all(const struct compare_wish *wish, const struct summary *before,
                                      const struct summary *after)
{
    struct comparisons all;
    bool paired = wish->count == 1; /* sides of one campaign, block by block */
    all.pairs = compare(before, after, &all.pair_count);
    all.costs = compare_costs(before->benchmarks, after->benchmarks, paired, &all.cost_count);
    all.versus = compare_costs(before->versus, after->versus, false, &all.versus_count);
    return all;
}

static bool any_in_both(const struct comparisons *all)
{
    bool any = false;
    for (size_t i = 0; i < all->pair_count; i++)
        any |= all->pairs[i].in_before && all->pairs[i].in_after;
    for (size_t i = 0; i < all->cost_count; i++)
        any |= all->costs[i].was && all->costs[i].is;
    for (size_t i = 0; i < all->versus_count; i++)
        any |= all->versus[i].was && all->versus[i].is;
    return any;
}

static void say_contents(const char *name, const struct summary *summary)
{
    const struct {
        size_t count;
        const char *what, *of;
    } parts[] = {{summary->pair_count, "pair", ""},
                 {summary->benchmarks ? summary->benchmarks->count : 0, "benchmark", ""},
                 {summary->versus ? summary->versus->count : 0, "figure", " against Go"}};
    const char *separator = " has ";
    bool any = false;
    printable_write(stdout, name);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].count) {
            printf("%s%zu %s%s%s", separator, parts[i].count, parts[i].what,
                   parts[i].count == 1 ? "" : "s", parts[i].of);
            separator = " and ";
            any = true;
        }
    fputs(any ? "" : " has no figures", stdout);
}

static bool say_nothing_common(const struct compare_wish *wish, const struct summary *before,
                               const struct summary *after)
{
    fputs("nothing to compare: ", stdout);
    say_contents(wish->names[0], before);
    fputs(", ", stdout);
    say_contents(wish->names[1], after);
    putchar('\n');
    return false;
}

static bool say_conditions(const struct summary *before, const struct summary *after)
{
    char *conditions = conditions_differ(before, after);
    bool is_known = conditions;
    if (conditions && *conditions)
        printf("not the same conditions:\n%s\n", conditions);
    free(conditions);
    return is_known;
}

/* What the intervals speak of: the lowest level of all rows that have one. */
static void say_cover(const struct cost_comparison *rows, size_t count)
{
    enum level level = LEVEL_NONE;
    size_t fewest = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        const struct contrast *c = &rows[i].contrast;
        if (isnan(c->differs))
            continue;
        level = level == LEVEL_NONE || c->level < level ? c->level : level;
        fewest = c->before < fewest ? c->before : fewest;
        fewest = c->after < fewest ? c->after : fewest;
    }
    if (level != LEVEL_NONE)
        printf("Intervals cover %s on this machine (at least %zu a side). \"better\" and \"worse\" "
               "are "
               "held against all rows (Holm, 5 %%); \"the same\" is within 3 %%.\n",
               level_text(level), fewest);
}

/* Runs are processes, but all of one invocation: what another would differ by is not in it. */
static void say_bytes_cover(const struct comparison *rows, size_t count)
{
    size_t fewest = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        const struct contrast *c = &rows[i].contrast;
        if (isnan(c->differs))
            continue;
        fewest = c->before < fewest ? c->before : fewest;
        fewest = c->after < fewest ? c->after : fewest;
    }
    if (fewest != SIZE_MAX)
        printf("Intervals of bytes cover new runs of the same two invocations, each a process of "
               "its own (at least %zu a side); how another invocation differs is not known: one a "
               "side.\n",
               fewest);
}

static void say_check(const char *name, const char *what, const struct self_check *check)
{
    char text[SELF_CHECK_TEXT];
    printable_write(stdout, name);
    printf("%s: %s\n", what, self_check_text(text, check));
}

/* How often the method is wrong on what was measured here. False: no memory. */
static bool say_self_check(const char *name, const char *what, const struct benchmarks *benchmarks)
{
    struct self_check check;
    if (!benchmarks)
        return true;
    if (!self_check(benchmarks, SELF_CHECK_SPLITS, 1, &check))
        return false;
    say_check(name, what, &check);
    return true;
}

static bool say_bytes_check(const char *name, const struct summary *summary)
{
    struct self_check check;
    if (!self_check_bytes(summary, SELF_CHECK_SPLITS, 1, &check))
        return false;
    say_check(name, ", bytes a request", &check);
    return true;
}

static bool say_method(const struct compare_wish *wish, const struct comparisons *all,
                       const struct summary *before, const struct summary *after)
{
    const struct summary *sides[] = {before, after};
    bool done = true;
    say_bytes_cover(all->pairs, all->pair_count);
    say_cover(all->costs, all->cost_count);
    say_cover(all->versus, all->versus_count);
    for (size_t i = 0; i < 2; i++) {
        const char *name = wish->names[i];
        if (all->pair_count)
            done = done && say_bytes_check(name, sides[i]);
        if (all->cost_count)
            done = done && say_self_check(name, "", sides[i]->benchmarks);
        if (all->versus_count)
            done = done && say_self_check(name, ", against Go", sides[i]->versus);
    }
    return done;
}

static bool say_all(const struct compare_wish *wish, const struct comparisons *all,
                    const struct summary *before, const struct summary *after)
{
    struct terminal t = terminal_of(stdout);
    bool done = say_conditions(before, after) &&
                comparison_pairs(&t, all->pairs, all->pair_count, wish->all) &&
                comparison_costs(&t, "one operation", all->costs, all->cost_count, wish->all) &&
                comparison_costs(&t, "against Go", all->versus, all->versus_count, wish->all) &&
                say_method(wish, all, before, after);
    if (!done)
        command_say("compare", "no memory for it");
    return done;
}

/* The suite by itself and the comparison with Go: not before and after, but twice the same. */
static bool tell_agreement(const struct compare_wish *wish, const struct benchmarks *suite,
                           const struct benchmarks *versus)
{
    struct agreement agreement;
    struct terminal t = terminal_of(stdout);
    bool known = agreement_of(&agreement, suite, versus);
    if (known)
        agreement_tell(&t, &agreement, wish->all);
    else
        command_say("compare", "no memory for it");
    bool holds = known && agreement_holds(&agreement);
    agreement_free(&agreement);
    return holds;
}

/* Whether one has the suite alone, and the other the comparison alone; in either order. */
static bool are_suite_and_versus(const struct summary *a, const struct summary *b)
{
    return !a->pair_count && !b->pair_count && a->benchmarks && !a->versus && !b->benchmarks &&
           b->versus;
}

static bool compare_two(const struct compare_wish *wish, const struct summary *before,
                        const struct summary *after)
{
    struct comparisons all = compare_all(wish, before, after);
    bool known = all.pairs && all.costs && all.versus, done = false;
    if (!known)
        command_say("compare", "no memory for it");
    else if (any_in_both(&all))
        done = say_all(wish, &all, before, after);
    else
        done = say_nothing_common(wish, before, after);
    free(all.pairs);
    free(all.costs);
    free(all.versus);
    return done;
}

/* A summary of the conditions and benchmarks of one side. NULL: *why. */
static struct summary *summary_of_side(const struct benchmarks *all, size_t side, char *why,
                                       size_t size)
{
    struct benchmarks *benchmarks = benchmarks_side(all, side, why, size);
    struct summary *summary = benchmarks ? summary_of_about(benchmarks->about) : NULL;
    if (summary)
        summary->benchmarks = benchmarks;
    else
        benchmarks_free(benchmarks);
    if (benchmarks && !summary)
        snprintf(why, size, "no memory for it");
    return summary;
}

/* The first side is the one before. A result of suite and comparison has no sides, but both can be held to one
 * another. */
static bool compare_sides(struct compare_wish *wish, const struct summary *one)
{
    if (one->benchmarks && one->versus)
        return tell_agreement(wish, one->benchmarks, one->versus);
    char why[600] = "it is no campaign with two sides: name two results";
    const struct benchmarks *all = one->benchmarks;
    const char *path = wish->names[0];
    bool done = all && benchmarks_side_name(all, 1);
    if (done && benchmarks_side_name(all, 2))
        command_say("compare", "%s: of its sides the first two", path);
    struct summary *sides[2] = {NULL, NULL};
    for (size_t i = 0; done && i < 2; i++) {
        wish->names[i] = benchmarks_side_name(all, i);
        sides[i] = summary_of_side(all, i, why, sizeof why);
        done = sides[i];
    }
    if (done)
        done = compare_two(wish, sides[0], sides[1]);
    else
        command_say("compare", "%s: %s", path, why);
    summary_free(sides[0]);
    summary_free(sides[1]);
    return done;
}

static int run(int argc, char **argv)
{
    struct compare_wish wish = {.count = 0};
    command_parse(&argp, argc, argv, &wish);
    struct summary *before = result_named(&wish.choice, wish.names[0], "compare"), *after = NULL;
    bool done = false;
    if (before && wish.count == 1)
        done = compare_sides(&wish, before);
    else if (before && (after = result_named(&wish.choice, wish.names[1], "compare")))
        done = are_suite_and_versus(before, after)
                   ? tell_agreement(&wish, before->benchmarks, after->versus)
               : are_suite_and_versus(after, before)
                   ? tell_agreement(&wish, after->benchmarks, before->versus)
                   : compare_two(&wish, before, after);
    summary_free(before);
    summary_free(after);
    return done ? EXIT_AS_CATALOGUED : EXIT_FAILED;
}

const struct command command_compare = {
    .name = "compare",
    .summary = "Compare two results: what changed, and how sure that is",
    .argp = &argp,
    .run = run,
};
