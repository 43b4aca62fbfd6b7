#include "dumps/input.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NULL and errno. */
static char *read_all(FILE *in, size_t *length)
{
    size_t room = 65536;
    char *bytes = malloc(room), *more;
    *length = 0;
    while (bytes) {
        *length += fread(bytes + *length, 1, room - *length, in);
        if (*length < room)
            break;
        more = room < DUMP_MOST ? realloc(bytes, 2 * room) : NULL;
        if (!more) {
            free(bytes);
            errno = room < DUMP_MOST ? ENOMEM : EFBIG;
            return NULL;
        }
        bytes = more;
        room *= 2;
    }
    if (bytes && ferror(in)) {
        free(bytes);
        return NULL;
    }
    return bytes;
}

char *input_bytes(const char *path, size_t *length, char *error, size_t size)
{
    bool is_standard = strcmp(path, "-") == 0;
    FILE *in = is_standard ? stdin : fopen(path, "re");
    char *bytes = in ? read_all(in, length) : NULL;
    if (!bytes)
        snprintf(error, size, "can not read %s: %s", is_standard ? "standard input" : path,
                 strerror(errno));
    if (in && !is_standard)
        fclose(in);
    return bytes;
}

bool input_read(const char *name, const struct fetch_how *how, struct dumps *dumps, char *error,
                size_t size)
{
    struct fetched fetched = {0};
    char wrong[512];
    bool is_url = fetch_is_url(name), ok;
    if (is_url) {
        if (fetch(name, how, &fetched, error, size) != FETCH_OK)
            return false;
    } else if (!(fetched.text = input_bytes(name, &fetched.length, error, size))) {
        return false;
    }
    ok = dumps_read(fetched.text ? fetched.text : "", fetched.length, dumps, wrong, sizeof wrong);
    if (!ok) {
        char *shown = is_url ? fetch_shown(name) : NULL;
        snprintf(error, size, "%s is no dump that can be read: %s",
                 is_url              ? (shown ? shown : "the URL")
                 : strcmp(name, "-") ? name
                                     : "standard input",
                 wrong);
        free(shown);
    }
    free(fetched.text);
    return ok;
}
