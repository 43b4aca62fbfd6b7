#include "command/output.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(struct output *output, const char *what, const char *path, char *why, size_t size)
{
    snprintf(why, size, "can not %s %s: %s", what, path, strerror(errno));
    output_abandon(output);
    return false;
}

static mode_t mode_of(const struct stat *there)
{
    mode_t mask = umask(0);
    umask(mask);
    return there ? there->st_mode & 0777 : 0666 & ~mask;
}

/* Beside the file, so that its name can be given to it. */
static bool open_beside(struct output *output, const struct stat *there)
{
    if (asprintf(&output->unfinished, "%s.XXXXXX", output->path) < 0) {
        output->unfinished = NULL;
        return false;
    }
    int fd = mkstemp(output->unfinished);
    output->out = fd < 0 || fchmod(fd, mode_of(there)) != 0 ? NULL : fdopen(fd, "w");
    if (fd >= 0 && !output->out)
        close(fd);
    if (fd < 0) {
        free(output->unfinished);
        output->unfinished = NULL;
    }
    return output->out;
}

bool output_open(struct output *output, const char *path, char *why, size_t size)
{
    struct stat about;
    *output = (struct output){.out = stdout};
    if (!path || strcmp(path, "-") == 0)
        return true;
    output->out = NULL;
    bool there = stat(path, &about) == 0;
    output->path = there ? realpath(path, NULL) : strdup(path); /* a link stays one */
    if (!output->path)
        return fail(output, "open", path, why, size);
    if (there && !S_ISREG(about.st_mode))
        output->out = fopen(path, "we");
    else
        open_beside(output, there ? &about : NULL);
    return output->out || fail(output, "open", path, why, size);
}

bool output_finish(struct output *output, char *why, size_t size)
{
    bool whole = fflush(output->out) == 0 && !ferror(output->out);
    if (!output->path) /* standard output, which others may still write to */
        return whole || fail(output, "write to", "standard output", why, size);
    if (fclose(output->out) != 0)
        whole = false;
    output->out = NULL;
    if (whole && output->unfinished && rename(output->unfinished, output->path) != 0)
        whole = false;
    if (!whole)
        return fail(output, "write", output->path, why, size);
    free(output->unfinished);
    free(output->path);
    *output = (struct output){0};
    return true;
}

void output_abandon(struct output *output)
{
    if (output->out && output->path)
        fclose(output->out);
    if (output->unfinished)
        unlink(output->unfinished);
    free(output->unfinished);
    free(output->path);
    *output = (struct output){0};
}
