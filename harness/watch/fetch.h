/* One HTTP GET, bounded in time and size. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { FETCH_SECONDS = 10, FETCH_MOST = 256 << 20 };

struct fetched {
    char *text; /* malloc'ed, with a final zero */
    size_t length;
};

enum fetch_result {
    FETCH_OK,
    FETCH_NOT_YET, /* nobody listens there */
    FETCH_WRONG,
    FETCH_STOPPED, /* stop became true */
};

/* Whether it is a URL that can be fetched: http or https. */
bool fetch_is_url(const char *url);

/* Not FETCH_OK: error says in one line what went wrong, and there is nothing to free. */
enum fetch_result fetch(const char *url, const volatile bool *stop, struct fetched *fetched,
                        char *error, size_t size);
