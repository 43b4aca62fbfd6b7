/* Saving: from files to a new result (result.h says what is in one). */
#pragma once

#include "result/result.h"

/* Saves a record, a report of benchmarks, one of the comparison with Go, what leak detectors
 * said, or several of these, as one
 * new result in the folder `results`, under the day and machine of the record, where there is one.
 * Fills in its name. False where it can not be done: nothing is left behind then, and the files are
 * as they were. A record that stops short is saved as far as it goes; *cut says so, else it is "". */
enum { SAVE_MOST = 4 };
struct save {
    const char *
        confirms; /* a result in the same folder that these measure again (confirmation.h), or NULL */
    const char *files[SAVE_MOST], *results,
        *machine; /* machine: NULL to name it by its processor */
    size_t file_count;
    const char *record; /* which of them is the record, or NULL; filled in too */
    char name[RESULT_NAME], cut[256];
};
bool result_save(struct save *save, char *why, size_t size);
