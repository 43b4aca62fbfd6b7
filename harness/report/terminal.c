#include "report/terminal.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int width_of(FILE *out)
{
    enum { NARROWEST = 20, WIDEST = 1000 };
    const char *columns = getenv("COLUMNS");
    int width = columns ? atoi(columns) : 0;
    struct winsize size;
    if (width < NARROWEST && ioctl(fileno(out), TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    return width < NARROWEST || width > WIDEST ? 0 : width;
}

struct terminal terminal_of(FILE *out)
{
    const char *no_colour = getenv("NO_COLOR"), *name = getenv("TERM");
    bool is_terminal = isatty(fileno(out)), dumb = name && strcmp(name, "dumb") == 0;
    return (struct terminal){
        .out = out,
        .live = is_terminal && !dumb,
        .colour = is_terminal && !dumb && !(no_colour && *no_colour),
        .width = width_of(out),
    };
}

const char *terminal_style(const struct terminal *t, enum style style)
{
    static const char *const sequences[STYLES] = {
        [STYLE_PLAIN] = "\033[0m",  [STYLE_LEAK] = "\033[31m",      [STYLE_GROWS] = "\033[33m",
        [STYLE_CLEAN] = "\033[32m", [STYLE_WRONG] = "\033[1;7;31m", [STYLE_DIM] = "\033[2m",
        [STYLE_BOLD] = "\033[1m",
    };
    return t->colour ? sequences[style] : "";
}

void terminal_live(const struct terminal *t, const char *format, ...)
{
    char line[256];
    if (!t->live)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    int widest = t->width ? t->width - 1 : 79;
    fprintf(t->out, "\r\033[K%.*s", widest, line);
    fflush(t->out);
}

void terminal_clear(const struct terminal *t)
{
    if (t->live)
        fputs("\r\033[K", t->out);
}

size_t terminal_columns(const char *text)
{
    size_t columns = 0;
    for (; *text; text++)
        columns += ((unsigned char)*text & 0xC0) != 0x80;
    return columns;
}

void terminal_words(const struct terminal *t, const char *words)
{
    size_t used = 0;
    while (*words) {
        int length = (int)strcspn(words, " ");
        bool breaks = t->width && used && used + 1 + (size_t)length > (size_t)t->width;
        fprintf(t->out, "%s%.*s", !used ? "" : breaks ? "\n" : " ", length, words);
        used = breaks || !used ? (size_t)length : used + 1 + (size_t)length;
        words += length + (words[length] == ' ');
    }
    fputc('\n', t->out);
}
