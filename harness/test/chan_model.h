/* The model of channels and selects that test_model.c runs beside the real ones: a queue of values a
 * channel, a line of who waits, and Go's rules word by word. It knows nothing of tasks. */
#pragma once

#include "test/support.h"

#include <string.h>

enum { CHANS = 4, CASES = 4, OPERATIONS = 48, BUFFER = 3 };

enum kind { SEND, RECV, TRY_SEND, TRY_RECV, SELECT, TRY_SELECT, CLOSE, KINDS };

/* One operation: what to do, what it reported, and what the model expects. */
struct operation {
    enum kind kind;
    int count; /* of cases; 1 for what is no select */
    struct {
        int chan; /* -1: the NULL channel */
        bool sends;
        int64_t value, beside; /* to send, or received: an element of one word, or of two */
        bool ok;
    } cases[CASES];
    bool used, done;
    int chosen; /* -1: the default, or nothing for a try */
    /* The model's: */
    bool finished, waits;
    int expected_chan;
    int64_t expected_value;
    bool expected_ok, expected_send;
};

struct line {
    int operations[OPERATIONS]; /* waiting, the first first; one entry a case */
    int length;
};

struct model_chan {
    size_t capacity;
    int64_t values[BUFFER];
    size_t length;
    bool closed;
    struct line senders, receivers;
};

static struct model_chan model[CHANS];
static struct operation operations[OPERATIONS];

/* In which order operations came to their end, as indices. */
struct endings {
    int operations[OPERATIONS];
    int length;
};

/* Tasks that need not wait end in the order they were made. The woken go on when all of these have had
 * their turn, in the order they were woken: by a close, that in which they came. */
static struct endings at_once, woken_later;

static void endings_add(struct endings *e, const struct operation *o)
{
    e->operations[e->length++] = (int)(o - operations);
}

/* How often which of several was chosen, to tell a bias. */
enum { CHOICES = 1 << CASES };
static unsigned ready_choices[CHOICES][CASES];  /* by the set of ready cases */
static unsigned twin_choices[CASES + 1][CASES]; /* by how many wait in one queue: which of them */

static void line_remove(struct line *l, int operation)
{
    int kept = 0;
    for (int i = 0; i < l->length; i++)
        if (l->operations[i] != operation)
            l->operations[kept++] = l->operations[i];
    l->length = kept;
}

static void line_add(struct line *l, int operation)
{
    line_remove(l, operation); /* the same channel twice: its first place counts */
    l->operations[l->length++] = operation;
}

static bool can_send(const struct model_chan *c)
{
    return c->receivers.length > 0 || c->length < c->capacity;
}

static bool can_recv(const struct model_chan *c)
{
    return c->length > 0 || c->senders.length > 0 || c->closed;
}

static bool is_ready(const struct operation *o, int i)
{
    if (o->cases[i].chan < 0)
        return false;
    const struct model_chan *c = &model[o->cases[i].chan];
    return o->cases[i].sends ? can_send(c) : can_recv(c);
}

static void expect(struct operation *o, int chan, bool send, int64_t value, bool ok)
{
    o->finished = true;
    o->expected_chan = chan;
    o->expected_send = send;
    o->expected_value = value;
    o->expected_ok = ok;
}

/* The first in line is served, and leaves every line. Returns it. */
static struct operation *wake(struct line *l)
{
    int woken = l->operations[0];
    for (int c = 0; c < CHANS; c++) {
        line_remove(&model[c].senders, woken);
        line_remove(&model[c].receivers, woken);
    }
    operations[woken].waits = false;
    endings_add(&woken_later, &operations[woken]);
    return &operations[woken];
}

/* What a woken sender had to send there: its own report says by which of its cases. */
static int64_t value_sent_by(const struct operation *o, int chan)
{
    int i = o->chosen;
    if (i < 0 || i >= o->count || o->cases[i].chan != chan || !o->cases[i].sends)
        fail_msg("a sender woken by channel %d says that case %d was served", chan, i);
    return o->cases[i].value;
}

static void model_send(int chan, int64_t value)
{
    struct model_chan *c = &model[chan];
    if (c->receivers.length > 0)
        expect(wake(&c->receivers), chan, false, value, true);
    else
        c->values[c->length++] = value;
}

static int64_t model_recv(int chan, bool *ok)
{
    struct model_chan *c = &model[chan];
    int64_t value = 0;
    *ok = true;
    if (c->length > 0) {
        value = c->values[0];
        memmove(c->values, c->values + 1, --c->length * sizeof *c->values);
        if (c->senders.length > 0) {
            struct operation *sender = wake(&c->senders);
            c->values[c->length++] = value_sent_by(sender, chan);
            expect(sender, chan, true, 0, false);
        }
    } else if (c->senders.length > 0) {
        struct operation *sender = wake(&c->senders);
        value = value_sent_by(sender, chan);
        expect(sender, chan, true, 0, false);
    } else {
        *ok = false;
    }
    return value;
}

static void model_close(int chan)
{
    model[chan].closed = true;
    while (model[chan].receivers.length > 0)
        expect(wake(&model[chan].receivers), chan, false, 0, false);
}

static void model_wait(struct operation *o)
{
    o->waits = true;
    for (int i = 0; i < o->count; i++)
        if (o->cases[i].chan >= 0) {
            struct model_chan *c = &model[o->cases[i].chan];
            line_add(o->cases[i].sends ? &c->senders : &c->receivers, (int)(o - operations));
        }
}

/* A woken select has said which of the cases that waited in the same queue was served. */
static void count_twins(const struct operation *o)
{
    int twins = 0, which = 0;
    for (int i = 0; i < o->count; i++)
        if (o->cases[i].chan == o->expected_chan && o->cases[i].sends == o->expected_send) {
            which += i < o->chosen;
            twins++;
        }
    if (twins > 1)
        twin_choices[twins][which]++;
}

/* Does in the model what the task of the operation has done. */
static void model_perform(struct operation *o)
{
    unsigned ready = 0;
    for (int i = 0; i < o->count; i++)
        ready |= (unsigned)is_ready(o, i) << i;
    if (o->kind == CLOSE) {
        endings_add(&at_once, o);
        model_close(o->cases[0].chan);
        o->finished = true;
        return;
    }
    if (!ready) {
        bool tries = o->kind == TRY_SEND || o->kind == TRY_RECV || o->kind == TRY_SELECT;
        if (!tries) {
            model_wait(o);
            return;
        }
        endings_add(&at_once, o);
        assert_true(o->done);
        assert_int_equal(o->chosen, -1);
        o->finished = true;
        return;
    }
    int i = o->chosen;
    if (!o->done || i < 0 || i >= o->count || !is_ready(o, i))
        fail_msg("of the ready cases, %d was chosen", o->done ? i : -2);
    endings_add(&at_once, o);
    ready_choices[ready][i]++;
    if (o->cases[i].sends) {
        model_send(o->cases[i].chan, o->cases[i].value);
        expect(o, o->cases[i].chan, true, 0, false);
    } else {
        bool ok;
        int64_t value = model_recv(o->cases[i].chan, &ok);
        expect(o, o->cases[i].chan, false, value, ok);
    }
}
