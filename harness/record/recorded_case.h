/* The lines of one case of a record, and what they share with summaries. Private to the readers. */
#pragma once

#include "record/recorded.h"
#include "record/take.h"

/* Each fills in its part of the case, or says to the taker what is wrong; then the case holds what
 * can be freed. */
void recorded_case_start(struct recorded_case *c, const json_t *line, struct taker *taker);
void recorded_case_sample(struct recorded_case *c, const json_t *line, struct taker *taker);
void recorded_case_latencies(struct recorded_case *c, const json_t *line, struct taker *taker);
void recorded_case_quantiles(struct recorded_case *c, const json_t *line, struct taker *taker);
void recorded_case_end(struct recorded_case *c, const json_t *line, struct taker *taker);

/* An id or a family: it stands in links, in names of files and in HTML. */
void recorded_check_name(struct taker *taker, const char *name, const char *text);

/* The members that everything about a result is printed from. */
void recorded_check_header(struct taker *taker, const json_t *header);

struct settings recorded_settings(struct taker *taker, const json_t *object);
struct expectation recorded_expectation(struct taker *taker, const json_t *object);

/* Frees what it holds, not the case itself. */
void recorded_case_free(struct recorded_case *c);
