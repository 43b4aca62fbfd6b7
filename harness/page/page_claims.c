#include "page/claims.h"
#include "page/frame.h"
#include "page/markdown_generated.h"
#include "result/html.h"
#include "result/markdown_text.h"
#include "result/stream.h"
#include <stdlib.h>
#include <string.h>

static const char lead[] = "What the article behind this project says, claim by claim: where it is "
                           "shown, what was measured of it, what that "
                           "does not say, and how to measure it anew.";

/* A path, or else an id of the catalog. */
static bool is_path(const char *sample)
{
    return strchr(sample, '/') != NULL;
}

static char *figure_of(const struct edition *edition, const struct claim *claim, const char *id)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (out)
        claim_figure_write(out, edition, claim->figure, id);
    return stream_close(out, &held);
}

/* --- HTML ----------------------------------------------------------------------------------- */

static void html_samples(FILE *out, const struct edition *edition, const struct claim *claim)
{
    char sample[CLAIM_SAMPLE];
    for (size_t i = 0; claim_sample(claim, i, sample); i++) {
        fputs(i ? ", " : "", out);
        if (is_path(sample))
            frame_path(out, edition, "", sample);
        else
            fprintf(out, "<a href=\"pairs/%s.html\">%s</a>", sample, sample);
    }
}

static void html_measured(FILE *out, const struct edition *edition, const struct claim *claim)
{
    char sample[CLAIM_SAMPLE];
    if (!claim_figure_is_of_each(claim->figure)) {
        char *words = figure_of(edition, claim, NULL);
        frame_words(out, stream_piece(out, words));
        free(words);
        return;
    }
    fputs("<ul>", out);
    for (size_t i = 0; claim_sample(claim, i, sample); i++) {
        char *words = figure_of(edition, claim, sample);
        fprintf(out, "<li><b>%s</b> ", sample);
        frame_words(out, stream_piece(out, words));
        fputs("</li>\n", out);
        free(words);
    }
    fputs("</ul>", out);
}

static void html_claim(FILE *out, const struct edition *edition, const struct claim *claim)
{
    fprintf(out, "<section class=\"claim\" id=\"claim-%u\">\n<h2><a href=\"#claim-%u\">%u</a> ",
            claim->number, claim->number, claim->number);
    frame_words(out, claim->words);
    fputs("</h2>\n<dl>\n<dt>shown by</dt><dd>", out);
    html_samples(out, edition, claim);
    fputs("</dd>\n<dt>measured</dt><dd>", out);
    html_measured(out, edition, claim);
    if (claim->figure == CLAIM_BYSTANDER && edition->bystander)
        fputs(" <a href=\"bystander.html\">All kinds, with the figure</a>.", out);
    fputs("</dd>\n<dt>what to know</dt><dd>", out);
    frame_words(out, claim->limits);
    fputs("</dd>\n<dt>anew</dt><dd>", out);
    html_element(out, "code", claim->command);
    fputs("</dd>\n</dl>\n</section>\n", out);
}

char *page_claims(const struct edition *edition)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    const struct frame frame = {
        .root = "", .title = "leaklab: the article, answered", .description = lead, .style = ""};
    if (!out)
        return NULL;
    frame_begin(out, edition, &frame);
    fprintf(out,
            "<header>\n<h1>The article, answered</h1>\n<p class=\"lead\">%s</p>\n</header>\n<main "
            "id=\"main\">\n",
            lead);
    for (size_t i = 0; i < claim_count; i++)
        html_claim(out, edition, &claims[i]);
    frame_end(out);
    return stream_close(out, &held);
}

/* --- Markdown ------------------------------------------------------------------------------- */

/* Words with code between backticks, which stay. */
static void markdown_words(FILE *out, const char *words)
{
    char piece[1024];
    for (bool code = false; *words; code = !code) {
        size_t length = strcspn(words, "`");
        snprintf(piece, sizeof piece, "%.*s", (int)length, words);
        if (code)
            markdown_code(out, piece);
        else
            fputs(*piece == ' ' ? " " : "", out), markdown_text(out, piece);
        words += length + (words[length] == '`');
    }
}

static void markdown_samples(FILE *out, const struct claim *claim)
{
    char sample[CLAIM_SAMPLE];
    for (size_t i = 0; claim_sample(claim, i, sample); i++)
        fprintf(out, is_path(sample) ? "%s[`%s`](../%s)" : "%s[%s](pairs/%s.md)", i ? ", " : "",
                sample, sample);
}

static void markdown_measured(FILE *out, const struct edition *edition, const struct claim *claim)
{
    char sample[CLAIM_SAMPLE];
    bool of_each = claim_figure_is_of_each(claim->figure);
    for (size_t i = 0; of_each ? claim_sample(claim, i, sample) : i < 1; i++) {
        char *words = figure_of(edition, claim, of_each ? sample : NULL);
        fputs("- measured: ", out);
        if (of_each)
            fprintf(out, "**%s** ", sample);
        markdown_words(out, stream_piece(out, words));
        if (claim->figure == CLAIM_BYSTANDER && edition->bystander)
            fputs(" [All kinds, with the figure](bystander.md).", out);
        putc('\n', out);
        free(words);
    }
}

char *markdown_claims(const struct edition *edition)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    fprintf(out,
            "%s# The article, answered\n\n%s [As a page](claims.html). [All pairs](README.md).\n",
            MARKDOWN_GENERATED, lead);
    for (size_t i = 0; i < claim_count; i++) {
        const struct claim *claim = &claims[i];
        fprintf(out, "\n## <a id=\"claim-%u\"></a>%u. ", claim->number, claim->number);
        markdown_words(out, claim->words);
        fputs("\n\n- shown by: ", out);
        markdown_samples(out, claim);
        putc('\n', out);
        markdown_measured(out, edition, claim);
        fputs("- what to know: ", out);
        markdown_words(out, claim->limits);
        fputs("\n- anew: ", out);
        markdown_code(out, claim->command);
        putc('\n', out);
    }
    return stream_close(out, &held);
}
