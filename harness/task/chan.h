/* Channels: Go's, in C. Typed by element size, unbuffered or buffered, first come first served.
 *
 * A NULL channel parks its caller for ever. Who holds a channel holds a reference and drops it;
 * the last drop frees it with what is still in its buffer.
 *
 * Sizes are checked when the program runs: a send or a receive by a pointer to another size than
 * the channel's elements have is a panic that names both. A pointer that says no size (to void,
 * NULL, to an empty struct) is taken as it is.
 */
#pragma once

#include "task/switch_here.h"
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CHAN_INLINE_   __attribute__((always_inline))
#define CHAN_PARKS_(s) __builtin_expect((s).to != NULL, 0)

struct chan;

/* A new channel of elements of the given type (`struct {}` for a bare signal), with room for
 * capacity of them, and one reference, the caller's. Never NULL: no memory stops the program. */
#define chan_make(type, ...) chan_make_sized(sizeof(type), __VA_ARGS__)
struct chan *chan_make_sized(size_t element_size, size_t capacity);

/* Takes another reference and returns the channel. NULL stays NULL. */
struct chan *chan_ref(struct chan *c);

/* Gives a reference back. NULL is allowed. */
void chan_drop(struct chan *c);

/* Copies *value into the channel; parks until a receiver or the buffer takes it.
 * value may be NULL where elements have no size. On a closed channel: panic. */
#define chan_send(c, ...) chan_send_sized((c), __VA_ARGS__, chan_size_of(__VA_ARGS__))

/* Moves the next element to *value (NULL throws it away); parks until there is one.
 * Returns true, or false and zeroes *value where the channel is closed and drained. */
#define chan_recv(c, ...) chan_recv_sized((c), __VA_ARGS__, chan_size_of(__VA_ARGS__))

/* The same without parking: false where it would have parked. *ok, where ok is not NULL, is true
 * exactly where an element was received: false also where the call returns false. */
#define chan_try_send(c, ...)       chan_try_send_sized((c), __VA_ARGS__, chan_size_of(__VA_ARGS__))
#define chan_try_recv(c, value, ok) chan_try_recv_sized((c), (value), (ok), chan_size_of(value))

/* What these macros call: size is that of what value points to, 0 where that is not known. */
static inline void chan_send_sized(struct chan *c, const void *value, size_t size);
static inline bool chan_recv_sized(struct chan *c, void *value, size_t size);
bool chan_try_send_sized(struct chan *c, const void *value, size_t size);
bool chan_try_recv_sized(struct chan *c, void *value, bool *ok, size_t size);

/* And as functions, for who needs their address. They check no size. */
void(chan_send)(struct chan *c, const void *value);
bool(chan_recv)(struct chan *c, void *value);
bool(chan_try_send)(struct chan *c, const void *value);
bool(chan_try_recv)(struct chan *c, void *value, bool *ok);

/* No more will be sent: receivers see the rest of the buffer, then false. For the sending side.
 * It is one event: when the call returns, nobody waits in the channel any more, nor in another one
 * of a select that did. Close of a closed or NULL channel: panic. */
void chan_close(struct chan *c);

/* Elements in the buffer now, and room for how many. 0 for NULL. */
size_t chan_len(const struct chan *c);
size_t chan_cap(const struct chan *c);

/* One case of a select. Make it with on_recv(), on_recv_ok() or on_send(). */
struct chan_case {
    /* The runtime's own, while the case waits in its channel's queue. */
    struct chan_case *next, *prev;
    struct task *waiter;
    /* What is wanted. */
    struct chan *chan;
    void *value;
    size_t size; /* of *value; 0: not known */
    bool *ok;
    bool sends;
};

#define on_recv(c, ...)             chan_case_recv((c), __VA_ARGS__, NULL, chan_size_of(__VA_ARGS__))
#define on_recv_ok(c, into, was_ok) chan_case_recv((c), (into), (was_ok), chan_size_of(into))
#define on_send(c, ...)             chan_case_send((c), __VA_ARGS__, chan_size_of(__VA_ARGS__))

static inline struct chan_case chan_case_recv(struct chan *c, void *into, bool *ok, size_t size)
{
    struct chan_case made = {NULL, NULL, NULL, c, into, size, ok, false};
    return made;
}

static inline struct chan_case chan_case_send(struct chan *c, const void *from, size_t size)
{
    struct chan_case made = {NULL, NULL, NULL, c, (void *)from, size, NULL, true};
    return made;
}

/* Waits until one of the cases can go on, does it, and returns its index, from 0:
 *
 *     switch (chan_select(on_recv(jobs, &job), on_recv(ctx_done(ctx), NULL))) {
 *     case 0: ...
 *
 * Of several that are ready one is chosen without bias. Cases over NULL channels never are. A case
 * that is not chosen leaves its value and its ok alone. */
#define chan_select(...) chan_select_cases(CHAN_CASES_(__VA_ARGS__))

/* The same with a default: returns -1 at once where no case is ready. Then every ok is false. */
#define chan_try_select(...) chan_try_select_cases(CHAN_CASES_(__VA_ARGS__))

/* The same over an array of n cases, which must stay untouched until the call returns. */
static inline int chan_select_cases(struct chan_case *cases, size_t n);
int chan_try_select_cases(struct chan_case *cases, size_t n);

/* --- How they are made -------------------------------------------------------------------------- */

/* The calls that may park, in their two halves (switch_here.h). */
struct task_switch chan_send_start(struct chan *c, const void *value, size_t size);
void chan_send_end(void);
struct task_switch chan_recv_start(struct chan *c, void *value, size_t size);
bool chan_recv_end(void *value);
struct task_switch chan_select_start(struct chan_case *cases, size_t n);
int chan_select_end(void);

static inline CHAN_INLINE_ void chan_send_sized(struct chan *c, const void *value, size_t size)
{
    struct task_switch s = chan_send_start(c, value, size);
    if (CHAN_PARKS_(s)) {
        task_switch_here(s.u.from, s.to);
        chan_send_end();
    }
}

static inline CHAN_INLINE_ bool chan_recv_sized(struct chan *c, void *value, size_t size)
{
    struct task_switch s = chan_recv_start(c, value, size);
    if (!CHAN_PARKS_(s))
        return s.u.result != 0;
    task_switch_here(s.u.from, s.to);
    return chan_recv_end(value);
}

static inline CHAN_INLINE_ int chan_select_cases(struct chan_case *cases, size_t n)
{
    struct task_switch s = chan_select_start(cases, n);
    if (!CHAN_PARKS_(s))
        return (int)s.u.result;
    task_switch_here(s.u.from, s.to);
    return chan_select_end();
}

#ifdef __cplusplus
}
#include "task/chan_cpp.h"
#else

#define CHAN_CASES_(...)                                                                           \
    (struct chan_case[]){__VA_ARGS__},                                                             \
        sizeof((struct chan_case[]){__VA_ARGS__}) / sizeof(struct chan_case)

/* The size of what a pointer points to; 0 where its type does not say. Not evaluated. The second
 * operand of ?: makes a pointer of a plain 0. */
#define chan_size_of(...)                                                                          \
    __extension__ _Generic(CHAN_POINTER_(__VA_ARGS__), \
        void *: (size_t)0, \
        const void *: (size_t)0, \
        volatile void *: (size_t)0, \
        const volatile void *: (size_t)0, \
        default: sizeof(*CHAN_POINTER_(__VA_ARGS__)))
#define CHAN_POINTER_(...) (1 ? (__VA_ARGS__) : (void *)0)

#ifdef __cppcheck__ /* it can not read the above */
#undef chan_size_of
#define chan_size_of(...) ((size_t)0)
#endif

#endif
