/* The options of those commands that read strangers' dumps: whose frames are whose, and how an endpoint is asked. */
#pragma once

#include "dumps/fetch.h"
#include "dumps/own.h"
#include <argp.h>

struct asking {
    struct own own;
    const char **headers;
    size_t header_count;
    const char *ca;
};

/* As a child of a command's own; its input is a struct asking, all zero at first. */
extern const struct argp asking_argp;

struct fetch_how asking_how(const struct asking *asking);
void asking_end(struct asking *asking);
