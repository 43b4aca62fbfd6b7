#include "record/record.h"
#include "record/built.h"
#include "record/record_json.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct record {
    char *path;
    FILE *file, *copy; /* copy: may be NULL */
    char error[512];   /* "" while all is well */
};

struct record *record_open(const char *path, char *why, size_t size)
{
    struct stat status;
    struct record *record = calloc(1, sizeof *record);
    bool is_output = strcmp(path, "-") == 0;
    int fd = is_output ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                       : open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    path = is_output ? "standard output" : path;
    if (fd < 0) {
        snprintf(why, size, "%s can not be written: %s", path, strerror(errno));
        free(record);
        return NULL;
    }
    bool full =
        !is_output && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
    if (record && !full)
        record->path = strdup(path);
    if (record && record->path)
        record->file = fdopen(fd, "w");
    if (record && record->file)
        return record;
    if (full)
        snprintf(why, size, "%s holds something already: name another file, or remove it", path);
    else
        snprintf(why, size, "%s can not be written: %s", path, strerror(errno));
    close(fd);
    if (record)
        free(record->path);
    free(record);
    return NULL;
}

bool record_copy_to(struct record *record, int fd, char *why, size_t size)
{
    int again = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    record->copy = again < 0 ? NULL : fdopen(again, "w");
    if (record->copy)
        return true;
    snprintf(why, size, "%s can not be copied: %s", record->path, strerror(errno));
    if (again >= 0)
        close(again);
    return false;
}

static void fail(struct record *record, int why)
{
    if (!record->error[0])
        snprintf(record->error, sizeof record->error,
                 "%s can not be written on: %s; it is good up to its last whole line", record->path,
                 strerror(why));
}

/* Takes the reference to line. A line that can not be written whole is the last one. */
static void write_line(struct record *record, json_t *line)
{
    char *text = line && !record->error[0] ? built_text(line, JSON_COMPACT) : NULL;
    if (record->error[0])
        ;
    else if (!text)
        fail(record, ENOMEM);
    else if (fprintf(record->file, "%s\n", text) < 0 || fflush(record->file) != 0 ||
             (record->copy && fprintf(record->copy, "%s\n", text) < 0))
        fail(record, errno);
    free(text);
    json_decref(line);
}

void record_header(struct record *record, const struct record_header *header)
{
    write_line(record, record_json_header(header));
}

void record_sources(struct record *record, const struct outcome *cases, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool written = outcome_series(&cases[i]) != NULL;
        for (size_t k = 0; k < i && !written; k++)
            written = !outcome_series(&cases[k]) && cases[k].pair == cases[i].pair &&
                      cases[k].variant == cases[i].variant;
        if (!written)
            write_line(record, record_json_source(&cases[i]));
    }
}

void record_start(struct record *record, size_t number, const struct outcome *outcome)
{
    write_line(record, record_json_start(number, outcome));
}

void record_sample(struct record *record, size_t number, const struct sample *sample)
{
    write_line(record, record_json_sample(number, sample));
}

void record_end(struct record *record, size_t number, const struct outcome *outcome,
                const struct verdict *verdict)
{
    enum { A_LINE = 10000 };
    for (size_t first = 0; first < outcome->latency_count; first += A_LINE) {
        size_t rest = outcome->latency_count - first;
        write_line(record, record_json_latencies(number, first, outcome->latencies + first,
                                                 rest < A_LINE ? rest : A_LINE));
    }
    write_line(record, record_json_end(number, outcome, verdict));
}

void record_close_line(struct record *record, int interrupted_by)
{
    write_line(record, record_json_close(interrupted_by));
}

const char *record_error(const struct record *record)
{
    return record->error[0] ? record->error : NULL;
}

bool record_close(struct record *record, char *why, size_t size)
{
    /* A pipe or a terminal has no disk to be synced to. */
    if (!record->error[0] && fsync(fileno(record->file)) != 0 && errno != EINVAL && errno != EROFS)
        fail(record, errno);
    if (fclose(record->file) != 0)
        fail(record, errno);
    if (record->copy && fclose(record->copy) != 0)
        fail(record, errno);
    bool whole = !record->error[0];
    snprintf(why, size, "%s", record->error);
    free(record->path);
    free(record);
    return whole;
}
