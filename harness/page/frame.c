#include "page/frame.h"
#include "page/assets.h"
#include "result/html.h"
#include <string.h>

void frame_words(FILE *out, const char *words)
{
    for (bool code = false; *words; code = !code) {
        size_t length = strcspn(words, "`");
        fputs(code ? "<code>" : "", out);
        html_piece(out, words, length);
        fputs(code ? "</code>" : "", out);
        words += length + (words[length] == '`');
    }
}

bool frame_has_benchmarks(const struct edition *edition)
{
    return edition->benchmarked || edition->compared;
}

void frame_path(FILE *out, const struct edition *edition, const char *root, const char *path)
{
    if (edition->saved) {
        fprintf(out, "<a href=\"%s../", root);
        html_text(out, path);
        fputs("\">", out);
    }
    html_element(out, "code", path);
    fputs(edition->saved ? "</a>" : "", out);
}

static void way(FILE *out, const struct edition *edition, const char *root)
{
    fprintf(out,
            "<nav class=\"way\" aria-label=\"All pages\"><a class=\"brand\" "
            "href=\"%sindex.html\">leaklab</a> <a href=\"%sindex.html\">all pairs</a> "
            "<a href=\"%ssymptoms.html\">by symptom</a>",
            root, root, root);
    if (edition->saved)
        fprintf(out, " <a href=\"%sclaims.html\">the article</a>", root);
    if (frame_has_benchmarks(edition))
        fprintf(out, " <a href=\"%sbenchmarks.html\">benchmarks</a>", root);
    if (edition->detected)
        fprintf(out, " <a href=\"%sdetectors.html\">detectors</a>", root);
    fputs("</nav>\n", out);
}

void frame_begin(FILE *out, const struct edition *edition, const struct frame *frame)
{
    fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n",
          out);
    html_element(out, "title", frame->title);
    fputs("\n<meta name=\"description\" content=\"", out);
    html_text(out, frame->description);
    fputs("\">\n<link rel=\"icon\" href=\"data:,\">\n<style>\n", out);
    fputs(asset_page_style, out);
    fprintf(out, "@media screen and (prefers-color-scheme:dark){%s[fill=\"#fefefe\"]{fill:none}}\n",
            draw_dark);
    fprintf(out, "[fill=\"#fefefe\"]{fill:none}\n%s</style>\n</head>\n<body>\n", frame->style);
    fputs("<a class=\"skip\" href=\"#main\">to what is on this page</a>\n", out);
    way(out, edition, frame->root);
}

void frame_end(FILE *out)
{
    fputs("</main>\n<footer><p>Made by leaklab from its saved results; "
          "<code>leaklab verify</code> proves it.</p></footer>\n</body>\n</html>\n",
          out);
}
