/* Requests in flight, as census/requests.c has them in the process itself. */
#include "outside/handles_requests.h"
#include <uv.h>

enum { PARTS_MOST = 4096 };

static uint64_t word_at(const char *request, uint16_t at)
{
    uint64_t word;
    memcpy(&word, request + at, sizeof word);
    return word;
}

static uint32_t half_at(const char *request, uint16_t at)
{
    uint32_t half;
    memcpy(&half, request + at, sizeof half);
    return half;
}

/* Bytes in those of its buffers that are queued. */
static uint64_t queued_in(struct looker *l, const char *request, const struct census_request_at *at)
{
    uv_buf_t parts[HANDLES_AT_ONCE];
    uint64_t bytes = 0, first = word_at(request, at->parts);
    uint32_t from = at->parts_from ? half_at(request, at->parts_from) : 0;
    uint32_t to = half_at(request, at->parts_to);
    if (!first || to < from || to - from > PARTS_MOST)
        return 0;
    while (from < to) {
        size_t n = to - from < HANDLES_AT_ONCE ? to - from : HANDLES_AT_ONCE;
        if (!memory_read(l->memory, first + from * sizeof *parts, parts, n * sizeof *parts))
            break;
        for (size_t i = 0; i < n; i++)
            bytes += parts[i].len;
        from += (uint32_t)n;
    }
    return bytes;
}

static enum thing_pool pool_of(const struct piece *piece, const struct census_request_at *at)
{
    const char *request = piece->to;
    if (!at->link)
        return THING_NO_POOL;
    if (word_at(request, at->link) == piece->at + at->link)
        return THING_POOL_RUNS;
    return word_at(request, at->run) ? THING_POOL_WAITS : THING_POOL_DONE;
}

/* What the request itself says, which has to know its record: else it was freed in flight, and others have the memory. */
static void read_request(struct looker *l, const struct piece *piece, uint64_t number,
                         struct things *one)
{
    const struct census_request_at *at = &l->layout.request[one->type];
    const char *request = piece->to;
    one->freed = !piece->read || half_at(request, l->layout.request_number) != number ||
                 half_at(request, l->layout.request_type) != one->type;
    if (one->freed)
        return;
    one->pool = pool_of(piece, at);
    one->queued = at->parts ? queued_in(l, request, at) : 0;
    one->has_queued = one->queued != 0;
}

bool requests_take(struct looker *l, uint64_t first, size_t n)
{
    const struct census_part *part = &l->parts[THING_REQUEST];
    struct piece pieces[HANDLES_AT_ONCE];
    uint64_t numbers[HANDLES_AT_ONCE];
    struct things some[HANDLES_AT_ONCE];
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        const char *record = l->records + i * part->size;
        uint64_t at = looker_number(part, CENSUS_FIELD_OBJECT, record);
        uint64_t type = looker_number(part, CENSUS_FIELD_TYPE, record) >> 24 & 0xff;
        if (!at || type >= CENSUS_LAYOUT_REQUESTS || !l->layout.request[type].size) {
            l->seen->is_cut |=
                at != 0; /* of a moment later, or of a libuv that this program does not know */
            continue;
        }
        some[length] = looker_thing(part, THING_REQUEST, record);
        some[length].type = (uint8_t)type;
        numbers[length] = first + i;
        pieces[length] = (struct piece){
            .at = at, .to = l->objects[length], .size = l->layout.request[type].size};
        length++;
    }
    if (length)
        l->memory->read(l->memory, pieces, length);
    bool done = true;
    for (size_t i = 0; done && i < length; i++) {
        read_request(l, &pieces[i], numbers[i], &some[i]);
        done = looker_count(l, &some[i]);
    }
    return done;
}
