/* Handle never closed, leaking: a client connects, and leaves at once. The
 * server reads the end of the stream and stops reading; its handle, and the
 * descriptor in it, outlive the client. At the end of the program the loop can
 * not be closed for it: EBUSY.
 * Decision matrix: owner closes. Seen in libuv#765.
 */
#include <stdlib.h>
#include <uv.h>

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

static void on_connected(uv_connect_t *request, int status)
{
    uv_close((uv_handle_t *)request->handle, on_closed); /* the client leaves */
    free(request);
}

static void give_room(uv_handle_t *connection, size_t wanted, uv_buf_t *room)
{
    static char bytes[256];
    *room = uv_buf_init(bytes, sizeof bytes);
}

static void on_read(uv_stream_t *connection, ssize_t length,
                    const uv_buf_t *room)
{
    if (length < 0)
        uv_read_stop(connection); /* there is no more; and the handle stays */
}

static void on_client(uv_stream_t *listener, int status)
{
    uv_tcp_t *connection = malloc(sizeof *connection);
    uv_tcp_init(listener->loop, connection);
    if (uv_accept(listener, (uv_stream_t *)connection) == 0)
        uv_read_start((uv_stream_t *)connection, give_room, on_read);
    else
        uv_close((uv_handle_t *)connection, on_closed);
    uv_close((uv_handle_t *)listener, on_closed);
}

void leak_handle_never_closed(uv_loop_t *loop)
{
    struct sockaddr_storage address;
    int length = sizeof address;
    uv_tcp_t *listener = malloc(sizeof *listener);
    uv_tcp_t *client = malloc(sizeof *client);
    uv_connect_t *request = malloc(sizeof *request);

    uv_ip4_addr("127.0.0.1", 0, (struct sockaddr_in *)&address);
    uv_tcp_init(loop, listener);
    uv_tcp_init(loop, client);
    if (uv_tcp_bind(listener, (struct sockaddr *)&address, 0) == 0 &&
        uv_listen((uv_stream_t *)listener, 1, on_client) == 0 &&
        uv_tcp_getsockname(listener, (struct sockaddr *)&address, &length) ==
            0 &&
        uv_tcp_connect(request, client, (struct sockaddr *)&address,
                       on_connected) == 0)
        return;
    uv_close((uv_handle_t *)listener, on_closed);
    uv_close((uv_handle_t *)client, on_closed);
    free(request);
}
