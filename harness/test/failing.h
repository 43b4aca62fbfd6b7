/* No memory for any one thing: the first allocation of what is tried fails, then the second, and so on. The linker puts
 * the functions here in the place of the C library's (ALLOCATORS of the Makefile), so that a program has them once. */
#pragma once

#include "test/support.h"

#include <errno.h>
#include <jansson.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long left = -1; /* so many more succeed; -1: all do */
static bool failed;

static bool fails(void)
{
    if (left < 0 || left-- > 0)
        return false;
    errno = ENOMEM;
    return failed = true;
}

#define REPLACED(type, name, parameters, ...)                                                      \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return fails() ? NULL : __real_##name(__VA_ARGS__);                                        \
    }

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
    if (!fails())
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
    return fails() ? NULL : __real_malloc(size);
}

/* Does it with the first allocation failing, the second, and so on, until it does without. Returns how many
 * there are. whole: what it makes without a failure; made() frees what it returns. */
__attribute__((unused)) static long try_all(const char *what, char *(*made)(void), long step)
{
    long number = 0;
    left = -1;
    char *whole = made();
    assert_non_null(whole);
    for (bool more = true; more; number += step) {
        failed = false;
        left = number;
        char *text = made();
        left = -1;
        more = failed;
        size_t same = 0;
        while (text && text[same] && text[same] == whole[same])
            same++;
        if (failed && text && text[same] != whole[same])
            fail_msg(
                "%s without memory for allocation %ld is not whole: it has \"%.60s\" for \"%.60s\"",
                what, number, text + same, whole + same);
        if (!failed)
            assert_non_null(text);
        free(text);
    }
    free(whole);
    return number;
}
