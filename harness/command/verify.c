/* `leaklab verify`: holds saved results, and the pages made of them, to what they say. */
#include "command/results.h"
#include "page/verify_results.h"

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
    .doc = "Checks every saved result: its checksums, its record against the schema, its figures "
           "against the record, and that figures and pages are exactly what is made of them. Exit "
           "status 1 where anything is not as it should be.",
    .children = children,
};

static void tell(const char *words, void *arg)
{
    (void)arg;
    printf("%s\n", words);
}

static int run(int argc, char **argv)
{
    struct result_choice choice;
    char why[600];
    command_parse(&argp, argc, argv, &choice);
    struct verification verification = {.finding = tell};
    const char *results = results_to_read(&choice, "verify");
    if (!results)
        return EXIT_FAILED;
    if (!verify(results, &verification, why, sizeof why)) {
        command_say("verify", "%s", why);
        return EXIT_FAILED;
    }
    if (verification.not_compared[0])
        printf("not compared: %s\n", verification.not_compared);
    if (verification.findings)
        printf("%zu of these findings in %zu results\n", verification.findings,
               verification.results);
    else
        printf("%zu result%s, all as %s\n", verification.results,
               verification.results == 1 ? "" : "s",
               verification.results == 1 ? "it says" : "they say");
    return verification.findings ? EXIT_FAILED : EXIT_AS_CATALOGUED;
}

const struct command command_verify = {
    .name = "verify",
    .summary = "Hold saved results and their pages to what they say",
    .argp = &argp,
    .run = run,
};
