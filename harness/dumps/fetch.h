/* One HTTP GET, bounded in time and size. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { FETCH_SECONDS = 10, FETCH_MOST = 256 << 20 };

struct fetched {
    char *text; /* malloc'ed, with a final zero; unpacked where it came compressed */
    size_t length;
};

enum fetch_result {
    FETCH_OK,
    FETCH_NOT_YET, /* nobody listens there */
    FETCH_WRONG,
    FETCH_STOPPED, /* stop became true */
};

struct fetch_how {
    const char **headers; /* "Name: value", as the user gave them */
    size_t header_count;
    const char *ca;            /* a file of certificates to trust; NULL: the system's */
    double seconds;            /* at most; 0: FETCH_SECONDS */
    const volatile bool *stop; /* NULL: nothing stops it */
};

/* Whether it is a URL that can be fetched: http://, https://, or unix:SOCKET:/PATH. */
bool fetch_is_url(const char *url);

/* The URL as it may be shown: without user, password, and what in its query looks like one. To be freed; NULL: no
 * memory. */
char *fetch_shown(const char *url);

/* Not FETCH_OK: error says in one line what went wrong, and there is nothing to free. A redirection is told, and not
 * followed. */
enum fetch_result fetch(const char *url, const struct fetch_how *how, struct fetched *fetched,
                        char *error, size_t size);
