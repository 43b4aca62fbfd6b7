/* A peer that resets its connection (RST, by SO_LINGER of 0 seconds): the lab serves it on a virtual clock as any other, and
 * tells who takes the error for an end and does not close. */
#include "test/judging.h"

#include "test/words.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

struct server {
    uv_tcp_t listener, client;
    bool closes;
    int open; /* of its handles */
};

static void on_closed(uv_handle_t *handle)
{
    struct server *server = handle->data;
    if (--server->open == 0)
        free(server);
}

static void close_one(uv_tcp_t *handle)
{
    uv_close((uv_handle_t *)handle, on_closed);
}

static void give_room(uv_handle_t *client, size_t wanted, uv_buf_t *room)
{
    static char bytes[64];
    (void)client;
    (void)wanted;
    *room = uv_buf_init(bytes, sizeof bytes);
}

static void on_read(uv_stream_t *client, ssize_t length, const uv_buf_t *room)
{
    struct server *server = client->data;
    (void)room;
    if (length != UV_ECONNRESET)
        abort(); /* not what this is about */
    if (server->closes)
        close_one(&server->client);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct server *server = listener->data;
    uv_tcp_init(listener->loop, &server->client);
    server->client.data = server;
    server->open++;
    if (status || uv_accept(listener, (uv_stream_t *)&server->client))
        abort();
    uv_read_start((uv_stream_t *)&server->client, give_room, on_read);
    close_one(&server->listener);
}

/* Connects, and is gone. */
static void connect_and_reset(const struct sockaddr_in *to)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (peer < 0 || connect(peer, (const struct sockaddr *)to, sizeof *to) ||
        setsockopt(peer, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) || close(peer))
        abort();
}

static void serve(uv_loop_t *loop, bool closes)
{
    struct sockaddr_in address;
    int size = sizeof address;
    struct server *server = calloc(1, sizeof *server);
    server->closes = closes;
    server->open = 1;
    server->listener.data = server;
    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_tcp_init(loop, &server->listener);
    if (uv_tcp_bind(&server->listener, (const struct sockaddr *)&address, 0) ||
        uv_listen((uv_stream_t *)&server->listener, 1, on_connection) ||
        uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &size))
        abort();
    connect_and_reset(&address);
}

static void keeps(uv_loop_t *loop)
{
    serve(loop, false);
}

static void closes(uv_loop_t *loop)
{
    serve(loop, true);
}

static const struct pair pairs[] = {
    {.family = "test",
     .id = "reset",
     .on_loop = {[VARIANT_LEAK] = keeps, [VARIANT_FIX] = closes},
     LEAVES(.handles = {[UV_TCP] = 1}, .descriptors = 1, .proven = 1)}};

static void who_does_not_close_after_a_reset_leaks(void **state)
{
    (void)state;
    struct verdict v = judged("reset", VARIANT_LEAK);
    expect_match(v.words, "^LEAK 1.000 handle/request: tcp, stopped, made at "
                          "harness/test/test_plain_reset.c:[0-9]+");
    assert_true(v.as_catalogued);
}

static void who_closes_after_a_reset_is_clean(void **state)
{
    (void)state;
    struct verdict v = judged("reset", VARIANT_FIX);
    expect_match(v.words, "^clean");
    assert_true(v.as_catalogued);
}

int main(int argc, char **argv)
{
    JUDGING_BEGIN(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_does_not_close_after_a_reset_leaks),
        cmocka_unit_test(who_closes_after_a_reset_is_clean),
    };
    return cmocka_run_group_tests_name("plain_reset", tests, NULL, NULL);
}
