/* The shared block: making and mapping, and the words for what is in it. */
#include "probe/gauges.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const char *phase_text(enum phase phase)
{
    static const char *const text[] = {
#define X(name, words) [name] = words,
        FOR_EACH_PHASE(X)
#undef X
    };
    return phase < PHASES ? text[phase] : "unknown";
}

const char *kind_name(enum kind kind)
{
    static const char *const text[] = {
#define X(name, words) [name] = words,
        FOR_EACH_KIND(X)
#undef X
    };
    return text[kind];
}

int64_t counts_of_kind(const struct counts *counts, enum kind kind)
{
    switch (kind) {
    case KIND_TASKS:
        return (int64_t)counts->tasks;
    case KIND_TIMERS:
        return (int64_t)counts->timers;
    case KIND_CONTEXTS:
        return (int64_t)counts->contexts;
    case KIND_CHANNELS:
        return (int64_t)counts->channels;
    case KIND_HANDLES:
        return (int64_t)counts->handles;
    case KIND_REQUESTS:
        return (int64_t)counts->requests;
    case KIND_QUEUED:
        return (int64_t)counts->queued;
    case KIND_DESCRIPTORS:
        return (int64_t)counts->descriptors;
    case KIND_THREADS:
        return (int64_t)counts->threads;
    default:
        return counts->heap;
    }
}

const char *awake_text(enum awake awake)
{
    static const char *const text[] = {
        [AWAKE_NOT] = "",
        [AWAKE_BY_TICKER] = "kept awake only by a ticker",
        [AWAKE_BY_OWN_TICKER] = "kept awake only by its own ticker",
        [AWAKE_BY_SLEEP] = "kept awake only by its own sleep",
        [AWAKE_BY_TIMER] = "kept awake only by a timer, armed again each turn",
        [AWAKE_BY_DEADLINE] = "kept awake only by a deadline, set again each turn",
        [AWAKE_BY_OTHERS] = "kept awake only by others that end neither",
        [AWAKE_ALWAYS] = "never parked",
    };
    return awake <= AWAKE_ALWAYS ? text[awake] : "kept awake";
}

static struct gauges *map(int fd)
{
    void *memory =
        mmap(NULL, sizeof(struct gauges), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

struct gauges *gauges_make(const struct settings *settings, int *fd)
{
    *fd = memfd_create("leaklab gauges", MFD_CLOEXEC);
    if (*fd < 0)
        return NULL;
    struct gauges *g = NULL;
    if (ftruncate(*fd, sizeof *g) == 0)
        g = map(*fd);
    if (!g) {
        int why = errno;
        close(*fd);
        *fd = -1;
        errno = why;
        return NULL;
    }
    memset(g, 0, sizeof *g);
    g->settings = *settings;
    g->settings.layout = GAUGES_LAYOUT;
    g->progress.heap = (struct heap){-1, -1, -1, -1};
    return g;
}

struct gauges *gauges_open(int fd)
{
    struct stat file;
    if (fstat(fd, &file) != 0)
        return NULL;
    if (!S_ISREG(file.st_mode) || file.st_size < (off_t)sizeof(struct gauges)) {
        errno = EINVAL;
        return NULL;
    }
    struct gauges *g = map(fd);
    if (g && g->settings.layout != GAUGES_LAYOUT) {
        gauges_free(g);
        errno = EPROTO;
        return NULL;
    }
    return g;
}

void gauges_free(struct gauges *g)
{
    if (g)
        munmap(g, sizeof *g);
}

static void make_parked_safe(struct parked *parked)
{
    if (parked->length > PARKED_GROUPS)
        parked->length = 0;
    for (size_t i = 0; i < PARKED_GROUPS; i++) {
        struct parked_group *group = &parked->groups[i];
        group->file[SITE_FILE - 1] = group->made_file[SITE_FILE - 1] = 0;
        group->function[SITE_FUNCTION - 1] = group->made_function[SITE_FUNCTION - 1] = 0;
    }
}

void objects_add(struct objects *objects, const struct object_group *group)
{
    size_t place = objects->length < OBJECT_GROUPS ? objects->length++ : OBJECT_GROUPS - 1;
    if (place == OBJECT_GROUPS - 1 && objects->groups[place].count >= group->count)
        return;
    for (; place > 0 && objects->groups[place - 1].count < group->count; place--)
        objects->groups[place] = objects->groups[place - 1];
    objects->groups[place] = *group;
}

static void make_objects_safe(struct objects *objects)
{
    if (objects->length > OBJECT_GROUPS)
        objects->length = 0;
    for (size_t i = 0; i < OBJECT_GROUPS; i++) {
        struct object_group *group = &objects->groups[i];
        group->file[SITE_FILE - 1] = group->function[SITE_FUNCTION - 1] = 0;
        group->what[sizeof group->what - 1] = 0;
        if (group->kind >= KINDS)
            objects->length = 0;
    }
}

void gauges_make_safe(struct gauges *g)
{
    g->progress.error[sizeof g->progress.error - 1] = 0;
    g->progress.proven.refused[sizeof g->progress.proven.refused - 1] = 0;
    make_parked_safe(&g->parked);
    make_parked_safe(&g->passing);
    make_parked_safe(&g->ended);
    for (int stay = 0; stay < STAYS; stay++)
        make_objects_safe(&g->objects[stay]);
}
