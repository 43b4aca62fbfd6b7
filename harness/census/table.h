/* Records of handles and requests, and of stacks by what is on them. Private to census/.
 *
 * Not on the heap, so that who measures that finds nothing of ours. Not for several threads at once: who calls has the lock.
 */
#pragma once

#include "census/entry.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/* Of a handle, or of a request in flight. */
struct record {
    void *object;  /* NULL: nobody is here */
    uint32_t made; /* number of the stack that made it */
    uint32_t mark;
    uint32_t closing : 24; /* 1; 0: it is open */
    uint32_t type : 8;
    uint32_t since;     /* milliseconds of uv_now(), the lower half */
    void (*then)(void); /* the callback that the program wants, whatever its type */
};

struct records {
    struct record *all;  /* the first is nobody's */
    size_t length, used; /* used: those behind have never been */
    uint32_t unused;     /* the first of those that are free again, by their `made`; 0: none */
};
extern struct records handle_records, request_records __attribute__((visibility("hidden")));

/* More room. False: no memory. */
bool records_grow(struct records *records);

/* A new one for this object, whose number goes into a word of the object. NULL: no memory. Good until the next is added. */
static inline struct record *records_add(struct records *records, void *object, void **word)
{
    uint32_t number = records->unused;
    if (!number && records->used == records->length && !records_grow(records))
        return NULL;
    struct record *record = &records->all[number ? number : records->used];
    if (number)
        records->unused = record->made;
    else
        number = (uint32_t)records->used++;
    *record = (struct record){.object = object};
    *word = (void *)(uintptr_t)number;
    return record;
}

/* NULL: it is not known. */
static inline struct record *records_find(const struct records *records, const void *object,
                                          const void *word)
{
    uint32_t number = (uint32_t)(uintptr_t)word; /* what is above it is its owner's affair */
    if (number == 0 || number >= records->used || records->all[number].object != object)
        return NULL;
    return &records->all[number];
}

static inline void records_remove(struct records *records, struct record *record)
{
    record->object = NULL;
    record->made = records->unused;
    records->unused = (uint32_t)(record - records->all);
}

/* Each of them, as the caller's entry_of says what it is; who made it is filled in here. False: stopped by `each`. */
bool records_each(const struct records *records,
                  struct census_entry (*entry_of)(const struct record *), census_visit *each,
                  void *arg);

/* The words that libuv reserves and does not use on Unix. */
static inline void **handle_word(uv_handle_t *handle)
{
    return &handle->u.reserved[3];
}

static inline void **request_word(uv_req_t *request)
{
    return &request->reserved[5];
}

/* The number of the caller's stack, from `frame` on (__builtin_frame_address(0)), the return address first, and at most so many
 * (CENSUS_FRAMES). 0: no memory. */
uint32_t stacks_number(const void *frame, size_t most);

/* How many frames it has. */
size_t stacks_frames(uint32_t number, const void *const **frames);
