/* Stopping by PTRACE_SEIZE, not by SIGSTOP: no signal reaches the process, its parent sees nothing, and no way that
 * this program can end, SIGKILL neither, leaves it stopped. What was stopped before stays so afterwards. */
#include "outside/stop.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

struct stopped {
    pid_t thread;
    int signal; /* that was on its way to it, and goes on with it; 0: none */
};

static struct {
    struct stopped *all;
    size_t length;
} threads;

static bool is_stopped(pid_t thread)
{
    for (size_t i = 0; i < threads.length; i++)
        if (threads.all[i].thread == thread)
            return true;
    return false;
}

/* Returns 0, or an errno. A thread that has ended meanwhile is none. */
static int stop_thread(pid_t thread)
{
    int status;
    void *larger = realloc(threads.all, (threads.length + 1) * sizeof *threads.all);
    if (!larger)
        return ENOMEM;
    threads.all = larger;
    if (ptrace(PTRACE_SEIZE, thread, 0, 0))
        return errno == ESRCH ? 0 : errno;
    if (ptrace(PTRACE_INTERRUPT, thread, 0, 0) ||
        TEMP_FAILURE_RETRY(waitpid(thread, &status, __WALL)) < 0)
        return errno == ESRCH ? 0 : errno;
    bool by_us = status >> 16 == PTRACE_EVENT_STOP;
    if (WIFSTOPPED(status))
        threads.all[threads.length++] = (struct stopped){thread, by_us ? 0 : WSTOPSIG(status)};
    return 0;
}

/* Those that are there now; *more: whether one of them was not stopped yet. */
static int stop_threads(DIR *folder, bool *more)
{
    *more = false;
    rewinddir(folder);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        pid_t thread = (pid_t)strtol(entry->d_name, NULL, 10);
        if (thread <= 0 || is_stopped(thread))
            continue;
        *more = true;
        int error = stop_thread(thread);
        if (error)
            return error;
    }
    return 0;
}

static pid_t tracer_of(pid_t pid)
{
    char path[64], line[256];
    pid_t tracer = 0;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "re");
    while (file && !tracer && fgets(line, sizeof line, file))
        if (strncmp(line, "TracerPid:", 10) == 0)
            tracer = (pid_t)strtol(line + 10, NULL, 10);
    if (file)
        fclose(file);
    return tracer;
}

bool process_stop(pid_t pid, char why[PROCESS_WHY])
{
    enum { ROUNDS = 100 }; /* threads make threads */
    char path[64];
    bool more = true;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *folder = opendir(path);
    int error = folder ? 0 : errno;
    for (int round = 0; !error && more && round < ROUNDS; round++)
        error = stop_threads(folder, &more);
    if (folder)
        closedir(folder);
    if (!error && threads.length)
        return true;
    process_go_on();
    pid_t tracer = tracer_of(pid);
    if (error == EPERM && tracer)
        snprintf(why, PROCESS_WHY,
                 "process %d can not be stopped: process %d is tracing it (a debugger, strace)",
                 pid, tracer);
    else
        process_explain(pid, error ? error : ESRCH, why);
    return false;
}

void process_go_on(void)
{
    for (size_t i = 0; i < threads.length; i++)
        ptrace(PTRACE_DETACH, threads.all[i].thread, 0, (void *)(intptr_t)threads.all[i].signal);
    free(threads.all);
    threads.all = NULL;
    threads.length = 0;
}
