/* Sheets of what was measured of each pair, over all its runs. */
#pragma once

#include "exchange/sheet.h"
#include "result/summary.h"

/* A row a variant: what each request leaves, with the intervals. Twins and other series are among them. */
void sheet_pairs(const struct summary *summary, struct sheets *sheets);

/* A row a leak and service (result/forecast_pair.h): when its memory is at an end. */
void sheet_forecasts(const struct summary *summary, struct sheets *sheets);

/* Shared with other sheets: whose row it is, in four columns. */
void sheet_whose_columns(struct sheet_writer *writer);
void sheet_whose(struct sheet_writer *writer, const struct measured_pair *pair,
                 enum variant variant);

/* Calls it for each variant with something to show, of ours and then of the other series. */
void sheet_each(const struct summary *summary, struct sheet_writer *writer,
                void (*row)(struct sheet_writer *writer, const struct measured_pair *pair,
                            enum variant variant));
