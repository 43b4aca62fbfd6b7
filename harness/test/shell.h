/* Tests that go by the command line: a folder of their own, and command lines that run in it. */
#pragma once

#include "test/words.h"

#include <limits.h>
#include <unistd.h>

static char shell_folder[] = "/tmp/leaklab-shell-XXXXXX";
static char shell_tree[PATH_MAX];    /* where the test was started: leaklab's own tree */
static char shell_program[PATH_MAX]; /* the folder that `leaklab` is in */

/* Runs a command line in the folder, where $tree is leaklab's own tree and `leaklab` the program to test:
 * the one that LEAKLAB names, or build/gcc/leaklab. A make that runs the test is not that of the
 * line: nothing of it is handed on. What is printed, errors too, is to be freed. */
static inline char *shell(int status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static inline char *shell(int status, const char *format, ...)
{
    char *line = NULL;
    size_t size;
    FILE *out = open_memstream(&line, &size);
    assert_non_null(out);
    fprintf(
        out,
        "exec 2>&1; unset MAKEFLAGS MFLAGS MAKELEVEL; tree='%s'; PATH='%s':$PATH; cd %s || exit; ",
        shell_tree, shell_program, shell_folder);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(out, format, arguments);
    va_end(arguments);
    fclose(out);
    char *said = words_of(line, status);
    free(line);
    return said;
}

/* For lines whose words are nobody's concern. */
#define shell_quietly(...) free(shell(0, __VA_ARGS__))

/* Exit status 2, and one line that has these words. */
#define shell_refuses(words, ...)                                                                  \
    do {                                                                                           \
        char *said_ = shell(2, __VA_ARGS__);                                                       \
        expect_words(said_, words);                                                                \
        assert_ptr_equal(strchr(said_, '\n'), said_ + strlen(said_) - 1);                          \
        free(said_);                                                                               \
    } while (0)

/* For the group's set-up and its end. */
static inline int shell_begin(void **state)
{
    (void)state;
    const char *given = getenv("LEAKLAB");
    if (!realpath(".", shell_tree) ||
        !realpath(given && *given ? given : "build/gcc/leaklab", shell_program) ||
        !mkdtemp(shell_folder))
        return -1;
    *strrchr(shell_program, '/') = 0;
    return 0;
}

static inline int shell_end(void **state)
{
    (void)state;
    char line[64];
    snprintf(line, sizeof line, "rm -rf %s", shell_folder);
    return system(line);
}
