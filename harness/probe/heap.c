#include "probe/heap.h"
#include "task/loop.h"
#include "task/time.h"
#include <stdio.h>
#include <stdlib.h>

/* Weak: sanitizer builds bring an allocator of their own. */
int mallctl(const char *name, void *old, size_t *old_size, void *new_value, size_t new_size)
    __attribute__((weak));

enum { ALL_ARENAS = 4096 }; /* MALLCTL_ARENAS_ALL */

static const uint64_t *thread_counter(const char *name)
{
    static const uint64_t zero;
    uint64_t *counter;
    size_t size = sizeof counter;
    return mallctl(name, &counter, &size, NULL, 0) == 0 ? counter : &zero;
}

/* Under Valgrind it is there, and another allocator in its place. */
bool heap_is_known(void)
{
    static int known = -1;
    if (known < 0 && mallctl) {
        const volatile uint64_t *allocated = thread_counter("thread.allocatedp");
        uint64_t before = *allocated;
        void *volatile one = malloc(1);
        known = *allocated > before;
        free(one);
    }
    return known > 0;
}

int64_t heap_allocated(void)
{
    static const uint64_t *allocated, *freed;
    if (!heap_is_known())
        return -1;
    if (!allocated) {
        allocated = thread_counter("thread.allocatedp");
        freed = thread_counter("thread.deallocatedp");
    }
    return (int64_t)(*allocated - *freed);
}

static int64_t figure(const char *name)
{
    size_t value, size = sizeof value;
    return mallctl(name, &value, &size, NULL, 0) == 0 ? (int64_t)value : -1;
}

static uint64_t last; /* when its arenas were added up */
static struct heap then = {-1, -1, -1, -1};

void heap_read(struct heap *heap)
{
    if (!last || uv_hrtime() - last >= (uint64_t)(SECOND / 10)) {
        heap_refresh(heap);
        return;
    }
    *heap = then;
    heap->allocated = heap_allocated();
}

void heap_refresh(struct heap *heap)
{
    heap->allocated = heap_allocated();
    if (!heap_is_known())
        return;
    last = uv_hrtime();
    uint64_t epoch = 1;
    mallctl("epoch", NULL, NULL, &epoch, sizeof epoch);
    heap->active = figure("stats.active");
    heap->resident = figure("stats.resident");
    heap->retained = figure("stats.retained");
    then = *heap;
}

void heap_purge(void)
{
    char name[48];
    snprintf(name, sizeof name, "arena.%d.purge", ALL_ARENAS);
    if (mallctl)
        mallctl(name, NULL, NULL, NULL, 0);
}

static void on_turn(uv_prepare_t *handle)
{
    heap_read(handle->data);
}

void heap_publish(struct heap *heap)
{
    static uv_prepare_t handle;
    uv_prepare_init(task_loop(), &handle);
    handle.data = heap;
    uv_prepare_start(&handle, on_turn);
    uv_unref((uv_handle_t *)&handle);
}

const char *heap_version(void)
{
    const char *version;
    size_t size = sizeof version;
    return mallctl && mallctl("version", &version, &size, NULL, 0) == 0 ? version : NULL;
}
