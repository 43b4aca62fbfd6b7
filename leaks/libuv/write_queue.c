/* Write queue, leaking: a reader has stopped reading, and its socket takes no
 * more. uv_write() takes what it is given all the same, and keeps it until the
 * reader goes on: four news for each, and what the program will have later.
 * Decision matrix: a bound, and a way out. Seen in libuv/help#29, libuv#1169.
 */
#include <stdlib.h>
#include <uv.h>

#define MOST_BEHIND 2048

struct news {
    uv_write_t request;
    char text[1024];
};

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

static void on_gone(uv_poll_t *reader, int status, int events)
{
    uv_fs_t request;
    uv_fs_close(NULL, &request, (uv_file)(long)reader->data, NULL);
    uv_close((uv_handle_t *)reader, on_closed);
}

static void on_written(uv_write_t *request, int status)
{
    free(request);
}

static void publish(uv_stream_t *to)
{
    struct news *news = calloc(1, sizeof *news);
    uv_buf_t text = uv_buf_init(news->text, sizeof news->text);
    uv_write(&news->request, to, &text, 1, on_written); /* it waits there */
}

void leak_write_queue(uv_loop_t *loop)
{
    uv_os_sock_t ends[2];
    static char old[4096];
    uv_buf_t older = uv_buf_init(old, sizeof old);
    if (uv_socketpair(1 /* a stream */, 0, ends, UV_NONBLOCK_PIPE, 0) != 0)
        return;
    uv_pipe_t *to = malloc(sizeof *to);
    uv_poll_t *reader = malloc(sizeof *reader); /* reads nothing */

    uv_pipe_init(loop, to, 0);
    uv_pipe_open(to, ends[0]);
    uv_poll_init(loop, reader, ends[1]);
    reader->data = (void *)(long)ends[1];
    uv_poll_start(reader, UV_DISCONNECT, on_gone);
    while (uv_try_write((uv_stream_t *)to, &older, 1) > 0)
        continue;

    for (int i = 0; i < 4; i++)
        publish((uv_stream_t *)to);
}
