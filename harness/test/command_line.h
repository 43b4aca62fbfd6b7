/* The command line as it is typed, for tests: the program that LEAKLAB names, or build/gcc/leaklab, run with its words,
 * and what it printed where. */
#pragma once

#include "test/support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_WORDS = 16, TEXT = 1 << 20 };

static char binary[4096], folder[] = "/tmp/leaklab-cli-XXXXXX";
static const char *run_in = "."; /* where the program is started */
static bool out_is_full;         /* its standard output takes nothing */

/* What a program wrote and how it ended: its exit status, or 128 + the signal. */
static struct ran {
    int status;
    char out[TEXT], err[TEXT];
} ran;

/* --- Running it ----------------------------------------------------------------------------- */

static inline void into_words(char *line, char **words)
{
    size_t n = 0;
    words[n++] = binary;
    for (char *word = strtok(line, " "); word && n < MOST_WORDS; word = strtok(NULL, " "))
        words[n++] = word;
    words[n] = NULL;
}

static inline void read_file(const char *path, char *text)
{
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    text[fread(text, 1, TEXT - 1, file)] = 0;
    fclose(file);
}

static inline const char *in_folder(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static inline int open_output(const char *name)
{
    int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    return fd;
}

/* Starts it with these words; its output goes to files. */
static inline pid_t start(const char *line)
{
    char copy[1024], *words[MOST_WORDS + 1];
    snprintf(copy, sizeof copy, "%s", line);
    into_words(copy, words);
    int out = open_output("out"), err = open_output("err");
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        dup2(out_is_full ? full : out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        if (chdir(run_in) == 0)
            execv(binary, words);
        _exit(127);
    }
    close(full);
    close(out);
    close(err);
    return child;
}

static inline int status_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static inline const struct ran *finish(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    ran.status = status_of(status);
    read_file(in_folder("out"), ran.out);
    read_file(in_folder("err"), ran.err);
    return &ran;
}

static inline const struct ran *run(const char *line)
{
    return finish(start(line));
}

static inline size_t count_of(const char *text, const char *part)
{
    size_t n = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        n++;
    return n;
}

static inline void expect_in(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

/* --- For the group's set-up and its end ------------------------------------------------------------ */

static inline int make_folder(void **state)
{
    (void)state;
    const char *given = getenv("LEAKLAB");
    if (!realpath(given && *given ? given : "build/gcc/leaklab", binary)) {
        fprintf(stderr, "no leaklab to test: set LEAKLAB, or build it first\n");
        return -1;
    }
    return mkdtemp(folder) ? 0 : -1;
}

static inline int remove_folder(void **state)
{
    char command[64];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 ? 0 : -1;
}
