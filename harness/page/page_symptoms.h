/* symptoms.html and symptoms.md: the pairs by what they look like. */
#pragma once

#include "page/edition.h"

/* The caller frees each; NULL: no memory. */
char *page_symptoms(const struct edition *edition);
char *markdown_symptoms(const struct edition *edition);
