/* The program of the pairs' twins in another language: where it is, and what it was built with. */
#pragma once

#include "probe/outcome.h"

enum { TWIN_PATH = 4096, TWIN_VERSION = 64 };

struct twin_program {
    struct twin twin; /* points into what follows */
    char path[TWIN_PATH], version[TWIN_VERSION];
    char *ids; /* what twin.ids points to; twin_forget() frees it */
};

enum twin_search {
    TWIN_FOUND,
    TWIN_MISSING, /* and its language is not here to build it */
    TWIN_WRONG,   /* the user has something to do first */
};

/* The program that LEAKLAB_TWIN names, or twin-<language> beside this one; asked for its version, and for
 * the pairs that it has. Where it is not found *why is one line. The caller forgets what is found. */
enum twin_search twin_find(struct twin_program *program, const char *language, char *why,
                           size_t size);

/* Frees what twin_find() took; of a program that was never looked for too, if it is all zero. */
void twin_forget(struct twin_program *program);
