/* Under what conditions cases ran, and what was expected of them: what records and saved results both
 * have. What is wrong is said to the taker. */
#pragma once

#include "catalog.h"
#include "probe/gauges.h"
#include "record/take.h"

/* An id or a family: it stands in links, in names of files and in HTML. */
void recorded_check_name(struct taker *taker, const char *name, const char *text);

/* The members that everything about a result is printed from. */
void recorded_check_header(struct taker *taker, const json_t *header);

struct settings recorded_settings(struct taker *taker, const json_t *object);
struct expectation recorded_expectation(struct taker *taker, const json_t *object);

/* How many wait for what, by enum wait_reason. What is not named is 0; a reason that this leaklab does
 * not know is passed over. */
/* What plain C has, where it is said: into *counts, whose other figures are left alone. */
void recorded_plain(struct taker *taker, const json_t *object, struct counts *counts);

void recorded_waiting(struct taker *taker, const json_t *object, uint64_t waiting[COUNTED_REASONS]);
