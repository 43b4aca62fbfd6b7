/* `leaklab compare`: two results, pair by pair. */
#include "command/results.h"
#include "probe/printable.h"
#include "report/comparison.h"
#include "result/conditions.h"
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
    case ARGP_KEY_END:
        if (wish->count < 2)
            command_refuse(state, "which two results? (the one before, the one after)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&results_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "BEFORE AFTER",
    .doc =
        "Compares two results, or records or reports that are not saved: bytes per request of "
        "each variant, "
        "the change with its 95 % interval, and whether that is better, worse, or no difference "
        "that can be seen. Benchmarks likewise, by the names that google-benchmark gives them: one "
        "run each has no interval, so make them with --benchmark_repetitions=5. Says where "
        "machine or settings differ. Exit status 1 where the two have nothing in common.",
    .children = children,
};

/* Tables of what both have, and of what is in one alone. */
struct comparisons {
    struct comparison *pairs;
    struct cost_comparison *costs, *versus;
    size_t pair_count, cost_count, versus_count;
};

static struct comparisons compare_all(const struct summary *before, const struct summary *after)
{
    struct comparisons all;
    all.pairs = compare(before, after, &all.pair_count);
    all.costs = compare_costs(before->benchmarks, after->benchmarks, false, &all.cost_count);
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
    printable_write(stdout, name);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].count) {
            printf("%s%zu %s%s%s", separator, parts[i].count, parts[i].what,
                   parts[i].count == 1 ? "" : "s", parts[i].of);
            separator = " and ";
        }
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

static bool say_all(const struct compare_wish *wish, const struct comparisons *all,
                    const struct summary *before, const struct summary *after)
{
    struct terminal t = terminal_of(stdout);
    bool done = say_conditions(before, after) &&
                comparison_pairs(&t, all->pairs, all->pair_count, wish->all) &&
                comparison_costs(&t, "one operation", all->costs, all->cost_count, wish->all) &&
                comparison_costs(&t, "against Go", all->versus, all->versus_count, wish->all);
    if (done && (all->cost_count || all->versus_count))
        printf("Runs of one process do not show what differs between two: a few per cent may be "
               "where code and data came to lie.\n");
    if (!done)
        command_say("compare", "no memory for it");
    return done;
}

static bool compare_two(const struct compare_wish *wish, const struct summary *before,
                        const struct summary *after)
{
    struct comparisons all = compare_all(before, after);
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

static int run(int argc, char **argv)
{
    struct compare_wish wish = {.count = 0};
    command_parse(&argp, argc, argv, &wish);
    struct summary *before = result_named(&wish.choice, wish.names[0], "compare");
    struct summary *after = before ? result_named(&wish.choice, wish.names[1], "compare") : NULL;
    bool done = after && compare_two(&wish, before, after);
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
