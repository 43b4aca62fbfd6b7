/* `leaklab pstree`: who waits for whom in another process. */
#include "command/looking.h"
#include "outside/forest.h"
#include "outside/forest_json.h"

static const struct argp_child children[] = {{&looking_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
    .parser = command_hand_down,
    .children = children,
    .args_doc = "PID\n--core FILE [PROGRAM]",
    .doc = "Shows who waits for whom in a process that runs on leaklab's tasks, as a tree: each "
           "task below the one "
           "that keeps it waiting, with what it waits for, and the cycles. Who has a lock is "
           "known. Of a channel, a "
           "wait group or a condition it is only known whose stack has its address, and so who may "
           "serve it; that is "
           "a good guess, and is said to be one. What is alike is one line and a number.\v"
           "Exit status: 0 done; 1 it could not be looked at; 2 wrong usage.",
};

static bool write(const struct target *target, const struct look *look,
                  const struct handles_seen *handles, void *arg)
{
    (void)handles;
    const struct looking *wish = arg;
    struct tree tree;
    bool done = tree_build(&tree, look, target->memory, &target->layout) &&
                (wish->json ? forest_write_json : forest_write)(target, look, &tree, stdout);
    tree_free(&tree);
    return done;
}

static int run(int argc, char **argv)
{
    struct looking wish = {.tasks_alone = true};
    command_parse(&argp, argc, argv, &wish);
    return looking_run("pstree", &wish, write, &wish);
}

const struct command command_pstree = {
    .name = "pstree",
    .summary = "Show who waits for whom in another process, as a tree, with its cycles",
    .argp = &argp,
    .run = run,
};
