/* What gnuplot writes, made small and fit for pages. */
#pragma once

/* Of one SVG file by gnuplot: colours as #rrggbb, no empty groups, no markers that nothing uses; a
 * title, and rules for dark schemes. The caller frees it; NULL where it is no such file, or there is
 * no memory. */
char *svg_tidy(const char *svg, const char *title, const char *dark);

/* The part of a tidied one that goes into a page: without its rules, which would hold for all of
 * the page. The caller frees it. */
char *svg_inline(const char *svg);
