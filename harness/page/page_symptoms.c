#include "page/page_symptoms.h"
#include "page/frame.h"
#include "page/markdown_generated.h"
#include "page/symptoms.h"
#include "probe/expected.h"
#include "result/html.h"
#include "result/markdown_text.h"
#include "result/stream.h"

static const char lead[] =
    "What a dump, a metric or a user shows, and which pairs look like that: by what the catalog "
    "says that each request leaves behind.";

static void leaves(const struct edition_pair *pair, char *words, size_t size)
{
    expectation_text(&pair->pair->variants[VARIANT_LEAK].expected, words, size);
}

/* --- HTML ----------------------------------------------------------------------------------- */

static void one(FILE *out, const struct edition *edition, const struct symptom *symptom,
                size_t number)
{
    char words[256];
    fprintf(out, "<section class=\"symptom\" id=\"%s\">\n<h3>", symptom->id);
    frame_words(out, symptom->words);
    fputs("</h3>\n<p>", out);
    frame_words(out, symptom->hint);
    fputs("</p>\n<ul>\n", out);
    for (size_t i = 0; i < edition->pair_count; i++) {
        const struct edition_pair *pair = &edition->pairs[i];
        if (!symptom_fits(number, pair))
            continue;
        leaves(pair, words, sizeof words);
        fprintf(out, "<li><a href=\"pairs/%s.html\">%s</a> ", pair->pair->id, pair->pair->id);
        html_text(out, pair->pair->title);
        putc(' ', out);
        html_element(out, "small", words);
        fputs("</li>\n", out);
    }
    fputs("</ul>\n</section>\n", out);
}

char *page_symptoms(const struct edition *edition)
{
    struct symptom symptom;
    struct stream_text held;
    enum symptom_seen before = SEEN;
    const struct frame frame = {
        .root = "", .title = "leaklab: leaks by symptom", .description = lead, .style = ""};
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    frame_begin(out, edition, &frame);
    fprintf(out,
            "<header>\n<h1>Leaks by symptom</h1>\n<p class=\"lead\">%s</p>\n</header>\n<main "
            "id=\"main\">\n",
            lead);
    for (size_t i = 0; symptom_at(&symptom, i); i++) {
        if (!symptom_is_any(i, edition))
            continue;
        if (symptom.seen != before)
            html_element(out, "h2 class=\"seen\"", symptom_seen_text(symptom.seen));
        before = symptom.seen;
        one(out, edition, &symptom, i);
    }
    frame_end(out);
    return stream_close(out, &held);
}

/* --- Markdown ------------------------------------------------------------------------------- */

static void item(FILE *out, const struct edition_pair *pair)
{
    char words[256];
    leaves(pair, words, sizeof words);
    fprintf(out, "- [%s](pairs/%s.md): ", pair->pair->id, pair->pair->id);
    markdown_text(out, pair->pair->title);
    fputs("; ", out);
    markdown_text(out, words);
    putc('\n', out);
}

char *markdown_symptoms(const struct edition *edition)
{
    struct symptom symptom;
    struct stream_text held;
    enum symptom_seen before = SEEN;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    fprintf(out, "%s# Leaks by symptom\n\n%s\n", MARKDOWN_GENERATED, lead);
    for (size_t i = 0; symptom_at(&symptom, i); i++) {
        if (!symptom_is_any(i, edition))
            continue;
        if (symptom.seen != before)
            fprintf(out, "\n## %s\n", symptom_seen_text(symptom.seen));
        before = symptom.seen;
        fprintf(out, "\n**%s.** %s\n\n", symptom.words, symptom.hint);
        for (size_t k = 0; k < edition->pair_count; k++)
            if (symptom_fits(i, &edition->pairs[k]))
                item(out, &edition->pairs[k]);
    }
    return stream_close(out, &held);
}
