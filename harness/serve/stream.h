/* Server-sent events: answers without an end, to whoever is listening.
 *
 * A stream's connection is suspended while there is nothing to send. What a client does not take
 * piles up to a limit, past which it is cut off: the page reconnects, and is told all anew. */
#pragma once

#include "serve/request.h"
#include <stdbool.h>

struct stream;

/* All streams of one server. Zero-initialized it is empty. */
struct streams {
    struct stream *first;
    unsigned count;
    bool closed; /* no more: the service drains */
};

/* Answers with a stream that begins with this text, which is taken over (malloc'ed); NULL is for no
 * memory. At most STREAMS_MOST at once: the oldest is told the event `crowded`, and ends, so that
 * clients that only hold on to theirs keep nobody out. */
enum { STREAMS_MOST = 32 };
enum MHD_Result stream_answer(struct http_request *request, struct streams *streams, char *text,
                              size_t length);

/* One event to all. data is one line. */
void streams_tell(struct streams *streams, const char *event, const char *data);

/* Ends all, when what is pending is sent. */
void streams_close(struct streams *streams);
