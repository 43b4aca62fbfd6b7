#include "live/live_questions.h"
#include "task/loop.h"
#include <stdlib.h>
#include <string.h>

struct live_question {
    struct live_question *next;
    live_answered *answered; /* NULL: nobody wants to know any more */
    void *arg;
    enum live_order order;
    uint64_t asked; /* uv_now() */
};

void live_questions_start(struct live_questions *questions)
{
    *questions = (struct live_questions){.last = &questions->first};
}

bool live_questions_ask(struct live_questions *questions, uv_stream_t *stream,
                        enum live_order order, live_answered *answered, void *arg)
{
    char byte = (char)order;
    uv_buf_t buffer = uv_buf_init(&byte, 1);
    if (questions->count >= LIVE_QUESTIONS_MOST)
        return false;
    struct live_question *question = calloc(1, sizeof *question);
    /* One byte into a socket that takes thousands: it does not take it only where it is broken. */
    if (!question || uv_try_write(stream, &buffer, 1) != 1) {
        free(question);
        return false;
    }
    *question = (struct live_question){
        .answered = answered, .arg = arg, .order = order, .asked = uv_now(task_loop())};
    questions->count++;
    *questions->last = question;
    questions->last = &question->next;
    return true;
}

void live_questions_forget(struct live_questions *questions, const void *arg)
{
    for (struct live_question *q = questions->first; q; q = q->next)
        if (q->arg == arg)
            q->answered = NULL;
}

/* They stay in line, for the answer that may still come is theirs. */
void live_questions_give_up(struct live_questions *questions, int64_t milliseconds)
{
    uint64_t now = uv_now(task_loop());
    for (struct live_question *q = questions->first; q; q = q->next) {
        live_answered *answered = q->answered;
        if (!answered || q->order == LIVE_STOP || (int64_t)(now - q->asked) <= milliseconds)
            continue;
        q->answered = NULL;
        answered(q->arg, NULL, 0);
    }
}

/* --- Answers ---------------------------------------------------------------------------------- */

static void answer_first(struct live_questions *q, const char *text, size_t length)
{
    struct live_question *question = q->first;
    if (!question)
        return;
    if (!(q->first = question->next))
        q->last = &q->first;
    q->count--;
    if (question->answered)
        question->answered(question->arg, text, length);
    free(question);
}

static size_t take(void *to, size_t have, size_t want, const char *from, size_t length)
{
    size_t taken = want - have < length ? want - have : length;
    memcpy((char *)to + have, from, taken);
    return taken;
}

/* Takes a part of what came: of the head, or of the body behind it. Returns how much, or -1 where
 * there is no memory for it. */
static ssize_t take_part(struct live_questions *q, const char *from, size_t length)
{
    size_t taken;
    if (q->head_length < sizeof q->head) {
        taken = take(&q->head, q->head_length, sizeof q->head, from, length);
        q->head_length += taken;
        if (q->head_length == sizeof q->head && !(q->body = malloc(q->head.length + 1)))
            return -1;
    } else {
        taken = take(q->body, q->body_length, q->head.length, from, length);
        q->body_length += taken;
    }
    if (q->head_length == sizeof q->head && q->body_length == q->head.length) {
        answer_first(q, q->body_length ? q->body : NULL, q->body_length);
        free(q->body);
        q->body = NULL;
        q->head_length = q->body_length = 0;
    }
    return (ssize_t)taken;
}

bool live_questions_take(struct live_questions *questions, const char *from, size_t length)
{
    for (size_t at = 0; at < length;) {
        ssize_t taken = take_part(questions, from + at, length - at);
        if (taken < 0)
            return false;
        at += (size_t)taken;
    }
    return true;
}

void live_questions_end(struct live_questions *questions)
{
    free(questions->body);
    questions->body = NULL;
    questions->head_length = questions->body_length = 0;
    while (questions->first)
        answer_first(questions, NULL, 0);
}
