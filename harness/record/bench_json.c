#include "record/bench_json.h"
#include <stdlib.h>
#include <string.h>

/* The length of a number that is none, with its sign: as google-benchmark writes it, and as the C library
 * did for older ones. 0: it is something else. */
static size_t no_number(const char *at, size_t rest)
{
    static const char *const words[] = {"NaN", "Infinity", "nan", "inf"};
    size_t sign = rest && (*at == '-' || *at == '+');
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if (rest - sign >= length && strncmp(at + sign, words[i], length) == 0)
            return sign + length;
    }
    return 0;
}

/* Up to the quote that closes it, or to the end. */
static size_t quoted(const char *at, size_t rest)
{
    size_t i = 1;
    while (i < rest && at[i] != '"')
        i += at[i] == '\\' ? 2 : 1;
    return i < rest ? i + 1 : rest;
}

json_t *bench_json(const char *text, size_t length, json_error_t *error)
{
    static const char null[] = "null";
    char *plain = malloc(2 * length + 1); /* "nan" is shorter than "null" */
    size_t written = 0;
    memset(error, 0, sizeof *error);
    for (size_t i = 0; plain && i < length;) {
        size_t taken = text[i] == '"' ? quoted(text + i, length - i) : 1;
        size_t none = text[i] == '"' ? 0 : no_number(text + i, length - i);
        const char *from = none ? null : text + i;
        size_t more = none ? sizeof null - 1 : taken;
        memcpy(plain + written, from, more);
        written += more;
        i += none ? none : taken;
    }
    json_t *json = plain ? json_loadb(plain, written, JSON_REJECT_DUPLICATES, error) : NULL;
    free(plain);
    return json;
}
