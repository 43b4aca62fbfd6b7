/* All that is made of saved results, and may be made anew: figures and pages. */
#pragma once

#include "page/edition.h"

/* Makes figures/ and README.md in each result's folder, and README.md and index.html beside them. What
 * stands against one of these is found, and the others are made. False: there is no result, or nothing can
 * be written; *why. */
bool pages_write(const char *results, struct findings *findings, char *why, size_t size);

/* The same of one record, whatever is in it, into a folder that is made where it is missing: its
 * page, its Markdown, its figures. */
bool pages_of_record(const struct recorded *recorded, struct summary *summary, const char *folder,
                     struct findings *findings, char *why, size_t size);

/* One of the two pages beside the results, as it has to be. The caller frees text; NULL: no memory,
 * or `diff` does not run. */
struct page_file {
    const char *name;
    char *text;
};
enum { PAGE_FILES = 2 };
void pages_make(const struct edition *edition, struct page_file files[PAGE_FILES]);
