/* Connections and pipes: made, read, written, closed. Sockets' own calls are in io_socket.c. */
#include "task/io.h"
#include "task/hibernate.h"
#include "task/io_wait.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* --- Life ------------------------------------------------------------------------------------- */

struct io *task_io_new(int fd, bool is_socket)
{
    struct io *io = sched_allocate(sizeof *io, "a connection");
    *io = (struct io){.fd = fd, .is_socket = is_socket, .references = 1};
    task_stats.ios++;
    return io;
}

struct io *io_ref(struct io *io)
{
    if (io)
        io->references++;
    return io;
}

void io_drop(struct io *io)
{
    if (!io || --io->references)
        return;
    io_close(io);
    task_stats.ios--;
    free(io);
}

static void remove_file(const struct io *io)
{
    struct sockaddr_un name = {0};
    socklen_t size = sizeof name;
    if (!getsockname(io->fd, (struct sockaddr *)&name, &size) && name.sun_path[0])
        unlink(name.sun_path);
}

int io_close(struct io *io)
{
    if (!io)
        return -EINVAL;
    if (io->fd < 0)
        return -EBADF;
    task_io_forget(io);
    if (io->has_file)
        remove_file(io);
    int failed = close(io->fd) ? -errno : 0;
    io->fd = -1;
    return failed;
}

int io_shutdown(struct io *io)
{
    if (!io)
        return -EINVAL;
    return shutdown(io->fd, SHUT_WR) ? -errno : 0;
}

int io_fd(const struct io *io)
{
    return io->fd;
}

/* --- Pipes and other people's descriptors ----------------------------------------------------- */

static void do_nothing(int number)
{
    (void)number;
}

/* A socket can be told not to signal, a pipe can not. A handler, and not SIG_IGN, which the programs
 * that this one starts would inherit. */
static void silence_sigpipe(void)
{
    struct sigaction now, quiet = {.sa_handler = do_nothing, .sa_flags = SA_RESTART};
    if (!sigaction(SIGPIPE, 0, &now) && !(now.sa_flags & SA_SIGINFO) && now.sa_handler == SIG_DFL)
        sigaction(SIGPIPE, &quiet, 0);
}

int io_pipe(struct io *ends[2])
{
    int fds[2];
    if (pipe2(fds, O_NONBLOCK | O_CLOEXEC))
        return -errno;
    silence_sigpipe();
    for (int i = 0; i < 2; i++)
        ends[i] = task_io_new(fds[i], false);
    return 0;
}

int io_pair(struct io *ends[2])
{
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds))
        return -errno;
    for (int i = 0; i < 2; i++)
        ends[i] = task_io_new(fds[i], true);
    return 0;
}

int io_open(int fd, struct io **io)
{
    struct stat about;
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fstat(fd, &about) || fcntl(fd, F_SETFL, flags | O_NONBLOCK))
        return -errno;
    if (!S_ISSOCK(about.st_mode))
        silence_sigpipe();
    *io = task_io_new(fd, S_ISSOCK(about.st_mode));
    return 0;
}

/* --- Reading and writing ---------------------------------------------------------------------- */

/* Whether a call is to be made again: it was interrupted, or the memory was on the stack of a task that hibernates,
 * which the kernel does not wake. */
static bool is_to_be_repeated(ssize_t n, const void *memory, size_t size)
{
    return n < 0 && (errno == EINTR || (errno == EFAULT && task_hibernate_touch(memory, size)));
}

static ssize_t try_read(const struct io *io, void *into, size_t size)
{
    ssize_t n;
    do
        n = read(io->fd, into, size);
    while (is_to_be_repeated(n, into, size));
    return n < 0 ? -errno : n;
}

static ssize_t try_write(const struct io *io, const void *from, size_t size)
{
    ssize_t n;
    do
        n = io->is_socket ? send(io->fd, from, size, MSG_NOSIGNAL) : write(io->fd, from, size);
    while (is_to_be_repeated(n, from, size));
    return n < 0 ? -errno : n;
}

ssize_t io_read(struct ctx *ctx, struct io *io, void *into, size_t size)
{
    struct io_call call;
    ssize_t n = task_io_begin(&call, ctx, io, IO_READS);
    if (n)
        return n;
    while ((n = try_read(io, into, size)) == -EAGAIN)
        if ((n = task_io_wait(&call)))
            break;
    return task_io_end(&call, n);
}

ssize_t io_write_some(struct ctx *ctx, struct io *io, const void *from, size_t size)
{
    struct io_call call;
    ssize_t n = task_io_begin(&call, ctx, io, IO_WRITES);
    if (n)
        return n;
    while ((n = try_write(io, from, size)) == -EAGAIN)
        if ((n = task_io_wait(&call)))
            break;
    return task_io_end(&call, n);
}

ssize_t io_read_full(struct ctx *ctx, struct io *io, void *into, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t n = io_read(ctx, io, (char *)into + done, size - done);
        if (n < 0)
            return n;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

ssize_t io_write(struct ctx *ctx, struct io *io, const void *from, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t n = io_write_some(ctx, io, (const char *)from + done, size - done);
        if (n < 0)
            return n;
        done += (size_t)n;
    }
    return (ssize_t)done;
}
