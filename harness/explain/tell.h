/* An explanation in words. */
#pragma once

#include "explain/explanation.h"

void explanation_tell(const struct explanation *explanation, FILE *out);
