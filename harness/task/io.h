/* I/O that parks the task and not the thread: TCP and unix sockets, and pipes.
 *
 * What has to wait parks ("IO wait") until it can go on, or its context ends: give each call one that
 * does, or a silent peer keeps the task for ever. A call returns 0 or more, or a negative errno. Three
 * mean the same in all calls:
 *
 *   -ECANCELED  ctx was cancelled
 *   -ETIMEDOUT  ctx's deadline has passed (or the kernel gave the peer up)
 *   -EBADF      it is closed; by another task, perhaps, while this one waited
 *
 * Data moves only while the task runs: one that gave up has nobody writing into its memory.
 *
 * Under the virtual clock the loop is asked what is ready before time moves; but a peer in another
 * process does not know of that time, and will seem to answer late.
 */
#pragma once

#include "task/ctx.h"
#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A listener, a connection, or one end of a pipe. Who holds it holds a reference and drops it; the
 * last drop closes it, and a task that waits on it holds one. */
struct io;

struct io *io_ref(struct io *io);
void io_drop(struct io *io);

/* --- Making: *io with one reference, the caller's; on an error *io is left alone --------------- */

/* network: "tcp" with address "127.0.0.1:80", "[::1]:80", ":80" (all IPv4 addresses of this machine),
 * and port 0 for any that is free; names are not looked up. Or "unix" with a path, or "@name" without a file. The file of a unix
 * listener is removed when it is closed. Does not park. */
int io_listen(const char *network, const char *address, struct io **listener);

/* Waits for the next connection. -EMFILE and the like leave it waiting: sleep before the next try. */
int io_accept(struct ctx *ctx, struct io *listener, struct io **connection);

/* Addresses as in io_listen(); ":80" is 127.0.0.1. */
int io_connect(struct ctx *ctx, const char *network, const char *address, struct io **connection);

/* A pipe: ends[0] to read from, ends[1] to write to. */
int io_pipe(struct io *ends[2]);

/* Two ends connected to each other, both to read from and write to. */
int io_pair(struct io *ends[2]);

/* Takes over a descriptor: a socket, a pipe, a terminal. It is made non-blocking, for all who share it.
 * A regular file never parks. */
int io_open(int fd, struct io **io);

/* --- Reading and writing ------------------------------------------------------------------------ */

/* Reads what is there, at least a byte and at most size. 0: the other side has ended (or size is 0). */
ssize_t io_read(struct ctx *ctx, struct io *io, void *into, size_t size);

/* Reads size bytes. Fewer: the other side ended before. After an error it is not known how many were
 * read. */
ssize_t io_read_full(struct ctx *ctx, struct io *io, void *into, size_t size);

/* Writes all of it and returns size. After an error it is not known how much was written. */
ssize_t io_write(struct ctx *ctx, struct io *io, const void *from, size_t size);

/* Writes at least a byte, and returns how many. */
ssize_t io_write_some(struct ctx *ctx, struct io *io, const void *from, size_t size);

/* What is written to a pipe that nobody reads, or to a connection that the other side has closed, is
 * -EPIPE and no signal: SIGPIPE does nothing from the first pipe on, unless the program has said what
 * it shall do. */

/* --- Ending -------------------------------------------------------------------------------------- */

/* Nothing more will be written: the other side reads the rest, and then the end. Not for pipes. */
int io_shutdown(struct io *io);

/* Closes it now, whoever holds it. Every task that waits on it goes on with -EBADF. */
int io_close(struct io *io);

/* --- Looking at it ------------------------------------------------------------------------------- */

/* This side's address, or the other's, as text in the form that io_connect() takes. -ENOSPC where
 * size bytes are too few. A unix socket without a name: "". */
int io_address(const struct io *io, char *text, size_t size);
int io_peer_address(const struct io *io, char *text, size_t size);

/* The descriptor, borrowed; -1 once it is closed. */
int io_fd(const struct io *io);

#ifdef __cplusplus
}
#endif
