/* What one request of a case has left behind and held, place by place, objects too that no verdict tells of. */
#pragma once

#include "probe/outcome.h"
#include "report/terminal.h"

/* A line each, indented; nothing for a case that did not end well. */
void left_print(const struct terminal *t, const struct outcome *outcome);
