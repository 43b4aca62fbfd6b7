#include "command/twin.h"
#include "result/program.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* False where the path is longer than there is room for. */
static bool beside_this(char path[TWIN_PATH], const char *language)
{
    ssize_t length = readlink("/proc/self/exe", path, TWIN_PATH - 1);
    if (length < 0)
        return false;
    path[length] = 0;
    char *name = strrchr(path, '/') + 1;
    size_t room = TWIN_PATH - (size_t)(name - path);
    return (size_t)snprintf(name, room, "twin-%s", language) < room;
}

static bool is_here(const char *language)
{
    const char *const argv[] = {language, "version", NULL};
    char why[256];
    char *said = program_run(argv, NULL, NULL, why, sizeof why);
    free(said);
    return said != NULL;
}

static enum twin_search miss(const struct twin_program *program, const char *language, char *why,
                             size_t size)
{
    if (is_here(language)) {
        snprintf(why, size, "%.1000s is not built: `make twin-%s`", program->path, language);
        return TWIN_WRONG;
    }
    snprintf(why, size, "no `%s` command works here, to build %.1000s with", language,
             program->path);
    return TWIN_MISSING;
}

/* A program that is not the twins', or of another time, does not answer with one short line. */
static bool ask_version(struct twin_program *program, char *why, size_t size)
{
    const char *const argv[] = {program->path, "version", NULL};
    char words[512];
    char *said = program_run(argv, NULL, NULL, words, sizeof words);
    size_t length = said ? strcspn(said, "\n") : 0;
    bool answered = length > 0 && length < TWIN_VERSION && strcmp(said + length, "\n") == 0;
    if (answered)
        snprintf(program->version, sizeof program->version, "%.*s", (int)length, said);
    else
        snprintf(why, size, "%.1000s does not say its version: %s", program->path,
                 said ? "it is no program of twins" : words);
    free(said);
    return answered;
}

/* One that does not answer is taken to have them all: what it lacks will say so. */
static void ask_ids(struct twin_program *program)
{
    const char *const argv[] = {program->path, "list", NULL};
    char words[512];
    program->ids = program_run(argv, NULL, NULL, words, sizeof words);
    program->twin.ids = program->ids;
}

enum twin_search twin_find(struct twin_program *program, const char *language, char *why,
                           size_t size)
{
    const char *named = getenv("LEAKLAB_TWIN");
    program->twin = (struct twin){language, program->path, program->version, NULL};
    if (named && *named)
        snprintf(program->path, sizeof program->path, "%s", named);
    else if (!beside_this(program->path, language)) {
        snprintf(why, size, "its program can not be looked for: the path is too long");
        return TWIN_WRONG;
    }
    if (access(program->path, X_OK) == 0) {
        if (!ask_version(program, why, size))
            return TWIN_WRONG;
        ask_ids(program);
        return TWIN_FOUND;
    }
    if (named && *named) {
        snprintf(why, size, "LEAKLAB_TWIN is %.1000s: %s", named, strerror(errno));
        return TWIN_WRONG;
    }
    return miss(program, language, why, size);
}

void twin_forget(struct twin_program *program)
{
    free(program->ids);
    program->ids = NULL;
    program->twin.ids = NULL;
}
