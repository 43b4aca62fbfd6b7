#include "census/census.h"
#include "census/descriptors.h"
#include "census/handles.h"
#include "census/recording.h"
#include "census/requests.h"
#include "census/threads.h"
#include <stdio.h>
#include <string.h>

void census_start(void)
{
    census_lock_begin();
    recording.on = true;
}

void census_say(bool says)
{
    recording.silent = !says;
}

uint32_t census_mark(void)
{
    return recording.next;
}

void census_each(census_visit *each, void *arg)
{
    census_lock_to_look();
    if (handles_each(each, arg) && requests_each(each, arg) && descriptors_each(each, arg))
        threads_each(each, arg);
    census_unlock();
}

const char *census_type(uv_handle_type type)
{
    const char *name = uv_handle_type_name(type);
    return name ? name : "handle";
}

const char *census_request(uv_req_type type)
{
    const char *name = uv_req_type_name(type);
    return name ? name : "request";
}

static void add(char *text, size_t size, const char *words)
{
    size_t length = strlen(text);
    snprintf(text + length, size - length, "%s%s", length ? ", " : "", words);
}

static void add_handle(const struct census_entry *entry, char *text, size_t size)
{
    if (entry->closing)
        add(text, size, "closing");
    else if (!entry->active)
        add(text, size, entry->type == UV_PROCESS ? "exited" : "stopped");
    if (!entry->closing && !entry->referenced)
        add(text, size, "unreferenced");
}

void census_state(const struct census_entry *entry, char *text, size_t size)
{
    static const char *const pool[] = {
        [CENSUS_POOL_WAITS] = "waiting in the thread pool",
        [CENSUS_POOL_RUNS] = "running in the thread pool",
        [CENSUS_POOL_DONE] = "done, not called back yet",
    };
    char queued[48];
    text[0] = 0;
    if (entry->kind == CENSUS_THREAD) {
        add(text, size, entry->ended ? "ended, not joined" : "running");
        if (entry->detached)
            add(text, size, "detached");
    }
    if (entry->kind == CENSUS_REQUEST && entry->pool != CENSUS_NO_POOL)
        add(text, size, pool[entry->pool]);
    if (entry->kind == CENSUS_HANDLE)
        add_handle(entry, text, size);
    if (entry->queued) {
        snprintf(queued, sizeof queued, "%zu bytes queued", entry->queued);
        add(text, size, queued);
    }
}
