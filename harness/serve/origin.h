/* Who may ask: browsers are kept from asking in the name of other pages. */
#pragma once

#include "serve/request.h"

/* A request's target with a host in it, http://HOST/PATH, names the host whatever its header says.
 * Returns the path, and sets the request's host where the target has one. */
const char *origin_split(struct http_request *request, const char *target);

/* False where the request names a host that this service is not, as a page does whose name was made
 * to point here (DNS rebinding). It goes by the names that it was given, by localhost, and by numbers:
 * on loopback by loopback's own, else by any, for nobody can make one point elsewhere. */
bool origin_is_our_host(const struct http_request *request);

/* False where a browser asks in the name of another site's page, unless that is a link that is
 * followed to something that only tells; or where it can not be seen whether it does, and something
 * would change. Clients that are no browsers say nothing, and may. */
bool origin_may(const struct http_request *request, const struct route *route);

/* Whether host may be given to --host: letters, digits, dots, hyphens. */
bool origin_is_name(const char *name, size_t length);
