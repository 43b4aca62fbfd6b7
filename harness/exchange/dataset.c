#include "exchange/dataset.h"
#include "exchange/about_data.h"
#include "exchange/data_package.h"
#include "probe/printable.h"
#include "record/built.h"
#include "result/about.h"
#include "result/cite.h"
#include "result/left.h"
#include "result/stream.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PATH = 256 };

/* No text in it can end the script: each < is written as its number. */
static void write_script(FILE *out, json_t *json)
{
    char *text = json ? built_text(json, JSON_INDENT(1) | JSON_ENSURE_ASCII) : NULL;
    fputs("<script type=\"application/ld+json\">\n", out);
    for (const char *at = stream_piece(out, text); *at; at++)
        if (*at == '<')
            fputs("\\u003c", out);
        else
            putc(*at, out);
    fputs("\n</script>\n", out);
    free(text);
    json_decref(json);
}

/* A file of results/: its address where one is known, else from the page. */
static json_t *address(const char *path, const char *root)
{
    char whole[PATH + 16], link[ORIGIN_LINK];
    snprintf(whole, sizeof whole, "%s%.250s", *origin_kept() ? "results/" : root, path);
    return json_string(origin_link(link, origin_kept(), whole));
}

static json_t *download(const char *name, const char *file, const char *type, const char *root)
{
    char path[PATH];
    snprintf(path, sizeof path, "%.96s/%.100s", name, file);
    return built_with(json_pack("{s:s, s:s}", "@type", "DataDownload", "encodingFormat", type),
                      "contentUrl", address(path, root));
}

/* What all say: who made it, when, and how. */
static json_t *common(const struct summary *summary, const char *name, const char *description)
{
    char day[11];
    const char *version = json_string_value(json_object_get(summary->about, "leaklab"));
    char *command = about_command(summary->about);
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "@type", "Dataset", "name", name,
                             "description", description, "license", DATA_LICENSE, "datePublished",
                             about_day(summary->about, day), "isAccessibleForFree", 1);
    json = built_with(json, "creator",
                      json_pack("{s:s, s:s}", "@type", "Organization", "name", DATA_CREATOR));
    json = built_with(json, "keywords", data_keywords());
    if (version)
        json = built_with(json, "version", json_string(version));
    json = built_with(json, "measurementTechnique", command ? json_string(command) : NULL);
    free(command);
    return json;
}

/* --- A pair --------------------------------------------------------------------------------- */

static json_t *with_bound(json_t *json, const char *name, double value)
{
    return isfinite(value) ? built_with(json, name, json_real(value)) : json;
}

static json_t *figure(const char *name, const char *unit, double value, double low, double high)
{
    json_t *json =
        json_pack("{s:s, s:s, s:s}", "@type", "PropertyValue", "name", name, "unitText", unit);
    json = with_bound(json, "value", value);
    json = with_bound(json, "minValue", low);
    return with_bound(json, "maxValue", high);
}

static json_t *figures(const struct measured_pair *pair)
{
    json_t *array = json_array();
    for (enum variant v = 0; v < VARIANTS; v++) {
        const struct measured *m = &pair->variants[v];
        const struct estimate *bytes = &m->bytes_per_request;
        char name[96];
        if (!m->run_count)
            continue;
        double requests = summary_figure(m, requests, NULL);
        if (!summary_is_plain(pair)) {
            snprintf(name, sizeof name, "%s: tasks left per request", variant_name(v));
            double tasks = summary_figure(m, tasks_left, NULL) / requests;
            array = built_and(array, figure(name, "tasks", tasks, NAN, NAN));
        }
        for (int kind = 0; kind < LEFT_KINDS; kind++) {
            char words[LEFT_KIND];
            if (!left_is_told(pair, kind))
                continue;
            left_kind_words(words, kind, false);
            snprintf(name, sizeof name, "%s: %s left per request", variant_name(v), words);
            double left = summary_mean(m, summary_left(kind), NULL) / requests;
            array = built_and(array, figure(name, words, left, NAN, NAN));
        }
        snprintf(name, sizeof name, "%s: resident memory per request", variant_name(v));
        array = built_and(array, figure(name, "bytes", bytes->value, bytes->low, bytes->high));
    }
    return array;
}

static json_t *of_pair(const struct summary *summary, const struct measured_pair *pair,
                       const char *description)
{
    static const char root[] = "../";
    char name[PATH], path[PATH], title[150];
    printable_cut(title, sizeof title, pair->title);
    snprintf(name, sizeof name, "leaklab: %.64s (%s)", pair->id, title);
    json_t *json = common(summary, name, description);
    json = built_with(json, "@context", json_string("https://schema.org"));
    snprintf(path, sizeof path, "%.96s/%.64s", summary->name, pair->id);
    json = built_with(json, "identifier", json_string(path));
    snprintf(path, sizeof path, "pairs/%.64s.html", pair->id);
    json = built_with(json, "url", address(path, root));
    json = built_with(json, "variableMeasured", figures(pair));
    json = built_with(
        json, "distribution",
        built_and(built_and(json_array(),
                            download(summary->name, DATA_TABLES "/pairs.csv", "text/csv", root)),
                  download(summary->name, DATA_PACKAGE, "application/json", root)));
    return built_with(json, "includedInDataCatalog",
                      built_with(json_pack("{s:s, s:s}", "@type", "DataCatalog", "name",
                                           "leaklab: task leaks, measured"),
                                 "url", address("index.html", root)));
}

void dataset_of_pair(FILE *out, const struct summary *summary, const struct measured_pair *pair)
{
    char *description = cite(summary, pair, CITE_TEXT);
    if (description)
        description[strcspn(description, "\n")] = 0;
    write_script(out, of_pair(summary, pair, stream_piece(out, description)));
    free(description);
}

/* --- All ------------------------------------------------------------------------------------ */

static json_t *of_result(const struct summary *summary)
{
    char name[PATH], path[PATH];
    char *words = data_origin_words(summary->about);
    snprintf(name, sizeof name, "leaklab: %.96s", summary->name);
    json_t *json = words ? common(summary, name, words) : NULL;
    snprintf(path, sizeof path, "%.96s/README.md", summary->name);
    json = built_with(json, "identifier", json_string(summary->name));
    json = built_with(json, "url", address(path, ""));
    json = built_with(
        json, "distribution",
        built_and(json_array(), download(summary->name, DATA_PACKAGE, "application/json", "")));
    free(words);
    return json;
}

void dataset_catalog(FILE *out, struct summary *const *summaries, size_t count)
{
    json_t *all = json_array();
    for (size_t i = 0; i < count; i++)
        all = built_and(all, of_result(summaries[i]));
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s}", "@context", "https://schema.org", "@type",
                             "DataCatalog", "name", "leaklab: task leaks, measured", "description",
                             "Saved measurements of task leaks in C, each beside its fix, with "
                             "machine, commit and command.",
                             "license", DATA_LICENSE);
    json = built_with(json, "url", address("index.html", ""));
    write_script(out, built_with(json, "dataset", all));
}
