/* Sockets: addresses, listening, accepting, connecting. */
#include "task/io.h"
#include "task/io_wait.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct address {
    socklen_t size;
    union {
        struct sockaddr any;
        struct sockaddr_in ip4;
        struct sockaddr_in6 ip6;
        struct sockaddr_un local;
    };
};

/* --- From text, and to text ------------------------------------------------------------------- */

static int parse_port(const char *text, in_port_t *port)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || value > UINT16_MAX)
        return -EINVAL;
    *port = htons((uint16_t)value);
    return 0;
}

/* HOST:PORT, [HOST]:PORT, :PORT. */
static int parse_tcp(const char *text, bool is_passive, struct address *a)
{
    char host[INET6_ADDRSTRLEN + 2];
    in_port_t port;
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    if (!colon || length >= sizeof host || parse_port(colon + 1, &port))
        return -EINVAL;
    memcpy(host, text, length);
    host[length] = 0;
    memset(a, 0, sizeof *a);
    if (length > 1 && host[0] == '[' && host[length - 1] == ']') {
        host[length - 1] = 0;
        a->ip6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = port};
        a->size = sizeof a->ip6;
        return inet_pton(AF_INET6, host + 1, &a->ip6.sin6_addr) == 1 ? 0 : -EINVAL;
    }
    a->ip4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = port};
    a->size = sizeof a->ip4;
    if (!length) {
        a->ip4.sin_addr.s_addr = htonl(is_passive ? INADDR_ANY : INADDR_LOOPBACK);
        return 0;
    }
    return inet_pton(AF_INET, host, &a->ip4.sin_addr) == 1 ? 0 : -EINVAL;
}

/* A path, or @NAME: then the first byte is 0, and there is no file. */
static int parse_unix(const char *text, struct address *a)
{
    size_t length = strlen(text);
    if (!length)
        return -EINVAL;
    if (length >= sizeof a->local.sun_path)
        return -ENAMETOOLONG;
    memset(a, 0, sizeof *a);
    a->local.sun_family = AF_UNIX;
    memcpy(a->local.sun_path, text, length);
    bool is_abstract = text[0] == '@';
    if (is_abstract)
        a->local.sun_path[0] = 0;
    a->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + !is_abstract);
    return 0;
}

static int parse(const char *network, const char *text, bool is_passive, struct address *a)
{
    if (!network || !text)
        return -EINVAL;
    if (!strcmp(network, "tcp"))
        return parse_tcp(text, is_passive, a);
    return strcmp(network, "unix") ? -EPROTONOSUPPORT : parse_unix(text, a);
}

static int print(const struct address *a, char *text, size_t size)
{
    char host[INET6_ADDRSTRLEN];
    int n = 0;
    if (a->any.sa_family == AF_INET)
        n = snprintf(text, size, "%s:%d", inet_ntop(AF_INET, &a->ip4.sin_addr, host, sizeof host),
                     ntohs(a->ip4.sin_port));
    else if (a->any.sa_family == AF_INET6)
        n = snprintf(text, size, "[%s]:%d",
                     inet_ntop(AF_INET6, &a->ip6.sin6_addr, host, sizeof host),
                     ntohs(a->ip6.sin6_port));
    else if (a->any.sa_family == AF_UNIX) {
        int length = (int)a->size - (int)offsetof(struct sockaddr_un, sun_path);
        bool is_abstract = length > 0 && !a->local.sun_path[0];
        n = snprintf(text, size, "%s%.*s", is_abstract ? "@" : "", length - is_abstract,
                     a->local.sun_path + is_abstract);
    } else
        return -EAFNOSUPPORT;
    return n < 0 || (size_t)n >= size ? -ENOSPC : 0;
}

static int tell(const struct io *io,
                int (*get)(int, struct sockaddr *restrict, socklen_t *restrict), char *text,
                size_t size)
{
    struct address a = {.size = sizeof a.local};
    if (!io)
        return -EINVAL;
    return get(io->fd, &a.any, &a.size) ? -errno : print(&a, text, size);
}

int io_address(const struct io *io, char *text, size_t size)
{
    return tell(io, getsockname, text, size);
}

int io_peer_address(const struct io *io, char *text, size_t size)
{
    return tell(io, getpeername, text, size);
}

/* --- Making ------------------------------------------------------------------------------------- */

static int open_socket(const struct address *a)
{
    int fd = socket(a->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}

/* Small messages go out at once, as in Go. */
static void set_no_delay(int fd, int family)
{
    if (family != AF_UNIX)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
}

int io_listen(const char *network, const char *address, struct io **listener)
{
    struct address a;
    int failed = parse(network, address, true, &a);
    if (failed)
        return failed;
    int fd = open_socket(&a);
    if (fd < 0)
        return fd;
    bool is_unix = a.any.sa_family == AF_UNIX;
    if (!is_unix)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, &a.any, a.size) || listen(fd, SOMAXCONN)) {
        failed = -errno;
        close(fd);
        return failed;
    }
    *listener = task_io_new(fd, true);
    (*listener)->has_file = is_unix && a.local.sun_path[0];
    return 0;
}

/* A connection that its peer gave up while it waited is none. */
static int try_accept(const struct io *listener, struct address *peer)
{
    int fd;
    do {
        peer->size = sizeof peer->local;
        fd = accept4(listener->fd, &peer->any, &peer->size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    } while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
    return fd < 0 ? -errno : fd;
}

int io_accept(struct ctx *ctx, struct io *listener, struct io **connection)
{
    struct io_call call;
    struct address peer;
    int fd = task_io_begin(&call, ctx, listener, IO_READS);
    if (fd)
        return fd;
    while ((fd = try_accept(listener, &peer)) == -EAGAIN)
        if ((fd = task_io_wait(&call)))
            break;
    if (fd >= 0) {
        set_no_delay(fd, peer.any.sa_family);
        *connection = task_io_new(fd, true);
    }
    return (int)task_io_end(&call, fd < 0 ? fd : 0);
}

/* Waits until a connection that was begun is there, or is known not to come. */
static int finish_connect(struct io_call *call)
{
    for (;;) {
        int failed = task_io_wait(call), error = 0;
        if (failed)
            return failed;
        struct address peer = {.size = sizeof peer.local};
        if (getsockopt(call->io->fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error}))
            return -errno;
        if (error)
            return -error;
        if (!getpeername(call->io->fd, &peer.any, &peer.size))
            return 0;
    }
}

int io_connect(struct ctx *ctx, const char *network, const char *address, struct io **connection)
{
    struct address a;
    struct io_call call;
    int failed = parse(network, address, false, &a);
    if (failed)
        return failed;
    int fd = open_socket(&a);
    if (fd < 0)
        return fd;
    struct io *io = task_io_new(fd, true);
    failed = task_io_begin(&call, ctx, io, IO_WRITES);
    if (!failed) {
        if (connect(fd, &a.any, a.size))
            failed = errno == EINPROGRESS || errno == EINTR ? finish_connect(&call) : -errno;
        task_io_end(&call, 0);
    }
    if (failed) {
        io_drop(io);
        return failed;
    }
    set_no_delay(fd, a.any.sa_family);
    *connection = io;
    return 0;
}
