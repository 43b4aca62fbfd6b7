/* `leaklab explain`: what somebody else's dumps say. */
#include "command/asking.h"
#include "command/command.h"
#include "command/output.h"
#include "command/quantity.h"
#include "dumps/input.h"
#include "explain/flames.h"
#include "explain/growing.h"
#include "explain/tell.h"
#include "explain/written.h"
#include "task/time.h"
#include <stdlib.h>
#include <string.h>

enum { OPTION_JSON = 0x100, OPTION_MARKDOWN, OPTION_FOLDED, OPTION_SVG, OPTION_INTERVAL };
enum form { FORM_WORDS, FORM_JSON, FORM_MARKDOWN, FORM_FOLDED, FORM_SVG };

struct explain_wish {
    struct asking asking;
    enum form form;
    int64_t interval; /* between two dumps; 0: as they say */
    const char *output;
    char **names;
    int count;
};

static const struct argp_option options[] = {
    {"json", OPTION_JSON, 0, 0, "As JSON, all places", 0},
    {"markdown", OPTION_MARKDOWN, 0, 0, "As Markdown, ready for a ticket", 0},
    {"folded", OPTION_FOLDED, 0, 0, "The stacks of the last dump, for flame graphs", 0},
    {"svg", OPTION_SVG, 0, 0, "A flame graph of the last dump", 0},
    {"interval", OPTION_INTERVAL, "TIME", 0,
     "So much time lies between two dumps (as they say themselves, else not known)", 0},
    {"output", 'o', "FILE", 0, "Where to write it (-: standard output)", 0},
    {0},
};

static void choose_form(struct explain_wish *wish, enum form form, const struct argp_state *state)
{
    if (wish->form)
        command_refuse(state, "one of --json, --markdown, --folded and --svg");
    wish->form = form;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct explain_wish *wish = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &wish->asking;
        return 0;
    case OPTION_JSON:
    case OPTION_MARKDOWN:
    case OPTION_FOLDED:
    case OPTION_SVG:
        choose_form(wish, FORM_JSON + (enum form)(key - OPTION_JSON), state);
        return 0;
    case OPTION_INTERVAL:
        if (!quantity_time(arg, &wish->interval))
            command_refuse(state, "--interval '%s': " QUANTITY_TIME, arg);
        return 0;
    case 'o':
        wish->output = arg;
        return 0;
    case ARGP_KEY_ARGS:
        wish->names = state->argv + state->next;
        wish->count = state->argc - state->next;
        state->next = state->argc;
        return 0;
    case ARGP_KEY_NO_ARGS:
        command_refuse(state, "which dump? (a FILE, a URL, or - for standard input)");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&asking_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .children = children,
    .args_doc = "FILE|URL [FILE|URL...]",
    .doc = "Reads somebody else's dumps of tasks and says which places leak, why, and which "
           "pattern of "
           "the catalog each looks like, with leak and fix to read. Of two dumps and more, in the "
           "order "
           "in which they were taken, it says first which places grow.\v"
           "It reads Go's debug=1 and debug=2, panics and goleak's reports, pprof profiles, "
           "goroutineleak "
           "profiles, leaklab's own text and JSON, and Java's threads in JSON; compressed or not, "
           "pasted, quoted, wrapped, cut, and out of logs. What can not be read is told by its "
           "line, and "
           "left out. A URL is http://, https:// or unix:SOCKET:/PATH. Exit status 1 where a dump "
           "could not be read at all.",
};

/* --- Several ------------------------------------------------------------------------------------ */

/* By their own times, where all have one and each is later than the last one, or by --interval. */
static bool is_timed(const struct explain_wish *wish, const struct dumps *dumps)
{
    for (size_t i = 0; i < dumps->length && !wish->interval; i++)
        if (!dumps->all[i].time || (i && dumps->all[i].time <= dumps->all[i - 1].time))
            return false;
    return true;
}

static bool follow(const struct explain_wish *wish, const struct dumps *dumps, bool timed,
                   struct course *course)
{
    bool ok = true;
    for (size_t i = 0; i < dumps->length && ok; i++) {
        double at = wish->interval ? (double)i * (double)wish->interval / 1e9
                    : timed        ? (double)(dumps->all[i].time - dumps->all[0].time) / 1e9
                                   : (double)i;
        ok = course_add(course, &dumps->all[i], &wish->asking.own, at, false);
    }
    course_judge(course);
    return ok;
}

/* --- All of it ---------------------------------------------------------------------------------- */

static int write_growth(const struct explain_wish *wish, const struct dumps *dumps, FILE *out)
{
    struct course course = {0};
    bool timed = is_timed(wish, dumps), ok = follow(wish, dumps, timed, &course);
    if (!ok)
        command_say("explain", "there is no memory for so many dumps");
    else if (wish->form == FORM_JSON)
        ok = growing_json(&course, timed, out) == 0;
    else if (wish->form == FORM_MARKDOWN)
        growing_markdown(&course, timed, out);
    else
        growing_tell(&course, timed, out);
    course_end(&course);
    return ok ? 0 : -1;
}

static int write_one(const struct explain_wish *wish, const struct dump *dump, const char *name,
                     FILE *out)
{
    struct explanation explanation;
    int status = 0;
    if (wish->form == FORM_FOLDED)
        flames_folded(dump, out);
    if (wish->form == FORM_SVG)
        status = flames_svg(dump, name, out);
    if (wish->form == FORM_FOLDED || wish->form == FORM_SVG)
        return status;
    if (!explanation_make(&explanation, dump, name, &wish->asking.own))
        return -1;
    if (wish->form == FORM_JSON)
        status = explanation_json(&explanation, out);
    else if (wish->form == FORM_MARKDOWN)
        explanation_markdown(&explanation, out);
    else
        explanation_tell(&explanation, out);
    explanation_free(&explanation);
    return status;
}

static int write_all(const struct explain_wish *wish, const struct dumps *dumps, const char *name,
                     FILE *out)
{
    bool grows = dumps->length > 1 && wish->form <= FORM_MARKDOWN;
    bool is_pair = grows && wish->form == FORM_JSON;
    int status = 0;
    fputs(is_pair ? "{\"growth\":\n" : "", out);
    if (grows)
        status |= write_growth(wish, dumps, out);
    fputs(is_pair ? ",\"latest\":\n" : grows ? "\n" : "", out);
    status |= write_one(wish, &dumps->all[dumps->length - 1], name, out);
    fputs(is_pair ? "}\n" : "", out);
    return status;
}

/* What can be read is read; the others are told of. The name of the last one, as it may be shown, is to be freed. */
static bool read_all(const struct explain_wish *wish, struct dumps *dumps, char **name)
{
    struct fetch_how how = asking_how(&wish->asking);
    bool all = true;
    char error[1024];
    for (int i = 0; i < wish->count; i++) {
        if (!input_read(wish->names[i], &how, dumps, error, sizeof error)) {
            command_say("explain", "%s", error);
            all = false;
            continue;
        }
        free(*name);
        *name = fetch_is_url(wish->names[i])       ? fetch_shown(wish->names[i])
                : strcmp(wish->names[i], "-") == 0 ? strdup("standard input")
                                                   : strdup(wish->names[i]);
    }
    return all;
}

static int run(int argc, char **argv)
{
    struct explain_wish wish = {0};
    struct dumps dumps = {0};
    struct output output;
    char *name = NULL, why[512];
    command_parse(&argp, argc, argv, &wish);
    int status = read_all(&wish, &dumps, &name) ? EXIT_AS_CATALOGUED : EXIT_FAILED;
    if (dumps.length && !output_open(&output, wish.output, why, sizeof why)) {
        command_say("explain", "%s", why);
        status = EXIT_FAILED;
    } else if (dumps.length) {
        if (write_all(&wish, &dumps, name ? name : "?", output.out)) {
            command_say("explain", "there is no memory for it");
            status = EXIT_FAILED;
        }
        if (!output_finish(&output, why, sizeof why)) {
            command_say("explain", "%s", why);
            status = EXIT_FAILED;
        }
    }
    free(name);
    dumps_free(&dumps);
    asking_end(&wish.asking);
    return status;
}

const struct command command_explain = {
    .name = "explain",
    .summary = "Say what somebody else's dumps of tasks tell, and what they look like",
    .argp = &argp,
    .run = run,
};
