/* Writing a record, while the cases run. record_format.h says what is in one. */
#pragma once

#include "probe/verdict.h"
#include "record/record_format.h"

struct record;

/* Opens a new record at path ("-": standard output), or says in *why what stands against it: a file with
 * something in it is not written over, and neither a device nor a pipe is refused. NULL then. */
struct record *record_open(const char *path, char *why, size_t size);

/* Every line goes there too. False: *why. */
bool record_copy_to(struct record *record, int fd, char *why, size_t size);

void record_header(struct record *record, const struct record_header *header);
/* The text of our samples, as it is in this program. */
void record_sources(struct record *record, const struct outcome *cases, size_t length);
void record_start(struct record *record, size_t number, const struct outcome *outcome);
void record_sample(struct record *record, size_t number, const struct sample *sample);
/* The latencies too. */
void record_end(struct record *record, size_t number, const struct outcome *outcome,
                const struct verdict *verdict);
void record_close_line(struct record *record, int interrupted_by);

/* NULL while all could be written, else what went wrong first: nothing was written after it. */
const char *record_error(const struct record *record);

/* Closes the file, with its contents on disk, and frees the record. False where something was not
 * written: why says what. */
bool record_close(struct record *record, char *why, size_t size);
