/* All tables of a saved result, as sheets. */
#pragma once

#include "exchange/sheet.h"
#include "result/summary.h"

/* Those that have a row, in a fixed order; sheets_free() in either case. False: no memory. */
bool sheets_of(const struct summary *summary, struct sheets *sheets);
