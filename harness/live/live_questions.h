/* The parent's side of a case's stream (live_child.h): orders go out, answers come back in their order,
 * in pieces of any size. */
#pragma once

#include "live/live_child.h"
#include <uv.h>

/* Told the answer to an order; text is NULL where the case has gone or has no memory, and belongs
 * to the case. */
typedef void live_answered(void *arg, const char *text, size_t length);

struct live_question;

struct live_questions {
    struct live_question *first, **last; /* in order */
    struct live_answer head;             /* being read */
    size_t head_length, body_length;
    unsigned count;
    char *body;
};

void live_questions_start(struct live_questions *questions);

/* So many may wait for an answer at once. */
enum { LIVE_QUESTIONS_MOST = 64 };

/* Sends the order. False where there is no memory, the stream is broken, or too many are waiting: nobody
 * will be told. */
bool live_questions_ask(struct live_questions *questions, uv_stream_t *stream,
                        enum live_order order, live_answered *answered, void *arg);

/* Nobody wants the answers any more that arg was to be told. */
void live_questions_forget(struct live_questions *questions, const void *arg);

/* Tells those who have waited for longer that there is no answer. Who waits for a case to stop is not
 * among them: that may take long. */
void live_questions_give_up(struct live_questions *questions, int64_t milliseconds);

/* Takes what came. False where there is no memory for it. */
bool live_questions_take(struct live_questions *questions, const char *from, size_t length);

/* No more will come: tells everyone so. */
void live_questions_end(struct live_questions *questions);
