/* defer(fn, arg): calls fn(arg) when the enclosing block is left, by whatever way, last deferred first.
 *
 * Go defers to the end of the function, this to the end of the block: in a loop's body that is
 * each turn. Both arguments are taken at once, as in Go. A task that parks for ever never leaves
 * its block, so what it deferred never runs.
 */
#pragma once

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
__attribute__((no_sanitize("function")))
#endif
static inline void
deferred_run(struct deferred *d)
{
    d->fn(d->arg);
}

#define defer(fn, ...)          DEFER_NAMED_(__COUNTER__, fn, __VA_ARGS__)
#define DEFER_NAMED_(n, f, ...) DEFER_AS_(n, f, __VA_ARGS__)
#define DEFER_AS_(n, f, ...)                                                                       \
    __attribute__((cleanup(deferred_run), unused)) struct deferred deferred_##n##_ =               \
        deferred_make((void (*)(void))(f), __VA_ARGS__)
