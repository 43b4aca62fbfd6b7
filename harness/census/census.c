#include "census/census.h"
#include "census/descriptors.h"
#include "census/handles.h"
#include "census/recording.h"
#include "census/threads.h"
#include <stdio.h>
#include <string.h>

void census_start(void)
{
    recording.on = true;
}

uint32_t census_mark(void)
{
    return recording.next;
}

void census_each(census_visit *each, void *arg)
{
    census_lock();
    if (handles_each(each, arg) && descriptors_each(each, arg))
        threads_each(each, arg);
    census_unlock();
}

const char *census_type(uv_handle_type type)
{
    const char *name = uv_handle_type_name(type);
    return name ? name : "handle";
}

static void add(char *text, size_t size, const char *words)
{
    size_t length = strlen(text);
    snprintf(text + length, size - length, "%s%s", length ? ", " : "", words);
}

void census_state(const struct census_entry *entry, char *text, size_t size)
{
    char queued[48];
    text[0] = 0;
    if (entry->kind == CENSUS_THREAD) {
        add(text, size, entry->ended ? "ended, not joined" : "running");
        if (entry->detached)
            add(text, size, "detached");
    }
    if (entry->kind != CENSUS_HANDLE)
        return;
    if (entry->closing)
        add(text, size, "closing");
    else if (!entry->active)
        add(text, size, entry->type == UV_PROCESS ? "exited" : "stopped");
    if (!entry->closing && !entry->referenced)
        add(text, size, "unreferenced");
    if (entry->queued) {
        snprintf(queued, sizeof queued, "%zu bytes queued", entry->queued);
        add(text, size, queued);
    }
}
