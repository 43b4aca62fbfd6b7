#include "result/save.h"
#include "record/built.h"
#include "record/reduce.h"
#include "result/confirm.h"
#include "result/folder.h"
#include "result/summarize.h"
#include "result/summary_json.h"
#include "result/summary_read.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* "2026-01-31T12:00:00Z" as 20260131. */
static bool date_of(const json_t *header, char date[9])
{
    const char *time = json_string_value(json_object_get(header, "time"));
    struct tm day = {0};
    if (!time || !strptime(time, "%Y-%m-%dT", &day) || day.tm_year < 100)
        return false;
    strftime(date, 9, "%Y%m%d", &day);
    return true;
}

/* What is to be saved; NULL what was not given. */
struct parts {
    const char *record; /* its path */
    struct recorded *recorded;
    struct benchmarks *benchmarks, *versus;
    const char *detected; /* its path */
    struct detections *detections;
    struct confirmation *confirmation;
};

static bool name_it(struct save *save, const struct summary *summary, char *why, size_t size)
{
    char date[9], machine[RESULT_NAME];
    if (!date_of(summary->about, date)) {
        snprintf(why, size, "%s: its header has no \"time\" to name the result by", save->files[0]);
        return false;
    }
    result_name_machine(summary->about, machine);
    snprintf(save->name, sizeof save->name, "%s-%.64s", date,
             save->machine ? save->machine : machine);
    return true;
}

/* --- Reading -------------------------------------------------------------------------------- */

static bool read_record(struct parts *parts, const char *path, char *why, size_t size)
{
    if (parts->record) {
        snprintf(why, size, "one record at a time, not also %s", path);
        return false;
    }
    parts->record = path;
    parts->recorded = recorded_read(path, why, size);
    return parts->recorded;
}

static bool read_benchmarks(struct parts *parts, const char *path, char *why, size_t size)
{
    struct benchmarks *read = benchmarks_read(path, why, size);
    if (!read)
        return false;
    struct benchmarks **to = benchmarks_compare(read) ? &parts->versus : &parts->benchmarks;
    if (!*to) {
        *to = read;
        return true;
    }
    snprintf(why, size, "one report of a kind at a time, not also %s", path);
    benchmarks_free(read);
    return false;
}

static bool read_detections(struct parts *parts, const char *path, char *why, size_t size)
{
    if (parts->detected) {
        snprintf(why, size, "one record of detectors at a time, not also %s", path);
        return false;
    }
    parts->detected = path;
    parts->detections = detections_read(path, why, size);
    return parts->detections;
}

static bool read_part(struct parts *parts, const char *path, char *why, size_t size)
{
    if (benchmarks_begin(path))
        return read_benchmarks(parts, path, why, size);
    if (detections_begin(path))
        return read_detections(parts, path, why, size);
    return read_record(parts, path, why, size);
}

static bool read_parts(struct parts *parts, const struct save *save, char *why, size_t size)
{
    for (size_t i = 0; i < save->file_count; i++)
        if (!read_part(parts, save->files[i], why, size))
            return false;
    return true;
}

static void free_parts(struct parts *parts)
{
    recorded_free(parts->recorded);
    benchmarks_free(parts->benchmarks);
    benchmarks_free(parts->versus);
    detections_free(parts->detections);
    confirmation_free(parts->confirmation);
}

/* --- Confirming ----------------------------------------------------------------------------- */

/* Whose figures these are, held to those of the published one. */
static struct confirmation *confirmation_of(const struct summary *published,
                                            const struct summary *summary,
                                            const struct parts *parts)
{
    struct summary here = *summary; /* what is beside the record belongs to the parts still */
    here.benchmarks = parts->benchmarks;
    here.versus = parts->versus;
    struct confirmation *made = confirm(published, &here);
    if (made)
        made->of = strdup(published->name);
    if (made && made->of)
        return made;
    confirmation_free(made);
    return NULL;
}

static bool is_worth_keeping(const struct confirmation *confirmation, const struct save *save,
                             char *why, size_t size)
{
    struct confirm_counts counts = confirm_counts(confirmation, NULL);
    bool any = counts.rows > counts.open;
    if (!any)
        snprintf(why, size,
                 "%s confirms nothing of %s: %zu figures in both, and none that can be held to the "
                 "other (`leaklab confirm` shows them)",
                 save->files[0], save->confirms, counts.rows);
    return any;
}

static bool hold_to(struct parts *parts, const struct save *save, const struct summary *summary,
                    char *why, size_t size)
{
    struct summary *published = result_load(save->results, save->confirms, why, size);
    if (!published)
        return false;
    bool is_same = confirm_same_measurement(published, summary);
    if (is_same)
        snprintf(why, size, "%s is what %s was made of: a result does not confirm itself",
                 save->files[0], save->confirms);
    else if (!(parts->confirmation = confirmation_of(published, summary, parts)))
        snprintf(why, size, "no memory to hold it to %s", save->confirms);
    summary_free(published);
    return parts->confirmation && is_worth_keeping(parts->confirmation, save, why, size);
}

/* --- Writing -------------------------------------------------------------------------------- */

/* A result holds each pair under one load: that is what it is cited for. */
static bool fits_a_result(const struct summary *summary, const char *record, char *why, size_t size)
{
    bool any = false;
    for (size_t i = 0; i < summary->pair_count; i++) {
        const struct measured_pair *pair = &summary->pairs[i];
        any |=
            summary_has(&pair->variants[VARIANT_LEAK]) || summary_has(&pair->variants[VARIANT_FIX]);
        if (summary_pair(summary, pair->id) != pair) {
            snprintf(why, size,
                     "%s: %s is in it under several settings: a sweep is tabled by "
                     "`leaklab report`, not saved",
                     record, pair->id);
            return false;
        }
    }
    if (!any)
        snprintf(why, size, "%s: no case in it has come to its end: nothing to save", record);
    return any;
}

/* Takes the json. */
static bool write_json(json_t *json, const char *folder, const char *name, char *why, size_t size)
{
    char *text = built_text(json, JSON_INDENT(1));
    bool done = text && folder_write(folder, name, text, strlen(text), why, size);
    if (!text)
        snprintf(why, size, "no memory for %s", name);
    free(text);
    json_decref(json);
    return done;
}

static bool write_report(const struct benchmarks *benchmarks, const char *folder, const char *name,
                         char *why, size_t size)
{
    return !benchmarks || write_json(json_incref(benchmarks->report), folder, name, why, size);
}

static bool write_record(const struct parts *parts, const char *folder, char *why, size_t size)
{
    char path[FOLDER_PATH + sizeof RESULT_RECORD + 1];
    snprintf(path, sizeof path, "%s/" RESULT_RECORD, folder);
    return !parts->recorded || reduce_record(parts->recorded, parts->record, path, why, size);
}

static bool write_detections(const struct parts *parts, const char *folder, char *why, size_t size)
{
    char path[FOLDER_PATH + sizeof RESULT_DETECTIONS + 1];
    snprintf(path, sizeof path, "%s/" RESULT_DETECTIONS, folder);
    return !parts->detections || reduce_nothing(parts->detected, path, why, size);
}

static bool write_confirmation(const struct parts *parts, const char *folder, char *why,
                               size_t size)
{
    return !parts->confirmation || write_json(confirmation_json(parts->confirmation), folder,
                                              RESULT_CONFIRMATION, why, size);
}

static bool write_sums(const char *parent, const char *folder, char *why, size_t size)
{
    char *sums = result_sums(parent, folder + strlen(parent) + 1, why, size);
    bool done = sums && folder_write(folder, RESULT_SUMS, sums, strlen(sums), why, size);
    free(sums);
    return done;
}

/* What can not be read again would be in the way of every page. */
static bool write_figures(const struct summary *summary, const char *folder, char *why, size_t size)
{
    struct taker taker = {{0}};
    json_t *json = summary_json(summary);
    struct summary *again = json ? summary_of_json(json, &taker) : NULL;
    if (json && !again)
        snprintf(why, size, "its figures can not be kept: %s", taker.wrong);
    summary_free(again);
    if (!again)
        json_decref(json);
    if (json && !again)
        return false;
    return write_json(json, folder, RESULT_JSON, why, size);
}

static bool write_files(const struct save *save, const struct parts *parts,
                        const struct summary *summary, char *why, size_t size)
{
    char folder[FOLDER_PATH];
    if (!folder_begin(save->results, folder, why, size))
        return false;
    bool done = write_record(parts, folder, why, size) &&
                write_report(parts->benchmarks, folder, RESULT_BENCHMARKS, why, size) &&
                write_report(parts->versus, folder, RESULT_VERSUS, why, size) &&
                write_detections(parts, folder, why, size) &&
                write_confirmation(parts, folder, why, size) &&
                write_figures(summary, folder, why, size) &&
                write_sums(save->results, folder, why, size) &&
                folder_finish(folder, save->results, save->name, why, size);
    if (!done)
        folder_abandon(folder);
    return done;
}

static bool write_result(const struct save *save, const struct parts *parts,
                         const struct summary *summary, char *why, size_t size)
{
    if (parts->recorded && !fits_a_result(summary, parts->record, why, size))
        return false;
    int entered = folder_enter(save->results, why, size);
    bool done = entered >= 0 && write_files(save, parts, summary, why, size);
    if (entered >= 0)
        folder_leave(entered);
    return done;
}

/* One of them is there. */
static struct summary *summary_of_parts(const struct parts *parts)
{
    if (parts->recorded)
        return summary_of(parts->recorded);
    if (parts->benchmarks)
        return summary_of_about(parts->benchmarks->about);
    if (parts->versus)
        return summary_of_about(parts->versus->about);
    return parts->detections ? summary_of_about(parts->detections->about) : NULL;
}

bool result_save(struct save *save, char *why, size_t size)
{
    struct parts parts = {.record = NULL};
    bool done = false;
    if (!read_parts(&parts, save, why, size)) {
        free_parts(&parts);
        return false;
    }
    struct summary *summary = summary_of_parts(&parts);
    save->record = parts.record;
    snprintf(save->cut, sizeof save->cut, "%s", summary ? summary->cut : "");
    if (!summary)
        snprintf(why, size, "no memory for the figures of %s", save->files[0]);
    else if (name_it(save, summary, why, size)) {
        free(summary->name);
        summary->name = strdup(save->name);
        if (summary->name && (!save->confirms || hold_to(&parts, save, summary, why, size)))
            done = write_result(save, &parts, summary, why, size);
        else if (!summary->name)
            snprintf(why, size, "no memory for %s", save->name);
    }
    summary_free(summary);
    free_parts(&parts);
    return done;
}
