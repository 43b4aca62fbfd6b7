#include "dumps/dump.h"
#include "probe/figures.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REMARKS_MOST = 1000 };

void dump_begin(struct dump *dump, const char *form)
{
    *dump = (struct dump){.form = form};
    dump_word(dump, "", 0);
}

void dump_free(struct dump *dump)
{
    for (size_t i = 0; i < dump->remark_count; i++)
        free(dump->remarks[i].text);
    free(dump->remarks);
    free(dump->frames);
    free(dump->groups);
    words_free(&dump->words);
    words_free(&dump->keys);
    *dump = (struct dump){0};
}

uint32_t dump_word(struct dump *dump, const char *bytes, size_t length)
{
    uint32_t number = 0;
    if (!words_number(&dump->words, bytes, length, &number))
        dump->no_memory = true;
    return number;
}

const char *dump_word_text(const struct dump *dump, uint32_t number)
{
    return dump->words.count ? words_text(&dump->words, number) : "";
}

/* Room for so many more of that size; NULL: no memory. */
static void *room_for(struct dump *dump, void *all, size_t length, size_t more, size_t *room,
                      size_t size)
{
    if (length + more <= *room)
        return all;
    size_t larger = 2 * (length + more);
    void *moved = realloc(all, larger * size);
    if (!moved)
        dump->no_memory = true;
    else
        *room = larger;
    return moved;
}

/* --- Groups ----------------------------------------------------------------------------------- */

void draft_begin(struct draft *draft, uint64_t count)
{
    draft->group = (struct dump_group){.count = count, .minutes_least = -1, .minutes_most = -1};
    draft->hidden = UINT32_MAX;
}

struct dump_frame *draft_frame(struct draft *draft)
{
    static struct dump_frame nobody;
    if (draft->group.depth == DUMP_DEPTH) {
        draft->group.flags |= DUMP_CUT;
        return &nobody;
    }
    struct dump_frame *frame = &draft->frames[draft->group.depth++];
    *frame = (struct dump_frame){0};
    return frame;
}

/* The number of its group, which is the next one where there is none like it. */
static bool group_number(struct dump *dump, const struct draft *draft, uint32_t *number)
{
    uint32_t key[6 + 3 * DUMP_DEPTH];
    const struct dump_group *g = &draft->group;
    size_t length = 0;
    key[length++] = g->reason;
    key[length++] = g->labels;
    key[length++] = g->flags;
    key[length++] = g->creator.function;
    key[length++] = g->creator.file;
    key[length++] = g->creator.line;
    memcpy(key + length, draft->frames, g->depth * sizeof *draft->frames);
    return words_number(&dump->keys, key, length * sizeof *key + g->depth * sizeof *draft->frames,
                        number);
}

static bool append_group(struct dump *dump, const struct draft *draft)
{
    size_t depth = draft->group.depth;
    struct dump_frame *frames = room_for(dump, dump->frames, dump->frame_count, depth + 1,
                                         &dump->frame_room, sizeof *frames);
    dump->frames = frames ? frames : dump->frames;
    struct dump_group *groups =
        room_for(dump, dump->groups, dump->length, 1, &dump->room, sizeof *groups);
    dump->groups = groups ? groups : dump->groups;
    if (!frames || !groups)
        return false;
    memcpy(frames + dump->frame_count, draft->frames, depth * sizeof *frames);
    groups[dump->length] = draft->group;
    groups[dump->length++].frames = dump->frame_count;
    dump->frame_count += depth;
    return true;
}

static void widen(struct dump_group *group, const struct dump_group *by)
{
    if (by->minutes_least >= 0 &&
        (group->minutes_least < 0 || by->minutes_least < group->minutes_least))
        group->minutes_least = by->minutes_least;
    if (by->minutes_most > group->minutes_most)
        group->minutes_most = by->minutes_most;
}

void dump_add(struct dump *dump, const struct draft *draft)
{
    uint32_t number;
    if (dump->no_memory || !group_number(dump, draft, &number)) {
        dump->no_memory = true;
        return;
    }
    if (number == dump->length) {
        if (!append_group(dump, draft))
            return;
    } else {
        dump->groups[number].count += draft->group.count;
        widen(&dump->groups[number], &draft->group);
    }
    dump->total += draft->group.count;
}

/* --- Remarks ---------------------------------------------------------------------------------- */

void dump_remark(struct dump *dump, size_t line, const char *text, ...)
{
    struct dump_remark *last = dump->remark_count ? &dump->remarks[dump->remark_count - 1] : NULL;
    if (!text && last && !last->text && line && last->last + 1 == line) {
        last->last = line;
        return;
    }
    struct dump_remark *more =
        dump->remark_count < REMARKS_MOST
            ? room_for(dump, dump->remarks, dump->remark_count, 1, &dump->remark_room, sizeof *more)
            : NULL;
    if (!more)
        return;
    dump->remarks = more;
    struct dump_remark *remark = &more[dump->remark_count++];
    *remark = (struct dump_remark){.line = line, .last = line};
    if (!text)
        return;
    va_list arguments;
    va_start(arguments, text);
    if (vasprintf(&remark->text, text, arguments) < 0)
        remark->text = NULL;
    va_end(arguments);
}

void dump_end(struct dump *dump)
{
    char told[FIGURE], total[FIGURE];
    if (dump->has_told && dump->told != dump->total)
        dump_remark(dump, 0, "its head says %s, its groups %s: counted by the groups",
                    figure_count(told, (int64_t)dump->told),
                    figure_count(total, (int64_t)dump->total));
    if (dump->no_memory)
        dump_remark(dump, 0, "there is no memory for all of it");
}
