/* Half open peer, cured: silence counts from the beginning, and a connection
 * that is silent for too long is closed. A timer of the program's own tells
 * sooner than TCP's keep-alive, and also of a peer that is alive and mute.
 * Decision matrix: context.
 */
#include <stdlib.h>
#include <uv.h>

#define SILENCE_MS 500

struct connection {
    uv_pipe_t pipe;
    uv_timer_t silence;
    int open; /* of its handles */
};

static void on_closed(uv_handle_t *handle)
{
    struct connection *connection = handle->data;
    if (--connection->open == 0)
        free(connection);
}

static void end(struct connection *connection)
{
    uv_close((uv_handle_t *)&connection->pipe, on_closed);
    uv_close((uv_handle_t *)&connection->silence, on_closed);
}

static void on_silence(uv_timer_t *silence)
{
    end(silence->data);
}

static void give_room(uv_handle_t *pipe, size_t wanted, uv_buf_t *room)
{
    static char bytes[256];
    *room = uv_buf_init(bytes, sizeof bytes);
}

static void on_read(uv_stream_t *pipe, ssize_t length, const uv_buf_t *room)
{
    struct connection *connection = pipe->data;
    if (length < 0)
        end(connection);
    else
        uv_timer_start(&connection->silence, on_silence, SILENCE_MS, 0);
}

static struct connection *connect_to(uv_loop_t *loop, uv_os_sock_t socket)
{
    struct connection *connection = calloc(1, sizeof *connection);
    connection->open = 2;
    connection->pipe.data = connection->silence.data = connection;
    uv_timer_init(loop, &connection->silence);
    uv_pipe_init(loop, &connection->pipe, 0);
    uv_pipe_open(&connection->pipe, socket);
    uv_read_start((uv_stream_t *)&connection->pipe, give_room, on_read);
    return connection;
}

void fix_half_open_peer(uv_loop_t *loop)
{
    uv_os_sock_t ends[2];
    if (uv_socketpair(1 /* a stream */, 0, ends, 0, 0) != 0)
        return;

    connect_to(loop, ends[1]); /* the peer: it never speaks */
    struct connection *server = connect_to(loop, ends[0]);
    uv_timer_start(&server->silence, on_silence, SILENCE_MS, 0); /* the cure */
}
