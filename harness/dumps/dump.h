/* A dump of somebody's tasks in one normal form, whatever dialect it came in: how many wait alike, for what, since
 * when, in which functions, made where.
 *
 * All texts are numbers of dump.words, of which 0 is the empty one: not said. */
#pragma once

#include "dumps/words.h"

struct dump_frame {
    uint32_t function, file, line; /* a function without a name goes by its address */
};

enum dump_flag {
    DUMP_LEAKED = 1,  /* the dump itself says: nobody can ever wake it */
    DUMP_LOCKED = 2,  /* to its thread */
    DUMP_SCAN = 4,    /* the collector was at its stack */
    DUMP_CUT = 8,     /* it has more frames than are said */
    DUMP_GUESSED = 16 /* what it waits for follows from its frames, the dump does not say it */
};

struct dump_group {
    uint64_t count;
    uint32_t reason; /* for what it waits, in Go's words; "chan receive or send": one of the two */
    uint32_t labels; /* as they stand */
    struct dump_frame creator;
    size_t frames; /* of dump.frames the first, leaf first */
    uint32_t depth;
    unsigned flags;
    int64_t minutes_least, minutes_most; /* waited so long; -1: not said */
};

/* What could not be read, or does not hold. Lines count from 1; 0: of no line. */
struct dump_remark {
    size_t line, last;
    char *text; /* to be shown by printable.h; NULL: of lines that are no dump's */
};

struct dump {
    const char *form; /* "Go's debug=1", for people */
    struct words words;
    struct dump_frame *frames;
    struct dump_group *groups; /* in the order in which they came; each differs from the others */
    size_t frame_count, frame_room, length, room;
    uint64_t total; /* of the groups */
    uint64_t told;  /* as the head says it */
    bool has_told;
    uint64_t newest; /* the highest number of a task; 0: not said */
    int64_t time;    /* when, in nanoseconds; 0: not said */
    struct dump_remark *remarks;
    size_t remark_count, remark_room;
    struct words keys; /* the group of that number, as bytes; for dump_add() */
    bool no_memory;    /* not all of it is here */
};

enum { DUMP_DEPTH = 256 };

/* A group that is being read. */
struct draft {
    struct dump_group group;
    struct dump_frame frames[DUMP_DEPTH];
    uint32_t hidden; /* addresses before the first frame with a name; UINT32_MAX: not known */
};

void dump_begin(struct dump *dump, const char *form);
void dump_free(struct dump *dump);

/* The text's number. Where memory is short 0, and no_memory is set, as by all below. */
uint32_t dump_word(struct dump *dump, const char *bytes, size_t length);
const char *dump_word_text(const struct dump *dump, uint32_t number);

void draft_begin(struct draft *draft, uint64_t count);

/* Beyond DUMP_DEPTH the draft is marked as cut. */
struct dump_frame *draft_frame(struct draft *draft);

/* Puts it to the groups: to one that differs in nothing but count and minutes, or as a new one. */
void dump_add(struct dump *dump, const struct draft *draft);

/* text: printf's, and NULL where the lines are simply none of a dump's; such that follow on one another are one
 * remark. */
void dump_remark(struct dump *dump, size_t line, const char *text, ...)
    __attribute__((format(printf, 3, 4)));

/* Holds the head's total against the groups, with a remark where they differ. */
void dump_end(struct dump *dump);
