/* A dump in text that is being read, line by line: what its dialects share. */
#pragma once

#include "dumps/dump.h"
#include "dumps/piece.h"

/* What a line turned out to be. A dialect says so of each line that it is shown. */
enum form {
    FORM_NONE,  /* of no dump */
    FORM_TAKEN, /* read */
    FORM_OPEN,  /* the beginning of one, which the next line may go on with */
};

struct text_reader {
    struct dump dump;
    struct draft draft;
    bool in_dump;
    bool in_counted, in_task; /* a group of debug=1, a block of debug=2 */
    bool is_skipping;         /* the runtime's own, a memory map: up to the next head */
    bool has_first;           /* the task of number 1 was in this dump */
    bool leaked_only;         /* a profile of what is leaked alone */
    bool has_names;           /* of the draft: addresses stand in until there are any */
    bool in_creator;          /* the next place is the creator's */
    uint64_t task;
    size_t line;
    void (*end_dump)(struct text_reader *reader);
};

/* Begins a dump where there is none, and ends the draft before. */
void text_begin_draft(struct text_reader *reader, const char *form, uint64_t count);
void text_end_draft(struct text_reader *reader);

/* `FILE:LINE`, or `MODULE+0xOFFSET`. False where it is neither. */
bool text_place(struct dump *dump, struct piece line, struct dump_frame *frame);
