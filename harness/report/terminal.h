/* Where the words go: a terminal with colours and a width, or a pipe with neither. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct terminal {
    FILE *out;
    bool live;   /* lines can be written over */
    bool colour; /* NO_COLOR is not set */
    int width;   /* columns, from COLUMNS or the terminal; 0: as wide as the text */
};

enum style {
    STYLE_PLAIN, /* ends any other */
    STYLE_LEAK,
    STYLE_GROWS,
    STYLE_CLEAN,
    STYLE_WRONG,
    STYLE_DIM,
    STYLE_BOLD,
    STYLES
};

struct terminal terminal_of(FILE *out);

/* The escape sequence that begins a style, or "" without colour. */
const char *terminal_style(const struct terminal *t, enum style style);

/* Writes one line over the last live one, cut to the width. Nothing where nothing is live. */
void terminal_live(const struct terminal *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Takes the live line away, before a line that stays. */
void terminal_clear(const struct terminal *t);

/* Writes a sentence, and a newline; where the terminal is narrow in several lines, broken at spaces. */
void terminal_words(const struct terminal *t, const char *words);

/* How many columns a UTF-8 text takes, if each character takes one. */
size_t terminal_columns(const char *text);
