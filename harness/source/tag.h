/* A line of a sample by what its comment says, which stays when lines are added above it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The comment at the end of this line (from 1 on) of the text: "parks here, for ever". False where it has none. */
enum { TAG = 81 };
bool tag_of(char tag[TAG], const char *text, uint64_t line);
