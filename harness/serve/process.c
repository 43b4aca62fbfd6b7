#include "serve/process.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static bool read_text(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0)
        close(fd);
    text[got > 0 ? got : 0] = 0;
    return got > 0;
}

/* Fields of /proc/PID/stat after the command, which may hold anything but ends at the last ')'. */
static void read_stat(struct process_figures *figures)
{
    char text[1024];
    unsigned long long ticks_user = 0, ticks_system = 0, started = 0, size = 0;
    long pages = 0, per_second = sysconf(_SC_CLK_TCK);
    read_text("/proc/self/stat", text, sizeof text);
    const char *fields = strrchr(text, ')');
    if (!fields || sscanf(fields,
                          ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d "
                          "%*d %*d %llu %llu %ld",
                          &ticks_user, &ticks_system, &started, &size, &pages) != 5)
        return;
    struct timespec up, now;
    clock_gettime(CLOCK_BOOTTIME, &up);
    clock_gettime(CLOCK_REALTIME, &now);
    double boot = (double)(now.tv_sec - up.tv_sec) + (double)(now.tv_nsec - up.tv_nsec) / 1e9;
    figures->cpu_seconds = (double)(ticks_user + ticks_system) / (double)per_second;
    figures->start_time = boot + (double)started / (double)per_second;
    figures->virtual_size = (int64_t)size;
    figures->resident = pages * sysconf(_SC_PAGESIZE);
}

static int64_t count_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    int64_t count = -1; /* the one that counts them */
    if (!directory)
        return 0;
    for (const struct dirent *entry; (entry = readdir(directory));)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

void process_look(struct process_figures *figures)
{
    struct rlimit limit = {0};
    *figures = (struct process_figures){0};
    read_stat(figures);
    figures->open_descriptors = count_descriptors();
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        figures->most_descriptors = (int64_t)limit.rlim_cur;
}
