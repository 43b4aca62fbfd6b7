#include "test/service.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_WORDS = 32, TURN_MS = 5 };

static char text[SERVICE_TEXT];
static char said[65536];
static unsigned cut_off;

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- The process ------------------------------------------------------------------------------ */

static void run(const char *words, int out, int error)
{
    const char *program = getenv("LEAKLAB");
    char copy[1024];
    char *argv[MOST_WORDS] = {"leaklab", "serve"};
    size_t n = 2;
    /* No option may be given twice. */
    snprintf(copy, sizeof copy, "%s%s%s%s",
             strstr(words, "--listen") ? "" : "--listen 127.0.0.1:0 ",
             strstr(words, "--deadline") ? "" : "--deadline 1h ",
             strstr(words, "--client-timeout") ? "" : "--client-timeout 1h ", words);
    for (char *word = strtok(copy, " "); word && n < MOST_WORDS - 1; word = strtok(NULL, " "))
        argv[n++] = word;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(out, STDOUT_FILENO);
    dup2(error, STDERR_FILENO);
    program = program ? program : "build/gcc/leaklab";
    execv(program, argv);
    dprintf(STDERR_FILENO, "%s: %s\n", program, strerror(errno));
    _exit(127);
}

/* The last line that it prints names where it serves. */
static int port_of(int out)
{
    char line[1024] = "";
    size_t length = 0;
    ssize_t got;
    while ((got = read(out, line + length, sizeof line - 1 - length)) > 0) {
        length += (size_t)got;
        line[length] = 0;
        const char *metrics = strstr(line, "/metrics\n");
        const char *host = strstr(line, "http://");
        if (metrics && host)
            return (int)strtol(strchr(host + strlen("http://"), ':') + 1, NULL, 10);
    }
    return 0;
}

struct service service_start(const char *words)
{
    struct service s = {.error = memfd_create("standard error", MFD_CLOEXEC)};
    int out[2];
    cut_off = 0;
    assert_true(s.error >= 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    s.pid = fork();
    assert_true(s.pid >= 0);
    if (s.pid == 0)
        run(words, out[1], s.error);
    close(out[1]);
    s.port = port_of(out[0]);
    close(out[0]);
    if (!s.port) {
        service_wait(&s);
        fail_msg("leaklab serve %s does not start: %s", words, said);
    }
    return s;
}

int service_wait(const struct service *s)
{
    int status;
    int64_t end = now_ms() + HANG_SECONDS * 1000;
    while (waitpid(s->pid, &status, WNOHANG) == 0) {
        if (now_ms() > end) {
            kill(s->pid, SIGKILL);
            waitpid(s->pid, &status, 0);
            fail_msg("the service did not end in %d s", HANG_SECONDS);
        }
        usleep(TURN_MS * 1000);
    }
    ssize_t got = pread(s->error, said, sizeof said - 1, 0);
    said[got > 0 ? got : 0] = 0;
    close(s->error);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int service_end(const struct service *s, int signal_number)
{
    kill(s->pid, signal_number);
    return service_wait(s);
}

const char *service_said(void)
{
    return said;
}

/* --- Clients ---------------------------------------------------------------------------------- */

int service_connect(const struct service *s)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)s->port)};
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(client >= 0);
    if (connect(client, (struct sockaddr *)&at, sizeof at) != 0)
        fail_msg("can not connect: %s", strerror(errno));
    return client;
}

bool service_send_bytes(int client, const void *bytes, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t n = send(client, (const char *)bytes + done, length - done, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

bool service_send(int client, const char *words)
{
    return service_send_bytes(client, words, strlen(words));
}

/* Bytes that are there, waiting for some; 0 at the end of the stream, -1 when time is up. A reset
 * is an end. */
static ssize_t read_some(int client, char *into, size_t most, int64_t end)
{
    struct pollfd poller = {.fd = client, .events = POLLIN};
    int64_t left = end - now_ms();
    if (left <= 0 || poll(&poller, 1, (int)left) <= 0)
        return -1;
    ssize_t got = read(client, into, most);
    return got < 0 ? 0 : got;
}

bool service_read_to_end(int client, const char **all)
{
    int64_t end = now_ms() + HANG_SECONDS * 1000;
    size_t length = 0;
    ssize_t got;
    *all = text;
    while ((got = read_some(client, text + length, sizeof text - 1 - length, end)) > 0)
        length += (size_t)got;
    text[length] = 0;
    return got == 0;
}

void service_expect_status_or_close(int client, const char *sent, size_t length)
{
    const char *all;
    shutdown(client, SHUT_WR);
    if (!service_read_to_end(client, &all))
        fail_msg("neither an answer nor an end for: %.*s", (int)length, sent);
    if (*all && strncmp(all, "HTTP/1.", 7) != 0)
        fail_msg("no HTTP for: %.*s\nbut: %.100s", (int)length, sent, all);
    if (strncmp(all, "HTTP/1.", 7) == 0 && strncmp(all + 9, "500", 3) == 0)
        fail_msg("500 for: %.*s", (int)length, sent);
    close(client);
}

static size_t content_length(const char *head)
{
    const char *at = strcasestr(head, "\r\nContent-Length:");
    return at ? (size_t)strtoul(at + strlen("\r\nContent-Length:"), NULL, 10) : 0;
}

struct answer service_read(int client)
{
    static char head[65536], body[SERVICE_TEXT];
    int64_t limit = now_ms() + HANG_SECONDS * 1000;
    size_t length = 0;
    struct answer answer = {.head = head, .body = body};
    head[0] = body[0] = 0;
    /* Byte by byte, so that nothing of the next answer is taken. */
    while (length < sizeof head - 1 && !strstr(head, "\r\n\r\n")) {
        ssize_t got = read_some(client, head + length, 1, limit);
        if (got < 0)
            fail_msg("no answer in %d s", HANG_SECONDS);
        if (got == 0)
            return answer;
        head[++length] = 0;
    }
    answer.status = (int)strtol(head + strlen("HTTP/1.1 "), NULL, 10);
    size_t whole = content_length(head);
    while (answer.length < whole) {
        size_t room = sizeof body - 1 - answer.length, left = whole - answer.length;
        ssize_t got = read_some(client, body + answer.length, left < room ? left : room, limit);
        if (got <= 0)
            fail_msg("the answer ended after %zu of %zu bytes", answer.length, whole);
        answer.length += (size_t)got;
    }
    body[answer.length] = 0;
    return answer;
}

struct answer service_ask(const struct service *s, const char *method_and_path, const char *headers)
{
    char request[4096];
    int client = service_connect(s);
    snprintf(request, sizeof request,
             "%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n%s\r\n", method_and_path,
             s->port, headers);
    service_send(client, request);
    struct answer answer = service_read(client);
    close(client);
    return answer;
}

struct answer service_post(const struct service *s, const char *path, const char *headers,
                           const char *body)
{
    char request[8192];
    int client = service_connect(s);
    snprintf(
        request, sizeof request,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\nContent-Length: %zu\r\n"
        "%s\r\n%s",
        path, s->port, strlen(body), headers, body);
    service_send(client, request);
    struct answer answer = service_read(client);
    close(client);
    return answer;
}

/* --- What it says of itself ------------------------------------------------------------------- */

unsigned service_cut_off(void)
{
    return cut_off;
}

/* Closed without an answer: it was too slow to ask, for a service that lives. */
static struct answer ask_for_metrics(const struct service *s)
{
    int64_t end = now_ms() + HANG_SECONDS * 1000;
    struct answer answer;
    while ((answer = service_ask(s, "GET /metrics", "")).status == 0 && now_ms() < end)
        cut_off++;
    return answer;
}

double service_metric(const struct service *s, const char *name)
{
    struct answer answer = ask_for_metrics(s);
    size_t length = strlen(name);
    assert_int_equal(answer.status, 200);
    for (const char *line = answer.body; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) == 0 && line[length] == ' ')
            return strtod(line + length, NULL);
    }
    return NAN;
}

void service_await(const struct service *s, const char *name, double value)
{
    int64_t end = now_ms() + HANG_SECONDS * 1000;
    for (;;) {
        double is = service_metric(s, name);
        if (is == value)
            return;
        if (now_ms() > end)
            fail_msg("%s stays %g and does not become %g", name, is, value);
        usleep(TURN_MS * 1000);
    }
}

void service_await_baseline(const struct service *s)
{
    service_await(s, "leaklab_http_connections", 1);
    service_await(s, "leaklab_tasks", 1);
    service_await(s, "leaklab_channels", 1);
    service_await(s, "leaklab_contexts", 1);
    service_await(s, "leaklab_timers", 0);
    service_await(s, "leaklab_deadlines", 0);
}
