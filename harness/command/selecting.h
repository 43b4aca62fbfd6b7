/* The words and options that choose cases, shared by the commands that run some. */
#pragma once

#include "command/command.h"
#include "load/selection.h"

/* A child for a command's argp; its input is a struct selection, see selecting_start(). Takes the
 * ids, --variant, --requests, --seed, --stack, --patience, --settle, --recover, --hibernate and --controls. */
extern const struct argp selecting_argp;

/* Both variants of all pairs, with the default settings. */
struct selection selecting_start(void);

/* For use in a parser: adds what a word names: an id, a family, or a word of ids and titles; controls go by their ids.
 * Refuses one that names nothing. */
void selecting_choose(struct selection *selection, const char *word,
                      const struct argp_state *state);

void selecting_free(struct selection *selection);
