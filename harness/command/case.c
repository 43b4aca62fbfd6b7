/* `leaklab case ID VARIANT`: a case's own process, started by check and run. Not for people. */
#include "command/command.h"
#include "load/child.h"
#include <stdio.h>
#include <string.h>

static int run(int argc, char **argv)
{
    const struct pair *pair = argc == 3 ? catalog_find(argv[1]) : NULL;
    const struct pair *control = argc == 3 && !pair ? controls_find(argv[1]) : NULL;
    if (control)
        child_run(control, VARIANT_FIX);
    if (pair && strcmp(argv[2], "leak") == 0)
        child_run(pair, VARIANT_LEAK);
    if (pair && strcmp(argv[2], "fix") == 0)
        child_run(pair, VARIANT_FIX);
    fprintf(stderr, "leaklab case: `leaklab run` and `leaklab check` start it, not you\n");
    return EXIT_USAGE;
}

const struct command command_case = {
    .name = "case",
    .run = run,
};
