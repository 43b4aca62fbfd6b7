#include "page/page_pair.h"
#include "page/page_code.h"
#include "page/page_facts.h"
#include "page/svg.h"
#include "result/cite.h"
#include "result/html.h"
#include "result/stream.h"
#include "source/prose.h"
#include <stdlib.h>
#include <string.h>

/* A paragraph; what stands between backticks is code. */
static void page_prose(FILE *out, const char *words)
{
    fputs("<p>", out);
    for (bool code = false; *words; code = !code) {
        size_t length = strcspn(words, "`");
        fputs(code ? "<code>" : "", out);
        html_piece(out, words, length);
        fputs(code ? "</code>" : "", out);
        words += length + (words[length] == '`');
    }
    fputs("</p>\n", out);
}

static void half(FILE *out, const struct measured *measured, enum variant variant)
{
    struct prose words = prose_of(measured->source ? measured->source : "");
    fprintf(out, "<div class=\"%s\"><p class=\"verdict\"><span class=\"chip\">%s</span> ",
            variant_name(variant), variant_name(variant));
    html_text(out, summary_has(measured) ? measured->verdict : "not measured");
    fputs("</p>\n", out);
    if (*stream_piece(out, words.words))
        page_prose(out, words.words);
    if (*stream_piece(out, words.place)) {
        fputs("<p class=\"place\">In the decision matrix: ", out);
        html_text(out, words.place);
        fputs("</p>", out);
    }
    fputs("</div>\n", out);
    prose_free(&words);
}

static void prose(FILE *out, const struct measured_pair *pair)
{
    fputs("<div class=\"prose\">\n", out);
    for (enum variant v = 0; v < VARIANTS; v++)
        half(out, &pair->variants[v], v);
    fputs("</div>\n", out);
}

static void figures(FILE *out, const struct edition_pair *pair)
{
    size_t runs = pair->pair->variants[VARIANT_LEAK].run_count;
    fputs("<figure>\n<div class=\"plots\">\n", out);
    for (enum plot plot = 0; plot < PLOTS; plot++) {
        char *drawing = svg_inline(pair->svg[plot] ? pair->svg[plot] : "");
        fputs(stream_piece(out, drawing), out);
        free(drawing);
    }
    page_attribution(out, pair->pair);
    fprintf(out,
            "</div>\n<figcaption>%sUnder &ldquo;settled&rdquo;: what is left when every request "
            "has returned and ",
            runs > 1 ? "All runs, a line each, mostly one over the other. " : "");
    if (pair->pair->settings.settle)
        fprintf(out, "%.10g more minutes of virtual time have passed",
                (double)pair->pair->settings.settle / 60e9);
    else
        fputs("nothing is due any more", out);
    fputs(".</figcaption>\n</figure>\n", out);
}

static void citation(FILE *out, const struct edition *edition, const struct edition_pair *pair)
{
    if (!edition->saved)
        return;
    char *text = cite(pair->from, pair->pair, CITE_TEXT);
    char *bibtex = cite(pair->from, pair->pair, CITE_BIBTEX);
    fputs("<div class=\"cite\"><h3>Cite this</h3>\n", out);
    if (text)
        text[strcspn(text, "\n")] = 0;
    html_element(out, "p class=\"copy\"", stream_piece(out, text));
    fputs("<details><summary>BibTeX</summary>\n", out);
    html_element(out, "pre class=\"copy\"", stream_piece(out, bibtex));
    fputs("</details></div>\n", out);
    free(text);
    free(bibtex);
}

bool page_pair(FILE *out, const struct edition *edition, const struct edition_pair *pair)
{
    const struct measured_pair *measured = pair->pair;
    fprintf(out, "<section class=\"pair\" id=\"%s\" aria-labelledby=\"%s-title\">\n", measured->id,
            measured->id);
    fprintf(out, "<h2 id=\"%s-title\"><a href=\"#%s\">%s</a></h2>\n<p class=\"title\">",
            measured->id, measured->id, measured->id);
    html_text(out, measured->title);
    fputs(" <span class=\"family\">", out);
    html_text(out, measured->family);
    fputs("</span></p>\n", out);
    prose(out, measured);
    bool done = page_code(out, measured);
    figures(out, pair);
    fputs("<div class=\"beneath\">\n<div>\n", out);
    page_facts(out, measured);
    fputs("</div>\n", out);
    citation(out, edition, pair);
    fputs("</div>\n", out);
    fputs("<p class=\"top\"><a href=\"#pairs\">all pairs</a></p>\n</section>\n\n", out);
    return done;
}
