/* Notices that a client goes away while its connection is suspended. The library polls such a
 * connection no longer, so the loop does: for the end of its stream, and for errors. A client that
 * closes only its sending side counts as gone, as in Go's server. */
#pragma once

#include <uv.h>

struct disconnect;

/* Tells gone(arg) once, if it happens before the end of the watch. NULL where there is no memory, or
 * the socket can not be polled: then nobody is told. */
struct disconnect *disconnect_watch(int socket, void (*gone)(void *arg), void *arg);

/* Before the connection is resumed. NULL is allowed. */
void disconnect_end(struct disconnect *d);
