/* What was found, in words. */
#pragma once

#include "probe/finding.h"
#include "probe/line.h"
#include "probe/verdict.h"

/* "LEAK 1.000 task/request, chan receive at FILE:LINE", "HOLDS ...", "clean". */
enum verdict_kind seen_say(struct line *line, const struct outcome *outcome,
                           const struct finding *finding);

/* Of a twin its tasks tell, and where timers are what its pair is about, that they do not. */
enum verdict_kind seen_say_of_twin(struct line *line, const struct outcome *outcome,
                                   const struct finding *finding);
