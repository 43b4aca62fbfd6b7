#include "page/pages.h"
#include "page/derived.h"
#include "page/markdown.h"
#include "page/page.h"
#include "page/plot.h"
#include "result/folder.h"
#include "result/result.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void pages_make(const struct edition *edition, struct page_file files[PAGE_FILES])
{
    files[0] = (struct page_file){"README.md", markdown_all(edition)};
    files[1] = (struct page_file){"index.html", page(edition)};
}

static bool write_text(const char *folder, const char *name, const char *text, char *why,
                       size_t size)
{
    if (text)
        return folder_replace(folder, name, text, strlen(text), why, size);
    snprintf(why, size, "can not make %s/%s: no memory, or the program diff does not run", folder,
             name);
    return false;
}

static bool make_folder(const char *path, char *why, size_t size)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return true;
    snprintf(why, size, "can not make the folder %s: %s", path, strerror(errno));
    return false;
}

static bool write_pages(const struct edition *edition, const char *folder, char *why, size_t size)
{
    struct page_file files[PAGE_FILES];
    bool done = true;
    pages_make(edition, files);
    for (size_t i = 0; i < PAGE_FILES; i++) {
        done = done && write_text(folder, files[i].name, files[i].text, why, size);
        free(files[i].text);
    }
    return done;
}

/* --- Of the saved results ------------------------------------------------------------------- */

static void write_one(const char *results, const char *name, struct findings *findings)
{
    char folder[FOLDER_PATH], why[600];
    struct derived derived = {0};
    snprintf(folder, sizeof folder, "%.900s/%.96s", results, name);
    struct summary *summary = result_load(results, name, why, sizeof why);
    if (!summary)
        return; /* which is found when the edition is made */
    if (!derived_of(&derived, folder, summary, findings, why, sizeof why) ||
        !derived_write(&derived, folder, why, sizeof why))
        findings_add(findings, "%s", why);
    derived_free(&derived);
    summary_free(summary);
}

static bool write_results(const char *results, char **names, size_t count,
                          struct findings *findings, char *why, size_t size)
{
    for (size_t i = 0; i < count; i++)
        write_one(results, names[i], findings);
    if (!count)
        snprintf(why, size, "there is no result in %s yet: `leaklab save` makes one", results);
    struct edition *edition = count ? edition_open(results, findings, why, size) : NULL;
    bool done = edition && write_pages(edition, results, why, size);
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
                write_pages(edition, folder, why, size);
    edition_free(edition);
    draw_free(figures, figures ? count : 0);
    return done;
}
