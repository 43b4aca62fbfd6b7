#include "page/highlight.h"
#include "result/html.h"
#include <ctype.h>
#include <string.h>

/* The language's, and what the samples use like it. */
static const char keywords[] =
    " auto break case char const continue default do double else enum extern float for goto if "
    "inline int long register return short signed sizeof static struct switch typedef union "
    "unsigned void volatile while _Bool _Noreturn bool true false NULL size_t int64_t uint64_t "
    "int32_t uint32_t int8_t uint8_t defer go ";

static bool is_keyword(const char *word, size_t length)
{
    for (const char *at = keywords; (at = strchr(at, ' ')); at++)
        if (strncmp(at + 1, word, length) == 0 && at[1 + length] == ' ')
            return true;
    return false;
}

static bool is_part_of_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Up to the quote that closes it, or the end of the line. */
static size_t quoted(const char *at)
{
    size_t i = 1;
    while (at[i] && at[i] != at[0])
        i += at[i] == '\\' && at[i + 1] ? 2 : 1;
    return at[i] ? i + 1 : i;
}

static size_t commented(const char *at, size_t from, bool *open)
{
    const char *end = strstr(at + from, "*/");
    *open = end == NULL;
    return end ? (size_t)(end - at) + 2 : strlen(at);
}

static size_t number(const char *at)
{
    size_t i = 0;
    while (is_part_of_name(at[i]) || at[i] == '.')
        i++;
    return i;
}

static size_t name(const char *at, const char **class)
{
    size_t i = 0;
    while (is_part_of_name(at[i]))
        i++;
    if (is_keyword(at, i))
        *class = "k";
    else if (at[i] == '(')
        *class = "f";
    return i;
}

/* How long the next part is, and its class: NULL for what has none. */
static size_t part(struct highlight *state, const char *at, bool line_begins, const char **class)
{
    *class = NULL;
    if (state->in_comment || strncmp(at, "/*", 2) == 0) {
        *class = "c";
        return commented(at, state->in_comment ? 0 : 2, &state->in_comment);
    }
    if (strncmp(at, "//", 2) == 0) {
        *class = "c";
        return strlen(at);
    }
    if (*at == '"' || *at == '\'') {
        *class = "s";
        return quoted(at);
    }
    if (*at == '#' && line_begins) {
        *class = "p";
        size_t word = 1 + strspn(at + 1, " ");
        return word + strspn(at + word, "abcdefghijklmnopqrstuvwxyz");
    }
    if (isdigit((unsigned char)*at)) {
        *class = "n";
        return number(at);
    }
    if (is_part_of_name(*at))
        return name(at, class);
    return 1;
}

void highlight_line(FILE *out, struct highlight *state, const char *line)
{
    bool line_begins = true;
    while (*line) {
        const char *class;
        size_t length = part(state, line, line_begins, &class);
        line_begins = line_begins && *line == ' ';
        if (class)
            fprintf(out, "<span class=\"%s\">", class);
        html_piece(out, line, length);
        if (class)
            fputs("</span>", out);
        line += length;
    }
}
