#include "result/result.h"
#include "result/folder.h"
#include "result/summary_read.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JSON_MOST = 64 << 20, NAME_MOST = 64, DATE = 8 };

/* --- Names ---------------------------------------------------------------------------------- */

bool result_machine_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-");
    return length > 0 && length <= NAME_MOST && !name[length] && isalnum((unsigned char)name[0]) &&
           !strstr(name, "..");
}

bool result_name(const char *name)
{
    return strspn(name, "0123456789") == DATE && name[DATE] == '-' &&
           result_machine_name(name + DATE + 1);
}

void result_name_machine(const json_t *header, char name[RESULT_NAME])
{
    const json_t *machine = json_object_get(header, "machine");
    const char *processor = json_string_value(json_object_get(machine, "processor"));
    long long cores = json_integer_value(json_object_get(machine, "cores"));
    char words[NAME_MOST - 16];
    size_t length = 0;
    if (!processor || !isalnum((unsigned char)*processor))
        processor = "unknown";
    for (; *processor && length < sizeof words - 1; processor++) {
        if (isalnum((unsigned char)*processor))
            words[length++] = (char)tolower((unsigned char)*processor);
        else if (length && words[length - 1] != '-')
            words[length++] = '-';
    }
    while (length && words[length - 1] == '-')
        length--;
    words[length] = 0;
    snprintf(name, RESULT_NAME, "%s-%lld-core%s", words, cores > 0 ? cores : 1,
             cores > 1 ? "s" : "");
}

/* --- Listing and loading -------------------------------------------------------------------- */

void result_list_free(char **names, size_t count)
{
    folder_names_free(names, count);
}

char **result_list(const char *results, size_t *count, char *why, size_t size)
{
    size_t all, kept = 0;
    *count = 0;
    char **names = folder_names(results, &all, why, size);
    if (!names) {
        size_t said = strlen(why);
        snprintf(why + said, size - said, " (--results DIR names another)");
        return NULL;
    }
    for (size_t i = 0; i < all; i++)
        if (result_name(names[i]))
            names[kept++] = names[i];
        else
            free(names[i]);
    for (size_t i = 0; i < kept / 2; i++) { /* the newest first */
        char *older = names[i];
        names[i] = names[kept - 1 - i];
        names[kept - 1 - i] = older;
    }
    *count = kept;
    return names;
}

static struct summary *parse(const char *path, const char *name, const char *text, size_t length,
                             char *why, size_t size)
{
    struct taker taker = {{0}};
    json_error_t error;
    json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    struct summary *summary = NULL;
    if (json)
        summary = summary_of_json(json, &taker);
    else
        take_refuse(&taker, "no JSON: line %d: %s", error.line, error.text);
    json_decref(json);
    if (summary && strcmp(summary->name, name) != 0) {
        take_refuse(&taker, "it calls itself \"%.64s\"", summary->name);
        summary_free(summary);
        summary = NULL;
    }
    if (!summary)
        snprintf(why, size, "%s/" RESULT_JSON ": %s", path, taker.wrong);
    return summary;
}

/* Benchmarks beside the figures; false where they are there and can not be read. */
static bool load_benchmarks(struct benchmarks **to, const char *folder, const char *name, char *why,
                            size_t size)
{
    char path[FOLDER_PATH];
    snprintf(path, sizeof path, "%.900s/%s", folder, name);
    if (access(path, F_OK) != 0)
        return true;
    *to = benchmarks_read(path, why, size);
    return *to != NULL;
}

static bool load_detections(struct detections **to, const char *folder, char *why, size_t size)
{
    char path[FOLDER_PATH];
    snprintf(path, sizeof path, "%.900s/" RESULT_DETECTIONS, folder);
    if (access(path, F_OK) != 0)
        return true;
    *to = detections_read(path, why, size);
    return *to != NULL;
}

/* What a stranger says that he has confirmed. */
static struct confirmation *parse_confirmation(const char *text, size_t length, const char *name,
                                               struct taker *taker)
{
    json_error_t error;
    json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    struct confirmation *confirmation = json ? confirmation_of_json(json, taker) : NULL;
    if (!json)
        take_refuse(taker, "no JSON: line %d: %s", error.line, error.text);
    json_decref(json);
    if (confirmation && !result_name(confirmation->of))
        take_refuse(taker, "\"of\" is no name of a result");
    else if (confirmation && strcmp(confirmation->of, name) == 0)
        take_refuse(taker, "a result does not confirm itself");
    if (!take_failed(taker))
        return confirmation;
    confirmation_free(confirmation);
    return NULL;
}

static bool load_confirmation(struct summary *summary, const char *folder, char *why, size_t size)
{
    char path[FOLDER_PATH];
    size_t length;
    struct taker taker = {{0}};
    snprintf(path, sizeof path, "%.900s/" RESULT_CONFIRMATION, folder);
    if (access(path, F_OK) != 0)
        return true;
    char *text = folder_read(folder, RESULT_CONFIRMATION, JSON_MOST, &length, why, size);
    if (text)
        summary->confirmation = parse_confirmation(text, length, summary->name, &taker);
    if (text && !summary->confirmation)
        snprintf(why, size, "%s: %s", path, taker.wrong);
    free(text);
    return summary->confirmation;
}

bool result_has_record(const struct summary *summary)
{
    return json_object_get(summary->about, "type"); /* a record's header has one */
}

static bool load_beside(struct summary *summary, const char *folder, char *why, size_t size)
{
    if (!load_benchmarks(&summary->benchmarks, folder, RESULT_BENCHMARKS, why, size) ||
        !load_benchmarks(&summary->versus, folder, RESULT_VERSUS, why, size) ||
        !load_detections(&summary->detections, folder, why, size) ||
        !load_confirmation(summary, folder, why, size))
        return false;
    bool mixed = (summary->benchmarks && benchmarks_compare(summary->benchmarks)) ||
                 (summary->versus && !benchmarks_compare(summary->versus));
    bool empty = !result_has_record(summary) && !summary->benchmarks && !summary->versus &&
                 !summary->detections;
    if (mixed)
        snprintf(why, size, "%s: " RESULT_BENCHMARKS " or " RESULT_VERSUS " is the other one",
                 folder);
    if (empty)
        snprintf(why, size, "%s: neither a record nor a report is in it", folder);
    return !mixed && !empty;
}

struct summary *result_load(const char *results, const char *name, char *why, size_t size)
{
    char path[FOLDER_PATH];
    size_t length;
    if (!result_name(name)) {
        snprintf(why, size, "'%.64s' is no name of a result: they are like 20260131-amd-epyc",
                 name);
        return NULL;
    }
    snprintf(path, sizeof path, "%s/%s", results, name);
    char *text = folder_read(path, RESULT_JSON, JSON_MOST, &length, why, size);
    struct summary *summary = text ? parse(path, name, text, length, why, size) : NULL;
    free(text);
    if (summary && !load_beside(summary, path, why, size)) {
        summary_free(summary);
        summary = NULL;
    }
    return summary;
}

char *result_sums(const char *results, const char *name, char *why, size_t size)
{
    static const char *const files[] = {RESULT_RECORD, RESULT_JSON,       RESULT_BENCHMARKS,
                                        RESULT_VERSUS, RESULT_DETECTIONS, RESULT_CONFIRMATION};
    enum { FILES = sizeof files / sizeof *files };
    const char *there[FILES];
    char path[FOLDER_PATH], file[FOLDER_PATH];
    size_t count = 0;
    snprintf(path, sizeof path, "%s/%s", results, name);
    for (size_t i = 0; i < FILES; i++) {
        snprintf(file, sizeof file, "%.900s/%s", path, files[i]);
        if (access(file, F_OK) == 0)
            there[count++] = files[i];
    }
    return folder_sums(path, there, count, why, size);
}
