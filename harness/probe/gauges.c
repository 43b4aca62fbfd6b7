/* The shared block: making, mapping, and its one growing part, the latencies. */
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

static struct gauges *map(int fd)
{
    void *memory = mmap(NULL, sizeof(struct gauges), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
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

static off_t place_of(uint64_t latency)
{
    return (off_t)(sizeof(struct gauges) + latency * sizeof(int64_t));
}

/* Stored first and counted then. A child that is killed between the two counts loses these
 * latencies; none is ever counted twice. */
static bool store_tail(struct gauges *g, int fd)
{
    const char *from = (const char *)g->tail;
    size_t size = sizeof g->tail, done = 0;
    off_t place = place_of(g->progress.latency_stored);
    while (done < size) {
        ssize_t written = pwrite(fd, from + done, size - done, place + (off_t)done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        done += (size_t)written;
    }
    g->progress.latency_tail = 0;
    g->progress.latency_stored += LATENCY_TAIL;
    return true;
}

bool gauges_add_latency(struct gauges *g, int fd, int64_t nanoseconds)
{
    if (g->progress.latency_tail == LATENCY_TAIL && !store_tail(g, fd))
        return false;
    g->tail[g->progress.latency_tail] = nanoseconds;
    g->progress.latency_tail++;
    return true;
}

static bool read_stored(int fd, int64_t *into, size_t length)
{
    size_t size = length * sizeof *into, done = 0;
    while (done < size) {
        ssize_t got = pread(fd, (char *)into + done, size - done, place_of(0) + (off_t)done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            errno = got ? errno : EPROTO;
            return false;
        }
        done += (size_t)got;
    }
    return true;
}

bool gauges_latencies(const struct gauges *g, int fd, int64_t **latencies, size_t *length)
{
    size_t stored = g->progress.latency_stored, tail = g->progress.latency_tail;
    *latencies = NULL;
    *length = 0;
    if (tail > LATENCY_TAIL || stored > SIZE_MAX / sizeof(int64_t) - LATENCY_TAIL) {
        errno = EPROTO;
        return false;
    }
    int64_t *all = malloc((stored + tail + 1) * sizeof *all);
    if (!all)
        return false;
    if (!read_stored(fd, all, stored)) {
        free(all);
        return false;
    }
    memcpy(all + stored, g->tail, tail * sizeof *all);
    *latencies = all;
    *length = stored + tail;
    return true;
}
