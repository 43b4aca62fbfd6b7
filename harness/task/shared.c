#include "task/shared.h"
#include "task/sched.h"
#include <stdlib.h>
#include <string.h>

struct shared {
    size_t references;
    void (*destroy)(void *shared);
    _Alignas(max_align_t) char memory[];
};

static struct shared *head_of(void *memory)
{
    return (struct shared *)((char *)memory - offsetof(struct shared, memory));
}

void *shared_new(size_t size, void (*destroy)(void *shared))
{
    size_t bytes;
    if (__builtin_add_overflow(sizeof(struct shared), size, &bytes))
        sched_out_of_memory("what tasks share", size);
    struct shared *s = sched_allocate(bytes, "what tasks share");
    memset(s, 0, bytes);
    s->references = 1;
    s->destroy = destroy;
    return s->memory;
}

void *shared_ref(void *shared)
{
    if (shared)
        head_of(shared)->references++;
    return shared;
}

void shared_drop(void *shared)
{
    if (!shared || --head_of(shared)->references)
        return;
    if (head_of(shared)->destroy)
        head_of(shared)->destroy(shared);
    free(head_of(shared));
}
