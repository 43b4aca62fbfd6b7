/* Version 2 wants the controller passed down by the parent, and a group with processes in it passes
 * none down: so the new group is tried as a child of our own, and then as its sibling. */
#include "load/memory_group.h"
#include "probe/cgroup.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- Files ---------------------------------------------------------------------------------- */

static bool write_file(const char *folder, const char *name, const char *text)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return done;
}

static int open_file(const struct memory_group *group, const char *name, int flags)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", group->path, name);
    return open(path, flags | O_CLOEXEC);
}

/* --- Clearing up ---------------------------------------------------------------------------- */

/* A process of ours that was killed left its group behind. The kernel removes none with someone in it. */
static void remove_left_behind(const char *parent)
{
    DIR *folder = opendir(parent);
    if (!folder)
        return;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        char path[CGROUP_PATH + sizeof entry->d_name + 1];
        int pid, number, length = 0;
        if (sscanf(entry->d_name, "leaklab-%d-%d%n", &pid, &number, &length) != 2 ||
            entry->d_name[length] || kill(pid, 0) == 0 || errno != ESRCH)
            continue;
        snprintf(path, sizeof path, "%s/%s", parent, entry->d_name);
        rmdir(path);
    }
    closedir(folder);
}

/* --- Making it ------------------------------------------------------------------------------ */

static bool set_limit(struct memory_group *group, uint64_t bytes)
{
    char text[32];
    group->limit = bytes;
    snprintf(text, sizeof text, "%" PRIu64, bytes);
    if (group->by == LIMIT_CGROUP_V2) {
        write_file(group->path, "memory.swap.max", "0"); /* not there without swap */
        return write_file(group->path, "memory.max", text);
    }
    /* The limit with swap is never below the one without: which goes first depends on the way. */
    write_file(group->path, "memory.memsw.limit_in_bytes", text);
    bool set = write_file(group->path, "memory.limit_in_bytes", text);
    write_file(group->path, "memory.memsw.limit_in_bytes", text);
    return set;
}

static bool open_files(struct memory_group *group)
{
    bool v2 = group->by == LIMIT_CGROUP_V2;
    group->join = open_file(group, "cgroup.procs", O_WRONLY);
    group->usage = open_file(group, v2 ? "memory.current" : "memory.usage_in_bytes", O_RDONLY);
    group->events = open_file(group, v2 ? "memory.events" : "memory.oom_control", O_RDONLY);
    return group->join >= 0 && group->usage >= 0 && group->events >= 0;
}

static bool make_in(struct memory_group *group, enum limit_by by, const char *parent,
                    uint64_t bytes)
{
    static unsigned number;
    remove_left_behind(parent);
    *group = (struct memory_group){.by = by, .join = -1, .usage = -1, .events = -1};
    snprintf(group->path, sizeof group->path, "%s/leaklab-%d-%u", parent, (int)getpid(), number++);
    if (by == LIMIT_CGROUP_V2)
        write_file(parent, "cgroup.subtree_control", "+memory"); /* may be so already */
    if (mkdir(group->path, 0755) != 0) {
        *group = (struct memory_group){.by = LIMIT_NONE, .join = -1, .usage = -1, .events = -1};
        return false;
    }
    if (set_limit(group, bytes) && open_files(group))
        return true;
    int error = errno;
    memory_group_end(group);
    errno = error;
    return false;
}

static bool make_near(struct memory_group *group, enum limit_by by, const char *own, uint64_t bytes)
{
    char sibling[CGROUP_PATH];
    *group = (struct memory_group){.by = LIMIT_NONE, .join = -1, .usage = -1, .events = -1};
    if (!*own) {
        errno = ENOENT;
        return false;
    }
    if (make_in(group, by, own, bytes))
        return true;
    snprintf(sibling, sizeof sibling, "%s", own);
    char *slash = strrchr(sibling, '/');
    if (!slash || slash == sibling)
        return false;
    *slash = 0;
    return by == LIMIT_CGROUP_V2 && make_in(group, by, sibling, bytes);
}

bool memory_group_make(struct memory_group *group, uint64_t bytes, char *why, size_t size)
{
    char own[CGROUP_PATH];
    cgroup_own(2, "memory", own);
    if (make_near(group, LIMIT_CGROUP_V2, own, bytes))
        return true;
    cgroup_own(1, "memory", own);
    if (make_near(group, LIMIT_CGROUP_V1, own, bytes))
        return true;
    snprintf(why, size, "no memory cgroup can be made: %s", strerror(errno));
    return false;
}

/* Small steps are not worth two system calls. */
void memory_group_move(struct memory_group *group, int64_t room)
{
    enum { STEP = 32 << 10 };
    int64_t charged = memory_number(group->usage);
    int64_t limit = charged + room, by = limit - (int64_t)group->limit;
    if (charged >= 0 && room > 0 && (by > STEP || by < -STEP))
        set_limit(group, (uint64_t)limit);
}

void memory_group_lift(struct memory_group *group)
{
    if (group->by != LIMIT_NONE)
        set_limit(group, INT64_MAX / 4096 * 4096);
}

uint64_t memory_group_kills(const struct memory_group *group)
{
    char text[1024] = "\n";
    ssize_t got = group->events < 0 ? -1 : pread(group->events, text + 1, sizeof text - 2, 0);
    text[got > 0 ? got + 1 : 1] = 0;
    const char *kills = strstr(text, "\noom_kill ");
    return kills ? strtoull(kills + strlen("\noom_kill "), NULL, 10) : 0;
}

/* A process that has just been reaped may still count for a moment. */
void memory_group_end(struct memory_group *group)
{
    enum { TRIES = 100, PAUSE_US = 10000 };
    int *files[] = {&group->join, &group->usage, &group->events};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (*files[i] >= 0)
            close(*files[i]);
        *files[i] = -1;
    }
    if (group->by == LIMIT_NONE)
        return;
    for (int i = 0; i < TRIES && rmdir(group->path) != 0 && errno == EBUSY; i++)
        usleep(PAUSE_US);
    group->by = LIMIT_NONE;
}
