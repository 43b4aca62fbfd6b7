/* The files of a result that are for other programs: datapackage.json, a table each in tables/, a badge each in
 * badges/. */
#pragma once

#include "result/summary.h"

#define EXCHANGE_BADGES "badges"

struct exchange_file {
    char name[128]; /* within the result's folder: "tables/pairs.csv" */
    char *text;
};

struct exchange_files {
    size_t count;
    struct exchange_file *all;
};

/* Of the result in this folder. False: no memory. exchange_files_free() in either case. */
bool exchange_files_of(struct exchange_files *files, const char *folder,
                       const struct summary *summary);
void exchange_files_free(struct exchange_files *files);

/* Whether a file of this name within a result's folder is one of them; and the folders that they are in, ends with NULL. */
bool exchange_has(const struct exchange_files *files, const char *name);
extern const char *const exchange_folders[];

/* Puts them in the place of what is there; other files in their folders are gone then. False: *why. */
bool exchange_write(const struct exchange_files *files, const char *folder, char *why, size_t size);
