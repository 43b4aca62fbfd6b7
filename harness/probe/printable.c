#include "probe/printable.h"
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

/* --- Characters ----------------------------------------------------------------------------- */

/* glibc's own tables, whatever the user's locale is. (locale_t)0: there is none, and all that is not
 * ASCII is written as numbers. */
static locale_t unicode(void)
{
    static locale_t locale;
    static bool asked;
    if (!asked)
        locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    asked = true;
    return locale;
}

/* What shows nothing of itself and moves or hides others: directions, and what takes no room. The
 * joiners of scripts and accents are none of these. */
static bool is_hidden(wchar_t c)
{
    return c == 0xAD || c == 0x61C || c == 0x180E || c == 0x200B || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

static bool is_shown(wchar_t c)
{
    return c >= ' ' && iswprint((wint_t)c) && !is_hidden(c);
}

/* One that can be shown: how many bytes it has, and *columns how wide it is; else 0, and *character is
 * its number, or 0 for a byte that is no UTF-8. */
static size_t shown_as_it_is(const char *text, wchar_t *character, int *columns)
{
    mbstate_t state = {0};
    locale_t before = unicode() ? uselocale(unicode()) : (locale_t)0;
    size_t length = mbrtowc(character, text, strnlen(text, MB_LEN_MAX), &state);
    if (length == 0 || length > MB_LEN_MAX)
        *character = 0;
    bool shown = is_shown(*character);
    *columns = shown ? wcwidth(*character) : 0;
    if (before)
        uselocale(before);
    return shown ? length : 0;
}

/* Columns too. Most characters are ASCII, which needs no table. */
static size_t next(const char *text, char shown[PRINTABLE], int *columns)
{
    wchar_t c;
    if (*text >= ' ' && *text <= '~') {
        memcpy(shown, (char[]){*text, 0}, 2);
        *columns = 1;
        return 1;
    }
    size_t length = shown_as_it_is(text, &c, columns);
    if (length) {
        snprintf(shown, PRINTABLE, "%.*s", (int)length, text);
        return length;
    }
    if (c > 0xFFFF)
        *columns = snprintf(shown, PRINTABLE, "\\U%08lx", (unsigned long)c);
    else if (c > 0xFF)
        *columns = snprintf(shown, PRINTABLE, "\\u%04lx", (unsigned long)c);
    else
        *columns = snprintf(shown, PRINTABLE, "\\x%02lx",
                            c ? (unsigned long)c : (unsigned long)(unsigned char)*text);
    return c > 0xFFFF ? 4 : c > 0x7FF ? 3 : c > 0x7F ? 2 : 1;
}

size_t printable_next(const char *text, char shown[PRINTABLE])
{
    int columns;
    return next(text, shown, &columns);
}

/* --- Texts ---------------------------------------------------------------------------------- */

static void write_text(FILE *out, const char *text, bool lines)
{
    char shown[PRINTABLE];
    while (*text) {
        bool line_ends = lines && *text == '\n';
        text += printable_next(text, shown);
        fputs(line_ends ? "\n" : shown, out);
    }
}

void printable_write(FILE *out, const char *text)
{
    write_text(out, text, false);
}

void printable_lines(FILE *out, const char *text)
{
    write_text(out, text, true);
}

char *printable_text(const char *text)
{
    char *written = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&written, &size);
    if (!out)
        return NULL;
    printable_write(out, text);
    if (fclose(out) == 0)
        return written;
    free(written);
    return NULL;
}

size_t printable_columns(const char *text)
{
    char shown[PRINTABLE];
    size_t all = 0;
    int columns;
    for (; *text; all += (size_t)columns)
        text += next(text, shown, &columns);
    return all;
}

char *printable_cut(char *to, size_t size, const char *text)
{
    size_t length = strnlen(text, size);
    if (length == size)
        for (length--; length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80;)
            length--;
    memcpy(to, text, length);
    to[length] = 0;
    return to;
}
