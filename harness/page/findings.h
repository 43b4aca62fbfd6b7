/* What is not as it should be, told one by one while the rest goes on. */
#pragma once

#include <stddef.h>

struct findings {
    /* Told of each in one line; NULL: they are counted alone. */
    void (*told)(const char *words, void *arg);
    void *arg;
    size_t count;
};

void findings_add(struct findings *findings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
