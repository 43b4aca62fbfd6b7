#include "page/pages.h"
#include "page/markdown.h"
#include "page/page.h"
#include "page/plot.h"
#include "page/plot_costs.h"
#include "result/folder.h"
#include "result/result.h"
#include "result/summarize.h"
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

static bool write_figures(const char *folder, const struct figure *figures, size_t count, char *why,
                          size_t size)
{
    char path[FOLDER_PATH];
    snprintf(path, sizeof path, "%s/figures", folder);
    if (!make_folder(path, why, size))
        return false;
    for (size_t i = 0; i < count; i++) {
        char name[EDITION_FIGURE];
        edition_figure(name, figures[i].id, figures[i].plot);
        if (!write_text(folder, name, figures[i].svg, why, size))
            return false;
    }
    return true;
}

/* --- Of the saved results ------------------------------------------------------------------- */

/* Takes them; where there are none *why says why already. */
static bool write_drawn(const char *folder, struct figure *figures, size_t count, char *why,
                        size_t size)
{
    bool done = figures && write_figures(folder, figures, count, why, size);
    draw_free(figures, figures ? count : 0);
    return done;
}

static bool write_readme(const char *folder, const struct summary *summary, char *why, size_t size)
{
    char *readme = markdown_one(summary);
    bool done = write_text(folder, "README.md", readme, why, size);
    free(readme);
    return done;
}

static bool write_record_figures(const char *folder, const struct summary *summary, char *why,
                                 size_t size)
{
    char record[FOLDER_PATH + 32];
    size_t count = 0;
    if (!result_has_record(summary))
        return true;
    snprintf(record, sizeof record, "%s/" RESULT_RECORD, folder);
    struct recorded *recorded = recorded_read(record, why, size);
    struct figure *figures = recorded ? plot_all(recorded, summary, &count, why, size) : NULL;
    recorded_free(recorded);
    return write_drawn(folder, figures, count, why, size);
}

static bool write_cost_figures(const char *folder, const struct summary *summary, char *why,
                               size_t size)
{
    size_t count;
    if (!summary->benchmarks)
        return true;
    struct figure *figures = plot_costs(summary->benchmarks, &count, why, size);
    return write_drawn(folder, figures, count, why, size);
}

static bool write_one(const char *results, const char *name, char *why, size_t size)
{
    char folder[FOLDER_PATH];
    snprintf(folder, sizeof folder, "%.900s/%.96s", results, name);
    struct summary *summary = result_load(results, name, why, size);
    bool done = summary && write_record_figures(folder, summary, why, size) &&
                write_cost_figures(folder, summary, why, size) &&
                write_readme(folder, summary, why, size);
    summary_free(summary);
    return done;
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

bool pages_write(const char *results, char *why, size_t size)
{
    size_t count;
    char **names = result_list(results, &count, why, size);
    bool done = names != NULL;
    if (done && !count) {
        snprintf(why, size, "there is no result in %s yet: `leaklab save` makes one", results);
        done = false;
    }
    for (size_t i = 0; done && i < count; i++)
        done = write_one(results, names[i], why, size);
    result_list_free(names, names ? count : 0);
    struct edition *edition = done ? edition_open(results, why, size) : NULL;
    done = edition && write_pages(edition, results, why, size);
    edition_free(edition);
    return done;
}

/* --- Of one record -------------------------------------------------------------------------- */

static bool write_record(struct summary *summary, const struct recorded *recorded,
                         const char *folder, char *why, size_t size)
{
    size_t count;
    struct figure *figures = plot_all(recorded, summary, &count, why, size);
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

bool pages_of_record(const char *record, const char *folder, char *cut, size_t cut_size, char *why,
                     size_t size)
{
    struct recorded *recorded = recorded_read(record, why, size);
    struct summary *summary = recorded ? summary_of(recorded) : NULL;
    if (recorded)
        snprintf(cut, cut_size, "%s", recorded->cut);
    if (recorded && !summary)
        snprintf(why, size, "no memory for the figures of %s", record);
    bool done = summary && write_record(summary, recorded, folder, why, size);
    summary_free(summary);
    recorded_free(recorded);
    return done;
}
