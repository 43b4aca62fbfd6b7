#include "report/folder.h"
#include "report/reduce.h"
#include "report/result.h"
#include "report/summary_json.h"
#include <stdlib.h>
#include <string.h>

/* "2026-01-31T12:00:00Z" as 20260131. */
static bool date_of(const json_t *header, char date[9])
{
    const char *time = json_string_value(json_object_get(header, "time"));
    int year, month, day;
    if (!time || sscanf(time, "%4d-%2d-%2dT", &year, &month, &day) != 3 || year < 2000 ||
        year > 9999 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    snprintf(date, 9, "%04d%02d%02d", year % 10000, month % 100, day % 100);
    return true;
}

static bool name_it(struct save *save, const struct recorded *recorded, char *why, size_t size)
{
    char date[9], machine[RESULT_NAME];
    if (!date_of(recorded->header, date)) {
        snprintf(why, size, "%s: its header has no \"time\" to name the result by", save->record);
        return false;
    }
    result_name_machine(recorded->header, machine);
    snprintf(save->name, sizeof save->name, "%s-%.64s", date,
             save->machine ? save->machine : machine);
    return true;
}

/* A result holds each pair under one load: that is what it is cited for. */
static bool fits_a_result(const struct summary *summary, const char *record, char *why, size_t size)
{
    size_t runs = 0;
    for (size_t i = 0; i < summary->pair_count; i++) {
        const struct measured_pair *pair = &summary->pairs[i];
        runs += pair->variants[VARIANT_LEAK].run_count + pair->variants[VARIANT_FIX].run_count;
        if (summary_pair(summary, pair->id) != pair) {
            snprintf(why, size,
                     "%s: %s is in it under several settings: a sweep is tabled by "
                     "`leaklab report`, not saved",
                     record, pair->id);
            return false;
        }
    }
    if (!runs)
        snprintf(why, size, "%s: no case in it has come to its end: nothing to save", record);
    return runs > 0;
}

static bool write_json(const struct summary *summary, const char *folder, char *why, size_t size)
{
    json_t *json = summary_json(summary);
    char *text = json ? json_dumps(json, JSON_INDENT(1)) : NULL;
    bool done = text && folder_write(folder, RESULT_JSON, text, strlen(text), why, size);
    if (!text)
        snprintf(why, size, "no memory for the result");
    free(text);
    json_decref(json);
    return done;
}

static bool write_sums(const char *parent, const char *folder, char *why, size_t size)
{
    char *sums = result_sums(parent, folder + strlen(parent) + 1, why, size);
    bool done = sums && folder_write(folder, RESULT_SUMS, sums, strlen(sums), why, size);
    free(sums);
    return done;
}

static bool write_result(struct save *save, const struct recorded *recorded,
                         struct summary *summary, char *why, size_t size)
{
    char folder[FOLDER_PATH], record[FOLDER_PATH + sizeof RESULT_RECORD + 1];
    if (!fits_a_result(summary, save->record, why, size) ||
        !folder_begin(save->results, folder, why, size))
        return false;
    snprintf(record, sizeof record, "%s/" RESULT_RECORD, folder);
    bool done = reduce_record(recorded, save->record, record, why, size) &&
                write_json(summary, folder, why, size) &&
                write_sums(save->results, folder, why, size) &&
                folder_finish(folder, save->results, save->name, why, size);
    if (!done)
        folder_abandon(folder);
    return done;
}

bool result_save(struct save *save, char *why, size_t size)
{
    struct recorded *recorded = recorded_read(save->record, why, size);
    if (!recorded)
        return false;
    struct summary *summary = summary_of(recorded);
    bool done = false;
    snprintf(save->cut, sizeof save->cut, "%s", recorded->cut);
    if (!summary)
        snprintf(why, size, "no memory for the figures of %s", save->record);
    else if (name_it(save, recorded, why, size)) {
        free(summary->name);
        summary->name = strdup(save->name);
        done = write_result(save, recorded, summary, why, size);
    }
    summary_free(summary);
    recorded_free(recorded);
    return done;
}
