/* What every detector looks at: a program that serves requests of one case. */
#pragma once

#include "catalog.h"

/* Serves so many requests, a thousand a second by the virtual clock, each with a client who waits 50 ms; and goes on
 * until the last client has gone, and a tenth of a second more. Called from a task. */
void serve_requests(const struct pair *pair, enum variant variant, uint64_t requests);
