/* Channels: Go's, in C. Typed by element size, unbuffered or buffered, first come first served.
 *
 * A NULL channel parks its caller for ever. Who holds a channel holds a reference and drops it;
 * the last drop frees it with what is still in its buffer.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct chan;

/* A new channel of elements of the given type (`struct {}` for a bare signal), with room for
 * capacity of them, and one reference, the caller's. Never NULL: no memory stops the program. */
#define chan_make(type, capacity) chan_make_sized(sizeof(type), (capacity))
struct chan *chan_make_sized(size_t element_size, size_t capacity);

/* Takes another reference and returns the channel. NULL stays NULL. */
struct chan *chan_ref(struct chan *c);

/* Gives a reference back. NULL is allowed. */
void chan_drop(struct chan *c);

/* Copies *value into the channel; parks until a receiver or the buffer takes it.
 * value may be NULL where elements have no size. On a closed channel: panic. */
void chan_send(struct chan *c, const void *value);

/* Moves the next element to *value (NULL throws it away); parks until there is one.
 * Returns true, or false and zeroes *value where the channel is closed and drained. */
bool chan_recv(struct chan *c, void *value);

/* The same without parking: false where it would have parked. */
bool chan_try_send(struct chan *c, const void *value);
bool chan_try_recv(struct chan *c, void *value, bool *ok);

/* No more will be sent: receivers see the rest of the buffer, then false. For the sending side.
 * Close of a closed or NULL channel: panic. */
void chan_close(struct chan *c);

/* Elements in the buffer now, and room for how many. 0 for NULL. */
size_t chan_len(const struct chan *c);
size_t chan_cap(const struct chan *c);

/* One case of a select. Make it with on_recv(), on_recv_ok() or on_send(). */
struct chan_case {
    struct chan *chan;
    void *value;
    bool *ok;
    bool sends;
    /* The runtime's own, while the case waits in its channel's queue. */
    struct task *waiter;
    struct chan_case *next, *prev;
};

#define on_recv(c, into) ((struct chan_case){.chan = (c), .value = (into)})
#define on_recv_ok(c, into, was_ok)                                                                \
    ((struct chan_case){.chan = (c), .value = (into), .ok = (was_ok)})
#define on_send(c, from) ((struct chan_case){.chan = (c), .value = (void *)(from), .sends = true})

/* Waits until one of the cases can go on, does it, and returns its index, from 0:
 *
 *     switch (chan_select(on_recv(jobs, &job), on_recv(ctx_done(ctx), NULL))) {
 *     case 0: ...
 *
 * Of several that are ready one is chosen without bias. Cases over NULL channels never are. */
#define chan_select(...)                                                                           \
    chan_select_cases((struct chan_case[]){__VA_ARGS__},                                           \
                      sizeof((struct chan_case[]){__VA_ARGS__}) / sizeof(struct chan_case))

/* The same with a default: returns -1 at once where no case is ready. */
#define chan_try_select(...)                                                                       \
    chan_try_select_cases((struct chan_case[]){__VA_ARGS__},                                       \
                          sizeof((struct chan_case[]){__VA_ARGS__}) / sizeof(struct chan_case))

/* The same over an array of n cases, which must stay untouched until the call returns. */
int chan_select_cases(struct chan_case *cases, size_t n);
int chan_try_select_cases(struct chan_case *cases, size_t n);

#ifdef __cplusplus
}
#endif
