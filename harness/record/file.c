#include "record/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *file_read(const char *path, size_t most, size_t *length, char *why, size_t size)
{
    struct stat about;
    char *text = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    *length = 0;
    bool regular = fd >= 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
    if (regular && (uint64_t)about.st_size > most)
        errno = EFBIG;
    else if (regular && (text = malloc((size_t)about.st_size + 1)))
        for (ssize_t n; *length < (size_t)about.st_size &&
                        (n = read(fd, text + *length, (size_t)about.st_size - *length)) > 0;)
            *length += (size_t)n;
    int error = fd >= 0 && !regular ? EINVAL : errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    if (text)
        text[*length] = 0;
    else
        snprintf(why, size, "can not read %s: %s", path, strerror(errno));
    errno = error;
    return text;
}
