#include "probe/machine.h"
#include "probe/cgroup.h"
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

/* The first line of a file, or "". */
static void read_line(const char *path, char *line, size_t size)
{
    FILE *file = fopen(path, "re");
    if (!file || !fgets(line, (int)size, file))
        line[0] = 0;
    line[strcspn(line, "\n")] = 0;
    if (file)
        fclose(file);
}

/* Of "always [madvise] never" the one that is chosen. */
static void read_chosen(const char *path, char *chosen, size_t size)
{
    char line[128];
    read_line(path, line, sizeof line);
    const char *open = strchr(line, '[');
    snprintf(chosen, size, "%.*s", open ? (int)strcspn(open + 1, "]") : 0, open ? open + 1 : "");
}

void machine_look(struct machine *machine)
{
    struct utsname names;
    cpu_set_t cores;
    read_processor(machine->processor, sizeof machine->processor);
    machine->cores = sched_getaffinity(0, sizeof cores, &cores) == 0
                         ? CPU_COUNT(&cores)
                         : sysconf(_SC_NPROCESSORS_ONLN);
    read_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", machine->governor,
              sizeof machine->governor);
    read_line("/proc/sys/kernel/randomize_va_space", machine->address_randomization,
              sizeof machine->address_randomization);
    read_chosen("/sys/kernel/mm/transparent_hugepage/enabled", machine->transparent_huge_pages,
                sizeof machine->transparent_huge_pages);
    machine->cgroup_memory_bytes = cgroup_memory_limit();
    machine->cgroup_processors = cgroup_processors();
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
