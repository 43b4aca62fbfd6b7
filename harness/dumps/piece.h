/* A line of text, freed of what the way of a paste has put around it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct piece {
    const char *at, *end;
};

/* The text from *at on up to its newline, and *at behind it. False at the end. */
bool piece_next(const char **at, const char *end, struct piece *line);

/* Leaves out, in front: marks of a quotation, times, names of hosts, processes and containers; and blanks at both
 * ends. What is left has the form of a dump's line, or had none. */
struct piece piece_stripped(struct piece line);

bool piece_begins(const struct piece *line, const char *words);
bool piece_ends(const struct piece *line, const char *words);
struct piece piece_trimmed(struct piece line);

/* Takes it from the line's front. A number may have commas in threes. False, and nothing is taken, where there is none
 * or it is too large to be one. */
bool piece_take_number(struct piece *line, uint64_t *number);
bool piece_take_words(struct piece *line, const char *words);

/* `0x` and digits. */
bool piece_take_address(struct piece *line);

/* Takes `:NUMBER` from its end. */
bool piece_take_last_number(struct piece *line, uint32_t *number);
