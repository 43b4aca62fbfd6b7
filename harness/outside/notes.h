/* What is said of a look as a whole. */
#pragma once

#include "outside/look.h"
#include "outside/target.h"
#include <jansson.h>
#include <stdio.h>

/* `process 7 (server): 1,003 tasks in 4 groups`, with a newline. */
void notes_write_head(const struct target *target, const struct look *look, FILE *out);

/* What a reader has to know to believe it or not: a line each. */
void notes_write(const struct target *target, const struct look *look, FILE *out);

/* The same for JSON: a new object, to which more is to be added. NULL: no memory. */
json_t *notes_json(const struct target *target, const struct look *look);

/* Labels of a group, as in Go's dumps: {"key":"value"}; nothing where there are none. */
void notes_write_labels(const struct seen_labels *labels, FILE *out);
json_t *notes_labels_json(const struct seen_labels *labels);
