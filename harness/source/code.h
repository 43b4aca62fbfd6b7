/* What of a C source is code. */
#pragma once

/* The text with its comments taken out, and what blanks are left at the ends of lines: as many lines as before,
 * empty where there was nothing but a comment, and the last one ends too. The caller frees it; NULL: no memory. */
char *code_of(const char *text);
