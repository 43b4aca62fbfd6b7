/* `leaklab campaign`: benchmarks by a design that replicates processes and builds, and goes on where it was. */
#include "campaign/campaign.h"
#include "campaign/process.h"
#include "command/command.h"
#include "command/quantity.h"
#include "probe/figures.h"
#include "probe/typed.h"
#include "record/benchmarks.h"
#include "result/self_check.h"
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    OPTION_JSON = 0x100,
    OPTION_ONLY,
    OPTION_INVOCATIONS,
    OPTION_REPETITIONS,
    OPTION_BUDGET,
    OPTION_TIME,
    OPTION_TRIES,
    OPTION_WAIT,
    OPTION_CORE,
    OPTION_SEED,
    WHY = 800,
    INVOCATIONS_MOST = 10000,
};

struct campaign_wish {
    struct design design;
    const char *json, *only;
    int tries;
    int64_t budget, wait; /* nanoseconds; budget 0: none */
    const char *words[PROCESS_WORDS + 1];
};

static const struct argp_option options[] = {
    {"json", OPTION_JSON, "FILE", 0,
     "The journal: a line of JSON for each process (campaign.ndjson). Where it is there, the "
     "campaign goes on",
     0},
    {"only", OPTION_ONLY, "REGEX", 0, "Only benchmarks whose names match (all)", 0},
    {"invocations", OPTION_INVOCATIONS, "N", 0, "Processes of each build and row (10)", 0},
    {"repetitions", OPTION_REPETITIONS, "N", 0,
     "Repetitions in each process (as the first processes show where the variance is)", 0},
    {"budget", OPTION_BUDGET, "TIME", 0,
     "Begin no block that would not end within this time, over all runs of the campaign (none)", 0},
    {"time", OPTION_TIME, "TIME", 0, "What a repetition takes at least (50ms)", 0},
    {"tries", OPTION_TRIES, "N", 0,
     "Measure a process that is flagged again, up to N times in all (4)", 0},
    {"wait", OPTION_WAIT, "TIME", 0,
     "Wait so long at most, before a process, until the core is shared with nobody (1s)", 0},
    {"core", OPTION_CORE, "N", 0, "The core that all run on (the last one)", 0},
    {"seed", OPTION_SEED, "N", 0, "What the random order follows from (1)", 0},
    {0},
};

/* --- Words -------------------------------------------------------------------------------------- */

static struct campaign_side *side_named(struct design *design, const char *name, size_t length,
                                        const struct argp_state *state)
{
    if (length >= CAMPAIGN_NAME || !length)
        command_refuse(state, "'%s': a side has a name of 1 to %d characters", name,
                       CAMPAIGN_NAME - 1);
    for (size_t i = 0; i < design->side_count; i++)
        if (strncmp(design->sides[i].name, name, length) == 0 && !design->sides[i].name[length])
            return &design->sides[i];
    if (design->side_count == CAMPAIGN_SIDES)
        command_refuse(state, "'%s': at most %d sides", name, CAMPAIGN_SIDES);
    struct campaign_side *side = &design->sides[design->side_count++];
    memcpy(side->name, name, length);
    return side;
}

/* [SIDE=]PROGRAM; a path with a '=' in it has a '/' before that. */
static void add_program(struct design *design, const char *word, const struct argp_state *state)
{
    size_t length = strcspn(word, "=/");
    bool is_named = word[length] == '=';
    struct campaign_side *side =
        side_named(design, is_named ? word : "all", is_named ? length : strlen("all"), state);
    const char *path = is_named ? word + length + 1 : word;
    if (side->build_count == CAMPAIGN_BUILDS)
        command_refuse(state, "'%s': at most %d builds of a side", word, CAMPAIGN_BUILDS);
    if (access(path, X_OK) != 0)
        command_refuse(state, "'%s': no program that can be run: %s", path, strerror(errno));
    side->builds[side->build_count++] = path;
}

static void check_design(struct design *design, const struct argp_state *state)
{
    if (!design->side_count)
        command_refuse(state,
                       "which program? (make build/gcc/benchmarks makes one; several builds: "
                       "make campaign)");
    design->build_count = design->sides[0].build_count;
    for (size_t i = 1; i < design->side_count; i++)
        if (design->sides[i].build_count != design->build_count)
            command_refuse(state, "side %s has %zu builds and %s %zu: as many of each, please",
                           design->sides[0].name, design->build_count, design->sides[i].name,
                           design->sides[i].build_count);
}

static int count_of(const char *name, const char *arg, uint64_t most,
                    const struct argp_state *state)
{
    uint64_t count;
    if (!quantity_count(arg, &count) || count > most)
        command_refuse(state, "--%s '%s': must be a whole number from 1 to %d", name, arg,
                       (int)most);
    return (int)count;
}

static int64_t time_of(const char *name, const char *arg, const struct argp_state *state)
{
    int64_t nanoseconds;
    if (!quantity_time(arg, &nanoseconds))
        command_refuse(state, "--%s '%s': " QUANTITY_TIME, name, arg);
    return nanoseconds;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct campaign_wish *wish = state->input;
    switch (key) {
    case OPTION_JSON:
        wish->json = arg;
        return 0;
    case OPTION_ONLY:
        wish->only = arg;
        return 0;
    case OPTION_INVOCATIONS:
        wish->design.invocations = count_of("invocations", arg, INVOCATIONS_MOST, state);
        return 0;
    case OPTION_REPETITIONS:
        wish->design.repetitions = count_of("repetitions", arg, 1000, state);
        return 0;
    case OPTION_BUDGET:
        wish->budget = time_of("budget", arg, state);
        return 0;
    case OPTION_TIME:
        wish->design.seconds = (double)time_of("time", arg, state) / 1e9;
        return 0;
    case OPTION_TRIES:
        wish->tries = count_of("tries", arg, TRIES_MOST, state);
        return 0;
    case OPTION_WAIT:
        wish->wait = time_of("wait", arg, state);
        return 0;
    case OPTION_CORE: {
        uint64_t core;
        if (!quantity_seed(arg, &core) || core > 1023)
            command_refuse(state, "--core '%s': must be the number of a core, from 0", arg);
        wish->design.core = (int)core;
        return 0;
    }
    case OPTION_SEED:
        if (!quantity_seed(arg, &wish->design.seed))
            command_refuse(state, "--seed '%s': " QUANTITY_SEED, arg);
        return 0;
    case ARGP_KEY_ARG:
        add_program(&wish->design, arg, state);
        return 0;
    case ARGP_KEY_END:
        check_design(&wish->design, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[SIDE=]PROGRAM... [-- WORD...]",
    .doc =
        "Measures benchmarks so that they can be compared: each row in processes of its own, "
        "pinned "
        "to a core, in random order, the environment longer by a random number of bytes. PROGRAM "
        "is "
        "a suite of google-benchmark; several of a side are builds of it, linked in another order "
        "each (`make campaign` makes twenty). Sides are measured at once, row by row. The words "
        "after "
        "-- go to the programs.\v"
        "A block is one process of each row and side. What was measured is on disk when its "
        "process "
        "has ended: after an interruption the same command goes on. A repetition of this project's "
        "suites is the median of many pieces of a millisecond, of those alone that had the core "
        "for "
        "themselves: a fixed piece of work beside each one tells (a neighbour on the same "
        "core shows in no counter of the kernel). A process that had the core too seldom, or "
        "beside "
        "which the core did something else or was not there, is flagged, measured again, and takes "
        "no part in any verdict. `leaklab compare FILE` compares the sides, "
        "`leaklab compare FILE FILE` two campaigns, `leaklab save FILE` makes a result of one. "
        "Exit "
        "status 1 where it did not come to its end.",
};

/* --- While it runs ------------------------------------------------------------------------------ */

static volatile int stop;

static void on_signal(int signal)
{
    stop = signal;
}

static void tell(const struct campaign_progress *p)
{
    static size_t told = SIZE_MAX;
    char left[FIGURE] = "";
    bool on_terminal = isatty(STDERR_FILENO);
    if (!on_terminal && told == p->block)
        return;
    told = p->block;
    if (!isnan(p->left))
        figure_span(left, p->left);
    fprintf(stderr, "%sblock %zu of %zu, process %zu of %zu%s%s", on_terminal ? "\r\033[K" : "",
            p->block + 1, p->blocks, p->process + 1, p->processes, *left ? ", left: " : "", left);
    if (on_terminal)
        fprintf(stderr, ": %s", p->row);
    else
        fputc('\n', stderr);
}

static json_t *header_of(const struct design *design, const char *typed)
{
    char text[32];
    time_t now = time(NULL);
    struct tm utc;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    json_t *made = design_json(design);
    return json_pack("{s:s, s:i, s:s, s:s, s:o}", "type", "campaign", "schema", 1, "time", text,
                     "command", typed, "design", made);
}

/* --- Its end ------------------------------------------------------------------------------------ */

/* Of the first side. */
static bool check_itself(const char *path, struct self_check *check, char *why, size_t size)
{
    struct benchmarks *all = benchmarks_read(path, why, size), *side = NULL;
    if (all && benchmarks_side_name(all, 0))
        side = benchmarks_side(all, 0, why, size);
    bool sided = all && benchmarks_side_name(all, 0);
    bool done =
        all && (side || !sided) && self_check(side ? side : all, SELF_CHECK_SPLITS, 1, check);
    benchmarks_free(side);
    benchmarks_free(all);
    return done;
}

static bool say_end(struct journal *journal, enum campaign_end end, char *why, size_t size)
{
    struct self_check check;
    char text[SELF_CHECK_TEXT];
    size_t processes = json_array_size(journal->campaign.processes), noisy = 0, again = 0, i;
    json_t *process;
    json_array_foreach(journal->campaign.processes, i, process)
    {
        bool repeated = campaign_was_repeated(&journal->campaign, i);
        noisy += !repeated && json_is_true(json_object_get(process, "noisy"));
        again += repeated;
    }
    if (!check_itself(journal->path, &check, why, size) ||
        !journal_add(journal,
                     json_pack("{s:s, s:o}", "type", "end", "self_check", self_check_json(&check)),
                     why, size))
        return false;
    printf("%s: %zu process%s%s, %zu of them flagged as noisy", journal->path, processes - again,
           processes - again == 1 ? "" : "es", end == CAMPAIGN_BUDGET ? " within the budget" : "",
           noisy);
    if (again)
        printf("; %zu more were, and were measured again", again);
    printf("\n%s\n", self_check_text(text, &check));
    return true;
}

static int finish(struct journal *journal, enum campaign_end end, char *why)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    if (end == CAMPAIGN_STOPPED) {
        size_t processes = json_array_size(journal->campaign.processes);
        command_say("campaign", "stopped after %zu process%s; the same command goes on", processes,
                    processes == 1 ? "" : "es");
        return EXIT_BY_SIGNAL + stop;
    }
    if (end == CAMPAIGN_FAILED || !say_end(journal, end, why, WHY)) {
        command_say("campaign", "%s; what was measured is in %s", why, journal->path);
        return EXIT_FAILED;
    }
    return EXIT_AS_CATALOGUED;
}

static int measure(struct campaign_wish *wish, const char *typed)
{
    char why[WHY] = "";
    struct journal journal;
    struct design *design = &wish->design;
    design->rows = process_rows(design->sides[0].builds[0], wish->only, design->words,
                                &design->row_count, why, sizeof why);
    if (!design->rows ||
        !journal_open(&journal, wish->json, header_of(design, typed), why, sizeof why)) {
        command_say("campaign", "%s", why);
        return EXIT_FAILED;
    }
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    struct campaign_run run = {.design = design,
                               .budget = (double)wish->budget / 1e9,
                               .tries = wish->tries,
                               .wait = (double)wish->wait / 1e9,
                               .told = tell,
                               .stop = &stop};
    enum campaign_end end = campaign_go_on(&run, &journal, why, sizeof why);
    int status = finish(&journal, end, why);
    journal_close(&journal);
    return status;
}

/* Takes what stands behind "--", which is for the programs; how many words are left. -1: they are too many. */
static int take_words(struct campaign_wish *wish, int argc, char **argv)
{
    int own = 1;
    while (own < argc && strcmp(argv[own], "--") != 0)
        own++;
    if (argc - own - 1 > PROCESS_WORDS)
        return -1;
    for (int i = own + 1; i < argc; i++)
        wish->words[i - own - 1] = argv[i];
    return own;
}

/* argv[0] is two words. NULL: no memory. The caller frees it. */
static char *words_typed(int argc, char **argv)
{
    const char **words = calloc((size_t)argc + 1, sizeof *words);
    char *typed = NULL;
    if (words) {
        words[0] = "leaklab";
        words[1] = "campaign";
        memcpy(words + 2, argv + 1, (size_t)(argc - 1) * sizeof *words);
        typed = typed_words(words, (size_t)argc + 1);
    }
    free(words);
    return typed;
}

static int run(int argc, char **argv)
{
    struct campaign_wish wish = {
        .design = {.invocations = 10, .seconds = 0.05, .core = -1, .seed = 1},
        .tries = 4,
        .wait = 1000000000,
        .json = "campaign.ndjson"};
    wish.design.words = wish.words;
    int own = take_words(&wish, argc, argv);
    if (own < 0) {
        command_say("campaign", "at most %d words after --", PROCESS_WORDS);
        return EXIT_USAGE;
    }
    char *typed = words_typed(argc, argv);
    command_parse(&argp, own, argv, &wish);
    int core = process_pin(wish.design.core);
    int status = EXIT_FAILED;
    if (core < 0)
        command_say("campaign", "can not pin to core %d: %s", wish.design.core, strerror(errno));
    else if (typed) {
        wish.design.core = core;
        status = measure(&wish, typed);
    }
    for (size_t i = 0; i < wish.design.row_count; i++)
        free(wish.design.rows[i]);
    free(wish.design.rows);
    free(typed);
    return status;
}

const struct command command_campaign = {
    .name = "campaign",
    .summary = "Measure benchmarks over processes and builds, so that they can be compared",
    .argp = &argp,
    .run = run,
};
