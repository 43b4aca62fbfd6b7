#include "command/selecting.h"
#include "command/quantity.h"
#include "task/task.h"
#include "task/time.h"
#include <stdlib.h>
#include <string.h>

enum {
    OPTION_VARIANT = 0x100,
    OPTION_REQUESTS,
    OPTION_SEED,
    OPTION_STACK,
    OPTION_PATIENCE,
    OPTION_SETTLE,
    OPTION_CONTROLS,
    OPTION_RECOVER,
    OPTION_HIBERNATE
};

static const struct argp_option options[] = {
    {"variant", OPTION_VARIANT, "leak|fix|both", 0, "Which half of each pair (both)", 0},
    {"requests", OPTION_REQUESTS, "N", 0, "Requests a case", 0},
    {"seed", OPTION_SEED, "S", 0, "Of arrivals and of select's choices (1)", 0},
    {"stack", OPTION_STACK, "SIZE", 0, "Address space for each task's stack (64K)", 0},
    {"patience", OPTION_PATIENCE, "TIME", 0, "How long a client waits: a request's timeout (50ms)",
     0},
    {"settle", OPTION_SETTLE, "TIME", 0,
     "How long to run on after load at most, on the virtual clock, before what is left counts (as "
     "long "
     "as anything is due)",
     0},
    {"controls", OPTION_CONTROLS, 0, 0,
     "The programs that look like leaks and are none, in place of the pairs", 0},
    {"recover", OPTION_RECOVER, "TIME", OPTION_ARG_OPTIONAL,
     "Run each leak once more, and after each such time have every task end of which it is proven "
     "that nobody can ever "
     "wake it (1s)",
     0},
    {"hibernate", OPTION_HIBERNATE, "TIME", 0,
     "Run each leak once more, and have every task hibernate that is parked for that long: its "
     "page is given back, "
     "and comes back when it is touched",
     0},
    {0},
};

struct selection selecting_start(void)
{
    return (struct selection){
        .variants = {[VARIANT_LEAK] = true, [VARIANT_FIX] = true},
        .settings = settings_default(),
    };
}

void selecting_free(struct selection *selection)
{
    free(selection->pairs);
    selection->pairs = NULL;
    selection->pair_count = 0;
}

static void choose_variant(struct selection *selection, const char *arg,
                           const struct argp_state *state)
{
    bool both = strcmp(arg, "both") == 0;
    selection->variants[VARIANT_LEAK] = both || strcmp(arg, "leak") == 0;
    selection->variants[VARIANT_FIX] = both || strcmp(arg, "fix") == 0;
    if (!selection->variants[VARIANT_LEAK] && !selection->variants[VARIANT_FIX])
        command_refuse(state, "--variant '%s': must be leak, fix or both", arg);
}

static void choose_stack(struct settings *settings, const char *arg, const struct argp_state *state)
{
    if (!quantity_size(arg, &settings->stack_bytes))
        command_refuse(state, "--stack '%s': " QUANTITY_SIZE, arg);
    if (task_set_stack_size(settings->stack_bytes) != 0)
        command_refuse(state, "--stack '%s': %s", arg, task_error());
}

static void add_pair(struct selection *selection, const struct pair *pair,
                     const struct argp_state *state)
{
    for (size_t i = 0; i < selection->pair_count; i++)
        if (selection->pairs[i] == pair)
            return;
    const struct pair **more =
        reallocarray(selection->pairs, selection->pair_count + 1, sizeof(void *));
    if (!more)
        command_refuse(state, "no memory for the list of ids");
    selection->pairs = more;
    selection->pairs[selection->pair_count++] = pair;
}

void selecting_choose(struct selection *selection, const char *word, const struct argp_state *state)
{
    const struct pair *control = controls_find(word);
    enum naming naming = control ? NAMINGS : catalog_naming(word);
    if (control)
        add_pair(selection, control, state);
    else if (naming == NAMINGS)
        command_pair(state, word); /* refuses it */
    FOR_EACH_PAIR (pair)
        if (catalog_names(word, naming, pair))
            add_pair(selection, pair, state);
}

static int64_t after(const char *arg, const struct argp_state *state)
{
    int64_t time = 0;
    if (!quantity_time(arg, &time))
        command_refuse(state, "--hibernate '%s': " QUANTITY_TIME, arg);
    if (time < MILLISECOND)
        command_refuse(state, "--hibernate '%s': must be 1ms or more", arg);
    return time;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct selection *selection = state->input;
    struct settings *settings = &selection->settings;
    switch (key) {
    case OPTION_VARIANT:
        choose_variant(selection, arg, state);
        return 0;
    case OPTION_REQUESTS:
        if (!quantity_count(arg, &settings->requests))
            command_refuse(state, "--requests '%s': " QUANTITY_COUNT, arg);
        return 0;
    case OPTION_SEED:
        if (!quantity_seed(arg, &settings->seed))
            command_refuse(state, "--seed '%s': " QUANTITY_SEED, arg);
        return 0;
    case OPTION_STACK:
        choose_stack(settings, arg, state);
        return 0;
    case OPTION_PATIENCE:
        if (!quantity_time(arg, &settings->patience))
            command_refuse(state, "--patience '%s': " QUANTITY_TIME, arg);
        return 0;
    case OPTION_SETTLE:
        if (!quantity_time(arg, &settings->settle))
            command_refuse(state, "--settle '%s': " QUANTITY_TIME, arg);
        return 0;
    case OPTION_RECOVER:
        selection->recover = command_recover(state, arg);
        return 0;
    case OPTION_HIBERNATE:
        selection->hibernate = after(arg, state);
        return 0;
    case OPTION_CONTROLS:
        selection->controls = true;
        return 0;
    case ARGP_KEY_ARG:
        selecting_choose(selection, arg, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp selecting_argp = {.options = options, .parser = parse};
