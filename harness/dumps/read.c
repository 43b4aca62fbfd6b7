#include "dumps/read.h"
#include "dumps/json.h"
#include "dumps/proto.h"
#include "dumps/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const char no_memory[] = "there is no memory for it";

static void take(struct dump *dump, void *arg)
{
    struct dumps *dumps = arg;
    if (dumps->length == dumps->room) {
        size_t room = dumps->room ? 2 * dumps->room : 4;
        struct dump *more = realloc(dumps->all, room * sizeof *more);
        if (!more) {
            dump_free(dump);
            return;
        }
        dumps->all = more;
        dumps->room = room;
    }
    dumps->all[dumps->length++] = *dump;
}

void dumps_free(struct dumps *dumps)
{
    for (size_t i = 0; i < dumps->length; i++)
        dump_free(&dumps->all[i]);
    free(dumps->all);
    *dumps = (struct dumps){0};
}

/* --- Compressed ------------------------------------------------------------------------------- */

/* What could be unpacked, to be freed, also where the rest is cut off: *is_cut. NULL with a line in error. */
static char *unpacked(const char *bytes, size_t length, size_t *unpacked_length, bool *is_cut,
                      char *error, size_t size)
{
    z_stream stream = {.next_in = (Bytef *)bytes, .avail_in = (uInt)length};
    size_t room = 4 * length + 65536;
    char *out = NULL, *more;
    int status = inflateInit2(&stream, 16 + MAX_WBITS);
    *unpacked_length = 0;
    while (status == Z_OK) {
        if (room > DUMP_MOST)
            room = DUMP_MOST;
        if (*unpacked_length == room)
            break;
        if (!(more = realloc(out, room))) {
            status = Z_MEM_ERROR;
            break;
        }
        out = more;
        stream.next_out = (Bytef *)out + *unpacked_length;
        stream.avail_out = (uInt)(room - *unpacked_length);
        status = inflate(&stream, Z_NO_FLUSH);
        *unpacked_length = room - stream.avail_out;
        /* Another one follows: they make one text. */
        if (status == Z_STREAM_END && stream.avail_in > 18)
            status = inflateReset(&stream);
        if (status == Z_OK && !stream.avail_out)
            room *= 2;
    }
    inflateEnd(&stream);
    *is_cut = status != Z_STREAM_END;
    if (status == Z_OK || status == Z_MEM_ERROR || !*unpacked_length) {
        snprintf(error, size, "%s",
                 status == Z_OK          ? "it is larger than 256 MiB when unpacked"
                 : status == Z_MEM_ERROR ? no_memory
                                         : "it is compressed, and broken");
        free(out);
        return NULL;
    }
    return out;
}

/* --- By what it is ---------------------------------------------------------------------------- */

static const char *first_mark(const char *bytes, const char *end)
{
    static const char bom[] = "\xef\xbb\xbf";
    if (end - bytes >= 3 && memcmp(bytes, bom, 3) == 0)
        bytes += 3;
    while (bytes < end && strchr(" \t\r\n", *bytes))
        bytes++;
    return bytes;
}

/* The first field of a profile.proto is one of its own, by its number and kind. */
static bool is_proto(const char *bytes, size_t length)
{
    static const char fields[] = {0x0a, 0x12, 0x1a, 0x22, 0x2a, 0x32, 0x48, 0x5a};
    bool has_zero = memchr(bytes, 0, length < 4096 ? length : 4096) != NULL;
    return length > 4 && has_zero && memchr(fields, bytes[0], sizeof fields) != NULL;
}

static bool read_one(bool (*read)(const char *, size_t, struct dump *, char *, size_t),
                     const char *bytes, size_t length, struct dumps *dumps, char *error,
                     size_t size)
{
    struct dump dump;
    size_t before = dumps->length;
    if (!read(bytes, length, &dump, error, size))
        return false;
    take(&dump, dumps);
    if (dumps->length == before)
        snprintf(error, size, "%s", no_memory);
    return dumps->length > before;
}

static bool read_proto(const char *bytes, size_t length, struct dump *dump, char *error,
                       size_t size)
{
    return proto_read(bytes, length, dump, error, size);
}

static bool read_text(const char *bytes, size_t length, struct dumps *dumps, char *error,
                      size_t size)
{
    size_t unread, before = dumps->length, read = text_read(bytes, length, take, dumps, &unread);
    if (read && dumps->length - before == read)
        return true;
    while (dumps->length > before)
        dump_free(&dumps->all[--dumps->length]);
    if (read)
        snprintf(error, size, "%s", no_memory);
    else if (unread)
        snprintf(
            error, size,
            "line %zu is none of a dump's, nor is any after it (Go's debug=1 and debug=2, pprof, "
            "leaklab's and Java's JSON are read)",
            unread);
    else
        snprintf(error, size, "there is nothing in it");
    return false;
}

static bool read_plain(const char *bytes, size_t length, struct dumps *dumps, char *error,
                       size_t size)
{
    const char *end = bytes + length, *mark = first_mark(bytes, end);
    static const char docker[] = "{\"log\":";
    if (is_proto(bytes, length))
        return read_one(read_proto, bytes, length, dumps, error, size);
    bool is_log = (size_t)(end - mark) > sizeof docker && !memcmp(mark, docker, sizeof docker - 1);
    if (mark < end && *mark == '{' && !is_log)
        return read_one(json_read, mark, (size_t)(end - mark), dumps, error, size);
    return read_text(bytes, length, dumps, error, size);
}

bool dumps_read(const char *bytes, size_t length, struct dumps *dumps, char *error, size_t size)
{
    size_t text_length, before = dumps->length;
    bool is_cut = false;
    if (length < 2 || memcmp(bytes, "\x1f\x8b", 2) != 0)
        return read_plain(bytes, length, dumps, error, size);
    char *text = unpacked(bytes, length, &text_length, &is_cut, error, size);
    bool ok = text && read_plain(text, text_length, dumps, error, size);
    if (ok && is_cut && dumps->length > before)
        dump_remark(&dumps->all[dumps->length - 1], 0,
                    "it is compressed, and cut or broken: what "
                    "comes after is not here");
    free(text);
    return ok;
}
