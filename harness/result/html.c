#include "result/html.h"
#include "probe/printable.h"
#include <string.h>

/* What it is in HTML, or NULL where it is nothing but itself. */
static const char *entity_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void html_piece(FILE *out, const char *text, size_t length)
{
    char shown[PRINTABLE];
    for (const char *end = text + length; text < end && *text;) {
        const char *entity = entity_of(*text);
        bool blank = *text == '\n' || *text == '\t';
        size_t taken = blank ? 1 : printable_next(text, shown);
        if (blank)
            putc(*text, out);
        else
            fputs(entity ? entity : shown, out);
        text += taken;
    }
}

void html_text(FILE *out, const char *text)
{
    html_piece(out, text, strlen(text));
}

void html_element(FILE *out, const char *name, const char *text)
{
    fprintf(out, "<%s>", name);
    html_text(out, text);
    fprintf(out, "</%.*s>", (int)strcspn(name, " "), name);
}
