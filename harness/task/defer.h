/* defer(fn, arg): calls fn(arg) when the enclosing block is left, by whatever way, last deferred first.
 *
 * Go defers to the end of the function, this to the end of the block: in a loop's body that is
 * each turn. Both arguments are taken at once, as in Go. A panic leaves all blocks of its task (see
 * task/recover.h), in code that is compiled with -fexceptions. A task that parks for ever never
 * leaves its block, so what it deferred never runs.
 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

struct deferred {
    void (*fn)(void *arg);
    void *arg;
};

static inline struct deferred deferred_make(void (*fn)(void), const volatile void *arg)
{
    struct deferred made = {(void (*)(void *))fn, (void *)arg};
    return made;
}

/* fn takes one pointer of any type. It is called as if that were void *, which every ABI that this
 * runtime has a switch for passes alike; clang's sanitizer of function types need not know. */
#ifdef __clang__
#define DEFER_CALLS_ __attribute__((no_sanitize("function")))
#else
#define DEFER_CALLS_
#endif

/* For clang, which has the program abort where one cleanup unwinds out of another, as C++ wants it: while
 * a panic is on its way, a deferred call is made in a frame that nothing unwinds out of. */
extern __thread unsigned deferred_panics; /* on their way in this thread */
void deferred_run_in_panic(void (*fn)(void *arg), void *arg);

DEFER_CALLS_ static inline void deferred_run(struct deferred *d)
{
#ifdef __clang__
    if (__builtin_expect(deferred_panics, 0)) {
        deferred_run_in_panic(d->fn, d->arg);
        return;
    }
#endif
    d->fn(d->arg);
}

#ifdef __cplusplus
}
#endif

#define defer(fn, ...)          DEFER_NAMED_(__COUNTER__, fn, __VA_ARGS__)
#define DEFER_NAMED_(n, f, ...) DEFER_AS_(n, f, __VA_ARGS__)
#define DEFER_AS_(n, f, ...)                                                                       \
    __attribute__((cleanup(deferred_run), unused)) struct deferred deferred_##n##_ =               \
        deferred_make((void (*)(void))(f), __VA_ARGS__)
