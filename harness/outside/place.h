/* Places in the program that is looked at, in words. */
#pragma once

#include "outside/seen.h"
#include "outside/target.h"
#include <jansson.h>
#include <stdio.h>

/* Where a group's tasks are: the innermost function of the program's own, or where they were made to begin. */
const struct symbol *place_of(const struct target *target, const struct seen_group *group);

/* Of the call before this return address, the runtime's own inline functions left out. */
const struct symbol *place_of_call(const struct target *target, uint64_t return_address);

/* `FILE:LINE in FUNCTION`, or as much of it as is known; nothing in it steers a terminal. */
void place_write(const struct symbol *symbol, FILE *out);
void place_write_call(const struct target *target, uint64_t return_address, FILE *out);
void place_write_site(const struct seen_site *site, FILE *out);

/* `chan receive`, `runnable`, `running`. */
const char *place_state(const struct seen_group *group);

/* For JSON, each new. NULL where memory is short. */
json_t *place_json(const struct symbol *symbol);
json_t *place_json_call(const struct target *target, uint64_t return_address);
json_t *place_json_site(const struct seen_site *site);
json_t *place_json_text(const char *text);
