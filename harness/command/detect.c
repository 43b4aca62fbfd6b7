/* `leaklab detect`: each pair's leak and fix, and each control, shown to each leak detector. */
#include "command/once.h"
#include "command/selecting.h"
#include "detect/board.h"
#include "record/detections_write.h"
#include "report/detectors.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

enum { OPTION_ONLY = 0x100, OPTION_JSON, OPTION_RESUME, OPTION_CONTROLS };
enum { DETECTORS_MOST = 32, WHY = 700 };

struct detect_wish {
    struct selection selection;
    bool controls;
    const struct detector *only[DETECTORS_MOST + 1];
    size_t only_count;
    const char *json;
    bool resumes;
};

static const struct argp_option options[] = {
    {"only", OPTION_ONLY, "DETECTOR", OPTION_ADDS_UP,
     "This detector alone; several of these take several", 0},
    {"json", OPTION_JSON, "FILE", 0,
     "Write the record there, a line of JSON at a time: `leaklab save` makes a result of it", 0},
    {"resume", OPTION_RESUME, 0, 0,
     "Go on with the record of --json where it was left off: what is in it is not looked at again",
     0},
    {"controls", OPTION_CONTROLS, 0, 0,
     "The programs that look like leaks and are none, in place of all (or beside those named)", 0},
    {0},
};

static void choose(struct detect_wish *wish, const struct detector *detector)
{
    for (size_t i = 0; i < wish->only_count; i++)
        if (wish->only[i] == detector)
            return;
    if (wish->only_count < DETECTORS_MOST)
        wish->only[wish->only_count++] = detector;
}

static bool is_first_of_its_name(const struct detector *const *detector)
{
    for (const struct detector *const *d = detectors; d < detector; d++)
        if (strcmp((*d)->name, (*detector)->name) == 0)
            return false;
    return true;
}

/* Of a name there may be two: one for tasks, and one for plain C. */
static void choose_detector(struct detect_wish *wish, const char *name,
                            const struct argp_state *state)
{
    char names[512] = "";
    bool any = false;
    for (const struct detector *const *d = detectors; *d; d++)
        if (strcmp((*d)->name, name) == 0) {
            any = true;
            choose(wish, *d);
        } else if (is_first_of_its_name(d))
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s",
                     *names ? ", " : "", (*d)->name);
    if (!any)
        command_refuse(state, "--only '%s': no such detector (there are: %s)", name, names);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct detect_wish *wish = state->input;
    switch (key) {
    case OPTION_ONLY:
        choose_detector(wish, arg, state);
        return 0;
    case OPTION_JSON:
        wish->json = arg;
        return 0;
    case OPTION_RESUME:
        wish->resumes = true;
        return 0;
    case OPTION_CONTROLS:
        wish->controls = true;
        return 0;
    case ARGP_KEY_ARG:
        selecting_choose(&wish->selection, arg, state);
        return 0;
    case ARGP_KEY_SUCCESS:
        if (wish->resumes && !wish->json)
            command_refuse(state, "--resume: which record? --json FILE names it");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .args_doc = "[ID|FAMILY|WORD...]",
    .doc =
        "Shows the leak and the fix of each pair, and each control, or those named "
        "by an id, a "
        "family or a word, to each "
        "leak detector that people use, and says who finds what, who is wrong of it, and what "
        "that costs. `make detect` "
        "builds what it needs, and then runs it.\v"
        "Detectors: count, sites, quiescence, proof (from inside of the program), lsan, "
        "valgrind, valgrind-fds (at its "
        "end), fanalyzer (on the source); on the twins in Go go-count, go-profile, go-vet. Pairs "
        "of plain C are shown to lsan, valgrind, valgrind-fds and fanalyzer too, and to "
        "loop-close (uv_loop_close()), print-handles (uv_print_all_handles()), tsan "
        "(ThreadSanitizer's thread leaks) and census. How each is run is in the "
        "record, and on the results' pages. A tool that is not there is skipped by name. "
        "recall: found of the leaks it "
        "was shown; precision: leaks of all that it reports. time and memory: the processor "
        "time and the peak resident "
        "set of a case, median; the program and who looks at it. Exit status 1 where a detector "
        "could not look.",
};

/* --- As it goes --------------------------------------------------------------------------------- */

struct detecting {
    struct terminal terminal;
    struct detections_file *file;
    const struct detections *before;
    size_t failed;
};

static bool was_told(const struct detections *before, const struct detector_said *said)
{
    return before &&
           detections_detector_named(before, said->name, said->plain) < before->detector_count;
}

static const char *of_plain(bool plain)
{
    return plain ? " of plain C" : "";
}

static void on_detector(const struct detector_said *said, void *arg)
{
    struct detecting *detecting = arg;
    if (*said->skipped)
        fprintf(stderr, "leaklab detect: %s%s is skipped: %s\n", said->name, of_plain(said->plain),
                said->skipped);
    if (!was_told(detecting->before, said))
        detections_detector(detecting->file, said);
}

static void on_detection(const struct detector *detector, const struct detection *it, size_t done,
                         size_t of, void *arg)
{
    struct detecting *detecting = arg;
    const struct terminal *t = &detecting->terminal;
    detections_detection(detecting->file, detector->name, detector->plain, it);
    detecting->failed += it->findings < 0;
    if (it->findings < 0) {
        terminal_clear(t);
        command_say("detect", "%s could not look at %s, %s: %s", detector->name, it->id,
                    detected_name(it->program), it->why);
    }
    terminal_live(t, "%s%s: %zu of %zu, %s %s", detector->name, of_plain(detector->plain), done, of,
                  it->id, detected_name(it->program));
    if (done == of) {
        terminal_clear(t);
        fprintf(t->out, "%s%s: %zu of %zu\n", detector->name, of_plain(detector->plain), done, of);
        fflush(t->out);
    }
}

/* --- All of it ---------------------------------------------------------------------------------- */

/* What was asked for: pairs first, then controls. To be freed; NULL: no memory. */
static const struct pair **pairs_of(const struct detect_wish *wish, size_t *count)
{
    const struct selection *selection = &wish->selection;
    bool named = selection->pair_count > 0;
    const struct pair **pairs =
        calloc(selection->pair_count + catalog_length + controls_length + 1, sizeof *pairs);
    *count = 0;
    for (size_t i = 0; pairs && i < selection->pair_count; i++)
        pairs[(*count)++] = selection->pairs[i];
    for (size_t i = 0; pairs && !named && !wish->controls && i < catalog_length; i++)
        pairs[(*count)++] = &catalog[i];
    for (size_t i = 0; pairs && (!named || wish->controls) && i < controls_length; i++)
        pairs[(*count)++] = &controls[i];
    return pairs;
}

/* What the record holds that is gone on with; false where it can not be: it says why. */
static bool read_before(const struct detect_wish *wish, struct detections **before)
{
    char why[WHY];
    *before = NULL;
    if (!wish->resumes)
        return true;
    *before = detections_read(wish->json, why, sizeof why);
    if (!*before) {
        command_say("detect", "--resume: %s", why);
        return false;
    }
    const char *commit = json_string_value(json_object_get((*before)->about, "commit"));
    if (commit && strcmp(commit, detections_commit()) == 0)
        return true;
    command_say("detect",
                "--resume: %s is of commit %s, and this program of %s: one record has one program",
                wish->json, commit ? commit : "unknown", detections_commit());
    detections_free(*before);
    *before = NULL;
    return false;
}

/* The table is of what was written: of all of it, also of before. */
static bool print_board(const struct terminal *t, const char *path)
{
    char why[WHY];
    struct detections *read = detections_read(path, why, sizeof why);
    if (!read)
        command_say("detect", "%s", why);
    bool printed = read && detectors_print(t, read);
    detections_free(read);
    return printed;
}

/* Those that nobody asked for is about. */
static void say_who_is_left_out(const struct board_plan *plan)
{
    for (int plain = 0; plain < 2; plain++) {
        size_t pairs = 0;
        bool asked = false;
        for (size_t i = 0; i < plan->pair_count; i++)
            pairs += pair_is_plain(plan->pairs[i]) == plain;
        for (const struct detector *const *d = plan->detectors; *d; d++)
            asked |= (*d)->plain == plain;
        if (pairs && !asked)
            command_say("detect", "%zu program%s %s left out: --only names no detector for %s",
                        pairs, pairs == 1 ? "" : "s", pairs == 1 ? "is" : "are",
                        plain ? "plain C" : "tasks");
    }
}

static bool detect(const struct detect_wish *wish, struct detecting *detecting, const char *path,
                   int argc, char **argv)
{
    char why[WHY];
    size_t count;
    const struct pair **pairs = pairs_of(wish, &count);
    detecting->file = detections_open(path, detecting->before, argc, argv, why, sizeof why);
    if (!pairs || !detecting->file) {
        command_say("detect", "%s", pairs ? why : "no memory for the cases");
        free(pairs);
        return false;
    }
    const struct board_plan plan = {
        .detectors = wish->only_count ? wish->only : detectors,
        .pairs = pairs,
        .pair_count = count,
        .at_once = uv_available_parallelism(),
        .before = detecting->before,
        .observer = {on_detector, on_detection, detecting},
    };
    if (wish->only_count)
        say_who_is_left_out(&plan);
    bool done = board_run(&plan, why, sizeof why);
    if (!done)
        command_say("detect", "%s", why);
    if (!detections_close(detecting->file, why, sizeof why)) {
        command_say("detect", "%s", why);
        done = false;
    }
    free(pairs);
    return done;
}

/* The words as typed: argp moves options before the rest. */
static char **words_typed(int argc, char **argv)
{
    char **words = calloc((size_t)argc + 2, sizeof *words);
    if (!words)
        return NULL;
    words[0] = "leaklab";
    words[1] = "detect";
    memcpy(words + 2, argv + 1, (size_t)(argc - 1) * sizeof *words);
    return words;
}

static int run(int argc, char **argv)
{
    struct detect_wish wish = {.selection = selecting_start()};
    char unnamed[] = "/tmp/leaklab-detect-XXXXXX";
    struct detections *before = NULL;
    char **words = words_typed(argc, argv);
    command_parse(&argp, argc, argv, &wish);
    int fd = wish.json ? -1 : mkstemp(unnamed);
    if (fd >= 0)
        close(fd);
    const char *path = wish.json ? wish.json : unnamed;
    struct detecting detecting = {.terminal = terminal_of(stdout)};
    bool done = words && (wish.json || fd >= 0) && read_before(&wish, &before);
    detecting.before = before;
    done = done && detect(&wish, &detecting, path, argc + 1, words) &&
           print_board(&detecting.terminal, path);
    if (!wish.json && fd >= 0)
        unlink(unnamed);
    detections_free(before);
    selecting_free(&wish.selection);
    free(words);
    return done && !detecting.failed ? EXIT_AS_CATALOGUED : EXIT_FAILED;
}

const struct command command_detect = {
    .name = "detect",
    .summary = "Show every leak, fix and control to the leak detectors that people use",
    .argp = &argp,
    .run = run,
};
