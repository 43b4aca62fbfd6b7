#include "dumps/text.h"
#include "dumps/full.h"
#include "dumps/grouped.h"
#include <jansson.h>
#include <string.h>

enum { LONGEST = 16384, LINES_JOINED = 8 };

/* A line that is not complete waits here for the next one. */
struct carry {
    char text[LONGEST];
    size_t length, line;
    int lines;
};

struct state {
    struct text_reader reader;
    struct carry carry;
    text_taker *take;
    void *arg;
    size_t dumps, unread;
};

static void end_dump(struct text_reader *r)
{
    struct state *s = (struct state *)r; /* it is its first member */
    text_end_draft(r);
    if (!r->in_dump)
        return;
    dump_end(&r->dump);
    s->take(&r->dump, s->arg);
    s->dumps++;
    r->in_dump = r->has_first = false;
}

/* --- Lines ------------------------------------------------------------------------------------ */

static enum form read_form(struct text_reader *r, struct piece line, bool last)
{
    enum form form = grouped_line(r, line, last);
    return form == FORM_NONE ? full_line(r, line, last) : form;
}

static void tell_unread(struct state *s, size_t line)
{
    if (s->reader.in_dump)
        dump_remark(&s->reader.dump, line, NULL);
    else if (!s->unread)
        s->unread = line;
}

/* What waits has to do as it is. */
static void drop_carry(struct state *s)
{
    struct piece line = {s->carry.text, s->carry.text + s->carry.length};
    if (s->carry.length && read_form(&s->reader, line, true) == FORM_NONE)
        tell_unread(s, s->carry.line);
    s->carry.length = 0;
}

/* raw: with the blanks at its end, by which a wrapped line may have been cut. */
static void keep(struct state *s, struct piece raw, size_t line)
{
    size_t length = (size_t)(raw.end - raw.at);
    if (s->carry.length + length > LONGEST)
        length = LONGEST - s->carry.length;
    memcpy(s->carry.text + s->carry.length, raw.at, length);
    if (!s->carry.length) {
        s->carry.line = line;
        s->carry.lines = 1;
    }
    s->carry.length += length;
}

static bool goes_on(struct state *s, struct piece raw)
{
    struct carry *c = &s->carry;
    size_t before = c->length;
    if (!c->length || ++c->lines > LINES_JOINED)
        return false;
    keep(s, raw, c->line);
    struct piece joined = piece_trimmed((struct piece){c->text, c->text + c->length});
    enum form form = read_form(&s->reader, joined, false);
    if (form == FORM_TAKEN)
        c->length = 0;
    else if (form == FORM_NONE)
        c->length = before;
    return form != FORM_NONE;
}

/* A line that has a form of its own ends what waits; another one may go on with it. */
static void read_line(struct state *s, struct piece whole)
{
    struct text_reader *r = &s->reader;
    struct piece line = piece_stripped(whole), raw = {line.at, whole.end};
    if (line.at == line.end) {
        drop_carry(s);
        return;
    }
    if (piece_ends(&raw, "\r"))
        raw.end--;
    raw.at -= raw.at == whole.at + 1 && whole.at[0] == ' '; /* a line is cut before a blank, too */
    bool is_head =
        s->carry.length && (piece_begins(&line, "goroutine ") || piece_begins(&line, "#") ||
                            memmem(line.at, (size_t)(line.end - line.at), " @ 0x", 5));
    if (!is_head && goes_on(s, raw))
        return;
    drop_carry(s);
    enum form form = read_form(r, line, false);
    if (form == FORM_OPEN)
        keep(s, raw, r->line);
    else if (form == FORM_NONE && !r->is_skipping)
        tell_unread(s, r->line);
}

/* Docker's own log: the line is a text within JSON. */
static void read_wrapped_line(struct state *s, struct piece line)
{
    json_t *record =
        json_loadb(line.at, (size_t)(line.end - line.at), JSON_DISABLE_EOF_CHECK, NULL);
    const char *text = json_string_value(json_object_get(record, "log"));
    struct piece log = {text, text ? text + strlen(text) : NULL};
    if (text && piece_ends(&log, "\n"))
        log.end--;
    read_line(s, text ? log : line);
    json_decref(record);
}

size_t text_read(const char *text, size_t length, text_taker *take, void *arg, size_t *unread)
{
    struct state s = {.reader.end_dump = end_dump, .take = take, .arg = arg};
    struct piece line;
    const char *at = text, *end = text + length;
    while (piece_next(&at, end, &line)) {
        s.reader.line++;
        if (piece_begins(&line, "{\"log\":"))
            read_wrapped_line(&s, line);
        else
            read_line(&s, line);
    }
    drop_carry(&s);
    end_dump(&s.reader);
    *unread = s.unread;
    return s.dumps;
}
