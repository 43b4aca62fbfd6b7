/* A loop's list of handles is followed link by link, and not by uv_walk(), which leaves out libuv's own: their links lead to the
 * program's. A list that is broken is told, since a handle that was not found might be an active one. */
#include "proof/handles.h"
#include "proof/blocks.h"
#include "proof/marker.h"
#include "proof/pages.h"
#include "task/counted.h"
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

struct links {
    struct links *next, *before;
};

_Static_assert(sizeof(struct links) == sizeof((uv_handle_t){0}.handle_queue), "a queue's node");

struct hidden {
    struct links *at, links;
};

static NOT_SCANNED struct {
    struct hidden *all; /* of each loop, its own links first */
    size_t length, room;
    uv_loop_t *const *loops;
    size_t loops_length;
} handles;

static struct links *links_of(void *queue)
{
    return queue;
}

static uv_handle_t *handle_of(struct links *links)
{
    return (uv_handle_t *)((char *)links - offsetof(uv_handle_t, handle_queue));
}

/* By the kernel where it is in no block that is known: a handle that was freed may be no memory any more. */
static bool read_links(const struct links *at, struct links *links)
{
    if ((uintptr_t)at % sizeof(void *) || !at)
        return false;
    if (blocks_start((uintptr_t)at)) {
        *links = *at;
        return true;
    }
    struct iovec to = {links, sizeof *links}, from = {(void *)at, sizeof *at};
    return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == (ssize_t)sizeof *links;
}

/* visit: each link, the loop's own first. False: the list is broken. */
static bool each_links(uv_loop_t *loop, void (*visit)(struct links *at))
{
    enum { MOST = 1 << 26 };
    struct links *first = links_of(&loop->handle_queue), *at = first, links;
    for (size_t i = 0; i < MOST; i++) {
        const struct links *before = at;
        if (!read_links(at, &links))
            return false;
        visit(at);
        at = links.next;
        if (!read_links(at, &links) || links.before != before)
            return false;
        if (at == first)
            return true;
    }
    return false;
}

static void count(struct links *at)
{
    (void)at;
    handles.room++;
}

static void take_down(struct links *at)
{
    if (handles.length < handles.room)
        handles.all[handles.length++] = (struct hidden){at, *at};
}

const char *handles_hide(uv_loop_t *const *loops, size_t n)
{
    handles.length = handles.room = 0;
    handles.loops = loops;
    handles.loops_length = n;
    for (size_t i = 0; i < n; i++)
        if (!each_links(loops[i], count))
            return "a loop's list of handles is broken: one was freed without "
                   "uv_close(), or another thread is at it";
    handles.all = pages_get((handles.room + 1) * sizeof *handles.all);
    if (!handles.all)
        return "no memory to look with";
    for (size_t i = 0; i < n; i++)
        each_links(loops[i], take_down);
    for (size_t i = 0; i < handles.length; i++)
        memset(handles.all[i].at, 0, sizeof *handles.all[i].at);
    return 0;
}

void handles_show(void)
{
    for (size_t i = 0; i < handles.length; i++)
        *handles.all[i].at = handles.all[i].links;
    pages_put(handles.all, (handles.room + 1) * sizeof *handles.all);
    handles.all = 0;
    handles.length = handles.room = handles.loops_length = 0;
}

/* A loop's own links; and its own handles, which are marked with it. */
static bool is_in_loop(const struct links *at)
{
    for (size_t i = 0; i < handles.loops_length; i++)
        if ((uintptr_t)at - (uintptr_t)handles.loops[i] < sizeof(uv_loop_t))
            return true;
    return false;
}

/* Its callback may be called, some day: with the handle, from which who calls comes to all that is around it. */
static void mark_handle(const uv_handle_t *handle, uint64_t cause)
{
    size_t size = uv_handle_size(handle->type);
    marker_words(handle, (const char *)handle + (size == (size_t)-1 ? sizeof *handle : size),
                 cause);
    marker_pointer(handle, cause);
}

void handles_mark(bool tells_which)
{
    for (size_t i = 0; i < handles.length; i++) {
        const uv_handle_t *handle = handle_of(handles.all[i].at);
        if (!is_in_loop(handles.all[i].at) && (uv_is_active(handle) || uv_is_closing(handle)))
            mark_handle(handle, tells_which ? (uintptr_t)handle : CAUSE_HANDLE);
    }
    for (size_t i = 0; i < handles.loops_length; i++)
        marker_words(handles.loops[i], handles.loops[i] + 1, CAUSE_HANDLE);
}
