/* The assembler reads the files in. The Makefile makes this file anew when one of them changes, and
 * says where the charting library is. */
#include "live/live_page.h"
#include "serve/reply.h"
#include <string.h>

#define EMBED(symbol, path)                                                                        \
    __asm__(".pushsection .rodata\n" #symbol ":\n\t.incbin \"" path "\"\n" #symbol                 \
            "_end:\n.popsection");                                                                 \
    extern const char symbol[] __attribute__((visibility("hidden")));                              \
    extern const char symbol##_end[] __attribute__((visibility("hidden")))

EMBED(page_html, "harness/live/page/index.html");
EMBED(page_css, "harness/live/page/page.css");
EMBED(page_icon, "harness/live/page/icon.svg");
EMBED(page_js, "harness/live/page/page.js");
EMBED(page_charts_js, "harness/live/page/charts.js");
EMBED(page_source_js, "harness/live/page/source.js");
EMBED(page_chooser_js, "harness/live/page/chooser.js");
EMBED(page_parked_js, "harness/live/page/parked.js");
EMBED(page_words_js, "harness/live/page/words.js");
EMBED(page_library, CHART_LIBRARY);

#define JAVASCRIPT "text/javascript; charset=utf-8"

static const struct asset {
    const char *path, *type, *begin, *end;
} assets[] = {
    {"/", "text/html; charset=utf-8", page_html, page_html_end},
    {"/page/page.css", "text/css; charset=utf-8", page_css, page_css_end},
    {"/page/icon.svg", "image/svg+xml", page_icon, page_icon_end},
    {"/page/page.js", JAVASCRIPT, page_js, page_js_end},
    {"/page/charts.js", JAVASCRIPT, page_charts_js, page_charts_js_end},
    {"/page/source.js", JAVASCRIPT, page_source_js, page_source_js_end},
    {"/page/chooser.js", JAVASCRIPT, page_chooser_js, page_chooser_js_end},
    {"/page/parked.js", JAVASCRIPT, page_parked_js, page_parked_js_end},
    {"/page/words.js", JAVASCRIPT, page_words_js, page_words_js_end},
    {"/page/chart.min.js", JAVASCRIPT, page_library, page_library_end},
};

enum MHD_Result live_page_serve(struct http_request *request)
{
    for (size_t i = 0; i < sizeof assets / sizeof *assets; i++) {
        const struct asset *a = &assets[i];
        if (strcmp(request->path, a->path) == 0)
            return reply_constant(request, MHD_HTTP_OK, a->type, a->begin,
                                  (size_t)(a->end - a->begin));
    }
    return reply_text(request, MHD_HTTP_NOT_FOUND, "there is nothing here\n");
}
