#include "result/program.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Input and output are files in memory: neither side ever waits for the other to read. */
struct exchange {
    int input, output, said;
};

static int file_of(const char *text)
{
    int fd = memfd_create("leaklab", MFD_CLOEXEC);
    size_t length = text ? strlen(text) : 0;
    if (fd >= 0 && length && pwrite(fd, text, length, 0) != (ssize_t)length) {
        close(fd);
        return -1;
    }
    return fd;
}

static char *text_of(int fd)
{
    off_t length = lseek(fd, 0, SEEK_END);
    char *text = length < 0 ? NULL : malloc((size_t)length + 1);
    ssize_t got = text ? pread(fd, text, (size_t)length, 0) : -1;
    if (got >= 0)
        text[got] = 0;
    if (got == length)
        return text;
    free(text);
    return NULL;
}

/* 0 or an errno. */
static int spawn(pid_t *pid, const char *const *argv, const char *directory,
                 const struct exchange *files)
{
    posix_spawn_file_actions_t actions;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    posix_spawn_file_actions_adddup2(&actions, files->input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, files->output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, files->said, STDERR_FILENO);
    if (directory)
        failed = posix_spawn_file_actions_addchdir_np(&actions, directory);
    if (!failed)
        failed = posix_spawnp(pid, argv[0], &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static bool wait_for(pid_t pid, int *status)
{
    while (waitpid(pid, status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(*status) && WEXITSTATUS(*status) == 0;
}

static void explain(const char *name, int said, char *why, size_t size)
{
    char *words = text_of(said), *end = words ? words + strlen(words) : NULL, *begin;
    while (end > words && strchr(" \n", end[-1]))
        *--end = 0;
    for (begin = end; begin > words && begin[-1] != '\n';) /* the last line; warnings come before */
        begin--;
    snprintf(why, size, "%s failed: %s", name, words ? begin : "it does not say why");
    free(words);
}

static char *run(const char *const *argv, const char *directory, const struct exchange *files,
                 char *why, size_t size)
{
    pid_t pid;
    int status = 0;
    int failed = files->input < 0 || files->output < 0 || files->said < 0
                     ? ENOMEM
                     : spawn(&pid, argv, directory, files);
    if (failed) {
        snprintf(why, size, "can not run %s: %s", argv[0], strerror(failed));
        return NULL;
    }
    if (wait_for(pid, &status)) {
        char *text = text_of(files->output);
        if (!text)
            snprintf(why, size, "no memory for what %s says", argv[0]);
        return text;
    }
    explain(argv[0], files->said, why, size);
    return NULL;
}

char *program_run(const char *const *argv, const char *directory, const char *input, char *why,
                  size_t size)
{
    struct exchange files = {file_of(input), file_of(NULL), file_of(NULL)};
    setenv("LC_ALL", "C", 1);
    char *text = run(argv, directory, &files, why, size);
    close(files.input);
    close(files.output);
    close(files.said);
    return text;
}
