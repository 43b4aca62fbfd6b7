/* Text within Markdown. */
#pragma once

#include <stdio.h>

/* Text that came from outside, as one line: nothing in it is a tag, a link, code, a heading, an item or a
 * table's edge. */
void markdown_text(FILE *out, const char *words);

/* As it is, in a fence that its own backticks can not close. Nothing where it is empty. In the cell of a
 * table its pipes have to be escaped besides. */
void markdown_code(FILE *out, const char *words);
void markdown_code_cell(FILE *out, const char *words);

/* The longest run of backticks in it: a fence of more than these, and of three at least, is closed by no line of
 * it. */
size_t markdown_ticks(const char *words);
void markdown_fence(FILE *out, size_t length);
