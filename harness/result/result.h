/* Saved results: results/<YYYYMMDD>-<machine>/, written once.
 *
 *   record.ndjson.gz  the record, every line as it was, but for the latencies of single requests:
 *                     of these its quantiles at every thousandth
 *   result.json       the figures made of it, the machine, the samples' text (summary_json.h)
 *   benchmarks.json   the report of `make bench`, with every repetition
 *   versus.json       that of `make bench-go`: ours and Go in turn, every round
 *   detections.ndjson.gz  the record of `leaklab detect`, every line as it was
 *   confirmation.json where it measures another result again: what came of that (confirmation.h)
 *   SHA256SUMS        of those above, as `sha256sum --check` reads it
 *
 * The record or the reports may be missing; then result.json has the machine alone. A report is kept
 * as it is but for the names of the host and of the program's file.
 *
 * What is made of these may be made anew at any time: README.md and figures/ within the folder, with a
 * SHA256SUMS of the figures; and the pages beside all of them (page/pages.h).
 */
#pragma once

#include "result/summary.h"

#define RESULT_RECORD       "record.ndjson.gz"
#define RESULT_JSON         "result.json"
#define RESULT_BENCHMARKS   "benchmarks.json"
#define RESULT_VERSUS       "versus.json"
#define RESULT_DETECTIONS   "detections.ndjson.gz"
#define RESULT_CONFIRMATION "confirmation.json"
#define RESULT_SUMS         "SHA256SUMS"

enum { RESULT_NAME = 96 };

/* Whether a machine may be called so: small letters, digits, '.', '_' and '-', a letter or digit
 * first, at most 64 of them, no two dots in a row. */
bool result_machine_name(const char *name);

/* Whether a folder is called like a result. */
bool result_name(const char *name);

/* What a machine is called where nobody named it: "amd-epyc-2-cores". Never the host's name. */
void result_name_machine(const json_t *header, char name[RESULT_NAME]);

/* The saved figures. NULL: *why names the file. */
struct summary *result_load(const char *results, const char *name, char *why, size_t size);

/* Whether there is a record in it, or benchmarks alone. */
bool result_has_record(const struct summary *summary);

/* The names of the results in the folder, newest first; *count of them. The caller frees them by
 * result_list_free(). NULL: *why; a folder without any is an empty list. */
char **result_list(const char *results, size_t *count, char *why, size_t size);
void result_list_free(char **names, size_t count);

/* What SHA256SUMS says, or would have to say, of the files in a result. The caller frees it. */
char *result_sums(const char *results, const char *name, char *why, size_t size);
