/* What was found, in words. */
#pragma once

#include "probe/finding.h"
#include "probe/line.h"

enum verdict_kind {
    VERDICT_CLEAN,       /* nothing grows with the number of requests */
    VERDICT_LEAK,        /* something stays for ever, of each request or of some */
    VERDICT_HOLDS,       /* something goes on for long after its request: it levels off */
    VERDICT_UNSURE,      /* something stays, too little to say which of these it is */
    VERDICT_STARVED,     /* tasks were refused: what was counted is not the sample's doing */
    VERDICT_NO_REQUEST,  /* none was served: nothing can be said */
    VERDICT_DIED,        /* or was never started */
    VERDICT_INTERRUPTED, /* or not begun when the user had enough */
};

/* "LEAK 1.000 task/request, chan receive at FILE:LINE", "HOLDS ...", "clean". */
enum verdict_kind seen_say(struct line *line, const struct outcome *outcome,
                           const struct finding *finding);

/* Of a twin its tasks tell, and where timers are what its pair is about, that they do not. */
enum verdict_kind seen_say_of_twin(struct line *line, const struct outcome *outcome,
                                   const struct finding *finding);
