#include "serve/stream.h"
#include "serve/reply.h"
#include <stdlib.h>
#include <string.h>

enum { PENDING_MOST = 1 << 20, BLOCK = 16384 };

struct stream {
    struct streams *streams;
    struct stream *next, **previous;
    struct http_request *request;
    char *pending;
    size_t sent, length, capacity; /* of pending */
    bool ending;                   /* as soon as what is pending is sent */
};

static struct connection *connection(const struct stream *stream)
{
    return connection_of(stream->request->connection);
}

static void on_gone(void *arg)
{
    struct stream *stream = arg;
    stream->ending = true;
    connection_resume(connection(stream));
}

/* The library asks for more to send. */
static ssize_t on_read(void *arg, uint64_t position, char *buffer, size_t most)
{
    struct stream *stream = arg;
    size_t left = stream->length - stream->sent, taken = left < most ? left : most;
    (void)position;
    if (taken == 0 && stream->ending)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (taken == 0) {
        connection_suspend(connection(stream), on_gone, stream);
        return 0;
    }
    memcpy(buffer, stream->pending + stream->sent, taken);
    stream->sent += taken;
    if (stream->sent == stream->length)
        stream->sent = stream->length = 0;
    return (ssize_t)taken;
}

/* The library is done with its request. */
static void forget(void *pending)
{
    struct stream *stream = pending;
    *stream->previous = stream->next;
    if (stream->next)
        stream->next->previous = stream->previous;
    stream->streams->count--;
    free(stream->pending);
    free(stream);
}

/* Makes room at the end for so many bytes more. False: no memory, or the limit. */
static bool make_room(struct stream *stream, size_t more)
{
    if (stream->sent) {
        memmove(stream->pending, stream->pending + stream->sent, stream->length - stream->sent);
        stream->length -= stream->sent;
        stream->sent = 0;
    }
    if (stream->length + more <= stream->capacity)
        return true;
    size_t capacity = 2 * (stream->length + more);
    char *larger = stream->length + more > PENDING_MOST ? NULL : realloc(stream->pending, capacity);
    if (!larger)
        return false;
    stream->pending = larger;
    stream->capacity = capacity;
    return true;
}

static void append(struct stream *stream, const char *text)
{
    size_t length = strlen(text);
    memcpy(stream->pending + stream->length, text, length);
    stream->length += length;
}

static void tell(struct stream *stream, const char *event, const char *data)
{
    if (!make_room(stream, strlen(event) + strlen(data) + sizeof "event: \ndata: \n\n")) {
        stream->ending = true;
        connection_hang_up(connection(stream));
        return;
    }
    append(stream, "event: ");
    append(stream, event);
    append(stream, "\ndata: ");
    append(stream, data);
    append(stream, "\n\n");
}

/* --- Beginning and end ------------------------------------------------------------------------ */

/* What it has not taken of what it was told, it does not get: then it is cut off. */
static void end_oldest(struct streams *streams)
{
    struct stream *oldest = NULL;
    unsigned going_on = 0;
    for (struct stream *stream = streams->first; stream; stream = stream->next)
        if (!stream->ending) {
            oldest = stream;
            going_on++;
        }
    if (going_on < STREAMS_MOST)
        return;
    tell(oldest, "crowded", "{}");
    oldest->ending = true;
    connection_resume(connection(oldest));
    connection_await_client(connection(oldest));
}

static ssize_t on_nothing(void *arg, uint64_t position, char *buffer, size_t most)
{
    (void)arg, (void)position, (void)buffer, (void)most;
    return MHD_CONTENT_READER_END_OF_STREAM;
}

static enum MHD_Result answer_head(struct http_request *request)
{
    return reply(request, MHD_HTTP_OK,
                 response_of(MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_nothing,
                                                               NULL, NULL),
                             "text/event-stream"));
}

enum MHD_Result stream_answer(struct http_request *request, struct streams *streams, char *text,
                              size_t length)
{
    if (request->is_head) {
        free(text);
        return answer_head(request);
    }
    struct stream *stream = text && !streams->closed ? calloc(1, sizeof *stream) : NULL;
    if (!stream) {
        free(text);
        return reply_text(request, MHD_HTTP_SERVICE_UNAVAILABLE,
                          "no stream: no memory, or the service is shutting down\n");
    }
    end_oldest(streams);
    *stream = (struct stream){.streams = streams,
                              .next = streams->first,
                              .request = request,
                              .previous = &streams->first,
                              .pending = text,
                              .length = length,
                              .capacity = length};
    if (stream->next)
        stream->next->previous = &stream->next;
    streams->first = stream;
    streams->count++;
    request->pending = stream;
    request->forget = forget;
    enum MHD_Result queued = reply(request, MHD_HTTP_OK,
                                   response_of(MHD_create_response_from_callback(
                                                   MHD_SIZE_UNKNOWN, BLOCK, on_read, stream, NULL),
                                               "text/event-stream"));
    connection_end_await(connection(stream)); /* it may listen for ever */
    return queued;
}

void streams_tell(struct streams *streams, const char *event, const char *data)
{
    for (struct stream *stream = streams->first; stream; stream = stream->next) {
        if (stream->ending)
            continue;
        tell(stream, event, data);
        connection_resume(connection(stream));
    }
}

void streams_close(struct streams *streams)
{
    streams->closed = true;
    for (struct stream *stream = streams->first; stream; stream = stream->next) {
        stream->ending = true;
        connection_resume(connection(stream));
    }
}
