#include "page/pages.h"
#include "page/derived.h"
#include "page/frame.h"
#include "page/markdown_index.h"
#include "page/markdown_pair.h"
#include "page/page_bench.h"
#include "page/page_bystander.h"
#include "page/page_claims.h"
#include "page/page_detectors.h"
#include "page/page_index.h"
#include "page/page_pair.h"
#include "page/page_symptoms.h"
#include "page/plot.h"
#include "result/folder.h"
#include "result/result.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- As they have to be --------------------------------------------------------------------- */

static void add(struct page_files *pages, char *text, const char *name)
{
    struct page_file *file = &pages->files[pages->count++];
    snprintf(file->name, sizeof file->name, "%s", name);
    file->text = text;
}

static void add_pair(const struct edition *edition, struct page_files *pages, size_t index)
{
    const char *id = edition->pairs[index].pair->id;
    char name[sizeof pages->files->name];
    snprintf(name, sizeof name, PAGES_PAIRS "/%.72s.html", id);
    add(pages, page_pair(edition, index), name);
    snprintf(name, sizeof name, PAGES_PAIRS "/%.72s.md", id);
    add(pages, markdown_pair(edition, index), name);
}

bool pages_make(const struct edition *edition, struct page_files *pages)
{
    enum { BESIDE = 12 };
    *pages = (struct page_files){
        .files = calloc(BESIDE + 2 * edition->pair_count, sizeof *pages->files)};
    if (!pages->files)
        return false;
    add(pages, markdown_index(edition), "README.md");
    add(pages, page_index(edition), "index.html");
    add(pages, markdown_symptoms(edition), "symptoms.md");
    add(pages, page_symptoms(edition), "symptoms.html");
    if (edition->saved) { /* one record answers few of them */
        add(pages, markdown_claims(edition), "claims.md");
        add(pages, page_claims(edition), "claims.html");
    }
    if (frame_has_benchmarks(edition)) {
        add(pages, markdown_benchmarks_page(edition), "benchmarks.md");
        add(pages, page_benchmarks(edition), "benchmarks.html");
    }
    if (edition->bystander) {
        add(pages, markdown_bystander_page(edition), "bystander.md");
        add(pages, page_bystander(edition), "bystander.html");
    }
    if (edition->detected) {
        add(pages, markdown_detectors(edition), "detectors.md");
        add(pages, page_detectors(edition), "detectors.html");
    }
    for (size_t i = 0; i < edition->pair_count; i++)
        add_pair(edition, pages, i);
    return true;
}

void pages_free(struct page_files *pages)
{
    for (size_t i = 0; i < pages->count; i++)
        free(pages->files[i].text);
    free(pages->files);
    *pages = (struct page_files){0};
}

bool pages_have(const struct page_files *pages, const char *name)
{
    for (size_t i = 0; i < pages->count; i++)
        if (strcmp(pages->files[i].name, name) == 0)
            return true;
    return false;
}

/* --- Writing -------------------------------------------------------------------------------- */

static bool write_text(const char *folder, const char *name, const char *text, char *why,
                       size_t size)
{
    return folder_replace(folder, name, text, strlen(text), why, size);
}

static bool make_folder(const char *path, char *why, size_t size)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return true;
    snprintf(why, size, "can not make the folder %s: %s", path, strerror(errno));
    return false;
}

/* Pages of pairs that are no more. */
static bool clear(const struct page_files *pages, const char *folder, char *why, size_t size)
{
    char path[FOLDER_PATH], name[FOLDER_PATH];
    size_t count;
    snprintf(path, sizeof path, "%.900s/" PAGES_PAIRS, folder);
    char **names = folder_names(path, &count, why, size);
    for (size_t i = 0; names && i < count; i++) {
        snprintf(name, sizeof name, PAGES_PAIRS "/%.300s", names[i]);
        snprintf(path, sizeof path, "%.600s/%.400s", folder, name);
        if (!pages_have(pages, name))
            unlink(path);
    }
    folder_names_free(names, names ? count : 0);
    return names;
}

/* A page that can not be made is found, and the others are written. */
static bool write_pages(const struct edition *edition, const char *folder,
                        struct findings *findings, char *why, size_t size)
{
    struct page_files pages;
    char pairs[FOLDER_PATH];
    snprintf(pairs, sizeof pairs, "%.900s/" PAGES_PAIRS, folder);
    bool done = pages_make(edition, &pages);
    if (!done)
        snprintf(why, size, "no memory for the pages");
    done = done && make_folder(pairs, why, size);
    for (size_t i = 0; done && i < pages.count; i++) {
        const struct page_file *file = &pages.files[i];
        if (file->text)
            done = write_text(folder, file->name, file->text, why, size);
        else
            findings_add(findings,
                         "can not make %s/%s: no memory, or the program diff does not run", folder,
                         file->name);
    }
    done = done && clear(&pages, folder, why, size);
    pages_free(&pages);
    return done;
}

/* --- Of the saved results ------------------------------------------------------------------- */

/* False: it can not be read, which is found when the edition is made. */
static bool write_one(const char *results, const char *name, const struct confirmers *others,
                      struct findings *findings)
{
    char folder[FOLDER_PATH], why[600];
    struct derived derived = {0};
    snprintf(folder, sizeof folder, "%.900s/%.96s", results, name);
    struct summary *summary = result_load(results, name, why, sizeof why);
    if (!summary)
        return false;
    if (!derived_of(&derived, folder, summary, others, findings, why, sizeof why) ||
        !derived_write(&derived, folder, why, sizeof why))
        findings_add(findings, "%s", why);
    derived_free(&derived);
    summary_free(summary);
    return true;
}

static bool write_results(const char *results, char **names, size_t count,
                          struct findings *findings, char *why, size_t size)
{
    struct confirmers others;
    if (!confirmers_load(&others, results, why, size))
        return false;
    size_t written = 0;
    for (size_t i = 0; i < count; i++)
        written += write_one(results, names[i], &others, findings);
    confirmers_free(&others);
    if (!count)
        snprintf(why, size, "there is no result in %s yet: `leaklab save` makes one", results);
    struct edition *edition = count ? edition_open(results, findings, why, size) : NULL;
    if (edition && edition->result_count > written)
        findings_add(findings,
                     "%s: a result could be read at the second try alone, as when memory is "
                     "short: what is in its folder was not made anew; run it again",
                     results);
    bool done = edition && write_pages(edition, results, findings, why, size);
    edition_free(edition);
    return done;
}

bool pages_write(const char *results, struct findings *findings, char *why, size_t size)
{
    size_t count;
    char **names = result_list(results, &count, why, size);
    int entered = names ? folder_enter(results, why, size) : -1;
    bool done = entered >= 0 && write_results(results, names, count, findings, why, size);
    if (entered >= 0)
        folder_leave(entered);
    result_list_free(names, names ? count : 0);
    return done;
}

/* --- Of one record -------------------------------------------------------------------------- */

static bool write_figures(const char *folder, const struct figure *figures, size_t count, char *why,
                          size_t size)
{
    char path[FOLDER_PATH];
    snprintf(path, sizeof path, "%.900s/" DERIVED_FIGURES, folder);
    if (!make_folder(path, why, size))
        return false;
    for (size_t i = 0; i < count; i++) {
        char name[EDITION_FIGURE];
        edition_figure(name, figures[i].id, figures[i].plot);
        if (figures[i].svg && !write_text(folder, name, figures[i].svg, why, size))
            return false;
    }
    return true;
}

bool pages_of_record(const struct recorded *recorded, struct summary *summary, const char *folder,
                     struct findings *findings, char *why, size_t size)
{
    size_t count;
    struct figure *figures = plot_all(recorded, summary, &count, why, size);
    for (size_t i = 0; figures && i < count; i++)
        if (!figures[i].svg)
            findings_add(findings, "%s-%s can not be drawn: %s", figures[i].id,
                         plot_name(figures[i].plot), why);
    struct edition *edition = figures ? edition_of(summary, figures, count) : NULL;
    if (figures && !edition)
        snprintf(why, size, "no memory for the pages");
    bool done = edition && make_folder(folder, why, size) &&
                write_figures(folder, figures, count, why, size) &&
                write_pages(edition, folder, findings, why, size);
    edition_free(edition);
    draw_free(figures, figures ? count : 0);
    return done;
}
