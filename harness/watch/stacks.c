/* The shape, line by line:
 *
 *     goroutine profile: total 7
 *     4 @ 0x43a1b6 0x44c5e5
 *     # labels: {"key":"value"}
 *     #<TAB>0x43a1b5<TAB>main.work+0x2f<TAB><TAB>/src/main.go:12
 *     (an empty line)
 *
 * What follows a line `--- Memory map: ---` is for others. */
#include "watch/stacks.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *at, *end;
    struct stacks *stacks;
    size_t room;
    char *stack; /* of the group being read: its length and room */
    size_t stack_length, stack_room;
    uint64_t count;
    bool has_names, short_of_memory;
};

/* --- Lines ------------------------------------------------------------------------------------ */

struct piece {
    const char *begin, *end;
};

static bool next_line(struct reader *r, struct piece *line)
{
    if (r->at >= r->end)
        return false;
    const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
    *line = (struct piece){r->at, newline ? newline : r->end};
    r->at = newline ? newline + 1 : r->end;
    return true;
}

static bool begins(const struct piece *line, const char *words)
{
    size_t length = strlen(words);
    return (size_t)(line->end - line->begin) >= length && memcmp(line->begin, words, length) == 0;
}

/* Takes a whole number; false where there is none, or it is too large for anything. */
static bool take_number(struct piece *line, uint64_t *number)
{
    const char *from = line->begin;
    *number = 0;
    while (line->begin < line->end && isdigit((unsigned char)*line->begin)) {
        if (*number > UINT32_MAX)
            return false;
        *number = *number * 10 + (uint64_t)(*line->begin++ - '0');
    }
    return line->begin > from;
}

/* The next of the fields that tabs stand between; empty ones, which align, are left out. */
static struct piece next_field(struct piece *line)
{
    while (line->begin < line->end && *line->begin == '\t')
        line->begin++;
    struct piece field = {line->begin, line->begin};
    while (field.end < line->end && *field.end != '\t')
        field.end++;
    line->begin = field.end;
    return field;
}

/* --- Groups ----------------------------------------------------------------------------------- */

/* What a terminal would take for a command is shown as a question mark. */
static void append(struct reader *r, const char *begin, const char *end)
{
    size_t length = (size_t)(end - begin);
    if (!r->stack || r->stack_length + length + 1 > r->stack_room) {
        size_t room = 2 * (r->stack_length + length + 1);
        char *larger = realloc(r->stack, room);
        if (!larger) {
            r->short_of_memory = true;
            return;
        }
        r->stack = larger;
        r->stack_room = room;
    }
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)begin[i];
        r->stack[r->stack_length++] = byte < ' ' || byte == 0x7f ? '?' : begin[i];
    }
    r->stack[r->stack_length] = 0;
}

static void new_line(struct reader *r)
{
    if (r->stack_length && r->stack)
        r->stack[r->stack_length++] = '\n'; /* in the room of the final zero; append() follows */
}

static void end_group(struct reader *r)
{
    struct stacks *stacks = r->stacks;
    if (!r->count || r->short_of_memory)
        return;
    if (stacks->length == r->room) {
        size_t room = r->room ? 2 * r->room : 64;
        struct stack_count *more = realloc(stacks->all, room * sizeof *more);
        r->short_of_memory = !more;
        if (!more)
            return;
        stacks->all = more;
        r->room = room;
    }
    stacks->all[stacks->length++] = (struct stack_count){r->count, r->stack};
    r->stack = NULL;
    r->stack_length = r->stack_room = r->count = 0;
}

/* `4 @ 0x43a1b6 0x44c5e5`; the addresses stand in for the names until there are any. */
static bool begin_group(struct reader *r, struct piece line)
{
    end_group(r);
    if (!take_number(&line, &r->count) || !begins(&line, " @"))
        return false;
    r->has_names = false;
    line.begin += 2;
    while (line.begin < line.end && *line.begin == ' ')
        line.begin++;
    append(r, line.begin, line.end);
    return true;
}

/* `#<TAB>ADDRESS<TAB>FUNCTION+0xOFFSET<TAB>FILE:LINE`. The offset may differ between two stops in
 * one line, and says no more than the line. */
static void take_frame(struct reader *r, struct piece line)
{
    line.begin++;
    next_field(&line);
    struct piece function = next_field(&line), place = next_field(&line);
    if (function.begin == function.end)
        return;
    const char *offset = function.end - 1;
    while (offset > function.begin && *offset != '+')
        offset--;
    if (!r->has_names)
        r->stack_length = 0;
    r->has_names = true;
    new_line(r);
    append(r, function.begin, offset > function.begin ? offset : function.end);
    static const char space[] = " ";
    append(r, space, space + 1);
    append(r, place.begin, place.end);
}

/* --- All of it -------------------------------------------------------------------------------- */

static int by_stack(const void *a, const void *b)
{
    return strcmp(((const struct stack_count *)a)->stack, ((const struct stack_count *)b)->stack);
}

/* Groups that differ only by labels or addresses become one. */
static void merge(struct stacks *stacks)
{
    size_t kept = 0;
    if (stacks->length)
        qsort(stacks->all, stacks->length, sizeof *stacks->all, by_stack);
    for (size_t i = 0; i < stacks->length; i++) {
        if (kept && by_stack(&stacks->all[kept - 1], &stacks->all[i]) == 0) {
            stacks->all[kept - 1].count += stacks->all[i].count;
            free(stacks->all[i].stack);
        } else {
            stacks->all[kept++] = stacks->all[i];
        }
    }
    stacks->length = kept;
}

static bool read_groups(struct reader *r)
{
    struct piece line;
    while (next_line(r, &line) && !begins(&line, "--- ")) {
        if (line.begin < line.end && line.end[-1] == '\r')
            line.end--;
        if (begins(&line, "#\t"))
            take_frame(r, line);
        else if (line.begin < line.end && *line.begin != '#' && !begin_group(r, line))
            return false;
    }
    end_group(r);
    return true;
}

static const char *read_all(struct reader *r)
{
    struct piece line;
    if (r->end - r->at >= 2 && memcmp(r->at, "\x1f\x8b", 2) == 0)
        return "it is compressed: ask for the text, by ?debug=1";
    if (!next_line(r, &line))
        return "it is empty";
    const char *total = memmem(line.begin, (size_t)(line.end - line.begin), " profile: total ", 16);
    if (!total)
        return "it does not begin with `goroutine profile: total N`, as "
               "/debug/pprof/goroutine?debug=1 does";
    line.begin = total + 16;
    if (!take_number(&line, &r->stacks->total))
        return "its total is no number";
    if (!read_groups(r))
        return "a line is none of a profile's";
    return r->short_of_memory ? "there is no memory for it" : NULL;
}

bool stacks_read(const char *text, size_t length, struct stacks *stacks, char *error, size_t size)
{
    struct reader reader = {.at = text, .end = text + length, .stacks = stacks};
    *stacks = (struct stacks){0};
    const char *wrong = read_all(&reader);
    free(reader.stack);
    if (!wrong) {
        merge(stacks);
        return true;
    }
    stacks_free(stacks);
    snprintf(error, size, "%s", wrong);
    return false;
}

void stacks_free(struct stacks *stacks)
{
    for (size_t i = 0; i < stacks->length; i++)
        free(stacks->all[i].stack);
    free(stacks->all);
    *stacks = (struct stacks){0};
}

/* Puts it in its place among the most grown; what is beyond falls out. */
static void insert(struct stack_growth *grown, size_t *length, size_t most, struct stack_growth one)
{
    size_t place = *length;
    while (place > 0 && grown[place - 1].after - grown[place - 1].before < one.after - one.before) {
        if (place < most)
            grown[place] = grown[place - 1];
        place--;
    }
    if (place < most)
        grown[place] = one;
    if (*length < most)
        ++*length;
}

size_t stacks_grown(const struct stacks *before, const struct stacks *after,
                    struct stack_growth *grown, size_t most)
{
    size_t count = 0, length = 0;
    for (size_t i = 0; i < after->length; i++) {
        const struct stack_count *now = &after->all[i];
        const struct stack_count *then =
            before->length ? bsearch(now, before->all, before->length, sizeof *now, by_stack)
                           : NULL;
        uint64_t was = then ? then->count : 0;
        if (now->count <= was)
            continue;
        count++;
        insert(grown, &length, most, (struct stack_growth){now->stack, was, now->count});
    }
    return count;
}
