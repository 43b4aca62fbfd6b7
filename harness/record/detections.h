/* What leak detectors said of each pair and each control: the record that `leaklab detect` writes, and reads back.
 * Nothing of it is trusted.
 *
 * Newline-delimited JSON, written and flushed a line at a time: what is on disk when a run dies is valid up to its
 * last newline. What is not known is null. A reader passes over types and members that it does not know.
 *
 * {"type":"detections", first and once:
 *    "schema":2, and of the header of a record (record_format.h): "leaklab","commit","time","command","machine","build",
 *    "libraries"}
 * {"type":"detector", once each, before what it says:
 *    "name":"valgrind", "version":"valgrind-3.19.0", "how": in one line how it is run, "go":false (it looks at the twins
 *    in Go), "plain":false (it is asked about pairs of plain C, and not about those with tasks), "stops": whether the program has to end for it, "reads": it reads the source alone, "skipped":null or why it is not there,
 *    "findings","cpu_ns","peak_bytes" (of the same program when it serves no request)}
 * {"type":"detection", once a case and detector:
 *    "detector":"valgrind","plain": as of its detector: of one name there may be one for tasks and one for plain C; "id","family","title","program":"leak"|"fix"|"control",
 *    "findings":3 (null: it could not look; "why" says why not), "found": whether that is more than where no request
 *    was served, "at":"leaks/..:12" (the line of the sample that it names; null),
 *    "cpu_ns" (of the whole process: the program and who looks at it),"wall_ns","peak_bytes"}
 * {"type":"close", last: "interrupted_by":null}
 *
 * Schema 1 has no "plain": all it tells of is tasks.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DETECTIONS_SCHEMA = 2 };

enum detected { DETECTED_LEAK, DETECTED_FIX, DETECTED_CONTROL, DETECTED_KINDS };
const char *detected_name(enum detected program);

struct detector_said {
    char *name, *version, *how;
    char *skipped; /* why it is not there; or "" */
    bool go, plain, stops, reads;
    int64_t findings, cpu, peak; /* with no request; -1: not known */
};

struct detection {
    size_t detector;
    char *id, *family, *title;
    enum detected program;
    int64_t findings; /* -1: it could not look */
    bool found;
    char *at, *why;          /* "" where there is nothing to say */
    int64_t cpu, wall, peak; /* nanoseconds and bytes; -1: not known */
};

struct detections {
    json_t *about; /* the header without its type */
    char *cut;     /* where it stops short, or "" */
    size_t detector_count, count;
    struct detector_said *detectors;
    struct detection *all;
};

/* Whether what is at this path begins as such a record does; plain or gzip-compressed. */
bool detections_begin(const char *path);

/* NULL where it is none, or is damaged: *why is one line that names the file. The caller frees it by
 * detections_free(). */
struct detections *detections_read(const char *path, char *why, size_t size);
void detections_free(struct detections *detections);

/* Which of its detectors has this name, and is asked about plain C or is not; detector_count: none. */
size_t detections_detector_named(const struct detections *detections, const char *name, bool plain);

/* NULL where it was not said. */
const struct detection *detections_find(const struct detections *detections, size_t detector,
                                        const char *id, enum detected program);
