/* Texts for the page, malloc'ed; NULL where there is no memory. */
#pragma once

#include "live/live_state.h"

char *live_json_state(const struct live *live);
char *live_json_looks(const struct live *live);   /* the latest of each case */
char *live_json_history(const struct live *live); /* all that are kept */
char *live_json_verdicts(const struct live *live);
char *live_json_pairs(const struct live *live);
char *live_json_source(const struct pair *pair);

/* A pair or a control; NULL where there is no such id. */
const struct pair *live_json_pair(const char *id);
