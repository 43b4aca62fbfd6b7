#include "dumps/piece.h"
#include <ctype.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool piece_next(const char **at, const char *end, struct piece *line)
{
    if (*at >= end)
        return false;
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));
    *line = (struct piece){*at, newline ? newline : end};
    *at = newline ? newline + 1 : end;
    return true;
}

bool piece_begins(const struct piece *line, const char *words)
{
    size_t length = strlen(words);
    return (size_t)(line->end - line->at) >= length && memcmp(line->at, words, length) == 0;
}

bool piece_ends(const struct piece *line, const char *words)
{
    size_t length = strlen(words);
    return (size_t)(line->end - line->at) >= length &&
           memcmp(line->end - length, words, length) == 0;
}

struct piece piece_trimmed(struct piece line)
{
    while (line.at < line.end && is_blank(*line.at))
        line.at++;
    while (line.at < line.end && is_blank(line.end[-1]))
        line.end--;
    return line;
}

bool piece_take_number(struct piece *line, uint64_t *number)
{
    const char *at = line->at;
    uint64_t value = 0;
    for (; at < line->end; at++) {
        bool comma = *at == ',' && at > line->at && line->end - at > 3 && is_digit(at[1]) &&
                     is_digit(at[2]) && is_digit(at[3]);
        if (comma)
            continue;
        if (!is_digit(*at))
            break;
        if (value > UINT32_MAX)
            return false;
        value = value * 10 + (uint64_t)(*at - '0');
    }
    if (at == line->at)
        return false;
    line->at = at;
    *number = value;
    return true;
}

bool piece_take_words(struct piece *line, const char *words)
{
    bool takes = piece_begins(line, words);
    if (takes)
        line->at += strlen(words);
    return takes;
}

bool piece_take_address(struct piece *line)
{
    const char *at = line->at;
    if (!piece_begins(line, "0x") && !piece_begins(line, "0X"))
        return false;
    for (at += 2; at < line->end && isxdigit((unsigned char)*at); at++)
        continue;
    if (at == line->at + 2)
        return false;
    line->at = at;
    return true;
}

bool piece_take_last_number(struct piece *line, uint32_t *number)
{
    const char *at = line->end;
    uint64_t value = 0, digit = 1;
    while (at > line->at && is_digit(at[-1]) && digit <= UINT32_MAX) {
        value += digit * (uint64_t)(*--at - '0');
        digit *= 10;
    }
    if (at == line->end || at == line->at || at[-1] != ':' || value > INT32_MAX)
        return false;
    *number = (uint32_t)value;
    line->end = at - 1;
    return true;
}

/* --- What stands in front --------------------------------------------------------------------- */

/* By a pattern: 9 a digit, A a letter, and each other character itself. */
static bool looks_like(const struct piece *line, const char *pattern)
{
    const char *at = line->at;
    for (; *pattern; pattern++, at++) {
        if (at == line->end)
            return false;
        bool fits = *pattern == '9'   ? is_digit(*at)
                    : *pattern == 'A' ? isalpha((unsigned char)*at) != 0
                    : *pattern == '_' ? *at == ' ' || is_digit(*at)
                    : *pattern == 'T' ? *at == 'T' || *at == ' '
                    : *pattern == '-' ? *at == '-' || *at == '/'
                                      : *at == *pattern;
        if (!fits)
            return false;
    }
    return true;
}

static struct piece after_word(struct piece line)
{
    while (line.at < line.end && !is_blank(*line.at))
        line.at++;
    return piece_trimmed(line);
}

/* `host program[7]: ` or `program[7]: `. */
static bool skip_process(struct piece *line)
{
    struct piece rest = *line;
    for (int words = 0; words < 2 && rest.at < rest.end; words++) {
        const char *word = rest.at;
        rest = after_word(rest);
        const char *end = word;
        while (end < rest.end && !is_blank(*end))
            end++;
        if (end - word > 3 && end[-1] == ':' && end[-2] == ']' && is_digit(end[-3])) {
            *line = rest;
            return true;
        }
    }
    return false;
}

/* `web_1  | `, as docker compose has it. */
static bool skip_container(struct piece *line)
{
    struct piece rest = after_word(*line);
    if (rest.at == line->at || rest.at == rest.end || *rest.at != '|' ||
        !(isalnum((unsigned char)*line->at)))
        return false;
    rest.at++;
    *line = piece_trimmed(rest);
    return true;
}

/* A time, in the ways of ISO 8601, of Go's log, of syslog. */
static bool skip_time(struct piece *line)
{
    if (looks_like(line, "[9999-99-99T99:99:99") || looks_like(line, "9999-99-99T99:99:99")) {
        line->at += 11;
        *line = after_word(*line);
        if (piece_take_words(line, "stdout ") || piece_take_words(line, "stderr "))
            *line = after_word(*line); /* F or P, by Kubernetes */
        return true;
    }
    if (looks_like(line, "AAA _9 99:99:99 ")) {
        line->at += 16;
        *line = piece_trimmed(*line);
        return true;
    }
    return false;
}

static bool skip_quotation(struct piece *line)
{
    if (line->at == line->end || *line->at != '>')
        return false;
    line->at++;
    *line = piece_trimmed(*line);
    return true;
}

struct piece piece_stripped(struct piece line)
{
    enum { MOST = 6 };
    piece_take_words(&line, "\xef\xbb\xbf");
    line = piece_trimmed(line);
    if (piece_take_words(&line, "#011")) /* a tab, by rsyslog */
        return piece_trimmed(line);
    if (line.at < line.end && *line.at == '#')
        return line;
    for (int i = 0; i < MOST && line.at < line.end; i++)
        if (!skip_quotation(&line) && !skip_time(&line) && !skip_container(&line) &&
            !skip_process(&line))
            break;
    if (piece_take_words(&line, "#011"))
        line = piece_trimmed(line);
    return line;
}
