/* Sheets of what is left that is neither task nor timer: by kind, and by the line that made it. Of plain C it is all there is.
 * A result in which no pair leaves such things has neither. */
#pragma once

#include "exchange/sheet.h"
#include "result/summary.h"

/* A row a variant and kind, as far as it is told (result/left.h). */
void sheet_left(const struct summary *summary, struct sheets *sheets);

/* A row a place where what the first run has left was made. */
void sheet_made(const struct summary *summary, struct sheets *sheets);
