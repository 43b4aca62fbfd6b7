#include "exchange/data_package.h"
#include "exchange/about_data.h"
#include "record/built.h"
#include "result/origin.h"
#include "result/result.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Tables --------------------------------------------------------------------------------- */

static json_t *fields(const struct sheet *sheet)
{
    json_t *array = json_array();
    for (size_t i = 0; i < sheet->column_count; i++) {
        const struct sheet_column *c = &sheet->columns[i];
        array = built_and(array, json_pack("{s:s, s:s, s:s}", "name", c->name, "type", c->type,
                                           "description", c->words));
    }
    return array;
}

static json_t *table(const struct sheet *sheet)
{
    char path[128];
    snprintf(path, sizeof path, DATA_TABLES "/%.80s.csv", sheet->name);
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "name", sheet->name,
                               "title", sheet->title, "path", path, "profile",
                               "tabular-data-resource", "format", "csv", "mediatype", "text/csv",
                               "encoding", "utf-8", "bytes", (json_int_t)strlen(sheet->csv));
    json_t *columns = built_with(json_object(), "fields", fields(sheet));
    return built_with(object, "schema", columns);
}

/* --- What was saved ------------------------------------------------------------------------- */

static const struct saved {
    const char *path, *name, *title, *format, *type;
} saved[] = {
    {RESULT_JSON, "figures", "The figures, with the samples' text", "json", "application/json"},
    {RESULT_RECORD, "record", "Every line that was recorded", "gz", "application/gzip"},
    {RESULT_BENCHMARKS, "benchmark-report", "google-benchmark's report", "json",
     "application/json"},
    {RESULT_VERSUS, "versus-report", "The comparison with Go, every round", "json",
     "application/json"},
    {RESULT_DETECTIONS, "detections-record", "What leak detectors said, every line", "gz",
     "application/gzip"},
};

enum { DIGEST = 64 };

/* Where its sum begins; NULL: it is not there. */
static const char *sum_of(const char *sums, const char *path)
{
    size_t length = strlen(path);
    for (const char *line = sums; *line; line += strcspn(line, "\n"), line += *line == '\n')
        if (strspn(line, "0123456789abcdef") == DIGEST && strncmp(line + DIGEST, "  ", 2) == 0 &&
            strncmp(line + DIGEST + 2, path, length) == 0 && line[DIGEST + 2 + length] == '\n')
            return line;
    return NULL;
}

static json_t *resources(const struct sheets *sheets, const char *sums)
{
    json_t *array = json_array();
    for (size_t i = 0; i < sheets->count; i++)
        array = built_and(array, table(&sheets->all[i]));
    for (size_t i = 0; i < sizeof saved / sizeof *saved; i++) {
        char hash[DIGEST + 8];
        const char *sum = sum_of(sums, saved[i].path);
        if (!sum)
            continue;
        snprintf(hash, sizeof hash, "sha256:%.64s", sum);
        array =
            built_and(array, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name", saved[i].name,
                                       "title", saved[i].title, "path", saved[i].path, "format",
                                       saved[i].format, "mediatype", saved[i].type, "hash", hash));
    }
    return array;
}

/* --- The package ---------------------------------------------------------------------------- */

static json_t *about(const struct summary *summary, const char *words)
{
    char title[128];
    const char *time = json_string_value(json_object_get(summary->about, "time"));
    const char *version = json_string_value(json_object_get(summary->about, "leaklab"));
    snprintf(title, sizeof title, "Task leaks measured: %.96s", summary->name);
    json_t *object = json_pack("{s:s, s:s, s:s, s:s}", "profile", "data-package", "name",
                               summary->name, "title", title, "description", words);
    if (time)
        object = built_with(object, "created", json_string(time));
    if (version)
        object = built_with(object, "version", json_string(version));
    if (*origin_kept()) {
        char path[RESULT_NAME + 32], link[ORIGIN_LINK];
        snprintf(path, sizeof path, "results/%.96s/README.md", summary->name);
        object =
            built_with(object, "homepage", json_string(origin_link(link, origin_kept(), path)));
    }
    object = built_with(object, "keywords", data_keywords());
    object = built_with(object, "licenses",
                        json_pack("[{s:s, s:s}]", "name", "MIT", "path", DATA_LICENSE));
    return built_with(object, "contributors",
                      json_pack("[{s:s, s:s}]", "title", DATA_CREATOR, "role", "author"));
}

char *data_package(const struct summary *summary, const struct sheets *sheets, const char *sums)
{
    char *words = data_origin_words(summary->about);
    json_t *json = words ? about(summary, words) : NULL;
    json = built_with(json, "resources", resources(sheets, sums));
    char *text = json ? built_text(json, JSON_INDENT(1) | JSON_ENSURE_ASCII) : NULL;
    json_decref(json);
    free(words);
    return text;
}
