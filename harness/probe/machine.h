/* Where and with what it was measured: recorded with every result. */
#pragma once

#include <stdint.h>

struct machine {
    char processor[128]; /* the processor's model, or "unknown" */
    char architecture[32];
    long cores; /* that this process may use */
    int64_t memory_bytes;
    char kernel[128];  /* system and release */
    char governor[32]; /* of the processor's frequency; "" where there is none to see */
    char transparent_huge_pages[32]; /* "madvise", say; "" where the kernel has none */
    char address_randomization[32];  /* "0" none, "1", "2" the heap too; "" not known */
    int64_t cgroup_memory_bytes;     /* limits of the control group it ran in; -1: none */
    double cgroup_processors;        /* 0: none */
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
