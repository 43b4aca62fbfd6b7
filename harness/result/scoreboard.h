/* What detectors said of every case, summed up: how much of what leaks each finds, and how often it is wrong. */
#pragma once

#include "record/detections.h"

/* Of one detector. Recall is found of leaks, precision found of all that it reports. What it could not look at is in no
 * figure but `failed`. */
struct score {
    const struct detector_said *said;
    size_t leaks, found, named; /* named: of the found ones, with a line of the sample */
    size_t fixes, fix_alarms, controls, control_alarms;
    size_t failed;
    double cpu, peak; /* medians over the cases it looked at; NAN: of none */
};

struct score score_of(const struct detections *detections, size_t detector);

/* Whether it has looked at anything. */
bool score_has(const struct score *score);

enum { SCORE_TEXT = 64 };
/* "57 of 62 (92 %)", "57 of 60 (95 %)", "0 of 62"; "-" of none. */
const char *score_recall(char text[SCORE_TEXT], const struct score *score);
const char *score_precision(char text[SCORE_TEXT], const struct score *score);
const char *score_named(char text[SCORE_TEXT], const struct score *score);
const char *score_fixes(char text[SCORE_TEXT], const struct score *score);
const char *score_controls(char text[SCORE_TEXT], const struct score *score);

/* "1.24 s", "41.0 MiB": of a case, the program and who looks at it. */
const char *score_time(char text[SCORE_TEXT], const struct score *score);
const char *score_memory(char text[SCORE_TEXT], const struct score *score);

/* What it needs: "the program's end", "one look" or "the source". */
const char *score_needs(const struct score *score);

/* What a row is of: a pair with tasks, a control, or a pair of plain C, whose detectors are others. */
enum scored { SCORED_PAIR, SCORED_CONTROL, SCORED_PLAIN, SCORED_KINDS };

/* Whether it was asked about any of these. */
bool score_asked(const struct detections *detections, size_t detector, enum scored of);

/* Whether it tells of any detector that is asked about plain C, or of any about tasks. */
bool score_has_detectors(const struct detections *detections, bool plain);

/* Of a pair, in a word: "line", "found", "-" where it is missed, with "!" behind it where the fix is reported too; of a
 * control "alarm" or "-"; "?" where it could not look, and "" where it was not asked. */
const char *score_word(const struct detections *detections, size_t detector, const char *id,
                       enum scored of);

/* The pairs (or controls) of this kind that some detector has looked at, in the order of the record: those of the first one that
 * looked first. To be freed, but not what they point to; *count of them. NULL: no memory. */
const struct detection **score_rows(const struct detections *detections, enum scored of,
                                    size_t *count);

/* The sentence that decides for all, what is in the columns of costs, what the words mean, and what is shown of plain C. */
extern const char score_criterion[], score_costs[], score_words[], score_plain[];
