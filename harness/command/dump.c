/* `leaklab dump`: who is parked where after a pair has had its load, in every format; and what grew
 * between two such dumps. The case runs in this process, under the virtual clock. */
#include "profile/dump.h"
#include "census/listing.h"
#include "command/command.h"
#include "command/output.h"
#include "command/quantity.h"
#include "load/plain_case.h"
#include "load/selection.h"
#include "profile/diff.h"
#include "profile/install.h"
#include "profile/quiescence.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/time.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OPTION_VARIANT = 0x100,
    OPTION_REQUESTS,
    OPTION_FORMAT,
    OPTION_FOLDED,
    OPTION_AT,
    OPTION_DIFF,
    OPTION_THRESHOLD
};
enum { REQUESTS = 1000, WHY = 600 };

static const struct argp_option options[] = {
    {"variant", OPTION_VARIANT, "leak|fix", 0, "Which half of the pair (leak)", 0},
    {"requests", OPTION_REQUESTS, "N", 0, "Requests before the dump (1000)", 0},
    {"format", OPTION_FORMAT, "summary|text|go-text|full|json|pprof|folded|svg", 0,
     "summary: in words (default); text: by stack, as Go's debug=1; go-text: the same for `go tool "
     "pprof`; full: by task, as Go's debug=2; json; pprof: for `go tool pprof`; folded: for flame "
     "graphs; svg: a flame graph",
     0},
    {"folded", OPTION_FOLDED, 0, 0, "--format folded", 0},
    {"at", OPTION_AT, "settle|load", 0,
     "When: ten minutes after nothing was due any more, on the virtual clock (settle), or when "
     "load "
     "ends",
     0},
    {"output", 'o', "FILE", 0, "Where to write it (-: standard output)", 0},
    {"diff", OPTION_DIFF, 0, 0,
     "Compare two dumps in JSON: --diff BEFORE AFTER; in words, or --format json", 0},
    {"threshold", OPTION_THRESHOLD, "N", 0,
     "--diff: a place that grew and holds so many tasks is a suspect (1000)", 0},
    {0},
};

struct dump_wish {
    const struct pair *pair;
    enum variant variant;
    uint64_t requests, threshold;
    enum dump_format format;
    bool format_chosen;
    bool at_load, compares;
    const char *output;
    const char *words[2];
    unsigned word_count;
    struct settings settings;
    bool refused; /* a request found no memory for its task */
};

/* --- Arguments -------------------------------------------------------------------------------------- */

static void choose_variant(struct dump_wish *wish, const char *arg, const struct argp_state *state)
{
    for (enum variant v = 0; v < VARIANTS; v++)
        if (!strcmp(arg, variant_name(v))) {
            wish->variant = v;
            return;
        }
    command_refuse(state, "--variant '%s': must be leak or fix", arg);
}

static void choose_format(struct dump_wish *wish, const char *arg, const struct argp_state *state)
{
    if (wish->format_chosen)
        command_refuse(state, "one format at a time: --folded is --format folded");
    wish->format_chosen = true;
    wish->format = dump_format_called(arg);
    if (wish->format == DUMP_FORMATS)
        command_refuse(state,
                       "--format '%s': must be summary, text, go-text, full, json, pprof, folded "
                       "or svg",
                       arg);
}

static void choose_moment(struct dump_wish *wish, const char *arg, const struct argp_state *state)
{
    wish->at_load = !strcmp(arg, "load");
    if (!wish->at_load && strcmp(arg, "settle"))
        command_refuse(state, "--at '%s': must be settle or load", arg);
}

static void take_word(struct dump_wish *wish, const char *arg, const struct argp_state *state)
{
    if (wish->word_count == 2)
        command_refuse(state, "'%s' is one word too many", arg);
    wish->words[wish->word_count++] = arg;
}

/* The same of a census; LISTING_FORMATS where there is none. */
static enum listing_format plain_format(const struct dump_wish *wish)
{
    return listing_format_called(dump_format_name(wish->format));
}

static void check_words(struct dump_wish *wish, const struct argp_state *state)
{
    if (wish->compares && wish->word_count != 2)
        command_refuse(state, "--diff needs two dumps in JSON: --diff BEFORE AFTER");
    if (wish->compares && wish->format != DUMP_SUMMARY && wish->format != DUMP_JSON)
        command_refuse(state, "--diff is in words (--format summary) or --format json");
    if (wish->compares)
        return;
    if (wish->word_count != 1)
        command_refuse(state,
                       wish->word_count ? "one pair at a time: '%s' is one too many"
                                        : "which pair? (leaklab list shows them all)%s",
                       wish->word_count ? wish->words[1] : "");
    wish->pair = command_pair(state, wish->words[0]);
    if (pair_is_plain(wish->pair) && plain_format(wish) == LISTING_FORMATS)
        command_refuse(state,
                       "--format %s: of plain C there are summary, json, pprof, folded and svg",
                       dump_format_name(wish->format));
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct dump_wish *wish = state->input;
    switch (key) {
    case OPTION_VARIANT:
        choose_variant(wish, arg, state);
        return 0;
    case OPTION_REQUESTS:
        if (!quantity_count(arg, &wish->requests))
            command_refuse(state, "--requests '%s': " QUANTITY_COUNT, arg);
        return 0;
    case OPTION_THRESHOLD:
        if (!quantity_count(arg, &wish->threshold))
            command_refuse(state, "--threshold '%s': " QUANTITY_COUNT, arg);
        return 0;
    case OPTION_FORMAT:
        choose_format(wish, arg, state);
        return 0;
    case OPTION_FOLDED:
        choose_format(wish, "folded", state);
        return 0;
    case OPTION_AT:
        choose_moment(wish, arg, state);
        return 0;
    case OPTION_DIFF:
        wish->compares = true;
        return 0;
    case 'o':
        wish->output = arg;
        return 0;
    case ARGP_KEY_ARG:
        take_word(wish, arg, state);
        return 0;
    case ARGP_KEY_END:
        check_words(wish, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "ID\n--diff BEFORE AFTER",
    .doc =
        "Runs one variant of a pair under the virtual clock, a thousand requests or "
        "--requests at 1000 a second, and dumps who is parked where; of plain C (libuv, threads) "
        "which handles, requests, descriptors and threads are open, and who made them: summary, "
        "json, "
        "pprof, folded or svg.\v"
        "Exit status: 0 done; 1 the dump could not be made or written whole, or --diff has "
        "found a suspect; 2 wrong usage.",
};

/* --- The case --------------------------------------------------------------------------------------- */

static void serve(void *arg)
{
    const struct dump_wish *wish = arg;
    struct ctx *request = ctx_with_timeout(ctx_background(), wish->settings.patience);
    defer(ctx_drop, request);
    defer(ctx_cancel, request);
    wish->pair->entry[wish->variant](request);
}

static void run_case(void *arg)
{
    struct dump_wish *wish = arg;
    task_label("sample", wish->pair->id);
    task_label("variant", variant_name(wish->variant));
    int64_t gap = (int64_t)(SECOND / wish->settings.rate);
    for (uint64_t i = 0; i < wish->requests && !wish->refused; i++) {
        wish->refused = !go(serve, wish);
        quiescence_pass_until(clock_now() + gap);
    }
    if (!wish->at_load)
        quiescence_reach(INT64_MAX);
    quiescence_pass_until(clock_now() + (wish->at_load ? wish->settings.patience : 10 * MINUTE));
}

/* --- The dump --------------------------------------------------------------------------------------- */

static int fail(const char *why, const char *hint)
{
    command_say("dump", "%s%s", why, hint);
    return EXIT_FAILED;
}

/* It is written whole, or not at all. */
static int finish(struct output *output)
{
    char why[WHY];
    return output_finish(output, why, sizeof why) ? EXIT_SUCCESS : fail(why, "");
}

static int write_dump(const struct dump_wish *wish, struct output *output)
{
    struct dump_subject subject = {wish->pair->id, variant_name(wish->variant), wish->requests};
    struct dump dump = {.format = wish->format, .subject = &subject, .proof = DUMP_PROVEN};
    if (!dump_write(&dump, output->out))
        return finish(output);
    command_say("dump", "can not write the dump to %s: %s%s",
                output->path ? output->path : "standard output", strerror(errno),
                output->unfinished ? "" : " (what is there is not whole)");
    output_abandon(output);
    return EXIT_FAILED;
}

/* Of plain C, what the census has. */
static int dump_plain(const struct dump_wish *wish, struct output *output)
{
    char subject[128];
    snprintf(subject, sizeof subject, "%s %s after %" PRIu64 " requests", wish->pair->id,
             variant_name(wish->variant), wish->requests);
    struct listing listing = {.format = plain_format(wish),
                              .subject = subject,
                              .served = wish->requests,
                              .callers = "harness/",
                              .proves = true};
    struct plain_served served = plain_case_serve(wish->pair, wish->variant, wish->requests,
                                                  wish->settings.rate, !wish->at_load);
    if (served.failed) {
        output_abandon(output);
        return fail("the loop could not be made: ", uv_strerror(served.failed));
    }
    listing.except = served.ours;
    proven_prepare();
    if (listing_write(&listing, output->out) < 0) {
        output_abandon(output);
        return fail("no memory for the list", "");
    }
    /* Not by exit(): there libuv waits for its pool's threads, and some of those wait for ever. */
    int status = finish(output);
    fflush(NULL);
    _exit(status);
}

static int dump_case(struct dump_wish *wish)
{
    char why[WHY];
    struct output output;
    if (!output_open(&output, wish->output, why, sizeof why))
        return fail(why, "");
    if (pair_is_plain(wish->pair))
        return dump_plain(wish, &output);
    clock_set_virtual(true);
    task_seed(wish->settings.seed);
    dump_install();
    if (task_run(run_case, wish) || wish->refused) {
        output_abandon(&output);
        return fail(task_error(), "");
    }
    proven_prepare();
    return write_dump(wish, &output);
}

static int compare(const struct dump_wish *wish)
{
    struct diff diff = {wish->words[0], wish->words[1], wish->threshold, wish->format == DUMP_JSON};
    char error[DIFF_ERROR], why[WHY];
    size_t suspects;
    struct output output;
    if (!output_open(&output, wish->output, why, sizeof why))
        return fail(why, "");
    if (diff_write(&diff, output.out, &suspects, error)) {
        output_abandon(&output);
        return fail(error, "");
    }
    return finish(&output) == EXIT_SUCCESS && !suspects ? EXIT_SUCCESS : EXIT_FAILED;
}

static int run(int argc, char **argv)
{
    struct dump_wish wish = {
        .requests = REQUESTS, .threshold = DIFF_THRESHOLD, .settings = settings_default()};
    command_parse(&argp, argc, argv, &wish);
    return wish.compares ? compare(&wish) : dump_case(&wish);
}

const struct command command_dump = {
    .name = "dump",
    .summary = "Show who is parked where, on what, and why: in words, for pprof, as a flame graph",
    .argp = &argp,
    .run = run,
};
