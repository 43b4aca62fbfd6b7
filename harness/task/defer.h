/* defer: calls fn(arg) when the enclosing block is left, by whatever way, last deferred first.
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

static inline void deferred_run(struct deferred *d)
{
    d->fn(d->arg);
}

/* fn takes one pointer of any type. It is called through void (*)(void *), which every ABI that
 * this runtime has a switch for passes alike. */
#define defer(fn, arg)        DEFER_NAMED_(__COUNTER__, fn, arg)
#define DEFER_NAMED_(n, f, a) DEFER_AS_(n, f, a)
#define DEFER_AS_(n, f, a)                                                                         \
    __attribute__((cleanup(deferred_run), unused)) struct deferred deferred_##n##_ = {             \
        (void (*)(void *))(void (*)(void))(f), (void *)(a)}
