/* A terminal whose words are kept, for the tests of what is printed. */
#pragma once

#include "test/support.h"

#include "report/terminal.h"
#include <string.h>

static char printed[16384];

/* A terminal of that width whose words go into printed. */
static inline struct terminal paper(int width, bool colour)
{
    memset(printed, 0, sizeof printed);
    struct terminal t = {
        .out = fmemopen(printed, sizeof printed - 1, "w"), .colour = colour, .width = width};
    assert_non_null(t.out);
    return t;
}

static inline void expect_printed(struct terminal *t, const char *text)
{
    fclose(t->out);
    assert_string_equal(printed, text);
}
