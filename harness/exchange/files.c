#include "exchange/files.h"
#include "exchange/badge.h"
#include "exchange/data_package.h"
#include "exchange/sheets.h"
#include "result/folder.h"
#include "result/result.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SUMS_MOST = 1 << 16 };

const char *const exchange_folders[] = {DATA_TABLES, EXCHANGE_BADGES, NULL};

void exchange_files_free(struct exchange_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->all[i].text);
    free(files->all);
    *files = (struct exchange_files){0};
}

bool exchange_has(const struct exchange_files *files, const char *name)
{
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->all[i].name, name) == 0)
            return true;
    return false;
}

/* --- As they have to be --------------------------------------------------------------------- */

/* Takes the text. */
static bool add(struct exchange_files *files, char *text, const char *in, const char *name,
                const char *ends)
{
    struct exchange_file *more =
        text ? realloc(files->all, (files->count + 1) * sizeof *more) : NULL;
    if (!more) {
        free(text);
        return false;
    }
    files->all = more;
    more[files->count].text = text;
    snprintf(more[files->count].name, sizeof more->name, "%s%.100s%s", in, name, ends);
    files->count++;
    return true;
}

static bool add_sheets(struct exchange_files *files, struct sheets *sheets)
{
    bool done = true;
    for (size_t i = 0; done && i < sheets->count; i++) {
        char *csv = sheets->all[i].csv;
        sheets->all[i].csv = NULL;
        done = add(files, csv, DATA_TABLES "/", sheets->all[i].name, ".csv");
    }
    return done;
}

static bool add_badges(struct exchange_files *files, const struct summary *summary)
{
    bool done = true;
    for (size_t i = 0; done && i < summary->pair_count; i++)
        if (summary_has(&summary->pairs[i].variants[VARIANT_LEAK]))
            done = add(files, badge_svg(&summary->pairs[i]), EXCHANGE_BADGES "/",
                       summary->pairs[i].id, ".svg");
    return done;
}

bool exchange_files_of(struct exchange_files *files, const char *folder,
                       const struct summary *summary)
{
    char why[FOLDER_PATH];
    size_t length;
    struct sheets sheets;
    *files = (struct exchange_files){0};
    char *sums = folder_read(folder, RESULT_SUMS, SUMS_MOST, &length, why, sizeof why);
    bool done =
        sheets_of(summary, &sheets) &&
        add(files, data_package(summary, &sheets, sums ? sums : ""), "", DATA_PACKAGE, "") &&
        add_sheets(files, &sheets) && add_badges(files, summary);
    sheets_free(&sheets);
    free(sums);
    return done;
}

/* --- Writing -------------------------------------------------------------------------------- */

static bool has_folder(const struct exchange_files *files, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < files->count; i++)
        if (strncmp(files->all[i].name, name, length) == 0 && files->all[i].name[length] == '/')
            return true;
    return false;
}

/* Makes the folder where a file goes into it, and takes out what is not among them; a folder without any goes. */
static bool prepare(const struct exchange_files *files, const char *folder, const char *name,
                    char *why, size_t size)
{
    char path[FOLDER_PATH], file[FOLDER_PATH];
    size_t count = 0;
    bool needed = has_folder(files, name);
    snprintf(path, sizeof path, "%.900s/%s", folder, name);
    if (needed && mkdir(path, 0777) != 0 && errno != EEXIST) {
        snprintf(why, size, "can not make the folder %s: %s", path, strerror(errno));
        return false;
    }
    char **names = access(path, F_OK) == 0 ? folder_names(path, &count, why, size) : NULL;
    for (size_t i = 0; names && i < count; i++) {
        snprintf(file, sizeof file, "%s/%.100s", name, names[i]);
        if (exchange_has(files, file))
            continue;
        snprintf(file, sizeof file, "%.700s/%.300s", path, names[i]);
        unlink(file);
    }
    folder_names_free(names, count);
    if (!needed)
        rmdir(path);
    return true;
}

bool exchange_write(const struct exchange_files *files, const char *folder, char *why, size_t size)
{
    bool done = true;
    for (const char *const *name = exchange_folders; done && *name; name++)
        done = prepare(files, folder, *name, why, size);
    for (size_t i = 0; done && i < files->count; i++) {
        const struct exchange_file *file = &files->all[i];
        done = folder_replace(folder, file->name, file->text, strlen(file->text), why, size);
    }
    return done;
}
