/* Text within TeX. */
#pragma once

#include <stdio.h>

/* Text that came from outside, as one line, for the field of a BibTeX entry: no command, no ligature, and
 * every brace in it has its other half, or the entry would end elsewhere. */
void tex_text(FILE *out, const char *text);
