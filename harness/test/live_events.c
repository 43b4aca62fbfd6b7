#include "test/live_events.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

void live_command(const struct service *s, const char *path, const char *body, int status)
{
    struct answer answer = service_post(s, path, "", body);
    if (answer.status != status)
        fail_msg("%s %s: %d: %s", path, body, answer.status, answer.body);
}

int live_listen(const struct service *s)
{
    int client = service_connect(s);
    struct timeval patience = {.tv_sec = HANG_SECONDS};
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    service_send(client, "GET /live/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return client;
}

/* Chunks end after whole events, so that no line is split by their sizes. */
const char *live_line(int client, const char *begin)
{
    static char line[1 << 18];
    size_t length = 0;
    while (length < sizeof line - 1 && recv(client, line + length, 1, 0) == 1) {
        if (line[length] != '\n') {
            length++;
            continue;
        }
        line[length] = 0;
        if (strncmp(line, begin, strlen(begin)) == 0)
            return line;
        length = 0;
    }
    return NULL;
}

json_t *live_event(int client, const char *name)
{
    char begin[64];
    snprintf(begin, sizeof begin, "event: %s", name);
    const char *data = live_line(client, begin) ? live_line(client, "data: ") : NULL;
    json_t *json = data ? json_loads(data + strlen("data: "), 0, NULL) : NULL;
    if (!json)
        fail_msg("no event %s", name);
    return json;
}

void live_await_state(int client, const char *pair, const char *leak, const char *fix)
{
    for (;;) {
        const char *is_leak, *is_fix;
        json_t *state = live_event(client, "state");
        const char *is_pair = json_string_value(json_object_get(state, "pair"));
        assert_int_equal(
            json_unpack(state, "{s:{s:s, s:s}}", "cases", "leak", &is_leak, "fix", &is_fix), 0);
        bool there = is_pair && strcmp(is_pair, pair) == 0 && strcmp(is_leak, leak) == 0 &&
                     strcmp(is_fix, fix) == 0;
        json_decref(state);
        if (there)
            return;
    }
}

json_int_t live_looked(const json_t *looks, const char *variant, size_t field)
{
    return json_integer_value(json_array_get(json_object_get(looks, variant), field));
}

void live_await_requests(int client, json_int_t most)
{
    for (;;) {
        json_t *looks = live_event(client, "look");
        bool there = live_looked(looks, "leak", 2) >= most && live_looked(looks, "fix", 2) >= most;
        json_decref(looks);
        if (there)
            return;
    }
}
