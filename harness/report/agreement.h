/* Whether `make bench` and `make bench-go` say the same, for a terminal. */
#pragma once

#include "report/terminal.h"
#include "result/agreement.h"

/* The figures that do not agree, or all of them; then how many there are, and what that means. */
void agreement_tell(const struct terminal *t, const struct agreement *agreement, bool all);
