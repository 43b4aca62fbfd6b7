#include "command/results.h"
#include "result/fullest.h"
#include "result/result.h"
#include "result/summarize.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPTION_RESULTS = 0x400, OPTION_RESULT, WHY = 600 };

static const struct argp_option results_options[] = {
    {"results", OPTION_RESULTS, "DIR", 0, "The folder of saved results (results)", 0},
    {0},
};

static const struct argp_option result_options[] = {
    {"results", OPTION_RESULTS, "DIR", 0, "The folder of saved results (results)", 0},
    {"result", OPTION_RESULT, "NAME", 0,
     "Which one (the fullest that has the pair; of equals the newest)", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct result_choice *choice = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        *choice = (struct result_choice){.results = NULL};
        return 0;
    case OPTION_RESULTS:
        if (!*arg)
            command_refuse(state, "--results: the name of the folder is empty");
        choice->results = arg;
        return 0;
    case OPTION_RESULT:
        if (!result_name(arg))
            command_refuse(state, "--result '%s': must be like 20260131-amd-epyc", arg);
        choice->result = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const char in_tree[] = "results";

static bool is_folder(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* PREFIX/share/leaklab/results, of a program that is PREFIX/bin/leaklab; or "". */
static const char *installed_results(void)
{
    static char path[PATH_MAX + 32];
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = 0;
    for (int level = 0; level < 2; level++) {
        char *slash = strrchr(program, '/');
        if (!slash)
            return "";
        *slash = 0;
    }
    snprintf(path, sizeof path, "%s/share/leaklab/results", program);
    return path;
}

const char *results_to_write(const struct result_choice *choice)
{
    return choice->results ? choice->results : in_tree;
}

const char *results_to_read(const struct result_choice *choice, const char *command)
{
    if (choice->results)
        return choice->results;
    if (is_folder(in_tree))
        return in_tree;
    if (is_folder(installed_results()))
        return installed_results();
    fprintf(
        stderr,
        "leaklab %s: there is no folder ./results: go to the folder of leaklab's sources, or name "
        "another by --results DIR\n",
        command);
    return NULL;
}

const struct argp results_argp = {.options = results_options, .parser = parse};
const struct argp result_argp = {.options = result_options, .parser = parse};

static bool has_both(const struct summary *summary, const struct pair *pair)
{
    const struct measured_pair *measured = summary_pair(summary, pair->id);
    return measured && measured->variants[VARIANT_LEAK].run_count &&
           measured->variants[VARIANT_FIX].run_count;
}

/* All that can be read and have both halves of it, newest first; *count of them. */
static struct summary **load_all(const char *results, const struct pair *pair, const char *command,
                                 char **names, size_t *count)
{
    char why[WHY];
    size_t named = *count;
    struct summary **all = calloc(named + 1, sizeof *all);
    *count = 0;
    for (size_t i = 0; all && i < named; i++) {
        struct summary *summary = result_load(results, names[i], why, sizeof why);
        if (!summary)
            command_say(command, "left out: %s", why);
        if (summary && has_both(summary, pair))
            all[(*count)++] = summary;
        else
            summary_free(summary);
    }
    if (all)
        fullest_sort(all, *count);
    return all;
}

/* The one that the pages show. */
static struct summary *fullest_with(const char *results, const struct pair *pair,
                                    const char *command)
{
    char why[WHY];
    size_t names_count, count;
    const struct summary *from = NULL;
    struct summary *found = NULL;
    char **names = result_list(results, &names_count, why, sizeof why);
    count = names_count;
    struct summary **all = names ? load_all(results, pair, command, names, &count) : NULL;
    if (!names)
        command_say(command, "%s", why);
    else if (!all)
        command_say(command, "no memory for the results");
    else if (!fullest_of(all, count, pair->id, &from))
        command_say(command,
                    "no result in %s has %s: measure it by `leaklab run %s --json FILE`, then "
                    "`leaklab save FILE`",
                    results, pair->id, pair->id);
    for (size_t i = 0; all && i < count; i++)
        if (all[i] == from)
            found = all[i];
        else
            summary_free(all[i]);
    free(all);
    result_list_free(names, names ? names_count : 0);
    return found;
}

struct summary *result_with(const struct result_choice *choice, const struct pair *pair,
                            const char *command)
{
    char why[WHY];
    const char *results = results_to_read(choice, command);
    if (!results || !choice->result)
        return results ? fullest_with(results, pair, command) : NULL;
    struct summary *summary = result_load(results, choice->result, why, sizeof why);
    if (summary && has_both(summary, pair))
        return summary;
    if (summary)
        command_say(command, "%s/%s has not both halves of %s", results, choice->result, pair->id);
    else
        command_say(command, "%s", why);
    summary_free(summary);
    return NULL;
}

static struct summary *of_report(const char *path, char *why, size_t size)
{
    struct benchmarks *benchmarks = benchmarks_read(path, why, size);
    struct summary *summary = benchmarks ? summary_of_about(benchmarks->about) : NULL;
    if (benchmarks && !summary)
        snprintf(why, size, "no memory for the figures of %s", path);
    if (summary)
        *(benchmarks_compare(benchmarks) ? &summary->versus : &summary->benchmarks) = benchmarks;
    else
        benchmarks_free(benchmarks);
    return summary;
}

static struct summary *of_detections(const char *path, char *why, size_t size)
{
    struct detections *detections = detections_read(path, why, size);
    struct summary *summary = detections ? summary_of_about(detections->about) : NULL;
    if (detections && !summary)
        snprintf(why, size, "no memory for the figures of %s", path);
    if (summary)
        summary->detections = detections;
    else
        detections_free(detections);
    return summary;
}

static struct summary *of_record(const char *path, char *why, size_t size)
{
    struct recorded *recorded = recorded_read(path, why, size);
    struct summary *summary = recorded ? summary_of(recorded) : NULL;
    if (recorded && !summary)
        snprintf(why, size, "no memory for the figures of %s", path);
    recorded_free(recorded);
    return summary;
}

/* "results/20260131-amd-epyc/" as its folder and its name. */
static struct summary *of_folder(const char *path, char *why, size_t size)
{
    char *copy = strdup(path);
    if (!copy) {
        snprintf(why, size, "no memory for the path of a result");
        return NULL;
    }
    for (size_t length = strlen(copy); length > 1 && copy[length - 1] == '/'; length--)
        copy[length - 1] = 0;
    char *slash = strrchr(copy, '/');
    if (slash)
        *slash = 0;
    struct summary *summary = slash ? result_load(*copy ? copy : "/", slash + 1, why, size)
                                    : result_load(".", copy, why, size);
    free(copy);
    return summary;
}

struct summary *result_named(const struct result_choice *choice, const char *name,
                             const char *command)
{
    char why[WHY];
    struct summary *summary;
    const char *results = result_name(name) ? results_to_read(choice, command) : NULL;
    if (result_name(name) && !results)
        return NULL;
    if (results)
        summary = result_load(results, name, why, sizeof why);
    else if (is_folder(name))
        summary = of_folder(name, why, sizeof why);
    else if (benchmarks_begin(name))
        summary = of_report(name, why, sizeof why);
    else if (detections_begin(name))
        summary = of_detections(name, why, sizeof why);
    else
        summary = of_record(name, why, sizeof why);
    if (!summary)
        command_say(command, "%s", why);
    return summary;
}
