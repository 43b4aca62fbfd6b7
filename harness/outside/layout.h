/* The runtime's table of layouts (task/layout.h) as another process has it: read, and checked. */
#pragma once

#include "outside/memory.h"
#include "task/layout.h"

enum { LAYOUT_WHY = 256 };

/* Reads the table at this address. False, with why, where it is none that this program can read: another version,
 * another word size, or sizes and places that can not be. */
bool layout_read(struct memory *memory, uint64_t at, struct task_layout *layout,
                 char why[LAYOUT_WHY]);

/* A field of the record whose bytes begin here, as an unsigned number; 0 where it has no size of a number. */
uint64_t layout_number(const struct task_layout *layout, enum layout_field field,
                       const void *record);

/* How many bytes of a record, from its beginning, hold the fields from first to last. At most LAYOUT_RECORD. */
enum { LAYOUT_RECORD = 1024 };
size_t layout_end(const struct task_layout *layout, enum layout_field first,
                  enum layout_field last);
