/* Nothing that is read is believed: numbers are held against the lengths beside them. */
#include "outside/handles_looker.h"
#include <stdlib.h>

/* --- The tables ------------------------------------------------------------------------------------ */

static bool read_part(struct looker *l, const struct census_part *at, struct census_part *part)
{
    if (!memory_read(l->memory, (uintptr_t)at, part, sizeof *part) || !part->size ||
        part->size > HANDLES_RECORD_MOST || part->length_size > sizeof(uint64_t))
        return false;
    for (size_t i = 0; i < CENSUS_FIELDS; i++)
        if (part->field[i].at + part->field[i].size > (int)part->size ||
            (i != CENSUS_FIELD_FRAMES && part->field[i].size > sizeof(uint64_t)))
            return false;
    return true;
}

static bool are_requests_sound(const struct census_layout *l)
{
    for (size_t i = 0; i < CENSUS_LAYOUT_REQUESTS; i++) {
        const struct census_request_at *r = &l->request[i];
        const uint16_t most[] = {l->request_type, l->request_number, r->run,     r->link,
                                 r->parts,        r->parts_from,     r->parts_to};
        if (r->size > HANDLES_RECORD_MOST)
            return false;
        for (size_t j = 0; r->size && j < sizeof most / sizeof *most; j++)
            if (most[j] + 8 > r->size)
                return false;
    }
    return true;
}

static bool is_sound(const struct census_layout *l)
{
    return l->frames <= HANDLES_FRAMES && l->handle_size <= HANDLES_RECORD_MOST &&
           l->handle_type + 4 <= l->handle_size && l->handle_flags + 4 <= l->handle_size &&
           l->handle_number + 8 <= l->handle_size && are_requests_sound(l);
}

bool looker_read_layout(struct looker *l, char why[HANDLES_WHY])
{
    struct census_layout *c = &l->layout;
    if (!memory_read(l->memory, l->target->census, c, sizeof *c) ||
        memcmp(c->magic, CENSUS_LAYOUT_MAGIC, sizeof CENSUS_LAYOUT_MAGIC))
        snprintf(why, HANDLES_WHY, "its table of the census can not be read");
    else if (c->version != CENSUS_LAYOUT_VERSION)
        snprintf(why, HANDLES_WHY,
                 "it has census layout %u, this program reads %d: use the leaklab that came with "
                 "its census",
                 c->version, CENSUS_LAYOUT_VERSION);
    else if (c->size != sizeof *c || c->word != sizeof(uint64_t) || !is_sound(c) ||
             !read_part(l, c->handles, &l->parts[THING_HANDLE]) ||
             !read_part(l, c->requests, &l->parts[THING_REQUEST]) ||
             !read_part(l, c->descriptors, &l->parts[THING_DESCRIPTOR]) ||
             !read_part(l, c->threads, &l->parts[THING_THREAD]) ||
             !read_part(l, c->stacks, &l->stacks) ||
             l->stacks.field[CENSUS_FIELD_FRAMES].size < c->frames * sizeof(uint64_t))
        snprintf(why, HANDLES_WHY, "its table of the census is broken, or of another machine");
    else
        return true;
    return false;
}

/* --- Gathering ------------------------------------------------------------------------------------- */

static bool is_like(const struct things *a, const struct things *b)
{
    return a->kind == b->kind && a->stack == b->stack && a->type == b->type &&
           a->closing == b->closing && a->active == b->active && a->referenced == b->referenced &&
           a->freed == b->freed && a->ended == b->ended && a->detached == b->detached &&
           a->has_queued == b->has_queued && a->pool == b->pool;
}

static void read_stack(struct looker *l, struct things *things)
{
    char stack[HANDLES_RECORD_MOST];
    if (!memory_read(l->memory, l->stacks_at + (uint64_t)things->stack * l->stacks.size, stack,
                     l->stacks.size))
        return;
    uint64_t depth = looker_number(&l->stacks, CENSUS_FIELD_DEPTH, stack);
    things->depth = depth < l->layout.frames ? depth : l->layout.frames;
    memcpy(things->frames, stack + l->stacks.field[CENSUS_FIELD_FRAMES].at,
           things->depth * sizeof *things->frames);
}

static struct things *new_things(struct handles_seen *seen)
{
    if (seen->length == seen->room) {
        size_t room = seen->room ? 2 * seen->room : 64;
        struct things *more = realloc(seen->all, room * sizeof *more);
        if (!more)
            return NULL;
        seen->all = more;
        seen->room = room;
    }
    return &seen->all[seen->length++];
}

bool looker_count(struct looker *l, const struct things *one)
{
    struct handles_seen *seen = l->seen;
    if (one->stack >= l->stacks_length) { /* of a moment later */
        seen->is_cut = true;
        return true;
    }
    if (!seen->length || !is_like(&seen->all[seen->last], one))
        for (seen->last = 0; seen->last < seen->length; seen->last++)
            if (is_like(&seen->all[seen->last], one))
                break;
    if (seen->last == seen->length) {
        struct things *more = new_things(seen);
        if (!more)
            return false;
        *more = *one;
        more->newest = one->oldest;
        more->count = more->queued = 0;
        read_stack(l, more);
    }
    struct things *of = &seen->all[seen->last];
    of->count++;
    of->queued += one->queued;
    of->oldest = one->oldest < of->oldest ? one->oldest : of->oldest;
    of->newest = one->oldest > of->newest ? one->oldest : of->newest;
    of->mark = one->mark < of->mark ? one->mark : of->mark;
    seen->of_kind[one->kind]++;
    return true;
}
