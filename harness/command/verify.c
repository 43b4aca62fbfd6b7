/* `leaklab verify`: holds saved results, and the pages made of them, to what they say. */
#include "command/results.h"
#include "page/verify_results.h"
#include "probe/printable.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = state->input;
        return 0;
    case ARGP_KEY_ARG:
        command_refuse(state, "takes no word, not '%s': it verifies all (--results names a folder)",
                       arg);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&results_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .parser = parse,
    .doc =
        "Checks every saved result: its checksums, its record against the schema, its figures "
        "against the record, that figures and pages are exactly what is made of them, and that "
        "nothing else is in the folders. Exit status 1 where anything is not as it should be, or "
        "there is no result.",
    .children = children,
};

static void tell(const char *words, void *arg)
{
    (void)arg;
    printable_write(stdout, words);
    putchar('\n');
}

/* Where there is nothing, nothing was held to anything. */
static bool tell_sum(const struct verification *verification, const char *results)
{
    size_t count = verification->results, findings = verification->findings.count;
    if (findings)
        printf("%zu of these findings in %zu result%s\n", findings, count, count == 1 ? "" : "s");
    else if (count)
        printf("%zu result%s, all as %s\n", count, count == 1 ? "" : "s",
               count == 1 ? "it says" : "they say");
    else
        command_say("verify", "there is no result in %s: nothing was verified", results);
    return count && !findings;
}

static int run(int argc, char **argv)
{
    struct result_choice choice;
    char why[600];
    command_parse(&argp, argc, argv, &choice);
    struct verification verification = {.findings = {.told = tell}};
    const char *results = results_to_read(&choice, "verify");
    if (!results)
        return EXIT_FAILED;
    if (!verify(results, &verification, why, sizeof why)) {
        command_say("verify", "%s", why);
        return EXIT_FAILED;
    }
    if (verification.not_compared[0])
        printf("not compared: %s\n", verification.not_compared);
    return tell_sum(&verification, results) ? EXIT_AS_CATALOGUED : EXIT_FAILED;
}

const struct command command_verify = {
    .name = "verify",
    .summary = "Hold saved results and their pages to what they say",
    .argp = &argp,
    .run = run,
};
