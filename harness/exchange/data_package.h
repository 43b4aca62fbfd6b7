/* datapackage.json: what is in a saved result, and in each column of its tables, as Frictionless has it
 * (https://specs.frictionlessdata.io). */
#pragma once

#include "exchange/sheet.h"
#include "result/summary.h"

/* The folder of the tables, within the result's. */
#define DATA_TABLES  "tables"
#define DATA_PACKAGE "datapackage.json"

/* sums: the result's SHA256SUMS, which says what was saved of it; or "". The caller frees it; NULL: no memory. */
char *data_package(const struct summary *summary, const struct sheets *sheets, const char *sums);
