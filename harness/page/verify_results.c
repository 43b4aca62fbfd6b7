#include "page/verify_results.h"
#include "page/derived.h"
#include "page/pages.h"
#include "result/confirm.h"
#include "result/folder.h"
#include "result/result.h"
#include "result/summarize.h"
#include "result/summary_json.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MOST = 64 << 20, WHY = 600 };

#define find(v, ...) findings_add(&(v)->findings, __VA_ARGS__)

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
    else if (strlen(sums) != length || memcmp(sums, said, length) != 0)
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
    json_t *a = made->name && made->cut ? summary_json(made) : NULL, *b = summary_json(saved);
    if (!a || !b)
        find(v, "%s: no memory to compare its figures", folder);
    else if (!same(a, b))
        find(v, "%s/" RESULT_JSON " does not hold the figures that its record makes", folder);
    json_decref(a);
    json_decref(b);
}

/* --- What is made of it --------------------------------------------------------------------- */

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

static void check_figure_sums(struct verification *v, const char *folder,
                              const struct derived *derived)
{
    char why[WHY], figures[FOLDER_PATH];
    size_t length;
    snprintf(figures, sizeof figures, "%.900s/" DERIVED_FIGURES, folder);
    char *sums = derived_sums(derived, folder, why, sizeof why);
    char *said =
        sums ? folder_read(figures, DERIVED_SUMS, FILE_MOST, &length, why, sizeof why) : NULL;
    if (!sums || !said)
        find(v, "%s", why);
    else if (strlen(sums) != length || memcmp(sums, said, length) != 0)
        find(v, "%s: the figures do not have the sums in " DERIVED_SUMS, figures);
    free(sums);
    free(said);
}

static void check_drawings(struct verification *v, const char *folder,
                           const struct derived *derived)
{
    for (size_t i = 0; i < derived->count; i++) {
        char name[EDITION_FIGURE];
        const struct figure *figure = &derived->figures[i];
        edition_figure(name, figure->id, figure->plot);
        if (figure->svg && same_gnuplot(v, folder, name))
            check_text(v, folder, name, figure->svg);
    }
    check_figure_sums(v, folder, derived);
}

/* --- Strangers ------------------------------------------------------------------------------ */

static bool is_among(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

/* A plain file, or a folder; a link may lead anywhere. */
static void check_kind(struct verification *v, const char *folder, const char *name, bool is_folder)
{
    char path[FOLDER_PATH];
    struct stat about;
    snprintf(path, sizeof path, "%.700s/%.300s", folder, name);
    if (lstat(path, &about) != 0 || (is_folder ? !S_ISDIR(about.st_mode) : !S_ISREG(about.st_mode)))
        find(v, "%s is no plain %s", path, is_folder ? "folder" : "file");
}

/* What is in a folder of files for other programs. One that is missing lacks files, which is found. */
static void check_exchanged(struct verification *v, const char *folder, const char *in,
                            const struct exchange_files *files)
{
    char why[WHY], path[FOLDER_PATH], name[FOLDER_PATH];
    size_t count;
    snprintf(path, sizeof path, "%.900s/%s", folder, in);
    char **names = folder_names(path, &count, why, sizeof why);
    for (size_t i = 0; names && i < count; i++) {
        snprintf(name, sizeof name, "%s/%.300s", in, names[i]);
        if (exchange_has(files, name))
            check_kind(v, path, names[i], false);
        else
            find(v, "%s/%s is nothing that `leaklab report` makes", folder, name);
    }
    folder_names_free(names, names ? count : 0);
}

static void check_names(struct verification *v, const char *folder, const struct derived *derived)
{
    static const char *const known[] = {
        RESULT_RECORD,       RESULT_JSON, RESULT_BENCHMARKS, RESULT_VERSUS,   RESULT_DETECTIONS,
        RESULT_CONFIRMATION, RESULT_SUMS, "README.md",       DERIVED_FIGURES, NULL};
    char why[WHY], figures[FOLDER_PATH];
    size_t count;
    snprintf(figures, sizeof figures, "%.900s/" DERIVED_FIGURES, folder);
    char **names = folder_names(folder, &count, why, sizeof why);
    for (size_t i = 0; names && i < count; i++)
        if (is_among(names[i], known) || exchange_has(&derived->files, names[i]))
            check_kind(v, folder, names[i], strcmp(names[i], DERIVED_FIGURES) == 0);
        else if (is_among(names[i], exchange_folders))
            check_kind(v, folder, names[i], true);
        else
            find(v, "%s/%s does not belong to a result", folder, names[i]);
    folder_names_free(names, names ? count : 0);
    for (const char *const *in = exchange_folders; *in; in++)
        check_exchanged(v, folder, *in, &derived->files);
    names = folder_names(figures, &count, why, sizeof why);
    for (size_t i = 0; names && i < count; i++)
        if (derived_has(derived, names[i]))
            check_kind(v, figures, names[i], false);
        else
            find(v, "%s/%s is no figure of the result", figures, names[i]);
    folder_names_free(names, names ? count : 0);
}

static void check_derived(struct verification *v, const char *folder, const struct summary *saved,
                          const struct confirmers *others)
{
    char why[WHY];
    struct derived derived = {0};
    if (derived_of(&derived, folder, saved, others, &v->findings, why, sizeof why)) {
        check_text(v, folder, "README.md", derived.readme);
        for (size_t i = 0; i < derived.files.count; i++)
            check_text(v, folder, derived.files.all[i].name, derived.files.all[i].text);
        check_drawings(v, folder, &derived);
        check_names(v, folder, &derived);
    } else
        find(v, "%s", why);
    derived_free(&derived);
}

/* --- Confirmations -------------------------------------------------------------------------- */

/* What both results make of it, against what is kept. */
static void check_outcome(struct verification *v, const char *folder, const struct summary *saved,
                          const struct summary *published)
{
    struct confirmation *made = confirm(published, saved);
    if (made)
        made->of = strdup(published->name);
    json_t *a = made && made->of ? confirmation_json(made) : NULL;
    json_t *b = confirmation_json(saved->confirmation);
    if (!a || !b)
        find(v, "%s: no memory to hold it to %s", folder, published->name);
    else if (confirm_same_measurement(published, saved))
        find(v, "%s is the same measurement as %s, and confirms nothing", folder, published->name);
    else if (!same(a, b))
        find(v, "%s/" RESULT_CONFIRMATION " does not say what both results make of it", folder);
    json_decref(a);
    json_decref(b);
    confirmation_free(made);
}

static void check_confirmation(struct verification *v, const char *results, const char *folder,
                               const struct summary *saved)
{
    char why[WHY];
    if (!saved->confirmation)
        return;
    struct summary *published = result_load(results, saved->confirmation->of, why, sizeof why);
    if (published)
        check_outcome(v, folder, saved, published);
    else
        find(v, "%s/" RESULT_CONFIRMATION ": %s", folder, why);
    summary_free(published);
}

/* --- All ------------------------------------------------------------------------------------ */

/* Of the record, or, where there is none, of what the first report is about. */
static struct summary *made_anew(const char *folder, const struct summary *saved, char *why,
                                 size_t size)
{
    char path[FOLDER_PATH + 32];
    json_t *about = saved->benchmarks   ? saved->benchmarks->about
                    : saved->versus     ? saved->versus->about
                    : saved->detections ? saved->detections->about
                                        : NULL;
    snprintf(path, sizeof path, "%s/" RESULT_RECORD, folder);
    bool has_record = result_has_record(saved);
    struct recorded *recorded = has_record ? recorded_read(path, why, size) : NULL;
    if (has_record && !recorded)
        return NULL;
    struct summary *made = recorded ? summary_of(recorded) : summary_of_about(about);
    if (!made)
        snprintf(why, size, "no memory for the figures of %.500s", folder);
    recorded_free(recorded);
    return made;
}

static void check_result(struct verification *v, const char *results, const char *name,
                         const struct confirmers *others)
{
    char why[WHY], folder[FOLDER_PATH];
    snprintf(folder, sizeof folder, "%.900s/%.96s", results, name);
    v->results++;
    check_sums(v, results, name);
    struct summary *saved = result_load(results, name, why, sizeof why);
    struct summary *made = saved ? made_anew(folder, saved, why, sizeof why) : NULL;
    if (made) {
        check_figures(v, folder, made, saved);
        check_confirmation(v, results, folder, saved);
        check_derived(v, folder, saved, others);
    } else
        find(v, "%s", why);
    summary_free(made);
    summary_free(saved);
}

/* What lies beside the results. Where no page could be made, it is not known which there would be. */
static void check_beside(struct verification *v, const char *results,
                         const struct page_files *pages)
{
    static const char *const known[] = {"README.md",
                                        "index.html",
                                        "symptoms.md",
                                        "symptoms.html",
                                        "benchmarks.md",
                                        "benchmarks.html",
                                        "bystander.md",
                                        "bystander.html",
                                        "claims.md",
                                        "claims.html",
                                        "detectors.md",
                                        "detectors.html",
                                        NULL};
    char why[WHY];
    size_t count;
    char **names = folder_names(results, &count, why, sizeof why);
    for (size_t i = 0; names && i < count; i++) {
        bool is_folder = result_name(names[i]) || strcmp(names[i], PAGES_PAIRS) == 0;
        bool is_page = pages->count ? pages_have(pages, names[i]) : is_among(names[i], known);
        if (is_folder || is_page)
            check_kind(v, results, names[i], is_folder);
        else
            find(v, "%s/%s is neither a result nor a page of them", results, names[i]);
    }
    folder_names_free(names, names ? count : 0);
}

static void check_pairs(struct verification *v, const char *results, const struct page_files *pages)
{
    char why[WHY], folder[FOLDER_PATH], name[FOLDER_PATH];
    size_t count;
    snprintf(folder, sizeof folder, "%.900s/" PAGES_PAIRS, results);
    char **names = folder_names(folder, &count, why, sizeof why);
    for (size_t i = 0; names && i < count; i++) {
        snprintf(name, sizeof name, PAGES_PAIRS "/%.300s", names[i]);
        if (pages_have(pages, name))
            check_kind(v, folder, names[i], false);
        else
            find(v, "%s/%s is no page of a pair", results, name);
    }
    folder_names_free(names,
                      names ? count : 0); /* a folder that is missing lacks pages, which is found */
}

static void check_pages(struct verification *v, const char *results, struct page_files *pages)
{
    char why[WHY];
    struct findings again = {.told = NULL}; /* what can not be read was found already */
    struct edition *edition = edition_open(results, &again, why, sizeof why);
    if (!edition || !pages_make(edition, pages)) {
        find(v, "%s", edition ? "no memory for the pages" : why);
        edition_free(edition);
        return;
    }
    for (size_t i = 0; i < pages->count; i++)
        check_text(v, results, pages->files[i].name, pages->files[i].text);
    edition_free(edition);
}

bool verify(const char *results, struct verification *v, char *why, size_t size)
{
    size_t count;
    char **names = result_list(results, &count, why, size);
    if (!names)
        return false;
    struct confirmers others;
    if (!confirmers_load(&others, results, why, size)) {
        result_list_free(names, count);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        check_result(v, results, names[i], &others);
    confirmers_free(&others);
    struct page_files pages = {0};
    if (count)
        check_pages(v, results, &pages);
    check_beside(v, results, &pages);
    if (pages.count)
        check_pairs(v, results, &pages);
    pages_free(&pages);
    result_list_free(names, count);
    return true;
}
