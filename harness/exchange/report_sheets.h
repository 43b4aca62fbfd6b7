/* Sheets of reports: benchmarks, the comparison with Go, leak detectors. NULL: there is none. */
#pragma once

#include "exchange/sheet.h"
#include "record/benchmarks.h"
#include "record/detections.h"

/* A row a benchmark: what one operation costs. */
void sheet_benchmarks(const struct benchmarks *benchmarks, struct sheets *sheets);

/* The same of the comparison; the same work is a row here and one in Go. */
void sheet_versus(const struct benchmarks *comparison, struct sheets *sheets);

/* A row a detector: how much it finds, and of what it is wrong. */
void sheet_detectors(const struct detections *detections, struct sheets *sheets);

/* A row a detector and program: what it said. */
void sheet_detections(const struct detections *detections, struct sheets *sheets);
