/* A citation in one line: for a talk, a ticket, a caption. cite.h has the long one. */
#pragma once

#include "result/cite.h"

/* As text or Markdown (not BibTeX), with a newline at its end. The caller frees it; NULL: no memory. */
char *cite_short(const struct summary *summary, const struct measured_pair *pair,
                 enum cite_format format, const char *origin);

/* The figure alone: "1.000 task and 4,194.238 bytes per request"; "not measured" where it was not. */
enum { CITE_FIGURE = 384 };
const char *cite_figure(char text[CITE_FIGURE], const struct measured_pair *pair,
                        enum variant variant);
