/* Channels of other sizes than the 8 bytes of bench/channel.c, which have a path of their own in the runtime.
 *
 * micro/item/SIZE            counted: one item of 0, 4, 16, 64 or 1,024 bytes from a sender to a receiver, unbuffered.
 * micro/item_buffered/SIZE   counted: the same through a buffer of 128.
 */
#include "bench/topics.h"
#include "task/chan.h"
#include "task/task.h"

struct stream {
    struct chan *items;
    int64_t length, received;
};

/* A channel is of one type, and so are what sends and what receives. */
#define ITEMS(size)                                                                                \
    struct item_##size {                                                                           \
        char of[size];                                                                             \
    };                                                                                             \
    static void produce_##size(void *arg)                                                          \
    {                                                                                              \
        struct stream *stream = arg;                                                               \
        struct item_##size item = {};                                                              \
        for (int64_t i = 0; i < stream->length; i++)                                               \
            chan_send(stream->items, &item);                                                       \
        chan_close(stream->items);                                                                 \
    }                                                                                              \
    static void consume_##size(struct stream *stream)                                              \
    {                                                                                              \
        struct item_##size item;                                                                   \
        while (chan_recv(stream->items, &item))                                                    \
            stream->received++;                                                                    \
    }                                                                                              \
    static struct chan *channel_##size(size_t capacity)                                            \
    {                                                                                              \
        return chan_make(struct item_##size, capacity);                                            \
    }

#define FOR_EACH_SIZE(X) X(0) X(4) X(16) X(64) X(1024)
FOR_EACH_SIZE(ITEMS)

static const struct of_size {
    int64_t size;
    struct chan *(*channel)(size_t capacity);
    void (*produce)(void *stream);
    void (*consume)(struct stream *stream);
} sizes[] = {
#define X(size) {size, channel_##size, produce_##size, consume_##size},
    FOR_EACH_SIZE(X)
#undef X
};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void items(struct bench_state *s, size_t capacity)
{
    const struct of_size *of = sizes;
    while (of->size != bench_value(s))
        of++;
    struct stream stream = {.items = of->channel(capacity)};
    stream.length = bench_batch(s);
    go(of->produce, &stream);
    of->consume(&stream);
    bench_batch_end(s);
    chan_drop(stream.items);
    bench_expect(s, "items that arrived", stream.received, stream.length);
    bench_bytes(s, bench_done(s) * of->size);
}

static void unbuffered(struct bench_state *s)
{
    items(s, 0);
}

static void buffered(struct bench_state *s)
{
    items(s, 128);
}

void register_item(void)
{
    struct bench *all[] = {bench_task("micro/item", unbuffered),
                           bench_task("micro/item_buffered", buffered)};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (int k = 0; k < SIZES; k++)
            bench_arg(all[i], sizes[k].size);
}
