/* Protocol buffers concatenate: a Profile of one sample, then one of one location, and so on, read
 * as the one Profile that holds them all. So each part is packed and compressed as soon as it is
 * known, what it refers to just before it, and nothing is kept but the numbers given out.
 */
#include "profile/pprof.h"
#include "profile/module.h"
#include "profile/pprof.pb-c.h"
#include "profile/shown.h"
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

struct pprof_stream {
    ProtobufCBuffer buffer; /* first: what libprotobuf-c appends to */
    z_stream stream;
    FILE *out;
    void *texts, *functions, *locations, *mappings; /* search trees of numbered */
    int64_t text_count;
    uint64_t function_count, location_count, mapping_count;
    size_t type_count;
    bool failed;
};

/* --- Compressed output ------------------------------------------------------------------------------ */

static void compress_some(struct pprof_stream *w, const uint8_t *bytes, size_t size, int flush)
{
    uint8_t block[16384];
    w->stream.next_in = (uint8_t *)bytes;
    w->stream.avail_in = (uInt)size;
    do {
        w->stream.next_out = block;
        w->stream.avail_out = sizeof block;
        deflate(&w->stream, flush);
        fwrite(block, 1, sizeof block - w->stream.avail_out, w->out);
    } while (w->stream.avail_out == 0);
}

static void append(ProtobufCBuffer *buffer, size_t size, const uint8_t *bytes)
{
    compress_some((struct pprof_stream *)buffer, bytes, size, Z_NO_FLUSH);
}

static void emit(struct pprof_stream *w, const Pprof__Profile *part)
{
    protobuf_c_message_pack_to_buffer(&part->base, &w->buffer);
}

/* --- Numbers ---------------------------------------------------------------------------------------- */

/* What has a number: a text by its name, all else by a pair of addresses or numbers. */
struct numbered {
    const char *name;
    uint64_t key, second_key;
    uint64_t number;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct numbered *)a)->name, ((const struct numbered *)b)->name);
}

static int by_keys(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->second_key > y->second_key) - (x->second_key < y->second_key);
}

/* The number of a thing; *is_new where it has just got it. 0 where memory is short. */
static uint64_t number_of(struct pprof_stream *w, void **tree, const struct numbered *wanted,
                          int (*order)(const void *, const void *), bool *is_new)
{
    *is_new = false;
    struct numbered **found = tfind(wanted, tree, order);
    if (found)
        return (*found)->number;
    struct numbered *n = malloc(sizeof *n);
    if (n)
        *n = *wanted;
    if (!n || !tsearch(n, tree, order)) {
        free(n);
        w->failed = true;
        return 0;
    }
    *is_new = true;
    return n->number;
}

static int64_t text(struct pprof_stream *w, const char *words)
{
    bool is_new;
    struct numbered wanted = {.name = words, .number = (uint64_t)w->text_count};
    struct numbered **found = tfind(&wanted, &w->texts, by_name);
    if (found)
        return (int64_t)(*found)->number;
    char *clean = shown_utf8(words);
    if (!clean) {
        w->failed = true;
        return 0;
    }
    wanted.name = clean;
    int64_t number = (int64_t)number_of(w, &w->texts, &wanted, by_name, &is_new);
    if (!is_new) { /* known by its clean form, or no memory */
        free(clean);
        return number;
    }
    w->text_count++;
    Pprof__Profile part = PPROF__PROFILE__INIT;
    part.string_table = &clean;
    part.n_string_table = 1;
    emit(w, &part);
    return number;
}

static uint64_t mapping(struct pprof_stream *w, const struct module *m)
{
    bool is_new;
    if (!m)
        return 0;
    struct numbered wanted = {.key = (uintptr_t)m, .number = w->mapping_count + 1};
    uint64_t number = number_of(w, &w->mappings, &wanted, by_keys, &is_new);
    if (!is_new)
        return number;
    w->mapping_count++;
    Pprof__Mapping message = PPROF__MAPPING__INIT, *messages = &message;
    message.id = number;
    message.memory_start = m->code_low;
    message.memory_limit = m->code_high;
    message.file_offset = m->code_offset;
    message.filename = text(w, m->path);
    message.build_id = text(w, m->build_id);
    message.has_functions = m->has_functions;
    message.has_filenames = message.has_line_numbers = m->has_lines;
    Pprof__Profile part = PPROF__PROFILE__INIT;
    part.mapping = &messages;
    part.n_mapping = 1;
    emit(w, &part);
    return number;
}

static uint64_t function(struct pprof_stream *w, const struct symbol *s)
{
    bool is_new;
    char place[512];
    int64_t name = text(w, shown_function(s, place, sizeof place));
    int64_t file = s->file ? text(w, s->file) : 0;
    struct numbered wanted = {
        .key = (uint64_t)name, .second_key = (uint64_t)file, .number = w->function_count + 1};
    uint64_t number = number_of(w, &w->functions, &wanted, by_keys, &is_new);
    if (!is_new)
        return number;
    w->function_count++;
    Pprof__Function message = PPROF__FUNCTION__INIT, *messages = &message;
    message.id = number;
    message.name = message.system_name = name;
    message.filename = file;
    Pprof__Profile part = PPROF__PROFILE__INIT;
    part.function = &messages;
    part.n_function = 1;
    emit(w, &part);
    return number;
}

enum { INLINED = 32 };

/* n frames of one address, innermost first. */
static uint64_t location(struct pprof_stream *w, const struct shown_frame *frames, size_t n)
{
    bool is_new;
    struct numbered wanted = {.key = (uintptr_t)frames->pc, .number = w->location_count + 1};
    uint64_t number = number_of(w, &w->locations, &wanted, by_keys, &is_new);
    if (!is_new)
        return number;
    w->location_count++;
    Pprof__Line lines[INLINED], *line_list[INLINED];
    n = n < INLINED ? n : INLINED;
    for (size_t i = 0; i < n; i++) {
        pprof__line__init(&lines[i]);
        lines[i].function_id = function(w, frames[i].symbol);
        lines[i].line = frames[i].symbol->line;
        line_list[i] = &lines[i];
    }
    Pprof__Location message = PPROF__LOCATION__INIT, *messages = &message;
    message.id = number;
    message.mapping_id = mapping(w, frames->symbol->object);
    message.address = (uintptr_t)frames->pc - 1; /* of the call, as pprof has it */
    message.line = line_list;
    message.n_line = n;
    Pprof__Profile part = PPROF__PROFILE__INIT;
    part.location = &messages;
    part.n_location = 1;
    emit(w, &part);
    return number;
}

/* --- Samples ---------------------------------------------------------------------------------------- */

/* Leaf first, as many ids as there are addresses shown. Returns how many. */
static size_t locations(struct pprof_stream *w, const struct pprof_sample *sample,
                        uint64_t ids[SHOWN_ROOM])
{
    struct shown_frame shown[SHOWN_ROOM];
    size_t n = shown_frames(sample->frames, sample->depth, shown, SHOWN_ROOM), length = 0;
    for (size_t i = 0, next; i < n; i = next) {
        for (next = i + 1;
             next < n && shown[next].pc == shown[i].pc && shown[next - 1].symbol->inlined_into;)
            next++;
        ids[length++] = location(w, &shown[i], next - i);
    }
    return length;
}

static void emit_sample(struct pprof_stream *w, const struct pprof_sample *sample,
                        Pprof__Label **labels)
{
    uint64_t ids[SHOWN_ROOM];
    Pprof__Sample message = PPROF__SAMPLE__INIT, *messages = &message;
    message.n_location_id = locations(w, sample, ids);
    message.location_id = ids;
    message.value = (int64_t *)sample->values;
    message.n_value = w->type_count;
    message.label = labels;
    message.n_label = sample->label_count;
    Pprof__Profile part = PPROF__PROFILE__INIT;
    part.sample = &messages;
    part.n_sample = 1;
    emit(w, &part);
}

void pprof_add(struct pprof_stream *w, const struct pprof_sample *sample)
{
    size_t n = sample->label_count;
    Pprof__Label *labels = malloc((n + 1) * sizeof *labels);
    Pprof__Label **list = malloc((n + 1) * sizeof *list);
    if (w->failed || !labels || !list) {
        w->failed = true;
    } else {
        for (size_t i = 0; i < n; i++) {
            pprof__label__init(&labels[i]);
            labels[i].key = text(w, sample->labels[i].key);
            labels[i].str = text(w, sample->labels[i].value);
            list[i] = &labels[i];
        }
        emit_sample(w, sample, list);
    }
    free(labels);
    free(list);
}

/* --- Beginning and end ------------------------------------------------------------------------------ */

static void write_header(struct pprof_stream *w, const struct pprof_type *types)
{
    struct timespec now;
    Pprof__ValueType values[PPROF_TYPES], *list[PPROF_TYPES];
    clock_gettime(CLOCK_REALTIME, &now);
    text(w, ""); /* the table's first */
    for (size_t i = 0; i < w->type_count; i++) {
        pprof__value_type__init(&values[i]);
        values[i].type = text(w, types[i].name);
        values[i].unit = text(w, types[i].unit);
        list[i] = &values[i];
    }
    Pprof__Profile part = PPROF__PROFILE__INIT;
    part.sample_type = list;
    part.n_sample_type = w->type_count;
    part.period_type = &values[0];
    part.period = 1;
    part.time_nanos = now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
    emit(w, &part);
}

struct pprof_stream *pprof_begin(const struct pprof_type *types, size_t count, FILE *out)
{
    enum { GZIP = 15 + 16, MEMORY = 8 };
    struct pprof_stream *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    *w = (struct pprof_stream){.buffer = {append}, .out = out, .type_count = count};
    if (deflateInit2(&w->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP, MEMORY,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        free(w);
        errno = ENOMEM;
        return NULL;
    }
    write_header(w, types);
    return w;
}

static void free_text(void *node)
{
    free((char *)((struct numbered *)node)->name);
    free(node);
}

int pprof_end(struct pprof_stream *w)
{
    bool failed = w->failed;
    compress_some(w, 0, 0, Z_FINISH);
    deflateEnd(&w->stream);
    tdestroy(w->functions, free);
    tdestroy(w->locations, free);
    tdestroy(w->mappings, free);
    tdestroy(w->texts, free_text);
    free(w);
    if (failed)
        errno = ENOMEM;
    return failed ? -1 : 0;
}
