#include "page/markdown_text.h"
#include "page/html.h"
#include <string.h>

void markdown_text(FILE *out, const char *words)
{
    for (; *words; words++) {
        if (strchr("\\`*_[]|#", *words))
            putc('\\', out);
        html_piece(out, words, 1);
    }
}

void markdown_code(FILE *out, const char *words)
{
    const char *fence = strchr(words, '`') ? "``" : "`";
    fprintf(out, "%s%s%s", fence, words, fence);
}
