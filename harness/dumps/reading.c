#include "dumps/reading.h"
#include "dumps/reason.h"
#include <string.h>

bool text_place(struct dump *dump, struct piece line, struct dump_frame *frame)
{
    uint32_t number = 0;
    bool has_line = piece_take_last_number(&line, &number) && line.at < line.end;
    if (!has_line && !memmem(line.at, (size_t)(line.end - line.at), "+0x", 3))
        return false; /* nor is it `module+0xOFFSET` */
    frame->file = dump_word(dump, line.at, (size_t)(line.end - line.at));
    frame->line = number;
    return true;
}

void text_end_draft(struct text_reader *r)
{
    if (r->in_counted || r->in_task)
        reason_add(&r->dump, &r->draft);
    r->in_counted = r->in_task = r->has_names = r->in_creator = false;
}

void text_begin_draft(struct text_reader *r, const char *form, uint64_t count)
{
    text_end_draft(r);
    if (!r->in_dump)
        dump_begin(&r->dump, form);
    r->in_dump = true;
    r->is_skipping = false;
    draft_begin(&r->draft, count);
}
