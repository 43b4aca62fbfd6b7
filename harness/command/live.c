/* `leaklab live ID VARIANT`: half a pair's process behind the live page. Not for people. */
#include "command/command.h"
#include "live/live_child.h"
#include "live/live_plain.h"
#include <stdio.h>
#include <string.h>

static int run(int argc, char **argv)
{
    const struct pair *pair = argc == 3 ? catalog_find(argv[1]) : NULL;
    const struct pair *control = argc == 3 && !pair ? controls_find(argv[1]) : NULL;
    if (control)
        live_child_run(control, VARIANT_FIX);
    for (enum variant v = 0; pair && v < VARIANTS; v++)
        if (strcmp(argv[2], variant_name(v)) == 0)
            (pair_is_plain(pair) ? live_plain_run : live_child_run)(pair, v);
    fprintf(stderr, "leaklab live: the page of `leaklab serve` starts it, not you\n");
    return EXIT_USAGE;
}

const struct command command_live = {
    .name = "live",
    .run = run,
};
