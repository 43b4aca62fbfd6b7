#include "probe/machine.h"
#include "probe/heap.h"
#include <elfutils/version.h>
#include <gnu/libc-version.h>
#include <gsl/gsl_version.h>
#include <jansson.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <uv.h>

#define TEXT_OF(x)  TEXT_OF_(x)
#define TEXT_OF_(x) #x

/* The Makefile's, for this file alone. */
#ifndef LEAKLAB_COMMIT
#define LEAKLAB_COMMIT "unknown"
#endif
#ifndef LEAKLAB_FLAGS
#define LEAKLAB_FLAGS "unknown"
#endif

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

static void read_processor(char *model, size_t size)
{
    char line[512];
    FILE *file = fopen("/proc/cpuinfo", "re");
    snprintf(model, size, "unknown");
    while (file && fgets(line, sizeof line, file)) {
        char *value = strstr(line, ": ");
        if (strncmp(line, "model name", 10) != 0 || !value)
            continue;
        value[strcspn(value, "\n")] = 0;
        snprintf(model, size, "%s", value + 2);
        break;
    }
    if (file)
        fclose(file);
}

void machine_look(struct machine *machine)
{
    struct utsname names;
    cpu_set_t cores;
    read_processor(machine->processor, sizeof machine->processor);
    machine->cores = sched_getaffinity(0, sizeof cores, &cores) == 0
                         ? CPU_COUNT(&cores)
                         : sysconf(_SC_NPROCESSORS_ONLN);
    machine->memory_bytes = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
    if (uname(&names) == 0) {
        snprintf(machine->architecture, sizeof machine->architecture, "%.31s", names.machine);
        snprintf(machine->kernel, sizeof machine->kernel, "%.32s %.90s", names.sysname,
                 names.release);
    }
}

struct build build_of_this(void)
{
    return (struct build){LEAKLAB_VERSION, LEAKLAB_COMMIT, COMPILER, LEAKLAB_FLAGS};
}

const struct library *machine_libraries(void)
{
    static struct library libraries[8];
    libraries[0] = (struct library){"libc", gnu_get_libc_version()};
    libraries[1] = (struct library){"libuv", uv_version_string()};
    libraries[2] = (struct library){"jemalloc", heap_version()};
    libraries[3] = (struct library){"gsl", gsl_version};
    libraries[4] = (struct library){"jansson", jansson_version_str()};
    libraries[5] = (struct library){"elfutils", TEXT_OF(_ELFUTILS_VERSION)};
    return libraries;
}
