/* What the tests of the live page's other side share: its commands, and its stream of events. */
#pragma once

#include "test/service.h"
#include <jansson.h>

#define START(pair, rate, limit)                                                                   \
    "{\"pair\":\"" pair "\",\"rate\":" #rate ",\"memory_limit_mib\":" #limit "}"

/* Fails where the answer has another status. */
void live_command(const struct service *s, const char *path, const char *body, int status);

/* A connection that events come on. */
int live_listen(const struct service *s);

/* The next line that begins so, without its end; NULL at the end of the stream. Static. */
const char *live_line(int client, const char *begin);

/* The data of the next event of that name. The caller drops it. */
json_t *live_event(int client, const char *name);
void live_await_state(int client, const char *pair, const char *leak, const char *fix);

/* A field of a look: seconds, tasks, requests, RSS, p99, timers. */
json_int_t live_looked(const json_t *looks, const char *variant, size_t field);
void live_await_requests(int client, json_int_t most);
