#include "record/reduce.h"
#include "probe/quantiles.h"
#include "record/built.h"
#include "record/lines.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

static json_t *grid_json(const struct recorded_case *c, enum latency_part part)
{
    double grid[QUANTILE_PARTS + 1];
    json_t *array = recorded_grid(c, part, grid) ? json_array() : NULL;
    for (int i = 0; i <= QUANTILE_PARTS && !isnan(grid[0]); i++)
        array = built_and(array, isinf(grid[i]) ? json_null()
                                                : json_integer((json_int_t)llround(grid[i])));
    return array;
}

static json_t *quantiles_json(size_t number, const struct recorded_case *c)
{
    json_t *line =
        json_pack("{s:s, s:I, s:I, s:o}", "type", "latency_quantiles", "case", (json_int_t)number,
                  "count", (json_int_t)c->latency_count, "ns", grid_json(c, LATENCY_RESPONSE));
    if (!c->apart)
        return line;
    line = built_with(line, "late_ns", grid_json(c, LATENCY_LATE));
    return built_with(line, "service_ns", grid_json(c, LATENCY_SERVICE));
}

static bool write_quantiles(gzFile to, size_t number, const struct recorded_case *c)
{
    json_t *line = quantiles_json(number, c);
    char *text = built_text(line, JSON_COMPACT);
    bool done = text && gzputs(to, text) > 0 && gzputc(to, '\n') == '\n';
    free(text);
    json_decref(line);
    return done;
}

static bool copy_line(gzFile to, const char *text, size_t length)
{
    return gzwrite(to, text, (unsigned)length) == (int)length && gzputc(to, '\n') == '\n';
}

/* The record was read and found good: its lines are known to be objects with a type. */
static bool write_line(gzFile to, const struct recorded *recorded, const char *text, size_t length)
{
    json_t *line = json_loadb(text, length, 0, NULL);
    const char *type = json_string_value(json_object_get(line, "type"));
    size_t number = (size_t)json_integer_value(json_object_get(line, "case"));
    bool done = line != NULL;
    if (type && strcmp(type, "latencies") == 0) {
        json_decref(line);
        return true;
    }
    if (type && strcmp(type, "end") == 0 && number < recorded->case_count &&
        !recorded->cases[number].quantiles[LATENCY_RESPONSE])
        done = write_quantiles(to, number, &recorded->cases[number]);
    json_decref(line);
    return done && copy_line(to, text, length);
}

static bool write_all(gzFile to, const struct recorded *recorded, struct lines *lines)
{
    const char *text;
    size_t length;
    while (lines_next(lines, &text, &length) == LINES_ONE)
        if (recorded ? !write_line(to, recorded, text, length) : !copy_line(to, text, length))
            return false;
    return true;
}

bool reduce_nothing(const char *from, const char *to, char *why, size_t size)
{
    return reduce_record(NULL, from, to, why, size);
}

bool reduce_record(const struct recorded *recorded, const char *from, const char *to, char *why,
                   size_t size)
{
    struct lines *lines = lines_open(from, why, size);
    if (!lines)
        return false;
    errno = 0;
    int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    int again = fd < 0 ? -1 : dup(fd); /* gzclose() closes its own */
    gzFile file = again < 0 ? NULL : gzdopen(again, "wb9");
    bool done = file && write_all(file, recorded, lines);
    if (file && gzclose(file) != Z_OK)
        done = false;
    done = done && fsync(fd) == 0;
    if (!done)
        snprintf(why, size, "can not write %s: %s", to, strerror(errno ? errno : EIO));
    if (fd >= 0 && close(fd) != 0)
        done = false;
    lines_close(lines);
    return done;
}
