/* Go's debug=1, and leaklab's:
 *
 *     goroutine profile: total 7
 *     4 @ 0x43a1b6 0x44c5e5
 *     # labels: {"key":"value"}
 *     # chan receive (leaked), 3 minutes; created by main at main.c:7        (leaklab alone)
 *     #<TAB>0x43a1b5<TAB>main.work+0x2f<TAB><TAB>/src/main.go:12
 *
 * Tabs may have become spaces, and the marks may be gone. */
#include "dumps/grouped.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOTAL " profile: total "

/* Within the line: its place; NULL. */
static const char *find(const struct piece *line, const char *words)
{
    return memmem(line->at, (size_t)(line->end - line->at), words, strlen(words));
}

static bool take_head(struct text_reader *r, struct piece line)
{
    bool may_be = *line.at != '#' && *line.at != '0'; /* frames are many */
    const char *at = may_be ? find(&line, TOTAL) : NULL;
    if (!at)
        return false;
    if (r->in_dump && (r->dump.length || r->in_counted || r->in_task))
        r->end_dump(r);
    bool is_ours = at - line.at >= 4 && memcmp(at - 4, "task", 4) == 0;
    if (!r->in_dump)
        dump_begin(&r->dump, is_ours ? "leaklab's profile, debug=1" : "Go's profile, debug=1");
    r->in_dump = true;
    r->is_skipping = false;
    r->leaked_only = at - line.at >= 4 && memcmp(at - 4, "leak", 4) == 0;
    line.at = at + strlen(TOTAL);
    if (r->dump.has_told)
        dump_remark(&r->dump, r->line, "a second head: the first one said %llu",
                    (unsigned long long)r->dump.told);
    r->dump.has_told = piece_take_number(&line, &r->dump.told);
    if (!r->dump.has_told)
        dump_remark(&r->dump, r->line, "its total is no number");
    return true;
}

static bool are_addresses(struct piece line)
{
    while (line.at < line.end) {
        if (!piece_take_address(&line) ||
            (line.at < line.end && *line.at != ' ' && *line.at != '\t'))
            return false;
        line = piece_trimmed(line);
    }
    return true;
}

static void take_more_addresses(struct text_reader *r, struct piece line)
{
    struct piece one = line;
    while (line.at < line.end && piece_take_address(&line)) {
        draft_frame(&r->draft)->function = dump_word(&r->dump, one.at, (size_t)(line.at - one.at));
        one = line = piece_trimmed(line);
    }
}

/* `4 @ 0x43a1b6 0x44c5e5` */
static bool take_group(struct text_reader *r, struct piece line)
{
    uint64_t count;
    struct piece rest = line;
    if (!piece_take_number(&rest, &count))
        return false;
    rest = piece_trimmed(rest);
    if (!piece_take_words(&rest, "@"))
        return false;
    rest = piece_trimmed(rest);
    if (!are_addresses(rest))
        return false;
    text_begin_draft(r, "Go's profile, debug=1", count);
    r->draft.group.flags = r->leaked_only ? DUMP_LEAKED : 0;
    r->in_counted = true;
    take_more_addresses(r, rest);
    return true;
}

/* How many addresses the group has before that of its first frame: so far they are its frames. The frame's is that of
 * the call, the group's that of the return behind it. */
static uint32_t hidden_before(const struct text_reader *r, unsigned long long pc)
{
    for (uint32_t i = 0; i < r->draft.group.depth; i++) {
        unsigned long long at =
            strtoull(dump_word_text(&r->dump, r->draft.frames[i].function), NULL, 16);
        if (at == pc || at == pc + 1)
            return i;
    }
    return UINT32_MAX;
}

static unsigned long long address_of(struct piece line)
{
    unsigned long long value = 0;
    char digits[24];
    snprintf(digits, sizeof digits, "%.*s", (int)(line.end - line.at), line.at);
    return sscanf(digits, "%llx", &value) == 1 ? value : 0;
}

/* The end of `function+0x2f` in front of the line, with its offset or without one. */
static const char *function_end(const struct piece *line, const char **name_end)
{
    for (const char *at = line->at; at + 3 < line->end; at++) {
        struct piece rest = {at + 1, line->end};
        if (*at == '+' && piece_take_address(&rest) &&
            (rest.at == line->end || *rest.at == ' ' || *rest.at == '\t')) {
            *name_end = at;
            return rest.at;
        }
    }
    const char *at = line->at;
    while (at < line->end && *at != ' ' && *at != '\t')
        at++;
    return *name_end = at;
}

/* `0x43a1b5 main.work+0x2f /src/main.go:12`. The offset may differ between two stops in one line, and says no more
 * than the line. */
static enum form take_frame(struct text_reader *r, struct piece line, bool last)
{
    struct piece address = line;
    piece_take_address(&line);
    address.end = line.at;
    line = piece_trimmed(line);
    if (line.at == line.end) /* an address alone */
        return last ? FORM_TAKEN : FORM_OPEN;
    const char *name_end, *rest = function_end(&line, &name_end);
    struct piece place = piece_trimmed((struct piece){rest, line.end}), checked = place;
    uint32_t number;
    bool has_place = place.at < place.end;
    bool is_whole = has_place ? piece_take_last_number(&checked, &number) || find(&place, "+0x")
                              : rest > name_end;
    if (!is_whole && !last)
        return FORM_OPEN;
    if (!r->has_names) {
        r->draft.hidden = hidden_before(r, address_of(address));
        r->draft.group.depth = 0;
    }
    r->has_names = true;
    struct dump_frame *frame = draft_frame(&r->draft);
    frame->function = dump_word(&r->dump, line.at, (size_t)(name_end - line.at));
    if (has_place)
        text_place(&r->dump, place, frame);
    return FORM_TAKEN;
}

/* Of leaklab's dumps: `chan receive (leaked), 3 to 5 minutes; created by f at file.c:7`. */
static void take_wait(struct text_reader *r, struct piece line)
{
    const char *creator = find(&line, "; created by "), *at;
    if (!creator)
        return;
    struct piece made = {creator + strlen("; created by "), line.end}, wait = {line.at, creator};
    uint64_t least, most;
    const char *comma = find(&wait, ", ");
    if (comma) {
        struct piece minutes = {comma + 2, wait.end};
        if (piece_take_number(&minutes, &least)) {
            most = least;
            if (piece_take_words(&minutes, " to "))
                piece_take_number(&minutes, &most);
            r->draft.group.minutes_least = (int64_t)least;
            r->draft.group.minutes_most = (int64_t)most;
        }
        wait.end = comma;
    }
    if (piece_ends(&wait, " (leaked)")) {
        wait.end -= strlen(" (leaked)");
        r->draft.group.flags |= DUMP_LEAKED;
    }
    r->draft.group.reason = dump_word(&r->dump, wait.at, (size_t)(wait.end - wait.at));
    at = find(&made, " at ");
    struct piece name = {made.at, at ? at : made.end};
    r->draft.group.creator.function = dump_word(&r->dump, name.at, (size_t)(name.end - name.at));
    if (at)
        text_place(&r->dump, (struct piece){at + 4, made.end}, &r->draft.group.creator);
}

static enum form take_mark(struct text_reader *r, struct piece line, bool last)
{
    line.at++;
    line = piece_trimmed(line);
    if (!r->in_counted)
        return FORM_TAKEN; /* a comment of somebody's */
    if (piece_begins(&line, "0x"))
        return take_frame(r, line, last);
    if (piece_take_words(&line, "labels: ")) {
        if (!piece_ends(&line, "}") && !last)
            return FORM_OPEN;
        r->draft.group.labels = dump_word(&r->dump, line.at, (size_t)(line.end - line.at));
        return FORM_TAKEN;
    }
    if (!r->has_names)
        take_wait(r, line);
    return FORM_TAKEN;
}

/* What an address that was cut in two goes on with, and others behind it. */
static bool is_rest_of_addresses(struct piece line)
{
    for (const char *at = line.at; at < line.end; at++)
        if (!isxdigit((unsigned char)*at) && *at != ' ' && *at != 'x')
            return false;
    return true;
}

enum form grouped_line(struct text_reader *r, struct piece line, bool last)
{
    struct piece rest = line;
    uint32_t number;
    if (take_head(r, line))
        return FORM_TAKEN;
    if (piece_begins(&line, "--- ")) {
        text_end_draft(r);
        r->is_skipping = true;
        return FORM_TAKEN;
    }
    if (take_group(r, line))
        return FORM_TAKEN;
    if (*line.at == '#')
        return take_mark(r, line, last);
    if (!r->in_counted)
        return FORM_NONE;
    if (piece_begins(&line, "0x") && !are_addresses(line))
        return take_frame(r, line, last);
    if (!r->has_names && is_rest_of_addresses(line)) { /* the head was too long for a line */
        take_more_addresses(r, line);
        return FORM_TAKEN;
    }
    struct dump_frame *frame =
        r->draft.group.depth ? &r->draft.frames[r->draft.group.depth - 1] : NULL;
    if (r->has_names && frame && !frame->file && piece_take_last_number(&rest, &number) &&
        find(&line, "/")) {
        text_place(&r->dump, line, frame);
        return FORM_TAKEN;
    }
    return FORM_NONE;
}
