/* `leaklab ps`: the tasks of another process, from outside. */
#include "command/looking.h"
#include "outside/handles_text.h"
#include "outside/list.h"
#include "outside/list_json.h"

enum { OPTION_ALL = 0x100 };

struct ps_wish {
    struct looking looking;
    bool all;
};

static const struct argp_option options[] = {
    {"all", OPTION_ALL, 0, 0, "A line a task, not a line for those that are alike", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct ps_wish *wish = state->input;
    (void)arg;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &wish->looking;
        return 0;
    case OPTION_ALL:
        wish->all = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&looking_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "PID\n--core FILE [PROGRAM]",
    .doc = "Shows the tasks of a process that runs on leaklab's tasks: what each waits for, for "
           "how many whole "
           "minutes, where, and where it was made. Nothing runs in that process for it, and it "
           "need not have been "
           "prepared: its memory is read, as a debugger does, and its own debug information gives "
           "the names.\v"
           "Where the census is linked in (leaklab-census), with tasks or without: its handles, "
           "requests in flight, descriptors and threads as well, and which line made each.\n"
           "Exit status: 0 done; 1 it could not be looked at; 2 wrong usage.",
};

static bool write_json(const struct target *target, const struct look *look,
                       const struct handles_seen *handles, bool all)
{
    json_t *census = target->census ? handles_json(target, handles) : NULL;
    bool done = (census || !target->census) && list_write_json(target, look, census, all, stdout);
    json_decref(census);
    return done;
}

static bool write(const struct target *target, const struct look *look,
                  const struct handles_seen *handles, void *arg)
{
    const struct ps_wish *wish = arg;
    if (wish->looking.json)
        return write_json(target, look, handles, wish->all);
    bool done = !target->has_tasks || list_write(target, look, wish->all, stdout);
    if (!done || !target->census || (target->has_tasks && !handles->is_on))
        return done;
    if (target->has_tasks)
        putchar('\n');
    return handles_write(target, handles, stdout);
}

static int run(int argc, char **argv)
{
    struct ps_wish wish = {.all = false};
    command_parse(&argp, argc, argv, &wish);
    return looking_run("ps", &wish.looking, write, &wish);
}

const struct command command_ps = {
    .name = "ps",
    .summary = "Show the tasks of another process, or of a core file, from outside",
    .argp = &argp,
    .run = run,
};
