#include "record/recorded.h"
#include "record/lines.h"
#include "record/record_format.h"
#include "record/recorded_conditions.h"
#include <stdlib.h>
#include <string.h>

enum { CASES_MOST = 100000, SOURCES_MOST = 1000 };

/* --- Lines by type -------------------------------------------------------------------------- */

static bool read_header(struct recorded *recorded, const json_t *line, struct taker *taker)
{
    if (recorded->header)
        take_refuse(taker, "a second header");
    int64_t schema = take_whole(taker, line, "schema", 1, INT64_MAX);
    if (schema > RECORD_SCHEMA)
        take_refuse(taker,
                    "its schema is %lld and this leaklab reads up to %d: read it with a newer one",
                    (long long)schema, RECORD_SCHEMA);
    recorded_check_header(taker, line);
    if (!take_failed(taker))
        recorded->header = json_incref((json_t *)line);
    return !take_failed(taker);
}

/* Doubles an array of `size` a piece where it is full. */
static bool make_room(void **array, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity)
        return true;
    size_t more = *capacity ? 2 * *capacity : 16;
    void *bigger = realloc(*array, more * size);
    if (!bigger)
        return false;
    *array = bigger;
    *capacity = more;
    return true;
}

static void read_start(struct recorded *recorded, const json_t *line, struct taker *taker)
{
    if (recorded->case_count == CASES_MOST ||
        !make_room((void **)&recorded->cases, &recorded->case_capacity, recorded->case_count,
                   sizeof *recorded->cases)) {
        take_refuse(taker, "more cases than there is room for");
        return;
    }
    int64_t next = (int64_t)recorded->case_count;
    take_whole(taker, line, "case", next, next);
    struct recorded_case *c = &recorded->cases[recorded->case_count];
    memset(c, 0, sizeof *c);
    recorded->case_count++; /* whatever it holds is freed with the rest */
    recorded_case_start(c, line, taker);
}

static void read_source(struct recorded *recorded, const json_t *line, struct taker *taker)
{
    const char *path = take_text(taker, line, "path", 200);
    const char *text = take_text(taker, line, "text", 1 << 20);
    if (take_failed(taker))
        return;
    struct recorded_source *more =
        recorded->source_count == SOURCES_MOST
            ? NULL
            : realloc(recorded->sources, (recorded->source_count + 1) * sizeof *more);
    if (more) {
        recorded->sources = more;
        more[recorded->source_count++] = (struct recorded_source){strdup(path), strdup(text)};
    }
    if (!more || !more[recorded->source_count - 1].path || !more[recorded->source_count - 1].text)
        take_refuse(taker, "more sources than there is room for");
}

static struct recorded_case *case_of(struct recorded *recorded, const json_t *line,
                                     struct taker *taker)
{
    int64_t last = (int64_t)recorded->case_count - 1;
    int64_t number = take_whole(taker, line, "case", 0, last < 0 ? 0 : last);
    if (last < 0 || recorded->cases[number].ended)
        take_refuse(taker, "of a case that has not begun, or has ended");
    return take_failed(taker) ? NULL : &recorded->cases[number];
}

static void read_line(struct recorded *recorded, const json_t *line, struct taker *taker)
{
    const char *type = take_text(taker, line, "type", 32);
    struct recorded_case *c;
    if (!json_is_object(line))
        take_refuse(taker, "no JSON object");
    else if (strcmp(type, "header") == 0)
        read_header(recorded, line, taker);
    else if (!recorded->header)
        take_refuse(taker, "no record begins like this");
    else if (recorded->closed)
        take_refuse(taker, "something after the end");
    else if (strcmp(type, "start") == 0)
        read_start(recorded, line, taker);
    else if (strcmp(type, "source") == 0)
        read_source(recorded, line, taker);
    else if (strcmp(type, "sample") == 0 && (c = case_of(recorded, line, taker)))
        recorded_case_sample(c, line, taker);
    else if (strcmp(type, "latencies") == 0 && (c = case_of(recorded, line, taker)))
        recorded_case_latencies(c, line, taker);
    else if (strcmp(type, "latency_quantiles") == 0 && (c = case_of(recorded, line, taker)))
        recorded_case_quantiles(c, line, taker);
    else if (strcmp(type, "end") == 0 && (c = case_of(recorded, line, taker)))
        recorded_case_end(c, line, taker);
    else if (strcmp(type, "close") == 0) {
        recorded->closed = true;
        recorded->interrupted_by = take_known(taker, line, "interrupted_by");
    } /* any other type is of a newer writer, who says that it may be passed over */
}

/* --- The whole ------------------------------------------------------------------------------ */

static void parse(struct recorded *recorded, const char *text, size_t length, struct taker *taker)
{
    json_error_t error;
    json_t *line = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (line)
        read_line(recorded, line, taker);
    else
        take_refuse(taker, "no JSON: %s", error.text);
    json_decref(line);
}

static void read_all(struct recorded *recorded, struct lines *lines, struct taker *taker)
{
    const char *text;
    size_t length;
    for (;;) {
        switch (lines_next(lines, &text, &length)) {
        case LINES_ONE:
            parse(recorded, text, length, taker);
            if (take_failed(taker))
                return;
            continue;
        case LINES_WRONG:
            take_refuse(taker, "no text, or longer than %d bytes", LINES_LONGEST);
            return;
        case LINES_CUT:
            snprintf(recorded->cut, sizeof recorded->cut,
                     "cut off within line %zu: read up to the line before", lines_number(lines));
            break;
        case LINES_END:
            if (!recorded->closed)
                snprintf(recorded->cut, sizeof recorded->cut,
                         "ends without its last line: it was cut off, or is still being written");
            break;
        }
        if (!recorded->header)
            take_refuse(taker, "no whole line: not a record");
        return;
    }
}

struct recorded *recorded_read(const char *path, char *why, size_t size)
{
    struct taker taker = {{0}};
    struct lines *lines = lines_open(path, why, size);
    if (!lines)
        return NULL;
    struct recorded *recorded = calloc(1, sizeof *recorded);
    if (recorded)
        read_all(recorded, lines, &taker);
    else
        take_refuse(&taker, "no memory for it");
    if (take_failed(&taker)) {
        snprintf(why, size, "%s:%zu: %s", path, lines_number(lines), taker.wrong);
        recorded_free(recorded);
        recorded = NULL;
    }
    lines_close(lines);
    return recorded;
}

void recorded_free(struct recorded *recorded)
{
    if (!recorded)
        return;
    for (size_t i = 0; i < recorded->case_count; i++)
        recorded_case_free(&recorded->cases[i]);
    for (size_t i = 0; i < recorded->source_count; i++) {
        free(recorded->sources[i].path);
        free(recorded->sources[i].text);
    }
    free(recorded->cases);
    free(recorded->sources);
    json_decref(recorded->header);
    free(recorded);
}

const char *recorded_source(const struct recorded *recorded, const char *path)
{
    for (size_t i = 0; i < recorded->source_count; i++)
        if (strcmp(recorded->sources[i].path, path) == 0)
            return recorded->sources[i].text;
    return NULL;
}
