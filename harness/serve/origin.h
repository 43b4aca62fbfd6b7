/* Who may ask: browsers are kept from asking in the name of other pages. */
#pragma once

#include "serve/request.h"

/* False where the request names a host that this service is not, as a page does whose name was made
 * to point here (DNS rebinding). A service that listens on more than loopback goes by any name. */
bool origin_is_our_host(const struct http_request *request);

/* False where a browser says that another site's page sends the request. Clients that are no
 * browsers say nothing, and may. */
bool origin_is_same(const struct http_request *request);
