#include "explain/json_text.h"
#include "profile/shown.h"
#include <stdlib.h>

json_t *json_text(const char *words)
{
    char *clean = words && *words ? shown_utf8(words) : NULL;
    json_t *value = clean ? json_string(clean) : json_null();
    free(clean);
    return value;
}
