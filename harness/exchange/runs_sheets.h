/* Sheets of single runs: their figures, what grew, who was parked where, and what died of a limit. */
#pragma once

#include "exchange/sheet.h"
#include "result/summary.h"

/* A row a run. */
void sheet_runs(const struct summary *summary, struct sheets *sheets);

/* A row a variant, under load and after settle: of what the resident set's growth consists. */
void sheet_growth(const struct summary *summary, struct sheets *sheets);

/* A row a place where tasks of the first run are parked after settle. */
void sheet_parked(const struct summary *summary, struct sheets *sheets);

/* A row a run under a memory limit. */
void sheet_deaths(const struct summary *summary, struct sheets *sheets);
