/* Somebody's stacks for flame graphs: folded lines, or the graph itself. */
#pragma once

#include "dumps/dump.h"
#include <stdio.h>

void flames_folded(const struct dump *dump, FILE *out);

/* 0, or -1: no memory. */
int flames_svg(const struct dump *dump, const char *title, FILE *out);
