/* What `ps` and `pstree` share: whose tasks, and one look at them. */
#pragma once

#include "command/command.h"
#include "outside/handles.h"
#include "outside/look.h"
#include "outside/target.h"

/* The options of both, for a command's argp to have as a child; its input is a struct looking. */
extern const struct argp looking_argp;

struct looking {
    pid_t pid;
    const char *core, *program;
    const char *word; /* a PID, or of a core the program */
    bool stops, json;
    bool tasks_alone; /* what has none is refused */
};

/* Looks, and has it written. look: of a target with tasks; handles: of one with a census. write: false where it could not be, as for no memory or a full disk. Returns the exit
 * status; what stands in the way is told under this name. */
typedef bool looking_writer(const struct target *target, const struct look *look,
                            const struct handles_seen *handles, void *arg);
int looking_run(const char *name, const struct looking *wish, looking_writer *write, void *arg);
