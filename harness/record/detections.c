#include "record/detections.h"
#include "record/lines.h"
#include "record/take.h"
#include <stdlib.h>
#include <string.h>

enum { TEXT_LONGEST = 4000, DETECTORS_MOST = 64, DETECTIONS_MOST = 1 << 20 };

static const char *const names[DETECTED_KINDS] = {"leak", "fix", "control"};

const char *detected_name(enum detected program)
{
    return names[program];
}

/* --- One line ------------------------------------------------------------------------------- */

static char *copy(struct taker *taker, const json_t *line, const char *name)
{
    char *text = strdup(take_text(taker, line, name, TEXT_LONGEST));
    if (!text)
        take_refuse(taker, "no memory for it");
    return text;
}

/* Schema 1 does not have it. */
static bool take_plain(struct taker *taker, const json_t *line)
{
    return json_object_get(line, "plain") && take_boolean(taker, line, "plain");
}

static void *room_for(void *array, size_t count, size_t size, size_t most, struct taker *taker)
{
    void *more = count < most ? reallocarray(array, count + 1, size) : NULL;
    if (!more)
        take_refuse(taker, count < most ? "no memory for it" : "there are too many of its lines");
    return more;
}

static void take_header(struct detections *d, const json_t *line, struct taker *taker)
{
    take_whole(taker, line, "schema", 1, DETECTIONS_SCHEMA);
    if (d->about)
        take_refuse(taker, "it begins twice");
    else
        d->about = json_copy((json_t *)line);
    if (d->about)
        json_object_del(d->about, "type");
    else
        take_refuse(taker, "no memory for its first line");
}

static void take_detector(struct detections *d, const json_t *line, struct taker *taker)
{
    struct detector_said *more =
        room_for(d->detectors, d->detector_count, sizeof *more, DETECTORS_MOST, taker);
    if (!more)
        return;
    d->detectors = more;
    more[d->detector_count++] = (struct detector_said){
        .name = copy(taker, line, "name"),
        .version = copy(taker, line, "version"),
        .how = copy(taker, line, "how"),
        .skipped = copy(taker, line, "skipped"),
        .go = take_boolean(taker, line, "go"),
        .plain = take_plain(taker, line),
        .stops = take_boolean(taker, line, "stops"),
        .reads = take_boolean(taker, line, "reads"),
        .findings = take_known(taker, line, "findings"),
        .cpu = take_known(taker, line, "cpu_ns"),
        .peak = take_known(taker, line, "peak_bytes"),
    };
}

static size_t detector_of(const struct detections *d, const json_t *line, struct taker *taker)
{
    const char *name = take_text(taker, line, "detector", TEXT_LONGEST);
    bool plain = take_plain(taker, line);
    size_t i = detections_detector_named(d, name, plain);
    if (i < d->detector_count)
        return i;
    take_refuse(taker, "no line before tells of the detector \"%.64s\"%s", name,
                plain ? " of plain C" : "");
    return 0;
}

static enum detected program_of(const char *name, struct taker *taker)
{
    for (enum detected program = 0; program < DETECTED_KINDS; program++)
        if (strcmp(name, names[program]) == 0)
            return program;
    take_refuse(taker, "\"program\" is \"%.64s\"", name);
    return DETECTED_LEAK;
}

static void take_detection(struct detections *d, const json_t *line, struct taker *taker)
{
    struct detection *more = room_for(d->all, d->count, sizeof *more, DETECTIONS_MOST, taker);
    if (!more)
        return;
    d->all = more;
    more[d->count++] = (struct detection){
        .detector = detector_of(d, line, taker),
        .id = copy(taker, line, "id"),
        .family = copy(taker, line, "family"),
        .title = copy(taker, line, "title"),
        .program = program_of(take_text(taker, line, "program", TEXT_LONGEST), taker),
        .findings = take_known(taker, line, "findings"),
        .found = take_boolean(taker, line, "found"),
        .at = copy(taker, line, "at"),
        .why = copy(taker, line, "why"),
        .cpu = take_known(taker, line, "cpu_ns"),
        .wall = take_known(taker, line, "wall_ns"),
        .peak = take_known(taker, line, "peak_bytes"),
    };
    const struct detection *it = &more[d->count - 1];
    if (it->found && it->findings < 0)
        take_refuse(taker, "%.64s is found where nobody could look", it->id);
}

static void take_line(struct detections *d, const json_t *line, struct taker *taker)
{
    const char *type = take_text(taker, line, "type", 64);
    if (strcmp(type, "detections") == 0)
        take_header(d, line, taker);
    else if (!d->about)
        take_refuse(taker, "it does not begin as a record of detectors");
    else if (strcmp(type, "detector") == 0)
        take_detector(d, line, taker);
    else if (strcmp(type, "detection") == 0)
        take_detection(d, line, taker);
    else if (strcmp(type, "close") == 0)
        d->cut[0] = 0;
}

/* --- All of them ---------------------------------------------------------------------------- */

static void take_text_line(struct detections *d, const char *text, size_t length,
                           struct taker *taker)
{
    json_error_t error;
    json_t *line = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(line))
        take_refuse(taker, "no JSON object: %s", line ? "something else" : error.text);
    else
        take_line(d, line, taker);
    json_decref(line);
}

static void read_lines(struct detections *d, struct lines *lines, struct taker *taker,
                       size_t *number)
{
    const char *text;
    size_t length;
    enum lines_got got = LINES_END;
    while (!take_failed(taker) && (got = lines_next(lines, &text, &length)) == LINES_ONE) {
        *number = lines_number(lines);
        take_text_line(d, text, length, taker);
    }
    if (!take_failed(taker) && got == LINES_WRONG)
        take_refuse(taker, "it can not be read on after line %zu", *number);
    if (!take_failed(taker) && !d->about)
        take_refuse(taker, "it does not begin as a record of detectors");
}

struct detections *detections_read(const char *path, char *why, size_t size)
{
    struct taker taker = {{0}};
    size_t number = 0;
    struct lines *lines = lines_open(path, why, size);
    struct detections *d = lines ? calloc(1, sizeof *d) : NULL;
    if (d)
        d->cut = strdup("it was cut off: more was to come");
    if (d && d->cut)
        read_lines(d, lines, &taker, &number);
    else if (lines)
        take_refuse(&taker, "no memory for it");
    if (lines)
        lines_close(lines);
    if (lines && !take_failed(&taker))
        return d;
    if (lines)
        snprintf(why, size, "%s, line %zu: %s", path, number, taker.wrong);
    detections_free(d);
    return NULL;
}

bool detections_begin(const char *path)
{
    char why[256];
    const char *text;
    size_t length;
    struct lines *lines = lines_open(path, why, sizeof why);
    bool begins = false;
    if (lines && lines_next(lines, &text, &length) == LINES_ONE) {
        json_t *line = json_loadb(text, length, 0, NULL);
        const char *type = json_string_value(json_object_get(line, "type"));
        begins = type && strcmp(type, "detections") == 0;
        json_decref(line);
    }
    if (lines)
        lines_close(lines);
    return begins;
}

void detections_free(struct detections *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->detector_count; i++) {
        struct detector_said *said = &d->detectors[i];
        char *const texts[] = {said->name, said->version, said->how, said->skipped};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            free(texts[k]);
    }
    for (size_t i = 0; i < d->count; i++) {
        struct detection *it = &d->all[i];
        char *const texts[] = {it->id, it->family, it->title, it->at, it->why};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            free(texts[k]);
    }
    free(d->detectors);
    free(d->all);
    free(d->cut);
    json_decref(d->about);
    free(d);
}

size_t detections_detector_named(const struct detections *d, const char *name, bool plain)
{
    size_t i = 0;
    while (i < d->detector_count && (!d->detectors[i].name || d->detectors[i].plain != plain ||
                                     strcmp(d->detectors[i].name, name) != 0))
        i++;
    return i;
}

const struct detection *detections_find(const struct detections *d, size_t detector, const char *id,
                                        enum detected program)
{
    for (size_t i = 0; i < d->count; i++)
        if (d->all[i].detector == detector && d->all[i].program == program &&
            strcmp(d->all[i].id, id) == 0)
            return &d->all[i];
    return NULL;
}
