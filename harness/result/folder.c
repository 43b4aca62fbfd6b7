#include "result/folder.h"
#include "record/file.h"
#include "result/program.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool join(char path[FOLDER_PATH], const char *folder, const char *name)
{
    return snprintf(path, FOLDER_PATH, "%s/%s", folder, name) < FOLDER_PATH;
}

static bool fail(const char *what, const char *path, char *why, size_t size)
{
    snprintf(why, size, "can not %s %s: %s", what, path, strerror(errno));
    return false;
}

static bool sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL || errno == EROFS);
    if (fd >= 0)
        close(fd);
    return done;
}

/* --- One at a time -------------------------------------------------------------------------- */

static const char unfinished[] = ".unfinished-";

static void clear_unfinished(const char *path)
{
    char left[FOLDER_PATH];
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (strncmp(entry->d_name, unfinished, strlen(unfinished)) == 0 &&
            join(left, path, entry->d_name))
            folder_abandon(left);
    if (folder)
        closedir(folder);
}

/* Where the file system has no locks, nobody is kept out, and nothing is cleared. */
int folder_enter(const char *path, char *why, size_t size)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        fail("make the folder", path, why, size);
        return -1;
    }
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        fail("open the folder", path, why, size);
        return -1;
    }
    int locked;
    while ((locked = flock(fd, LOCK_EX)) != 0 && errno == EINTR)
        continue;
    if (locked == 0)
        clear_unfinished(path);
    return fd;
}

void folder_leave(int entered)
{
    close(entered);
}

/* --- Folders -------------------------------------------------------------------------------- */

bool folder_begin(const char *parent, char path[FOLDER_PATH], char *why, size_t size)
{
    if (mkdir(parent, 0777) != 0 && errno != EEXIST)
        return fail("make the folder", parent, why, size);
    if (!join(path, parent, ".unfinished-XXXXXX")) { /* as `unfinished` begins */
        errno = ENAMETOOLONG;
        return fail("make a folder in", parent, why, size);
    }
    if (!mkdtemp(path))
        return fail("make a folder in", parent, why, size);
    mode_t mask = umask(0);
    umask(mask);
    chmod(path, 0777 & ~mask);
    return true;
}

bool folder_finish(const char *path, const char *parent, const char *name, char *why, size_t size)
{
    char final[FOLDER_PATH];
    if (!join(final, parent, name)) {
        errno = ENAMETOOLONG;
        return fail("name the folder", name, why, size);
    }
    if (!sync_folder(path))
        return fail("sync", path, why, size);
    if (renameat2(AT_FDCWD, path, AT_FDCWD, final, RENAME_NOREPLACE) != 0) {
        if (errno == EEXIST || errno == ENOTEMPTY) {
            snprintf(why, size, "%s is there already, and results are written once", final);
            return false;
        }
        return fail("make", final, why, size);
    }
    sync_folder(parent);
    return true;
}

void folder_abandon(const char *path)
{
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        char file[FOLDER_PATH];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            !join(file, path, entry->d_name))
            continue;
        if (unlink(file) != 0)
            rmdir(file);
    }
    if (folder)
        closedir(folder);
    rmdir(path);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void folder_names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

char **folder_names(const char *path, size_t *count, char *why, size_t size)
{
    DIR *folder = opendir(path);
    char **names = folder ? calloc(1, sizeof *names) : NULL;
    bool done = names != NULL;
    *count = 0;
    for (struct dirent *entry; done && (entry = readdir(folder));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char **more = realloc(names, (*count + 1) * sizeof *more);
        names = more ? more : names;
        done = more && (names[*count] = strdup(entry->d_name));
        *count += done;
    }
    if (!done) {
        fail("read the folder", path, why, size);
        folder_names_free(names, *count);
        names = NULL;
        *count = 0;
    } else
        qsort(names, *count, sizeof *names, by_name);
    if (folder)
        closedir(folder);
    return names;
}

/* --- Files ---------------------------------------------------------------------------------- */

/* Synced and closed, or gone again. */
static bool write_new(const char *path, const char *text, size_t length)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    bool done = fd >= 0;
    for (size_t written = 0; done && written < length;) {
        ssize_t n = write(fd, text + written, length - written);
        if (n < 0 && errno != EINTR)
            done = false;
        written += n > 0 ? (size_t)n : 0;
    }
    done = done && fsync(fd) == 0;
    int error = errno;
    if (fd >= 0 && close(fd) != 0 && done) {
        error = errno;
        done = false;
    }
    if (fd >= 0 && !done)
        unlink(path);
    errno = error;
    return done;
}

bool folder_write(const char *folder, const char *name, const char *text, size_t length, char *why,
                  size_t size)
{
    char path[FOLDER_PATH];
    errno = ENAMETOOLONG;
    if (!join(path, folder, name) || !write_new(path, text, length))
        return fail("write", path, why, size);
    return true;
}

bool folder_replace(const char *folder, const char *name, const char *text, size_t length,
                    char *why, size_t size)
{
    char path[FOLDER_PATH], other[FOLDER_PATH];
    errno = ENAMETOOLONG;
    if (!join(path, folder, name) || strlen(path) + 8 > sizeof other)
        return fail("write", name, why, size);
    snprintf(other, sizeof other, "%.1000s.new", path);
    unlink(other); /* of a run that was killed */
    if (!write_new(other, text, length))
        return fail("write", other, why, size);
    if (rename(other, path) != 0) {
        fail("write", path, why, size);
        unlink(other);
        return false;
    }
    return true;
}

char *folder_sums(const char *folder, const char *const *names, size_t count, char *why,
                  size_t size)
{
    const char **argv = calloc(count + 3, sizeof *argv);
    char *none = argv && !count ? strdup("") : NULL;
    if (!argv || (!count && !none))
        snprintf(why, size, "no memory for the sums of %s", folder);
    if (!argv || !count) {
        free(argv);
        return none;
    }
    argv[0] = "sha256sum";
    argv[1] = "--";
    memcpy(argv + 2, names, count * sizeof *names);
    char *sums = program_run(argv, folder, NULL, why, size);
    free(argv);
    return sums;
}

char *folder_read(const char *folder, const char *name, size_t most, size_t *length, char *why,
                  size_t size)
{
    char path[FOLDER_PATH];
    if (join(path, folder, name))
        return file_read(path, most, length, why, size);
    *length = 0;
    errno = ENAMETOOLONG;
    fail("read", path, why, size);
    errno = ENAMETOOLONG;
    return NULL;
}
