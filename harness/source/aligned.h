/* Two texts of C line by line, what belongs together beside each other. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct aligned_row {
    const char *line[2]; /* left and right; NULL: none there */
    bool differ;         /* in code: comments are shown, and are no difference */
};

struct aligned {
    size_t length;
    struct aligned_row *rows;
    char *text[2]; /* what the lines point into */
};

/* Needs the program `diff`: false where there is none that works. Else the caller frees what is in
 * it by aligned_free(). */
bool aligned_make(struct aligned *aligned, const char *left, const char *right);
void aligned_free(struct aligned *aligned);
