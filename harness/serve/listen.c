#include "serve/listen.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BACKLOG = 4096, HOST_SIZE = 256 };

/* Splits at the last colon; brackets around an IPv6 address are taken off. */
static bool split(const char *words, char host[HOST_SIZE], const char **port)
{
    const char *colon = strrchr(words, ':');
    if (!colon || colon == words || strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
        strlen(colon + 1) < 1 || strlen(colon + 1) > 5)
        return false;
    const char *begin = words, *end = colon;
    bool bracketed = *begin == '[' && end[-1] == ']';
    if (bracketed) {
        begin++;
        end--;
    } else if (memchr(begin, ':', (size_t)(end - begin))) {
        return false; /* where an IPv6 address would end, and its port begin, is a guess */
    }
    size_t length = (size_t)(end - begin);
    if (length == 0 || length >= HOST_SIZE)
        return false;
    memcpy(host, begin, length);
    host[length] = 0;
    *port = colon + 1;
    return true;
}

static bool is_loopback(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
    return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
}

/* The address as bound, with the port that was given out where 0 was asked for. */
static void describe(struct listening *listening)
{
    char host[INET6_ADDRSTRLEN] = "?";
    socklen_t size = sizeof listening->address;
    getsockname(listening->socket, (struct sockaddr *)&listening->address, &size);
    bool v4 = listening->address.ss_family == AF_INET;
    const struct sockaddr_in *in = (const struct sockaddr_in *)&listening->address;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&listening->address;
    inet_ntop(listening->address.ss_family, v4 ? (const void *)&in->sin_addr : &in6->sin6_addr,
              host, sizeof host);
    snprintf(listening->name, sizeof listening->name, v4 ? "%s:%u" : "[%s]:%u", host,
             ntohs(v4 ? in->sin_port : in6->sin6_port));
    listening->loopback = is_loopback(&listening->address);
}

static int open_socket(const struct addrinfo *at)
{
    int on = 1;
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); /* others may still be closing */
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static const char *advice(int why)
{
    switch (why) {
    case EADDRINUSE:
        return "; another program listens there: choose another port, or 0 for a free one";
    case EADDRNOTAVAIL:
        return "; this machine has no such address: `ip address` lists those it has";
    case EACCES:
        return "; ports below 1024 are for root: choose a higher one";
    default:
        return "";
    }
}

enum listen_error listen_on(const char *words, struct listening *listening, char *error,
                            size_t size)
{
    char host[HOST_SIZE];
    const char *port;
    struct addrinfo *at,
        hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    if (!split(words, host, &port)) {
        snprintf(error, size, "'%s' must be like 127.0.0.1:8080 or [::1]:8080", words);
        return LISTEN_WORDS_WRONG;
    }
    int failed =
        strtol(port, NULL, 10) > 65535 ? EAI_SERVICE : getaddrinfo(host, port, &hints, &at);
    if (failed) {
        snprintf(error, size, "'%s' is no address to listen on: %s", words, gai_strerror(failed));
        return LISTEN_WORDS_WRONG;
    }
    listening->socket = open_socket(at);
    int why = errno;
    freeaddrinfo(at);
    if (listening->socket < 0) {
        snprintf(error, size, "can not listen on %s: %s%s", words, strerror(why), advice(why));
        return LISTEN_NOT_POSSIBLE;
    }
    describe(listening);
    return LISTEN_OK;
}
