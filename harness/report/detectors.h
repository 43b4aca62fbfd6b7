/* What detectors said, as tables for a terminal: a row a pair, a row a control, a row a detector; of those with tasks, and
 * then of plain C. */
#pragma once

#include "record/detections.h"
#include "report/terminal.h"

/* False where there is no memory for the rows. */
bool detectors_print(const struct terminal *t, const struct detections *detections);
