#include "detect/tool.h"
#include "task/time.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAID_MOST = 8 << 20 };

static const int64_t usual_most = 120 * SECOND;

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

/* In the new process. Only what is safe after a fork() among threads. */
static _Noreturn void begin(const struct tool *tool, char *const *environment, int out, int said)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    close_range(STDERR_FILENO + 1, (unsigned)said - 1, 0);
    close_range((unsigned)said + 1, ~0U, 0);
    if (!tool->directory || chdir(tool->directory) == 0)
        execvpe(tool->words[0], (char *const *)tool->words, environment);
    int error = errno;
    ssize_t written = write(said, &error, sizeof error);
    (void)written; /* who listens no more has died */
    _exit(127);
}

/* The environment with one variable more; to be freed, but not what is in it. */
static char **environment_with(const char *variable)
{
    size_t count = 0, kept = 0;
    size_t length = variable ? (size_t)(strchr(variable, '=') - variable) + 1 : 0;
    while (environ[count])
        count++;
    char **all = calloc(count + 2, sizeof *all);
    for (size_t i = 0; all && i < count; i++)
        if (!length || strncmp(environ[i], variable, length) != 0)
            all[kept++] = environ[i];
    if (all && variable)
        all[kept] = (char *)variable;
    return all;
}

/* All that comes until the other end is closed. False where that takes too long. */
static bool listen_to(int fd, char *said, int64_t until)
{
    size_t length = 0;
    struct pollfd asked = {.fd = fd, .events = POLLIN};
    for (;;) {
        int64_t left = (until - now()) / MILLISECOND;
        int ready = left > 0 ? poll(&asked, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return false;
        char rest[4096];
        bool room = length < SAID_MOST;
        ssize_t n = read(fd, room ? said + length : rest, room ? SAID_MOST - length : sizeof rest);
        if (n <= 0)
            break;
        length += room ? (size_t)n : 0;
    }
    for (size_t i = 0; i < length; i++)
        said[i] = said[i] ? said[i] : '?';
    said[length] = 0;
    return true;
}

/* What is kept of it names no folder of this machine. */
static const char *name_of(const struct tool *tool)
{
    const char *slash = strrchr(tool->words[0], '/');
    return slash && strcmp(tool->words[0], "/proc/self/exe") != 0 ? slash + 1
           : slash                                                ? "leaklab"
                                                                  : tool->words[0];
}

int64_t tool_cpu(const struct rusage *usage)
{
    return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * SECOND +
           (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * MICROSECOND;
}

static void fill_in(struct detection *detection, const struct rusage *usage, int64_t wall)
{
    if (!detection)
        return;
    detection->cpu = tool_cpu(usage);
    detection->wall = wall;
    detection->peak = usage->ru_maxrss * 1024;
}

static bool ended_as_it_should(const struct tool *tool, int status, const char *said, char *why,
                               size_t size)
{
    const char *line = said + strspn(said, "\n=");
    if (WIFSIGNALED(status)) {
        snprintf(why, size, "%s was ended by %s: %.*s", name_of(tool), strsignal(WTERMSIG(status)),
                 (int)strcspn(line, "\n"), line);
        return false;
    }
    bool as_it_should = tool->any_end || WEXITSTATUS(status) == 0;
    for (int i = 0; i < 4; i++)
        as_it_should |= tool->ends[i] && tool->ends[i] == WEXITSTATUS(status);
    if (!as_it_should)
        snprintf(why, size, "%s ended with %d: %.*s", name_of(tool), WEXITSTATUS(status),
                 (int)strcspn(line, "\n"), line);
    return as_it_should;
}

/* Of a process that was started. */
static bool hear(const struct tool *tool, pid_t pid, int64_t began, int out, int failed, char *said,
                 struct detection *detection, char *why, size_t size)
{
    struct rusage usage;
    int status, error = 0;
    int64_t most = tool->most ? tool->most : usual_most;
    bool could_not = read(failed, &error, sizeof error) == sizeof error;
    bool ended = listen_to(out, said, began + most);
    if (!ended)
        kill(pid, SIGKILL);
    while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR)
        continue;
    fill_in(detection, &usage, now() - began);
    if (could_not)
        snprintf(why, size, "%s can not be run: %s", name_of(tool), strerror(error));
    else if (!ended)
        snprintf(why, size, "%s was not done after %g s", name_of(tool), (double)most / SECOND);
    return !could_not && ended && ended_as_it_should(tool, status, said, why, size);
}

static bool run(const struct tool *tool, char *const *environment, char *said,
                struct detection *detection, char *why, size_t size)
{
    int out[2], failed[2];
    snprintf(why, size, "no process for %s", name_of(tool));
    if (pipe2(out, O_CLOEXEC) != 0)
        return false;
    if (pipe2(failed, O_CLOEXEC) != 0) {
        close(out[0]);
        close(out[1]);
        return false;
    }
    int64_t began = now(); /* before it is there: it may run before we do */
    pid_t pid = fork();
    if (pid == 0) {
        int high = fcntl(failed[1], F_DUPFD_CLOEXEC, 10);
        begin(tool, environment, out[1], high);
    }
    close(out[1]);
    close(failed[1]);
    bool done = pid > 0 && hear(tool, pid, began, out[0], failed[0], said, detection, why, size);
    close(out[0]);
    close(failed[0]);
    return done;
}

char *tool_run(const struct tool *tool, struct detection *detection, char *why, size_t size)
{
    char **environment = environment_with(tool->variable);
    char *said = malloc(SAID_MOST + 1);
    bool done = environment && said && run(tool, environment, said, detection, why, size);
    if (!environment || !said)
        snprintf(why, size, "no memory for what %s says", name_of(tool));
    free(environment);
    if (!done) {
        free(said);
        return NULL;
    }
    char *fitting = realloc(said, strlen(said) + 1);
    return fitting ? fitting : said;
}

bool tool_version(const char *const *words, char *version, size_t room, char *why, size_t size)
{
    char *said = tool_run(&(struct tool){.words = words}, NULL, why, size);
    if (said)
        snprintf(version, room, "%.*s", (int)strcspn(said, "\n"), said);
    free(said);
    return said != NULL;
}
