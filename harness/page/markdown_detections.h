/* What leak detectors find, in README.md of the results. */
#pragma once

#include "record/detections.h"
#include <stdio.h>

/* Nothing where there are none. */
void markdown_detections(FILE *out, const struct detections *detections);
