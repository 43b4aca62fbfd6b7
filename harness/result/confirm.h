/* Whether a result holds elsewhere, or later: its figures, measured again by somebody, against the interval in
 * which each foretells the mean of so many new processes (probe/levels.h).
 *
 * What is counted has to be the same, on whatever machine. Bytes are held to it on whatever machine, too: that they
 * hold elsewhere is what is asked. Times of another machine or build are not comparable. */
#pragma once

#include "result/confirmation.h"
#include "result/summary.h"

/* Whether both are one measurement, under two names: that confirms nothing. */
bool confirm_same_measurement(const struct summary *a, const struct summary *b);

/* A row for each figure that is in both; of whose result it is, is the caller's to fill in. The caller frees it by
 * confirmation_free(). NULL: no memory. */
struct confirmation *confirm(const struct summary *published, const struct summary *here);
