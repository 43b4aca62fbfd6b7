/* Writing what leak detectors say, a line at a time (detections.h says what is in one). */
#pragma once

#include "record/detections.h"

struct detections_file;

/* Opens a new record, or, where `on` is what it holds already, goes on with it. NULL: *why. argc, argv: the command as
 * typed. */
struct detections_file *detections_open(const char *path, const struct detections *on, int argc,
                                        char **argv, char *why, size_t size);
void detections_detector(struct detections_file *file, const struct detector_said *said);
/* detector, plain: whose line was written before. */
void detections_detection(struct detections_file *file, const char *detector, bool plain,
                          const struct detection *detection);

/* Writes the last line and closes the file, with its contents on disk. False where something was not written: *why. */
bool detections_close(struct detections_file *file, char *why, size_t size);

/* The commit of this program, as a record's first line has it. */
const char *detections_commit(void);
