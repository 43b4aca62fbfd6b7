/* `leaklab case ID VARIANT`: a case's own process, started by check, run and detect. Not for people. */
#include "command/command.h"
#include "detect/look.h"
#include "load/child.h"
#include <stdio.h>
#include <string.h>

/* `leaklab case ID VARIANT DETECTOR [0]`: `leaklab detect` starts it. */
static int run_look(int argc, char **argv)
{
    const struct pair *pair = catalog_find(argv[1]), *control = controls_find(argv[1]);
    enum variant variant = strcmp(argv[2], "leak") == 0 ? VARIANT_LEAK : VARIANT_FIX;
    for (enum look look = 0; look < LOOKS && (pair || control); look++)
        if (strcmp(argv[3], look_names[look]) == 0 &&
            (look == LOOK_CENSUS) == pair_is_plain(pair ? pair : control))
            return look_run(pair ? pair : control, pair ? variant : VARIANT_FIX, look, argc == 4);
    fprintf(stderr, "leaklab case: `leaklab detect` starts it, not you\n");
    return EXIT_USAGE;
}

static int run(int argc, char **argv)
{
    if (argc == 4 || argc == 5)
        return run_look(argc, argv);
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
