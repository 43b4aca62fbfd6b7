#include "proof/handles.h"
#include "proof/marker.h"
#include "proof/pages.h"
#include "task/counted.h"
#include "task/loop.h"
#include <string.h>

enum { LINKS = sizeof(((uv_handle_t *)0)->handle_queue) };

struct hidden {
    uv_handle_t *handle;
    bool may_call; /* its callback, some day */
    char links[LINKS];
};

static NOT_SCANNED struct {
    struct hidden *all;
    size_t length, room;
} handles;

static void count(uv_handle_t *handle, void *arg)
{
    (void)handle;
    ++*(size_t *)arg;
}

static void take_down(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (handles.length < handles.room)
        handles.all[handles.length++] = (struct hidden){
            .handle = handle, .may_call = uv_is_active(handle) || uv_is_closing(handle)};
}

bool handles_hide(void)
{
    handles.length = handles.room = 0;
    uv_walk(task_loop(), count, &handles.room);
    handles.all = pages_get((handles.room + 1) * sizeof *handles.all);
    if (!handles.all)
        return false;
    uv_walk(task_loop(), take_down, 0);
    for (size_t i = 0; i < handles.length; i++) {
        struct hidden *h = &handles.all[i];
        memcpy(h->links, &h->handle->handle_queue, LINKS);
        memset(&h->handle->handle_queue, 0, LINKS);
    }
    return true;
}

void handles_show(void)
{
    for (size_t i = 0; i < handles.length; i++)
        memcpy(&handles.all[i].handle->handle_queue, handles.all[i].links, LINKS);
    pages_put(handles.all, (handles.room + 1) * sizeof *handles.all);
    handles.all = 0;
    handles.length = handles.room = 0;
}

void handles_mark(void)
{
    const uv_loop_t *loop = task_loop();
    marker_pointer(loop->data, CAUSE_HANDLE);
    marker_words(&loop->wq, &loop->wq + 1,
                 CAUSE_HANDLE); /* work that is done, its callback yet to come */
    for (size_t i = 0; i < handles.length; i++) {
        const struct hidden *h = &handles.all[i];
        if (!h->may_call)
            continue;
        marker_words(h->handle, (const char *)h->handle + uv_handle_size(h->handle->type),
                     CAUSE_HANDLE);
        marker_pointer(h->handle, CAUSE_HANDLE);
    }
}
