/* `leaklab save`: a record becomes a result, written once, and the pages are made anew. */
#include "command/results.h"
#include "report/pages.h"
#include "report/result.h"
#include <string.h>

enum { OPTION_MACHINE = 0x100 };

struct request {
    struct result_choice choice;
    const char *machine, *record;
};

static const struct argp_option options[] = {
    {"machine", OPTION_MACHINE, "NAME", 0,
     "What to call the machine (by its processor and cores); not by its host's name", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct request *request = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &request->choice;
        return 0;
    case OPTION_MACHINE:
        if (!result_machine_name(arg))
            command_refuse(state,
                           "--machine '%s': must be small letters, digits, '.', '_' and '-', at "
                           "most 64, as in amd-epyc-2-cores",
                           arg);
        request->machine = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (request->record)
            command_refuse(state, "one record at a time, not also '%s'", arg);
        request->record = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        command_refuse(state, "which record? (leaklab run --json FILE writes one)");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&results_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "RECORD",
    .doc =
        "Makes results/<YYYYMMDD>-<machine>/ of a record: its lines, the figures made of them, "
        "the machine, checksums. Refuses to write over a result: a correction is a new one. Then "
        "makes the pages of all results anew, as `leaklab report` does.",
    .children = children,
};

int command_save(int argc, char **argv)
{
    struct request request = {.record = NULL};
    char why[600];
    command_parse(&argp, argc, argv, &request);
    struct save save = {
        .record = request.record, .results = request.choice.results, .machine = request.machine};
    if (!result_save(&save, why, sizeof why)) {
        fprintf(stderr, "leaklab save: %s\n", why);
        if (!strstr(why, request.record))
            fprintf(stderr, "leaklab save: nothing was saved; the record stays where it is: %s\n",
                    request.record);
        return EXIT_FAILED;
    }
    printf("saved %s/%s\n", save.results, save.name);
    if (save.cut[0])
        printf("%s: %s\n", request.record, save.cut);
    if (pages_write(save.results, why, sizeof why))
        return EXIT_AS_CATALOGUED;
    fprintf(stderr, "leaklab save: the result is saved, but not its pages: %s\n", why);
    return EXIT_FAILED;
}
