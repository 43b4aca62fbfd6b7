/* Records with planted figures, written by the recorder itself, for the tests of what is made of
 * them: and files and folders to keep them in. */
#pragma once

#include "test/support.h"

#include "probe/outcome.h"
#include <stdio.h>

struct planted {
    const char *id; /* of a pair in the catalog */
    unsigned runs;  /* of each variant */
    uint64_t requests;
    double bytes[VARIANTS]; /* of resident memory a request */
    double spread;          /* how far the runs lie from that on both sides, evenly */
    uint64_t memory_limit;  /* bytes; 0: none */
    uint64_t seed;
    const struct twin *twin; /* who ran it; NULL: we did */
};

/* Writes the record of these pairs, leak and fix in turn, to a new file. */
void planted_record(const char *path, const struct planted *planted, size_t count);

/* A folder of its own for each case of a test; both for cmocka_unit_test_setup_teardown(). */
int planted_folder_make(void **state);
int planted_folder_remove(void **state);

/* A path in that folder. Static: valid until the next four calls. */
const char *planted_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The whole file, which the caller frees; the test fails where there is none. */
char *planted_read(const char *path, size_t *length);
void planted_write(const char *path, const char *text, size_t length);

/* Runs a shell's words in the test's folder, with $LAB the leaklab of this build, and what it says on
 * both streams. Static text. The exit status, or 128 and the signal. */
struct ran {
    int status;
    char said[65536];
};
const struct ran *planted_shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Two pairs, three runs a variant, whose leaks take 4,200 and 4,300 bytes a request. */
extern const struct planted planted_two[2];

/* Saves a record of the two, which it leaves as MACHINE.ndjson. The result's whole name, static. */
const char *planted_saved(const char *machine);
