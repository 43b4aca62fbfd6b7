/* Where and with what it was measured: recorded with every result. */
#pragma once

#include <stdint.h>

struct machine {
    char processor[128]; /* the processor's model, or "unknown" */
    char architecture[32];
    long cores; /* that this process may use */
    int64_t memory_bytes;
    char kernel[128]; /* system and release */
};

void machine_look(struct machine *machine);

/* How this program was made. "unknown" where the build did not say. */
struct build {
    const char *version, *commit, *compiler, *flags;
};

struct build build_of_this(void);

/* A library and the version of it that runs now. */
struct library {
    const char *name, *version; /* no version: not part of this build */
};

/* The libraries that a result may depend on; ends with a NULL name. */
const struct library *machine_libraries(void);
