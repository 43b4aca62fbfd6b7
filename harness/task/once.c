#include "task/once.h"
#include "task/defer.h"

static void set_done(struct once *once)
{
    once->done = true;
}

void once_do(struct once *once, void (*fn)(void *arg), void *arg)
{
    if (once->done)
        return;
    mutex_lock(&once->mutex);
    defer(mutex_unlock, &once->mutex);
    if (once->done)
        return;
    defer(set_done, once);
    fn(arg);
}
