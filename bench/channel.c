/* Channels: the cost of handing something over.
 *
 * micro/ping_pong          counted: a round trip, one int64_t there over one unbuffered channel and
 *                          back over another.
 * micro/one_way/CAPACITY   counted: one int64_t from a sender to a receiver, through a buffer of
 *                          CAPACITY; 0 is unbuffered. The sender closes, the receiver ranges.
 */
#include "bench/topics.h"
#include "task/chan.h"
#include "task/task.h"

struct pair {
    struct chan *there, *back;
};

static void echo(void *arg)
{
    struct pair *pair = arg;
    int64_t value;
    while (chan_recv(pair->there, &value))
        chan_send(pair->back, &value);
    chan_close(pair->back);
}

void ping_pong(struct bench_state *s)
{
    struct pair pair = {chan_make(int64_t, 0), chan_make(int64_t, 0)};
    go(echo, &pair);
    int64_t n = bench_batch(s), sum = 0, value;
    for (int64_t i = 0; i < n; i++) {
        chan_send(pair.there, &i);
        chan_recv(pair.back, &value);
        sum += value;
    }
    bench_batch_end(s);
    chan_close(pair.there);
    chan_recv(pair.back, 0); /* echo has seen the close */
    chan_drop(pair.there);
    chan_drop(pair.back);
    bench_expect(s, "sum of what came back", sum, n * (n - 1) / 2);
}

struct stream {
    struct chan *items;
    int64_t length;
};

static void produce(void *arg)
{
    struct stream *stream = arg;
    for (int64_t i = 0; i < stream->length; i++)
        chan_send(stream->items, &i);
    chan_close(stream->items);
}

static void one_way(struct bench_state *s)
{
    struct stream stream = {.items = chan_make(int64_t, (size_t)bench_value(s))};
    stream.length = bench_batch(s);
    go(produce, &stream);
    int64_t sum = 0, value;
    while (chan_recv(stream.items, &value))
        sum += value;
    bench_batch_end(s);
    chan_drop(stream.items);
    bench_expect(s, "sum of what arrived", sum, stream.length * (stream.length - 1) / 2);
    bench_bytes(s, bench_done(s) * (int64_t)sizeof value);
}

void register_channel(void)
{
    bench_task("micro/ping_pong", ping_pong);
    struct bench *b = bench_task("micro/one_way", one_way);
    bench_arg(b, 0);
    bench_arg(b, 1);
    bench_arg(b, 128);
}
