/* detectors.html and detectors.md: what leak detectors find of the pairs. */
#pragma once

#include "page/edition.h"

/* Where something was detected. The caller frees each; NULL: no memory. */
char *page_detectors(const struct edition *edition);
char *markdown_detectors(const struct edition *edition);
