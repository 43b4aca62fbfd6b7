/* What a task waits for, in words and as JSON. */
#pragma once

#include "outside/look.h"
#include "outside/object.h"
#include "outside/target.h"
#include <jansson.h>
#include <stdio.h>

/* `for a mutex that task 4 locked at FILE:LINE in FUNCTION`; several for a select, a line each, with this before each
 * but the first. Nothing where a task waits for nothing. Returns how many lines it began, the last without its end. */
int words_write_wait(const struct target *target, const struct look *look,
                     const struct seen_task *task, const char *before, FILE *out);

/* An array of what it waits for; a sleep has one, too. NULL: no memory. */
json_t *words_json(const struct target *target, const struct look *look,
                   const struct seen_task *task);
