#include "source/tag.h"
#include <stdio.h>
#include <string.h>

static const char begins[] = "/* ", ends[] = " */";

bool tag_of(char tag[TAG], const char *text, uint64_t line)
{
    tag[0] = 0;
    for (uint64_t n = 1; n < line && *text; n++) {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    const char *end = text + strcspn(text, "\n");
    const char *from = strstr(text, begins);
    if (line < 1 || !from || from >= end || end - from < (long)(strlen(begins) + strlen(ends)) ||
        memcmp(end - strlen(ends), ends, strlen(ends)) != 0)
        return false;
    from += strlen(begins);
    snprintf(tag, TAG, "%.*s", (int)(end - strlen(ends) - from), from);
    return *tag;
}
