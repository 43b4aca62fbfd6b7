/* Text within Markdown. */
#pragma once

#include <stdio.h>

/* Text that came from outside: nothing in it is a tag, a link, code or a table's edge. */
void markdown_text(FILE *out, const char *words);

/* As it is, in a fence that its own backticks can not close. */
void markdown_code(FILE *out, const char *words);
