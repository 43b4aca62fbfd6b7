/* Beneath a verdict that is not as it should be: what was expected, who is parked where, and what
 * the case said before it died. */
#pragma once

#include "probe/verdict.h"
#include "report/terminal.h"

/* The style that a verdict's words are written in. */
enum style detail_style(const struct verdict *verdict);

/* Indented lines; nothing where all is as the catalog says. */
void detail_print(const struct terminal *t, const struct outcome *outcome,
                  const struct verdict *verdict);
