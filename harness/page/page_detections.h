/* What leak detectors find, on its page. */
#pragma once

#include "record/detections.h"
#include <stdio.h>

void page_detections(FILE *out, const struct detections *detections);
