#include "page/verify_results.h"
#include "page/markdown.h"
#include "page/pages.h"
#include "page/plot.h"
#include "page/plot_costs.h"
#include "result/folder.h"
#include "result/result.h"
#include "result/summarize.h"
#include "result/summary_json.h"
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 64 << 20, WHY = 600 };

__attribute__((format(printf, 2, 3))) static void find(struct verification *v, const char *format,
                                                       ...)
{
    char words[WHY + 200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    v->findings++;
    if (v->finding)
        v->finding(words, v->arg);
}

/* A file is this text. */
static void check_text(struct verification *v, const char *folder, const char *name,
                       const char *text)
{
    char why[WHY];
    size_t length;
    char *there = folder_read(folder, name, FILE_MOST, &length, why, sizeof why);
    if (!there)
        find(v, "%s", why);
    else if (!text)
        find(v, "%s/%s can not be made: no memory, or the program diff does not run", folder, name);
    else if (strlen(text) != length || memcmp(text, there, length) != 0)
        find(v, "%s/%s is not what `leaklab report` makes of the results", folder, name);
    free(there);
}

/* --- Checksums ------------------------------------------------------------------------------ */

static void check_sums(struct verification *v, const char *results, const char *name)
{
    char why[WHY], folder[FOLDER_PATH];
    size_t length;
    snprintf(folder, sizeof folder, "%.900s/%.96s", results, name);
    char *sums = result_sums(results, name, why, sizeof why);
    char *said = folder_read(folder, RESULT_SUMS, FILE_MOST, &length, why, sizeof why);
    if (!sums || !said)
        find(v, "%s", why);
    else if (strcmp(sums, said) != 0)
        find(v, "%s is not as it was saved: its files do not have the sums in " RESULT_SUMS,
             folder);
    free(sums);
    free(said);
}

/* --- Figures against the record ------------------------------------------------------------- */

/* Other builds may round in the last place; nothing else may differ. */
static bool same_number(double a, double b)
{
    return a == b || fabs(a - b) <= 1e-6 * fmax(fabs(a), fabs(b));
}

static bool same(const json_t *a, const json_t *b)
{
    const char *name;
    json_t *value;
    if (json_is_number(a) && json_is_number(b))
        return same_number(json_number_value(a), json_number_value(b));
    if (json_is_array(a) && json_is_array(b)) {
        bool all = json_array_size(a) == json_array_size(b);
        for (size_t i = 0; all && i < json_array_size(a); i++)
            all = same(json_array_get(a, i), json_array_get(b, i));
        return all;
    }
    if (!json_is_object(a) || !json_is_object(b))
        return json_equal(a, b);
    if (json_object_size(a) != json_object_size(b))
        return false;
    json_object_foreach((json_t *)a, name, value)
    {
        if (!same(value, json_object_get(b, name)))
            return false;
    }
    return true;
}

/* What the record makes, under the name of the saved one. */
static void check_figures(struct verification *v, const char *folder, struct summary *made,
                          const struct summary *saved)
{
    free(made->name);
    made->name = strdup(saved->name);
    if (*made->cut && *saved->cut) { /* what was cut off once ends otherwise when it is kept */
        free(made->cut);
        made->cut = strdup(saved->cut);
    }
    json_t *a = made->name ? summary_json(made) : NULL, *b = summary_json(saved);
    if (!a || !b)
        find(v, "%s: no memory to compare its figures", folder);
    else if (!same(a, b))
        find(v, "%s/" RESULT_JSON " does not hold the figures that its record makes", folder);
    json_decref(a);
    json_decref(b);
}

/* Whether the same gnuplot drew what is there; else says which did not. */
static bool same_gnuplot(struct verification *v, const char *folder, const char *figure)
{
    char why[WHY];
    size_t length;
    char *here = draw_version(why, sizeof why), mark[128];
    char *there = folder_read(folder, figure, FILE_MOST, &length, why, sizeof why);
    snprintf(mark, sizeof mark, "<!-- %.100s ", here ? here : ""); /* 5.4 is not 5.41 */
    bool is_same = here && there && strstr(there, mark);
    if (here && there && !is_same)
        snprintf(v->not_compared, sizeof v->not_compared,
                 "figures by another gnuplot than the %.40s that is here", here);
    free(here);
    free(there);
    return is_same || !there; /* a missing one is a finding */
}

/* Takes the figures; NULL: *why says why there are none. */
static void check_drawings(struct verification *v, const char *folder, struct figure *figures,
                           size_t count, const char *why)
{
    char name[EDITION_FIGURE];
    if (!figures)
        find(v, "%s: %s", folder, why);
    for (size_t i = 0; figures && i < count; i++) {
        edition_figure(name, figures[i].id, figures[i].plot);
        if (same_gnuplot(v, folder, name))
            check_text(v, folder, name, figures[i].svg);
    }
    draw_free(figures, figures ? count : 0);
}

/* --- All ------------------------------------------------------------------------------------ */

static void check_made(struct verification *v, const char *folder, struct summary *made,
                       const struct summary *saved)
{
    if (made)
        check_figures(v, folder, made, saved);
    else
        find(v, "%s: no memory for its figures", folder);
    summary_free(made);
}

static void check_record(struct verification *v, const char *folder, const char *record,
                         const struct summary *saved)
{
    char why[WHY];
    size_t count;
    struct recorded *recorded = recorded_read(record, why, sizeof why);
    if (recorded) {
        check_made(v, folder, summary_of(recorded), saved);
        struct figure *figures = plot_all(recorded, saved, &count, why, sizeof why);
        check_drawings(v, folder, figures, count, why);
    } else
        find(v, "%s", why);
    recorded_free(recorded);
}

/* That they are whole was seen when they were loaded. */
static void check_benchmarks(struct verification *v, const char *folder,
                             const struct summary *saved)
{
    char why[WHY];
    size_t count;
    const struct benchmarks *first = saved->benchmarks ? saved->benchmarks : saved->versus;
    if (!result_has_record(saved))
        check_made(v, folder, summary_of_benchmarks(first), saved);
    if (!saved->benchmarks)
        return;
    struct figure *figures = plot_costs(saved->benchmarks, &count, why, sizeof why);
    check_drawings(v, folder, figures, count, why);
}

static void check_result(struct verification *v, const char *results, const char *name)
{
    char why[WHY], folder[FOLDER_PATH], record[FOLDER_PATH + 32];
    snprintf(folder, sizeof folder, "%.900s/%.96s", results, name);
    snprintf(record, sizeof record, "%s/" RESULT_RECORD, folder);
    v->results++;
    check_sums(v, results, name);
    struct summary *saved = result_load(results, name, why, sizeof why);
    if (!saved) {
        find(v, "%s", why);
        return;
    }
    if (result_has_record(saved))
        check_record(v, folder, record, saved);
    check_benchmarks(v, folder, saved);
    char *readme = markdown_one(saved);
    check_text(v, folder, "README.md", readme);
    free(readme);
    summary_free(saved);
}

static void check_pages(struct verification *v, const char *results)
{
    char why[WHY];
    struct page_file files[PAGE_FILES];
    struct edition *edition = edition_open(results, why, sizeof why);
    if (!edition)
        return; /* what can not be read was found already */
    pages_make(edition, files);
    for (size_t i = 0; i < PAGE_FILES; i++) {
        check_text(v, results, files[i].name, files[i].text);
        free(files[i].text);
    }
    edition_free(edition);
}

bool verify(const char *results, struct verification *v, char *why, size_t size)
{
    size_t count;
    char **names = result_list(results, &count, why, size);
    if (!names)
        return false;
    for (size_t i = 0; i < count; i++)
        check_result(v, results, names[i]);
    if (count)
        check_pages(v, results);
    result_list_free(names, count);
    return true;
}
