#include "record/detections_write.h"
#include "probe/machine.h"
#include "record/built.h"
#include "record/record_json.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct detections_file {
    char *path;
    FILE *file;
    char error[512];
};

const char *detections_commit(void)
{
    return build_of_this().commit;
}

/* --- Lines ---------------------------------------------------------------------------------- */

static json_t *known(int64_t value)
{
    return value < 0 ? json_null() : json_integer(value);
}

static json_t *said_text(const char *text)
{
    return text && *text ? json_string(text) : json_null();
}

static json_t *header(int argc, char **argv)
{
    json_t *line = record_json_header(&(struct record_header){.argc = argc, .argv = argv});
    static const char *const not_here[] = {"seed", "cases", "samples_per_second", "environment"};
    for (size_t i = 0; line && i < sizeof not_here / sizeof *not_here; i++)
        json_object_del(line, not_here[i]);
    line = built_with(line, "type", json_string("detections"));
    return built_with(line, "schema", json_integer(DETECTIONS_SCHEMA));
}

/* Takes the line. */
static void write_line(struct detections_file *file, json_t *line)
{
    char *text = line && !file->error[0] ? built_text(line, JSON_COMPACT) : NULL;
    if (!file->error[0] && !text)
        snprintf(file->error, sizeof file->error, "no memory for a line of %s", file->path);
    else if (text && (fprintf(file->file, "%s\n", text) < 0 || fflush(file->file) != 0))
        snprintf(file->error, sizeof file->error,
                 "%s can not be written on: %s; it is good up to its last whole line", file->path,
                 strerror(errno));
    free(text);
    json_decref(line);
}

void detections_detector(struct detections_file *file, const struct detector_said *said)
{
    write_line(file, json_pack("{s:s, s:s, s:o, s:s, s:b, s:b, s:b, s:b, s:o, s:o, s:o, s:o}",
                               "type", "detector", "name", said->name, "version",
                               said_text(said->version), "how", said->how, "go", said->go, "plain",
                               said->plain, "stops", said->stops, "reads", said->reads, "skipped",
                               said_text(said->skipped), "findings", known(said->findings),
                               "cpu_ns", known(said->cpu), "peak_bytes", known(said->peak)));
}

void detections_detection(struct detections_file *file, const char *detector, bool plain,
                          const struct detection *it)
{
    write_line(
        file, json_pack("{s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:o, s:b, s:o, s:o, s:o, s:o, s:o}",
                        "type", "detection", "detector", detector, "plain", plain, "id", it->id,
                        "family", it->family, "title", it->title, "program",
                        detected_name(it->program), "findings", known(it->findings), "found",
                        it->found, "at", said_text(it->at), "why", said_text(it->why), "cpu_ns",
                        known(it->cpu), "wall_ns", known(it->wall), "peak_bytes", known(it->peak)));
}

/* --- The file ------------------------------------------------------------------------------- */

/* What was being written when it was killed has no newline, and goes. */
static bool cut_to_last_line(int fd)
{
    off_t end = lseek(fd, 0, SEEK_END);
    char byte = 0;
    while (end > 0 && pread(fd, &byte, 1, end - 1) == 1 && byte != '\n')
        end--;
    return end >= 0 && ftruncate(fd, end) == 0 && lseek(fd, end, SEEK_SET) == end;
}

static int open_at(const char *path, bool on, char *why, size_t size)
{
    struct stat status;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) {
        snprintf(why, size, "%s can not be written: %s", path, strerror(errno));
        return -1;
    }
    bool full = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
    bool good = on ? cut_to_last_line(fd) : !full;
    if (good)
        return fd;
    snprintf(why, size, "%s %s", path,
             on ? "can not be gone on with"
                : "holds something already: --resume goes on with it, or name another file");
    close(fd);
    return -1;
}

struct detections_file *detections_open(const char *path, const struct detections *on, int argc,
                                        char **argv, char *why, size_t size)
{
    int fd = open_at(path, on != NULL, why, size);
    struct detections_file *file = fd < 0 ? NULL : calloc(1, sizeof *file);
    if (file) {
        file->path = strdup(path);
        file->file = file->path ? fdopen(fd, "w") : NULL;
    }
    if (!file || !file->file) {
        if (fd >= 0) {
            snprintf(why, size, "no memory to write %s", path);
            close(fd);
        }
        if (file)
            free(file->path);
        free(file);
        return NULL;
    }
    if (!on)
        write_line(file, header(argc, argv));
    return file;
}

bool detections_close(struct detections_file *file, char *why, size_t size)
{
    write_line(file, json_pack("{s:s, s:n}", "type", "close", "interrupted_by"));
    if (!file->error[0] && fsync(fileno(file->file)) != 0 && errno != EINVAL && errno != EROFS)
        snprintf(file->error, sizeof file->error, "%s can not be put on disk: %s", file->path,
                 strerror(errno));
    if (fclose(file->file) != 0 && !file->error[0])
        snprintf(file->error, sizeof file->error, "%s can not be closed: %s", file->path,
                 strerror(errno));
    bool whole = !file->error[0];
    snprintf(why, size, "%s", file->error);
    free(file->path);
    free(file);
    return whole;
}
