/* Holds saved results to what they say of themselves. */
#pragma once

#include "page/findings.h"
#include <stdbool.h>

struct verification {
    struct findings findings; /* what is not as it should be */
    size_t results;
    /* Figures are the same to the byte only by the same version of gnuplot: where another one drew
     * them they are not compared, and this says so. "" else. */
    char not_compared[160];
};

/* Each result in the folder against its checksums, its record against the schema and against the
 * figures that were made of it, and all pages and figures against what would be made now; and nothing else
 * is in the folders. False where it can not be looked at: *why. */
bool verify(const char *results, struct verification *verification, char *why, size_t size);
