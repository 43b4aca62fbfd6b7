/* What leak detectors find, in Markdown: on a page of its own, and in README.md of its result. */
#pragma once

#include "record/detections.h"
#include <stdio.h>

/* Nothing where there are none. */
void markdown_detections(FILE *out, const struct detections *detections);
