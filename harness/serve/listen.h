/* The listening socket. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

struct listening {
    int socket; /* the caller's; non-blocking, close-on-exec */
    struct sockaddr_storage address;
    char name[INET6_ADDRSTRLEN + sizeof "[]:65535"]; /* as in a URL: 127.0.0.1:8080, [::1]:8080 */
    bool loopback;
};

enum listen_error { LISTEN_OK, LISTEN_WORDS_WRONG, LISTEN_NOT_POSSIBLE };

/* Listens on `ADDRESS:PORT`: a number, or a name that stands for one (localhost). Not LISTEN_OK:
 * error says in one line what was tried and what to do. */
enum listen_error listen_on(const char *words, struct listening *listening, char *error,
                            size_t size);
