/* Two texts side by side, line by line, what differs marked. */
#pragma once

#include "report/terminal.h"

struct sides {
    const char *title[2];
    const char *text[2];
};

/* Prints them within the terminal's width, long lines wrapped; at 164 columns, which is two samples
 * and what is between, where the terminal has none. Needs the program `diff`: false where there
 * is none that works, with nothing printed. */
bool sides_print(const struct terminal *t, const struct sides *sides);
