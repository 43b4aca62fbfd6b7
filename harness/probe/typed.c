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

char *typed_words(const char *const *words, size_t n)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; out && i < n; i++) {
        if (i)
            putc(' ', out);
        put_word(words[i], out);
    }
    if (out && fclose(out) == 0)
        return text;
    free(text);
    return NULL;
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
