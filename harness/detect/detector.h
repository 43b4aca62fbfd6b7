/* A leak detector: how it is run on one case, and what it says. detector.c lists them.
 *
 * The same sentence decides for all of them: a leak is FOUND by who reports more of the program than of the same
 * program when it serves no request. That of a fix or a control is a false alarm.
 */
#pragma once

#include "catalog.h"
#include "record/detections.h"

/* NULL pair: the program that serves nothing. */
struct detect_case {
    const struct pair *pair;
    enum variant variant;
    uint64_t requests;
    bool plain; /* which program: that of tasks, or of plain C */
};

struct detector {
    const char *name;
    const char *how;   /* in one line: how it is run, and when it counts */
    bool go;           /* it looks at the twins in Go */
    bool plain;        /* it is asked about pairs of plain C, and not about those with tasks */
    bool stops;        /* the program has to end for it */
    bool reads;        /* it reads the source, and runs nothing */
    uint64_t requests; /* that are served before it looks; 0 where none are */
    /* Fills in said->version. False where the tool is not there: *why. */
    bool (*is_there)(char *version, size_t room, char *why, size_t size);
    /* Whether it can look at this case at all: NULL: at any. Called after is_there(). */
    bool (*knows)(const struct pair *pair, enum variant variant);
    /* Fills in findings, at, cpu, wall and peak. False where it could not look: *why. */
    bool (*look)(const struct detect_case *of, struct detection *detection, char *why, size_t size);
};

extern const struct detector *const detectors[]; /* ends with NULL */

extern const struct detector detector_count, detector_sites, detector_quiescence, detector_proof,
    detector_sanitizer, detector_valgrind, detector_valgrind_fds, detector_analyzer,
    detector_go_count, detector_go_profile, detector_go_vet;

/* Of plain C; some have the name of one above, and do the same. */
extern const struct detector detector_plain_sanitizer, detector_plain_valgrind,
    detector_plain_valgrind_fds, detector_plain_analyzer, detector_loop_close,
    detector_print_handles, detector_thread_sanitizer, detector_census;

/* The pair of the case, or any of its program where it has none. */
const struct pair *detect_pair(const struct detect_case *of);

/* Where the sample stands, from the project's root: "leaks/io/half_closed.c". */
enum { DETECT_PATH = 300 };
const char *detect_sample(char path[DETECT_PATH], const struct detect_case *of);
const char *detect_twin(char path[DETECT_PATH], const struct detect_case *of);

/* What was built beside this program, "FOLDER/name"; suffix: of the folder, as in "-sanitize". False where it is not
 * there: *why says what to do. */
enum { DETECT_PROGRAM = 4096 };
bool detect_program(char path[DETECT_PROGRAM], const char *suffix, const char *name, char *why,
                    size_t size);
