/* What the tests of `leaklab serve` share: a service in a process of its own, on a free port of
 * loopback, and clients by plain sockets, which can do what no library lets one do.
 *
 * Nothing here waits a fixed time: what must come about is awaited, and its absence after
 * HANG_SECONDS fails the test. The program is the one that LEAKLAB names, or build/gcc/leaklab.
 */
#pragma once

#include "test/support.h"
#include <sys/types.h>

enum { SERVICE_TEXT = 1 << 20 };

struct service {
    pid_t pid;
    int port, error; /* its port, and where its standard error can be read */
};

/* Starts `leaklab serve --listen 127.0.0.1:0 WORDS` and returns when it serves. Where WORDS do not say
 * otherwise it gives up neither a client nor a request for being slow. */
struct service service_start(const char *words);

/* Sends the signal and waits for the end: exit status, or 128 + the signal. What it wrote to
 * standard error is in service_said() until the next end. */
int service_end(const struct service *s, int signal_number);

/* The same where it ends by itself. */
int service_wait(const struct service *s);
const char *service_said(void);

/* A new connection. */
int service_connect(const struct service *s);
/* Text as it is, or bytes. False where the server has closed meanwhile. */
bool service_send(int client, const char *text);
bool service_send_bytes(int client, const void *bytes, size_t length);
/* All that comes until the server closes; false where it does not. Static text. */
bool service_read_to_end(int client, const char **text);

/* Sends no more: what comes is HTTP and no 500, or nothing at all, and then the server closes. So do
 * we. What was sent is for the message. */
void service_expect_status_or_close(int client, const char *sent, size_t length);

struct answer {
    int status;       /* 0: closed without one */
    size_t length;    /* of the body, all of it */
    const char *head; /* static, until the next one is read; with the status line */
    const char *body;
};

/* The next answer on a kept connection, by its Content-Length. */
struct answer service_read(int client);

/* A whole exchange on a connection of its own: `GET /work`, with further header lines or "", each
 * ended by \r\n; and one with a body. */
struct answer service_ask(const struct service *s, const char *method_and_path,
                          const char *headers);
struct answer service_post(const struct service *s, const char *path, const char *headers,
                           const char *body);

/* One value of /metrics, with its labels as they are printed: `leaklab_tasks`. NAN: no such. Who asks a service that gives
 * clients little time may be held up for longer than that, and then asks again: service_cut_off() is how often that was
 * since the service began, so that it can be told from the clients of the test. */
double service_metric(const struct service *s, const char *name);
unsigned service_cut_off(void);
/* Until it has that value. */
void service_await(const struct service *s, const char *name, double value);
/* No request, no connection but the one that asks, and the only task left is the server's. */
void service_await_baseline(const struct service *s);
