/* `leaklab save`: a record, or benchmarks, or both, become a result, written once, and the pages are
 * made anew. */
#include "result/save.h"
#include "command/results.h"
#include "page/pages.h"
#include "probe/printable.h"
#include "probe/typed.h"
#include "result/result.h"
#include <stdlib.h>
#include <string.h>

enum { OPTION_MACHINE = 0x100, OPTION_CONFIRMS };

struct save_wish {
    struct result_choice choice;
    struct save save;
};

static const struct argp_option options[] = {
    {"machine", OPTION_MACHINE, "NAME", 0,
     "What to call the machine (by its processor and cores); not by its host's name", 0},
    {"confirms", OPTION_CONFIRMS, "RESULT", 0,
     "What is saved measures this result again: keep with it which of its figures were met "
     "(`leaklab confirm` shows them)",
     0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct save_wish *wish = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &wish->choice;
        return 0;
    case OPTION_MACHINE:
        if (!result_machine_name(arg))
            command_refuse(state,
                           "--machine '%s': must be small letters, digits, '.', '_' and '-', at "
                           "most 64, as in amd-epyc-2-cores",
                           arg);
        wish->save.machine = arg;
        return 0;
    case OPTION_CONFIRMS:
        if (!result_name(arg))
            command_refuse(state, "--confirms '%s': must be like 20260131-amd-epyc", arg);
        wish->save.confirms = arg;
        return 0;
    case ARGP_KEY_ARG:
        if (wish->save.file_count == SAVE_MOST)
            command_refuse(state, "two records and two reports at most, not also '%s'", arg);
        wish->save.files[wish->save.file_count++] = arg;
        return 0;
    case ARGP_KEY_NO_ARGS:
        command_refuse(state,
                       "which record? (leaklab run --json FILE writes one, make bench a report)");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&results_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "RECORD|REPORT...",
    .doc =
        "Makes results/<YYYYMMDD>-<machine>/ of a record: its lines, the figures made of them, "
        "the machine, checksums; of the report of `make bench` and that of `make bench-go`; of "
        "what "
        "`leaklab detect` wrote; or of "
        "all of these, named together. Refuses to write over a result: a correction is a new one. "
        "Then "
        "makes the pages of all results anew, as `leaklab report` does.",
    .children = children,
};

/* Unless a file is what is wrong. */
static void say_what_stays(const struct save *save, const char *why)
{
    for (size_t i = 0; i < save->file_count; i++)
        if (strstr(why, save->files[i]))
            return;
    char *files = typed_words(save->files, save->file_count);
    command_say("save", "nothing was saved; the record stays where it is: %s", files ? files : "");
    free(files);
}

static void say_finding(const char *words, void *arg)
{
    (void)arg;
    command_say("save", "the result is saved, but not all pages are made: %s", words);
}

static int run(int argc, char **argv)
{
    struct save_wish wish = {.save = {.file_count = 0}};
    struct save *save = &wish.save;
    char why[600];
    command_parse(&argp, argc, argv, &wish);
    save->results = results_to_write(&wish.choice);
    if (!result_save(save, why, sizeof why)) {
        command_say("save", "%s", why);
        say_what_stays(save, why);
        return EXIT_FAILED;
    }
    fputs("saved ", stdout);
    printable_write(stdout, save->results);
    printf("/%s\n", save->name);
    if (save->cut[0]) {
        printable_write(stdout, save->record);
        printf(": %s\n", save->cut);
    }
    struct findings findings = {.told = say_finding};
    if (!pages_write(save->results, &findings, why, sizeof why))
        findings_add(&findings, "%s", why);
    return findings.count ? EXIT_FAILED : EXIT_AS_CATALOGUED;
}

const struct command command_save = {
    .name = "save",
    .summary = "Make a result of a record, written once, to be cited",
    .argp = &argp,
    .run = run,
};
