/* An explanation for a program, and for a ticket. */
#pragma once

#include "explain/explanation.h"

void explanation_markdown(const struct explanation *explanation, FILE *out);

/* 0, or -1: no memory. */
int explanation_json(const struct explanation *explanation, FILE *out);
