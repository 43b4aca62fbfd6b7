#include "source/code.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Up to the quote that closes it, or to the end of the line. */
static size_t quoted(const char *at)
{
    size_t i = 1;
    while (at[i] && at[i] != '\n' && at[i] != at[0])
        i += at[i] == '\\' && at[i + 1] && at[i + 1] != '\n' ? 2 : 1;
    return i + (at[i] == at[0]);
}

/* How long the comment is that begins here; 0: there is none. */
static size_t commented(const char *at)
{
    if (strncmp(at, "//", 2) == 0)
        return strcspn(at, "\n");
    if (strncmp(at, "/*", 2) != 0)
        return 0;
    const char *end = strstr(at + 2, "*/");
    return end ? (size_t)(end + 2 - at) : strlen(at);
}

static char *without_blanks(char *begin, char *end)
{
    while (end > begin && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    return end;
}

char *code_of(const char *text)
{
    char *code = malloc(strlen(text) + 2), *end = code, *line = code;
    if (!code)
        return NULL;
    while (*text) {
        size_t comment = commented(text);
        size_t length = comment ? comment : *text == '"' || *text == '\'' ? quoted(text) : 1;
        for (; length; length--, text++) {
            if (*text == '\n') {
                end = without_blanks(line, end);
                *end++ = '\n';
                line = end;
            } else if (!comment)
                *end++ = *text;
        }
    }
    end = without_blanks(line, end);
    if (end > code && (end[-1] != '\n' || text[-1] != '\n'))
        *end++ = '\n';
    *end = 0;
    return code;
}
