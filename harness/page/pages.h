/* All that is made of saved results, and may be made anew: figures and pages. */
#pragma once

#include "page/edition.h"

/* The folder of the pairs' pages, beside the results. */
#define PAGES_PAIRS "pairs"

/* Makes figures/ and README.md in each result's folder, and the pages beside them. What stands against one of
 * these is found, and the others are made. False: there is no result, or nothing can be written; *why. */
bool pages_write(const char *results, struct findings *findings, char *why, size_t size);

/* The same of one record, whatever is in it, into a folder that is made where it is missing: its
 * pages, its figures. */
bool pages_of_record(const struct recorded *recorded, struct summary *summary, const char *folder,
                     struct findings *findings, char *why, size_t size);

/* The pages beside the results, as they have to be: README.md, index.html, symptoms, benchmarks where there are
 * some, and two of each pair in PAGES_PAIRS. */
struct page_file {
    char name[96]; /* within the folder of results */
    char *text;    /* NULL: it can not be made, for want of memory or of the program `diff` */
};
struct page_files {
    size_t count;
    struct page_file *files;
};

/* False: no memory for the list. The caller frees it by pages_free() in either case. */
bool pages_make(const struct edition *edition, struct page_files *pages);
void pages_free(struct page_files *pages);

/* Whether a file of this name is among them. */
bool pages_have(const struct page_files *pages, const char *name);
