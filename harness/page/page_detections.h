/* What leak detectors find, in the page of all results. */
#pragma once

#include "record/detections.h"
#include <stdio.h>

void page_detections(FILE *out, const struct detections *detections);
