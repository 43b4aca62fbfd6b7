#include "probe/cgroup.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- Where ---------------------------------------------------------------------------------- */

/* Whether a list of words with commas between has this one. */
static int has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at++)
        if ((at == list || at[-1] == ',') && (!at[length] || strchr(",:", at[length])))
            return 1;
    return 0;
}

/* The mount point of the hierarchy, or "". */
static void mount_of(const char *mounts, int version, const char *controller, char path[128])
{
    char point[128], type[32], options[512];
    path[0] = 0;
    for (const char *line = mounts; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (sscanf(line, "%*s %127s %31s %511s", point, type, options) != 3)
            continue;
        if (version == 2 ? strcmp(type, "cgroup2") == 0
                         : strcmp(type, "cgroup") == 0 && has_word(options, controller)) {
            snprintf(path, 128, "%s", point);
            return;
        }
    }
}

/* Of the line `4:cpu,cpuacct:/user.slice`, or `0::/user.slice`, the end, without its last slash. */
static void group_of(const char *groups, int version, const char *controller, char path[128])
{
    path[0] = 0;
    for (const char *line = groups; line && *line; line = strchr(line, '\n')) {
        char controllers[128];
        line += *line == '\n';
        const char *first = strchr(line, ':');
        const char *group = first ? strchr(first + 1, ':') : NULL;
        if (!group)
            break;
        snprintf(controllers, sizeof controllers, "%.*s", (int)(group - first - 1), first + 1);
        if (version == 2 ? !*controllers : has_word(controllers, controller))
            snprintf(path, 128, "%.*s", (int)strcspn(group + 1, "\n"), group + 1);
    }
    size_t length = strlen(path);
    if (length && path[length - 1] == '/')
        path[length - 1] = 0;
}

void cgroup_path(const char *groups, const char *mounts, int version, const char *controller,
                 char path[CGROUP_PATH])
{
    char mount[128], group[128];
    mount_of(mounts, version, controller, mount);
    group_of(groups, version, controller, group);
    snprintf(path, CGROUP_PATH, "%s%s", mount, *mount ? group : "");
}

/* --- What it says --------------------------------------------------------------------------- */

static char *text_of(const char *path)
{
    enum { MOST = 1 << 16 };
    char *text = calloc(1, MOST);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = 0, n;
    while (fd >= 0 && text && (n = read(fd, text + got, (size_t)(MOST - 1 - got))) > 0)
        got += n;
    if (fd >= 0)
        close(fd);
    return text;
}

void cgroup_own(int version, const char *controller, char path[CGROUP_PATH])
{
    char *groups = text_of("/proc/self/cgroup"), *mounts = text_of("/proc/self/mounts");
    cgroup_path(groups, mounts, version, controller, path);
    free(groups);
    free(mounts);
}

static char *file_of(int version, const char *controller, const char *name)
{
    char path[CGROUP_PATH + 64];
    cgroup_own(version, controller, path);
    if (!*path)
        return NULL;
    size_t length = strlen(path);
    snprintf(path + length, sizeof path - length, "/%s", name);
    return text_of(path);
}

/* Without a limit version 2 says "max", and version 1 the largest number of whole pages. */
int64_t cgroup_memory_limit(void)
{
    static const char *const names[] = {NULL, "memory.limit_in_bytes", "memory.max"};
    for (int version = 2; version >= 1; version--) {
        char *text = file_of(version, "memory", names[version]), *end = NULL;
        unsigned long long limit = text ? strtoull(text, &end, 10) : 0;
        int found = text && end != text && limit > 0 && limit < (1ULL << 62);
        free(text);
        if (found)
            return (int64_t)limit;
    }
    return -1;
}

double cgroup_processors(void)
{
    double quota = 0, period = 0;
    char *text = file_of(2, "cpu", "cpu.max");
    int found = text && sscanf(text, "%lf %lf", &quota, &period) == 2;
    free(text);
    if (!found) {
        char *quotas = file_of(1, "cpu", "cpu.cfs_quota_us");
        char *periods = file_of(1, "cpu", "cpu.cfs_period_us");
        quota = quotas ? strtod(quotas, NULL) : 0;
        period = periods ? strtod(periods, NULL) : 0;
        free(quotas);
        free(periods);
    }
    return quota > 0 && period > 0 ? quota / period : 0;
}
