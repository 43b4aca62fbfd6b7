#include "page/svg.h"
#include "result/html.h"
#include "result/stream.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From the one to the other is what a page leaves out. */
static const char comment_begins[] = "<!-- ", style_ends[] = "</style>\n";

/* `rgb(  0,  114, 178)` as `#0072b2`. Returns what follows it. */
static const char *copy_colour(FILE *out, const char *at)
{
    unsigned red, green, blue;
    int length = 0;
    if (sscanf(at, "rgb( %u , %u , %u )%n", &red, &green, &blue, &length) == 3 && length &&
        red < 256 && green < 256 && blue < 256) {
        fprintf(out, "#%02x%02x%02x", red, green, blue);
        return at + length;
    }
    putc(*at, out);
    return at + 1;
}

/* A group that opens and closes with nothing in it: its length, else 0. */
static size_t empty_group(const char *at)
{
    if (strncmp(at, "<g ", 3) != 0)
        return 0;
    size_t open = strcspn(at, ">") + 1;
    size_t space = strspn(at + open, " \t\n");
    return strncmp(at + open + space, "</g>", 4) == 0 ? open + space + 4 : 0;
}

/* gnuplot wraps each text once more, to name the font again; and it names each curve by a number,
 * which would be there once in each drawing of a page. */
static size_t without_use(const char *at)
{
    int length = 0;
    if (sscanf(at, " id=\"gnuplot_plot_%*d\"%n", &length) == 0 && length)
        return (size_t)length;
    if (strncmp(at, "<title>", 7) == 0)
        return strstr(at, "</title>") ? (size_t)(strstr(at, "</title>") + 8 - at) : 0;
    if (strncmp(at, "</tspan>", 8) == 0)
        return 8;
    if (strncmp(at, "<tspan font-family=", 19) == 0)
        return strcspn(at, ">") + 1;
    return 0;
}

static void copy_drawing(FILE *out, const char *at)
{
    bool line_begins = true;
    while (*at) {
        size_t skipped = empty_group(at);
        if (!skipped)
            skipped = without_use(at);
        if (skipped) {
            at += skipped;
        } else if (line_begins && strchr(" \t\n", *at)) {
            at++;
        } else if (strncmp(at, "rgb(", 4) == 0) {
            at = copy_colour(out, at);
        } else {
            line_begins = *at == '\n';
            putc(*at++, out);
        }
    }
}

/* Which version drew it stays in the file: another may draw otherwise. */
static void copy_version(FILE *out, const char *svg)
{
    static const char mark[] = "<desc>Produced by GNUPLOT ";
    const char *version = strstr(svg, mark);
    if (version)
        fprintf(out, "%sgnuplot %.*s -->\n", comment_begins,
                (int)strcspn(version + strlen(mark), "<\n-"), version + strlen(mark));
}

static bool copy_header(FILE *out, const char *svg, const char *title, const char *dark)
{
    int width, height;
    const char *box = strstr(svg, "viewBox=\"0 0 ");
    if (!box || sscanf(box, "viewBox=\"0 0 %d %d\"", &width, &height) != 2)
        return false;
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">\n"
            "<title>",
            width, height);
    html_text(out, title);
    fputs("</title>\n", out);
    copy_version(out, svg);
    fprintf(out, "<style>@media(prefers-color-scheme:dark){%s}%s", dark, style_ends);
    fprintf(out, "<rect width=\"%d\" height=\"%d\" fill=\"#fefefe\"/>\n", width, height);
    return true;
}

char *svg_tidy(const char *svg, const char *title, const char *dark)
{
    struct stream_text held;
    const char *drawing = strstr(svg, "</defs>");
    FILE *out = drawing ? stream_open(&held) : NULL;
    if (!out)
        return NULL;
    if (copy_header(out, svg, title, dark)) {
        /* Without its first group, which the defs were in and which ends the file. */
        fputs("<g>\n", out);
        copy_drawing(out, drawing + strlen("</defs>"));
    } else
        stream_fail(out);
    return stream_close(out, &held);
}

char *svg_inline(const char *svg)
{
    const char *begins = strstr(svg, comment_begins), *ends = strstr(svg, style_ends);
    char *text = strdup(svg);
    if (!text || !begins || !ends || ends < begins)
        return text;
    ends += strlen(style_ends);
    memmove(text + (begins - svg), ends, strlen(ends) + 1);
    return text;
}
