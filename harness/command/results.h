/* What the commands on saved results share: where these are, and which one is meant. */
#pragma once

#include "command/command.h"
#include "result/summary.h"

struct result_choice {
    const char *results; /* the folder of --results, or NULL */
    const char *result;  /* --result, or NULL: the fullest that has the pair */
};

/* Children for a command's argp; their input is a struct result_choice, which is filled in before
 * anything else. The first takes --results, the second --result too. */
extern const struct argp results_argp, result_argp;

/* The folder of results to write to: the one chosen, or ./results. */
const char *results_to_write(const struct result_choice *choice);

/* The folder to read: the one chosen, or ./results, or, where that is not there, the results that were
 * installed with this program. NULL where there is none of them, which is said on standard error. */
const char *results_to_read(const struct result_choice *choice, const char *command);

/* The saved summary that has both halves of the pair measured: the one chosen, or the fullest. Where
 * there is none it says so on standard error, with `command` before it. The caller frees it. */
struct summary *result_with(const struct result_choice *choice, const struct pair *pair,
                            const char *command);

/* A summary by its name in the folder, by the path of its folder, or of a record or report that is
 * not saved. Says what stands against it likewise. The caller frees it. */
struct summary *result_named(const struct result_choice *choice, const char *name,
                             const char *command);
