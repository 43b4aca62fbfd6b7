/* The words and options that choose cases, shared by the commands that run some. */
#pragma once

#include "command/command.h"
#include "load/selection.h"

/* A child for a command's argp; its input is a struct selection, see selecting_start(). Takes the
 * ids, --variant, --requests, --seed, --stack, --patience, --settle, --recover, --hibernate and --controls. */
extern const struct argp selecting_argp;

/* Both variants of all pairs, with the default settings. */
struct selection selecting_start(void);

void selecting_free(struct selection *selection);
