#include "profile/shown.h"
#include "task/time.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static size_t show(const void *const *frames, size_t depth, struct shown_frame *shown, size_t room,
                   bool with_hidden)
{
    size_t n = 0;
    for (size_t i = 0; i < depth; i++)
        for (const struct symbol *s = symbol_of_return(frames[i]); s; s = s->inlined_into) {
            if (n == room)
                return n;
            if (with_hidden || !symbol_is_hidden(s))
                shown[n++] = (struct shown_frame){frames[i], s,
                                                  s->start ? (uintptr_t)frames[i] - s->start : 0};
        }
    return n;
}

size_t shown_frames(const void *const *frames, size_t depth, struct shown_frame *shown, size_t room)
{
    size_t n = show(frames, depth, shown, room, false);
    return n ? n : show(frames, depth, shown, room, true);
}

const char *shown_function(const struct symbol *s, char *line, size_t size)
{
    if (s->function)
        return s->function;
    snprintf(line, size, "%s+0x%tx", s->module, s->offset);
    return line;
}

int64_t shown_minutes(enum task_state state, int64_t since, int64_t now)
{
    return state == TASK_PARKED ? (now - since) / MINUTE : 0;
}

const char *shown_state(enum task_state state, enum wait_reason reason)
{
    if (state == TASK_READY)
        return "runnable";
    return state == TASK_RUNNING ? "running" : wait_reason_text(reason);
}

const char *shown_end(enum frames_end end)
{
    switch (end) {
    case FRAMES_CUT:
        return "additional frames elided";
    case FRAMES_BROKEN:
        return "frame chain broken: what called this is unknown";
    default:
        return 0;
    }
}

void shown_place(const struct symbol *s, FILE *out)
{
    char name[512];
    if (s->file)
        fprintf(out, "%s:%d in %s", s->file, s->line, shown_function(s, name, sizeof name));
    else if (s->function)
        fprintf(out, "%s (%s+0x%tx)", s->function, s->module, s->offset);
    else
        fputs(shown_function(s, name, sizeof name), out);
}

/* Rounded: what is ten minutes but for a moment reads as ten minutes. */
static void write_duration(int64_t time, char text[static 32])
{
    static const struct {
        double from, unit; /* from where it rounds up to the unit */
        const char *format, *one;
    } units[] = {{47.95 * HOUR, 24 * HOUR, "%.3g days", 0},
                 {1.995 * HOUR, HOUR, "%.3g hours", 0},
                 {59.95 * SECOND, MINUTE, "%.3g minutes", "1 minutes"},
                 {0.9995 * SECOND, SECOND, "%.1f s", 0},
                 {MILLISECOND, MILLISECOND, "%.0f ms", 0}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if ((double)time < units[i].from)
            continue;
        snprintf(text, 32, units[i].format, (double)time / units[i].unit);
        if (units[i].one && strcmp(text, units[i].one) == 0)
            text[strlen(text) - 1] = 0; /* one of them */
        return;
    }
    snprintf(text, 32, "less than 1 ms");
}

void shown_duration(int64_t time, FILE *out)
{
    char text[32];
    write_duration(time, text);
    fputs(text, out);
}

bool shown_same_duration(int64_t a, int64_t b)
{
    char one[32], other[32];
    write_duration(a, one);
    write_duration(b, other);
    return strcmp(one, other) == 0;
}

/* --- Text from outside ------------------------------------------------------------------------------ */

/* Bytes of the UTF-8 character at text; 0 where there is none. */
static size_t character(const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    size_t n = *c < 0x80 ? 1 : *c < 0xC2 ? 0 : *c < 0xE0 ? 2 : *c < 0xF0 ? 3 : *c < 0xF5 ? 4 : 0;
    for (size_t i = 1; i < n; i++)
        if ((c[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (*c == 0xE0 && c[1] < 0xA0) || (*c == 0xF0 && c[1] < 0x90);
    bool outside = (*c == 0xED && c[1] > 0x9F) || (*c == 0xF4 && c[1] > 0x8F);
    return overlong || outside ? 0 : n;
}

static void quote_one(const char *text, size_t n, FILE *out)
{
    unsigned char c = (unsigned char)*text;
    if (c == '"' || c == '\\')
        fprintf(out, "\\%c", c);
    else if (c == '\n')
        fputs("\\n", out);
    else if (c == '\t')
        fputs("\\t", out);
    else if (c == '\r')
        fputs("\\r", out);
    else if (n > 1 && !(c == 0xC2 && (unsigned char)text[1] < 0xA0))
        fwrite(text, 1, n, out);
    else if (c >= ' ' && c < 0x7F)
        fputc(c, out);
    else
        for (size_t i = 0; i < (n ? n : 1); i++)
            fprintf(out, "\\x%02x", (unsigned char)text[i]);
}

void shown_quote(const char *text, size_t limit, FILE *out)
{
    size_t length = strlen(text), at = 0;
    fputc('"', out);
    while (at < length && at < limit) {
        size_t n = character(text + at);
        quote_one(text + at, n, out);
        at += n ? n : 1;
    }
    if (at < length)
        fprintf(out, "... (%zu bytes)", length);
    fputc('"', out);
}

char *shown_utf8(const char *text)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    char *clean = malloc(3 * strlen(text) + 1), *to = clean;
    if (!clean)
        return 0;
    while (*text) {
        size_t n = character(text);
        to = mempcpy(to, n ? text : replacement, n ? n : 3);
        text += n ? n : 1;
    }
    *to = 0;
    return clean;
}

const char *shown_number(uint64_t n, char line[static 32])
{
    char *at = line + 31;
    *at = 0;
    for (int digits = 0; digits == 0 || n; digits++, n /= 10) {
        if (digits && digits % 3 == 0)
            *--at = ',';
        *--at = (char)('0' + n % 10);
    }
    return memmove(line, at, (size_t)(line + 32 - at));
}
