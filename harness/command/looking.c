#include "command/looking.h"
#include "command/quantity.h"
#include "outside/stop.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_CORE = 0x200, OPTION_STOP, OPTION_JSON };

static const struct argp_option options[] = {
    {"core", OPTION_CORE, "FILE", 0,
     "Read this core file; the word is the program's file then, where it is not where it was", 0},
    {"stop", OPTION_STOP, 0, 0,
     "Hold the process still while it is looked at. It goes on by itself, however this ends", 0},
    {"json", OPTION_JSON, 0, 0, "Write JSON", 0},
    {0},
};

static void check(struct looking *wish, const struct argp_state *state)
{
    uint64_t pid;
    if (wish->core && wish->stops)
        command_refuse(state, "--stop: a core file does not run");
    if (wish->core) {
        wish->program = wish->word;
        return;
    }
    if (!wish->word)
        command_refuse(state, "whose tasks? (PID, or --core FILE)");
    if (!quantity_count(wish->word, &pid) || pid > INT32_MAX)
        command_refuse(state, "'%s': must be the number of a process", wish->word);
    wish->pid = (pid_t)pid;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct looking *wish = state->input;
    switch (key) {
    case OPTION_CORE:
        wish->core = arg;
        return 0;
    case OPTION_STOP:
        wish->stops = true;
        return 0;
    case OPTION_JSON:
        wish->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (wish->word)
            command_refuse(state, "'%s' is one word too many", arg);
        wish->word = arg;
        return 0;
    case ARGP_KEY_END:
        check(wish, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp looking_argp = {.options = options, .parser = parse};

static int fail(const char *name, const char *why)
{
    command_say(name, "%s", why);
    return EXIT_FAILED;
}

static int look_and_write(const char *name, const struct looking *wish, struct target *target,
                          looking_writer *write, void *arg)
{
    struct look look = {0};
    struct handles_seen handles = {0};
    char why[LOOK_WHY];
    int status = EXIT_SUCCESS;
    bool moves = !target->is_core && !wish->stops;
    if ((target->has_tasks &&
         !look_at(&look, target->memory, &target->layout, moves, target->is_core, why)) ||
        (target->census && !handles_look(&handles, target, why)))
        status = fail(name, why);
    else if (!write(target, &look, &handles, arg))
        status =
            fail(name, ferror(stdout) ? strerror(errno) : "no memory for what there is to say");
    look_free(&look);
    handles_free(&handles);
    return status;
}

int looking_run(const char *name, const struct looking *wish, looking_writer *write, void *arg)
{
    char why[TARGET_WHY];
    if (wish->stops && !process_stop(wish->pid, why))
        return fail(name, why);
    struct target *target = wish->core ? target_of_core(wish->core, wish->program, why)
                                       : target_of_process(wish->pid, why);
    if (target && !target->has_tasks && wish->tasks_alone) {
        command_say(name, "%s has handles and no tasks: leaklab ps lists them", wish->word);
        target_close(target);
        process_go_on();
        return EXIT_FAILED;
    }
    int status = target ? look_and_write(name, wish, target, write, arg) : fail(name, why);
    if (target)
        target_close(target);
    process_go_on();
    return status;
}
