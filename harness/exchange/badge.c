#include "exchange/badge.h"
#include "result/cite_short.h"
#include "result/html.h"
#include "result/stream.h"
#include <string.h>

/* Of a fixed-width font at 11 pixels, so that widths are known without one; textLength holds others to it. */
enum { CHARACTER = 7, MARGIN = 7, HEIGHT = 20 };

static int width_of(const char *text)
{
    return (int)strlen(text) * CHARACTER + 2 * MARGIN;
}

static void half(FILE *out, const char *text, int x, const char *colour)
{
    int width = width_of(text);
    fprintf(out,
            "<rect x=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>"
            "<text x=\"%d\" y=\"14\" textLength=\"%d\">",
            x, width, HEIGHT, colour, x + MARGIN, width - 2 * MARGIN);
    html_text(out, text);
    fputs("</text>\n", out);
}

char *badge_svg(const struct measured_pair *pair)
{
    struct stream_text held;
    char figure[CITE_FIGURE];
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    cite_figure(figure, pair, VARIANT_LEAK);
    int name = width_of(pair->id), width = name + width_of(figure);
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" role=\"img\" "
            "aria-labelledby=\"t\"><title id=\"t\">",
            width, HEIGHT);
    html_text(out, pair->id);
    fputs(": ", out);
    html_text(out, figure);
    fputs("</title>\n<g fill=\"#fff\" font-family=\"DejaVu Sans Mono,Menlo,Consolas,monospace\" "
          "font-size=\"11\">\n",
          out);
    half(out, pair->id, 0, "#444");
    half(out, figure, name, "#a02c1c");
    fputs("</g>\n</svg>\n", out);
    return stream_close(out, &held);
}
