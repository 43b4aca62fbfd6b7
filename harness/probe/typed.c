#include "probe/typed.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char plain[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+/.,:@%^";

static void put_word(const char *word, FILE *out)
{
    if (*word && strspn(word, plain) == strlen(word)) {
        fputs(word, out);
        return;
    }
    putc('\'', out);
    for (; *word; word++)
        if (*word == '\'')
            fputs("'\\''", out); /* no quote can stand in quotes: out of them, one, and in again */
        else
            putc(*word, out);
    putc('\'', out);
}

/* A word that has a number in it. */
struct numbered {
    int before; /* bytes before the number */
    unsigned long number;
    const char *behind;
};

/* The next number of a word, from this byte on. Of at most nine digits, and written as a shell counts. */
static bool number_in(const char *word, size_t from, struct numbered *numbered)
{
    size_t at = from + strcspn(word + from, "0123456789"), digits = strspn(word + at, "0123456789");
    numbered->before = (int)at;
    numbered->number = digits <= 9 ? strtoul(word + at, NULL, 10) : 0;
    numbered->behind = word + at + digits;
    return digits > 0;
}

static bool is_with(const char *word, const struct numbered *form, const char *first,
                    unsigned long number)
{
    char text[1024];
    int length =
        snprintf(text, sizeof text, "%.*s%lu%s", form->before, first, number, form->behind);
    return length < (int)sizeof text && strcmp(word, text) == 0;
}

/* How many words from the first on are one text but for a number that counts on; 1: none. */
static size_t series(const char *const *words, size_t n, struct numbered *form)
{
    const char *first = words[0];
    if (strspn(first, plain) != strlen(first))
        return 1;
    for (size_t from = 0; number_in(first, from, form); from = (size_t)(form->behind - first)) {
        size_t count = 0;
        while (count < n && is_with(words[count], form, first, form->number + count))
            count++;
        if (count > 1)
            return count;
    }
    return 1;
}

static char *typed(const char *const *words, size_t n, bool braces)
{
    enum { SERIES_LEAST = 4 };
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0, count; out && i < n; i += count) {
        struct numbered form;
        count = braces ? series(words + i, n - i, &form) : 1;
        if (i)
            putc(' ', out);
        count = count < SERIES_LEAST ? 1 : count;
        if (count > 1)
            fprintf(out, "%.*s{%lu..%lu}%s", form.before, words[i], form.number,
                    form.number + count - 1, form.behind);
        else
            put_word(words[i], out);
    }
    if (out && fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

char *typed_words(const char *const *words, size_t n)
{
    return typed(words, n, false);
}

char *typed_short(const char *const *words, size_t n)
{
    return typed(words, n, true);
}

char *typed_next(const char **text)
{
    const char *from = *text + strspn(*text, " ");
    char *word = *from ? malloc(strlen(from) + 1) : NULL, *to = word;
    bool quoted = false;
    for (; word && *from && (quoted || *from != ' '); from++)
        if (*from == '\'')
            quoted = !quoted;
        else if (*from == '\\' && !quoted && from[1])
            *to++ = *++from;
        else
            *to++ = *from;
    if (to)
        *to = 0;
    *text = from;
    return word;
}
