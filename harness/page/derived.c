#include "page/derived.h"
#include "page/edition.h"
#include "page/markdown.h"
#include "page/plot.h"
#include "page/plot_bystander.h"
#include "page/plot_costs.h"
#include "result/bystander.h"
#include "result/folder.h"
#include "result/result.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- As it has to be ------------------------------------------------------------------------ */

/* Takes the figures, which follow those that are there. why: of one that is not drawn, too. */
static bool append(struct derived *derived, struct figure *figures, size_t count,
                   const char *folder, struct findings *findings, char *why, size_t size)
{
    struct figure *more = realloc(derived->figures, (derived->count + count + 1) * sizeof *more);
    if (!more) {
        snprintf(why, size, "no memory for the figures of %s", folder);
        draw_free(figures, count);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!figures[i].svg)
            findings_add(findings, "%s: %s-%s can not be drawn: %s", folder, figures[i].id,
                         plot_name(figures[i].plot), why);
    memcpy(more + derived->count, figures, count * sizeof *more);
    derived->figures = more;
    derived->count += count;
    free(figures);
    return true;
}

static bool of_record(struct derived *derived, const char *folder, const struct summary *summary,
                      struct findings *findings, char *why, size_t size)
{
    char path[FOLDER_PATH + 32];
    size_t count;
    if (!result_has_record(summary))
        return true;
    snprintf(path, sizeof path, "%s/" RESULT_RECORD, folder);
    struct recorded *recorded = recorded_read(path, why, size);
    struct figure *figures = recorded ? plot_all(recorded, summary, &count, why, size) : NULL;
    recorded_free(recorded);
    return figures && append(derived, figures, count, folder, findings, why, size);
}

static bool of_benchmarks(struct derived *derived, const char *folder,
                          const struct summary *summary, struct findings *findings, char *why,
                          size_t size)
{
    size_t count;
    if (!summary->benchmarks)
        return true;
    struct figure *figures = plot_costs(summary->benchmarks, &count, why, size);
    return figures && append(derived, figures, count, folder, findings, why, size);
}

static bool of_bystander(struct derived *derived, const char *folder, const struct summary *summary,
                         struct findings *findings, char *why, size_t size)
{
    size_t count;
    if (!bystander_is_in(summary->benchmarks))
        return true;
    struct figure *figures = plot_bystander_planned(summary->benchmarks, &count);
    if (figures && draw(figures, count, why, size))
        return append(derived, figures, count, folder, findings, why, size);
    if (!figures)
        snprintf(why, size, "no memory for the figures");
    draw_free(figures, figures ? count : 0);
    return false;
}

bool derived_of(struct derived *derived, const char *folder, const struct summary *summary,
                const struct confirmers *others, struct findings *findings, char *why, size_t size)
{
    *derived = (struct derived){.readme = markdown_one(summary, others)};
    snprintf(why, size, "no memory for the pages of %s", folder);
    if (!derived->readme || !exchange_files_of(&derived->files, folder, summary))
        return false;
    return of_record(derived, folder, summary, findings, why, size) &&
           of_benchmarks(derived, folder, summary, findings, why, size) &&
           of_bystander(derived, folder, summary, findings, why, size);
}

void derived_free(struct derived *derived)
{
    draw_free(derived->figures, derived->count);
    exchange_files_free(&derived->files);
    free(derived->readme);
    *derived = (struct derived){0};
}

/* Within the folder of figures. */
static const char *name_of(char name[EDITION_FIGURE], const struct figure *figure)
{
    return edition_figure(name, figure->id, figure->plot) + strlen(DERIVED_FIGURES "/");
}

bool derived_has(const struct derived *derived, const char *name)
{
    char planned[EDITION_FIGURE];
    for (size_t i = 0; i < derived->count; i++)
        if (derived->figures[i].svg && strcmp(name_of(planned, &derived->figures[i]), name) == 0)
            return true;
    return strcmp(name, DERIVED_SUMS) == 0;
}

/* --- Sums ----------------------------------------------------------------------------------- */

char *derived_sums(const struct derived *derived, const char *folder, char *why, size_t size)
{
    char path[FOLDER_PATH], *sums = NULL;
    char(*names)[EDITION_FIGURE] = calloc(derived->count + 1, sizeof *names);
    const char **files = calloc(derived->count + 1, sizeof *files);
    size_t count = 0;
    snprintf(path, sizeof path, "%.900s/" DERIVED_FIGURES, folder);
    for (size_t i = 0; names && files && i < derived->count; i++)
        if (derived->figures[i].svg) {
            files[count] = name_of(names[count], &derived->figures[i]);
            count++;
        }
    if (names && files)
        sums = folder_sums(path, files, count, why, size);
    else
        snprintf(why, size, "no memory for the sums of %s", path);
    free(names);
    free(files);
    return sums;
}

/* --- Writing -------------------------------------------------------------------------------- */

/* Figures of before, and what a run that was killed has left. */
static bool clear(const struct derived *derived, const char *figures, char *why, size_t size)
{
    char path[FOLDER_PATH];
    size_t count;
    char **names = folder_names(figures, &count, why, size);
    for (size_t i = 0; names && i < count; i++) {
        snprintf(path, sizeof path, "%.700s/%.300s", figures, names[i]);
        if (!derived_has(derived, names[i]))
            unlink(path);
    }
    folder_names_free(names, names ? count : 0);
    return names;
}

static bool write_figures(const struct derived *derived, const char *figures, char *why,
                          size_t size)
{
    bool done = mkdir(figures, 0777) == 0 || errno == EEXIST;
    if (!done)
        snprintf(why, size, "can not make the folder %s: %s", figures, strerror(errno));
    for (size_t i = 0; done && i < derived->count; i++) {
        const char *svg = derived->figures[i].svg;
        char name[EDITION_FIGURE];
        done = !svg || folder_replace(figures, name_of(name, &derived->figures[i]), svg,
                                      strlen(svg), why, size);
    }
    return done;
}

bool derived_write(const struct derived *derived, const char *folder, char *why, size_t size)
{
    char figures[FOLDER_PATH];
    snprintf(figures, sizeof figures, "%.900s/" DERIVED_FIGURES, folder);
    bool done = write_figures(derived, figures, why, size) && clear(derived, figures, why, size);
    char *sums = done ? derived_sums(derived, folder, why, size) : NULL;
    done =
        sums && folder_replace(figures, DERIVED_SUMS, sums, strlen(sums), why, size) &&
        folder_replace(folder, "README.md", derived->readme, strlen(derived->readme), why, size) &&
        exchange_write(&derived->files, folder, why, size);
    free(sums);
    return done;
}
