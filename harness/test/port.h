/* A port that stays free for a test, whatever programs beside it ask for one. */
#pragma once

#include "test/support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

/* A port of 127.0.0.1, which is given to no other program while the socket that is returned is open: it is bound. It does
 * not listen, so that who sets SO_REUSEADDR may. */
static inline int keep_port(char words[64])
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    int on = 1, kept = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(kept >= 0);
    assert_int_equal(setsockopt(kept, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
    assert_int_equal(bind(kept, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(kept, (struct sockaddr *)&at, &size), 0);
    snprintf(words, 64, "127.0.0.1:%d", ntohs(at.sin_port));
    return kept;
}
