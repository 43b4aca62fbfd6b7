#include "outside/mapped.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool mapped_add(struct mapped_files *files, uint64_t low, uint64_t high, uint64_t offset,
                const char *path)
{
    struct mapped_file *last = files->length ? &files->all[files->length - 1] : NULL;
    if (offset && last && !strcmp(last->path, path)) {
        last->high = high > last->high ? high : last->high;
        return true;
    }
    if (offset)
        return true; /* a part of a file whose beginning is not there: no program, no library */
    void *larger = realloc(files->all, (files->length + 1) * sizeof *files->all);
    char *kept = strdup(path);
    if (larger)
        files->all = larger;
    if (!larger || !kept) {
        free(kept);
        return false;
    }
    files->all[files->length++] = (struct mapped_file){low, high, kept};
    return true;
}

bool mapped_read(struct mapped_files *files, FILE *maps)
{
    char *line = NULL;
    size_t size = 0;
    bool done = true;
    while (done && getline(&line, &size, maps) > 0) {
        uint64_t low, high, offset;
        int at = 0;
        line[strcspn(line, "\n")] = 0;
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %*s %n", &low, &high, &offset,
                   &at) == 3 &&
            at && line[at] == '/')
            done = mapped_add(files, low, high, offset, line + at);
    }
    free(line);
    return done;
}

void mapped_free(struct mapped_files *files)
{
    for (size_t i = 0; i < files->length; i++)
        free(files->all[i].path);
    free(files->all);
    *files = (struct mapped_files){0};
}
