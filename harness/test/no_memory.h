/* Allocations that fail, one after the other (failing.h). The linker puts the functions here in the place of the C
 * library's (ALLOCATORS of the Makefile), so that a program has them once. */
#pragma once

#include "test/failing.h"

#include <errno.h>
#include <jansson.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool no_memory_now(void)
{
    bool fails = failing_now();
    errno = fails ? ENOMEM : errno;
    return fails;
}

#define REPLACED(type, name, parameters, ...)                                                      \
    FAILING(type, (errno = ENOMEM, NULL), name, parameters, __VA_ARGS__)

REPLACED(void *, malloc, (size_t size), size)
REPLACED(void *, calloc, (size_t count, size_t size), count, size)
REPLACED(void *, realloc, (void *old, size_t size), old, size)
REPLACED(char *, strdup, (const char *text), text)
REPLACED(char *, strndup, (const char *text, size_t length), text, length)
REPLACED(void *, tsearch, (const void *key, void **root, __compar_fn_t compare), key, root, compare)
REPLACED(FILE *, open_memstream, (char **text, size_t *size), text, size)

int __real_vasprintf(char **text, const char *format, va_list arguments);

/* Under fortify these are called by another name. */
static int printed(char **text, const char *format, va_list arguments)
{
    if (!no_memory_now())
        return __real_vasprintf(text, format, arguments);
    *text = NULL;
    return -1;
}

int __wrap_asprintf(char **text, const char *format, ...);
int __wrap_asprintf(char **text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = printed(text, format, arguments);
    va_end(arguments);
    return length;
}

int __wrap___asprintf_chk(char **text, int flag, const char *format, ...);
int __wrap___asprintf_chk(char **text, int flag, const char *format, ...)
{
    va_list arguments;
    (void)flag;
    va_start(arguments, format);
    int length = printed(text, format, arguments);
    va_end(arguments);
    return length;
}

int __wrap_vasprintf(char **text, const char *format, va_list arguments);
int __wrap_vasprintf(char **text, const char *format, va_list arguments)
{
    return printed(text, format, arguments);
}

int __wrap___vasprintf_chk(char **text, int flag, const char *format, va_list arguments);
int __wrap___vasprintf_chk(char **text, int flag, const char *format, va_list arguments)
{
    (void)flag;
    return printed(text, format, arguments);
}

__attribute__((unused)) static void *json_malloc(size_t size)
{
    return no_memory_now() ? NULL : __real_malloc(size);
}

__attribute__((unused)) static long try_all(const char *what, char *(*made)(void), long step)
{
    return failing_try(&(struct failing){.what = what, .made = made, .step = step});
}

/* Of what keeps for good what it has once found: symbols, for one. */
__attribute__((unused)) static long try_all_kept(const char *what, char *(*made)(void), long step)
{
    return failing_try(&(struct failing){.what = what, .made = made, .step = step, .keeps = true});
}
