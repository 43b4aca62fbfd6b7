#include "result/markdown_text.h"
#include "probe/printable.h"
#include "result/html.h"
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Where a line begins, also what would make an item, a heading or a rule of it: "- ", "+ ", "1. ", "1) ",
 * "---", "===". */
static bool begins_a_block(const char *words, const char *at)
{
    size_t digits = strspn(words, "0123456789");
    bool item =
        (at == words && strchr("-+", *at)) || (digits && at == words + digits && strchr(".)", *at));
    bool line = at == words && strchr("-=", *at) && at[1] == *at;
    return line || (item && strchr(" \t\n", at[1]));
}

/* A bare address is a link for many readers: https://.., www... */
static bool begins_a_link(const char *words, const char *at)
{
    return strncmp(at, "://", 3) == 0 ||
           (*at == '.' && at >= words + 3 && strncasecmp(at - 3, "www", 3) == 0);
}

void markdown_text(FILE *out, const char *words)
{
    char shown[PRINTABLE];
    words += strspn(words, " \t\n"); /* four blanks would make code of it */
    for (const char *at = words; *at;) {
        size_t taken = printable_next(at, shown);
        bool blank = *at == '\n' || *at == '\t';
        if (strchr("\\`*_[]|#~", *at) || begins_a_block(words, at) || begins_a_link(words, at))
            putc('\\', out);
        if (blank)
            putc(' ', out);
        else
            html_piece(out, at, taken);
        at += taken;
    }
}

size_t markdown_ticks(const char *words)
{
    size_t longest = 0;
    for (; *words; words += *words != 0) {
        size_t run = strspn(words, "`");
        longest = run > longest ? run : longest;
        words += run;
    }
    return longest;
}

void markdown_fence(FILE *out, size_t length)
{
    while (length--)
        putc('`', out);
}

static void write_code(FILE *out, const char *words, bool in_table)
{
    char shown[PRINTABLE];
    size_t length = strlen(words), fence = markdown_ticks(words) + 1;
    if (!length)
        return;
    /* A blank on both sides is taken off again; it keeps a backtick from the fence, and a blank. */
    bool apart = strchr("` ", words[0]) || strchr("` ", words[length - 1]);
    markdown_fence(out, fence);
    fputs(apart ? " " : "", out);
    while (*words) {
        bool edge = in_table && *words == '|';
        words += printable_next(words, shown);
        fprintf(out, "%s%s", edge ? "\\" : "", shown);
    }
    fputs(apart ? " " : "", out);
    markdown_fence(out, fence);
}

void markdown_code(FILE *out, const char *words)
{
    write_code(out, words, false);
}

void markdown_code_cell(FILE *out, const char *words)
{
    write_code(out, words, true);
}
