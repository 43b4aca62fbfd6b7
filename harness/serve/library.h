/* The HTTP library, GNU libmicrohttpd, on the loop that the tasks run on. */
#pragma once

#include "serve/server.h"
#include <uv.h>

/* Takes connections from server->listening, and wakes the main task whenever there is something for
 * library_run() to do. False: no memory, or no descriptors. */
bool library_start(struct server *server, uv_poll_t *poll);

/* One turn, from the main task only: requests are answered in it. The library takes only so many
 * events at once: as long as there are more, the main task is woken anew, and the others' tasks get
 * their turn in between. */
void library_run(struct server *server);

/* Closes all connections; none may be suspended. The poll handle is the caller's to close. */
void library_stop(struct server *server);
