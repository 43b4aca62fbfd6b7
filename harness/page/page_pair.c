#include "page/page_pair.h"
#include "exchange/dataset.h"
#include "page/frame.h"
#include "page/page_code.h"
#include "page/page_confirmed.h"
#include "page/page_facts.h"
#include "page/page_made.h"
#include "page/page_origin.h"
#include "page/page_series.h"
#include "page/svg.h"
#include "probe/expected.h"
#include "probe/figures.h"
#include "probe/kept.h"
#include "result/cite_short.h"
#include "result/html.h"
#include "result/stream.h"
#include "source/prose.h"
#include "source/source.h"
#include "source/tag.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char root[] = "../";

/* --- What goes wrong, and what cures it ----------------------------------------------------- */

static void half(FILE *out, const struct measured *measured, enum variant variant)
{
    struct prose words = prose_of(measured->source ? measured->source : "");
    fprintf(out, "<div class=\"%s\"><p class=\"verdict\"><span class=\"chip\">%s</span> ",
            variant_name(variant), variant_name(variant));
    html_text(out, summary_has(measured) ? measured->verdict : "not measured");
    fputs("</p>\n", out);
    if (*stream_piece(out, words.words)) {
        fputs("<p>", out);
        frame_words(out, words.words);
        fputs("</p>\n", out);
    }
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

/* --- What was measured ---------------------------------------------------------------------- */

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

/* By what the line says of itself, in the text that was measured; by its number where it says nothing. */
static void place(FILE *out, const struct measured *measured, const struct parked_place *place,
                  enum variant variant)
{
    char count[FIGURE], tag[TAG];
    bool is_sample = measured->source && strcmp(place->file, measured->path) == 0;
    fprintf(out, "<tr><td>%s</td><td>%s</td><td>", variant_name(variant),
            figure_count(count, (int64_t)place->count));
    html_text(out, place->reason);
    fputs("</td><td><code>", out);
    html_text(out, place->file);
    if (is_sample && tag_of(tag, measured->source, place->line)) {
        fputs("</code>, where it &ldquo;", out);
        html_text(out, tag);
        fputs("&rdquo;", out);
    } else
        fprintf(out, ":%" PRIu64 "</code>", place->line);
    fprintf(out, "%s</td></tr>\n", place->kept_awake ? ", kept awake by time" : "");
}

/* The tasks that the first run has left, by place: what a dump of it shows. */
static void profile(FILE *out, const struct measured_pair *pair)
{
    if (!pair->variants[VARIANT_LEAK].place_count && !pair->variants[VARIANT_FIX].place_count)
        return;
    fputs("<section id=\"profile\">\n<h3>Who is parked where, after settle</h3>\n<div "
          "class=\"wide\"><table class=\"runs words\"><thead><tr><th>variant</th><th>tasks</th><th>"
          "wait reason</th><th>at</th></tr></thead><tbody>\n",
          out);
    for (enum variant v = 0; v < VARIANTS; v++)
        for (size_t i = 0; i < pair->variants[v].place_count; i++)
            place(out, &pair->variants[v], &pair->variants[v].places[i], v);
    fputs("</tbody></table></div>\n</section>\n", out);
}

static void citation(FILE *out, const struct edition *edition, const struct edition_pair *pair)
{
    if (!edition->saved)
        return;
    char *text = cite_at(pair->from, pair->pair, CITE_TEXT, origin_kept());
    char *line = cite_short(pair->from, pair->pair, CITE_TEXT, origin_kept());
    char *bibtex = cite_at(pair->from, pair->pair, CITE_BIBTEX, origin_kept());
    fputs("<div class=\"cite\" id=\"cite\"><h3>Cite this</h3>\n", out);
    if (text && line) {
        text[strcspn(text, "\n")] = 0;
        line[strcspn(line, "\n")] = 0;
    }
    html_element(out, "p class=\"copy\"", stream_piece(out, line));
    fputs("\n", out);
    html_element(out, "p class=\"copy\"", stream_piece(out, text));
    fputs("<details><summary>BibTeX</summary>\n", out);
    html_element(out, "pre class=\"copy\"", stream_piece(out, bibtex));
    fprintf(out,
            "</details>\n<p><a href=\"%s%s/badges/%s.svg\">The figure as a badge</a>, "
            "<a href=\"%s%s/datapackage.json\">all tables of the result as CSV</a>.</p></div>\n",
            root, pair->from->name, pair->pair->id, root, pair->from->name);
    free(text);
    free(line);
    free(bibtex);
}

static void measured(FILE *out, const struct edition *edition, const struct edition_pair *pair)
{
    figures(out, pair);
    profile(out, pair->pair);
    page_made(out, pair->pair);
    fputs("<div class=\"beneath\">\n<div>\n", out);
    page_facts(out, pair->pair);
    fputs("</div>\n", out);
    citation(out, edition, pair);
    fputs("</div>\n", out);
    page_series(out, edition, pair->pair->id);
    fputs("<details id=\"machine\"><summary>Machine and command</summary>\n", out);
    page_origin(out, pair->from);
    fputs("</details>\n", out);
}

static void unmeasured(FILE *out, const struct edition_pair *pair)
{
    const char *id = pair->pair->id;
    char words[256];
    expectation_text(&pair->pair->variants[VARIANT_LEAK].expected, words, sizeof words);
    fputs(
        "<div class=\"card missing\"><h3>Not measured yet</h3>\n<p>No saved result has this pair, "
        "so there is no figure to cite. By the catalog one request to the leak leaves behind: <b>",
        out);
    html_text(out, words);
    fprintf(out,
            "</b>. <code>leaklab check %s</code> proves that in a moment. To measure it, run "
            "<code>leaklab run %s --repeat 5 --json build/record.ndjson</code>, then <code>leaklab "
            "save build/record.ndjson</code>.</p></div>\n",
            id, id);
}

/* --- About it ------------------------------------------------------------------------------- */

static void row_begins(FILE *out, const char *name)
{
    fprintf(out, "<tr><th scope=\"row\">%s</th><td>", name);
}

static void twin(FILE *out, const struct edition *edition, const struct pair *pair)
{
    char path[256];
    row_begins(out, "Twin in Go");
    for (enum variant v = 0; v < VARIANTS; v++) {
        snprintf(path, sizeof path, "bench/go/%s/%s/%s.go", v == VARIANT_LEAK ? "leaks" : "fixes",
                 pair->family, pair->id);
        fputs(v ? ", " : "", out);
        frame_path(out, edition, root, path);
    }
    fprintf(out, "; <code>leaklab run --twin go %s</code></td></tr>\n", pair->id);
}

static void seen(FILE *out, const struct measured *leak)
{
    struct prose words = prose_of(leak->source ? leak->source : "");
    if (*stream_piece(out, words.seen)) {
        row_begins(out, "Seen in");
        html_text(out, words.seen);
        fputs("</td></tr>\n", out);
    }
    prose_free(&words);
}

/* Of what was measured the page shows the text that was measured. */
static bool has_changed(const struct edition_pair *pair)
{
    bool changed = false;
    for (enum variant v = 0; pair->from && pair->listed && v < VARIANTS; v++) {
        const char *source = pair->pair->variants[v].source;
        changed |= source && *source && strcmp(source, source_text(pair->listed, v)) != 0;
    }
    return changed;
}

static void about(FILE *out, const struct edition *edition, const struct edition_pair *pair)
{
    const struct measured_pair *measured = pair->pair;
    char kept[KEPT_TEXT];
    fputs("<section id=\"about\">\n<h3>About this pair</h3>\n<div class=\"wide\"><table "
          "class=\"about\"><tbody>\n",
          out);
    if (edition->saved) {
        row_begins(out, "This page");
        fprintf(out,
                "<a href=\"%s.html\">results/pairs/%s.html</a>; an id is never renamed nor used "
                "again</td></tr>\n",
                measured->id, measured->id);
    }
    row_begins(out, "Sources");
    for (enum variant v = 0; v < VARIANTS; v++) {
        char path[SAMPLE_PATH];
        fputs(v ? ", " : "", out);
        if (pair->listed)
            frame_path(out, edition, root, summary_sample(path, measured, v));
        else
            html_element(out, "code", summary_sample(path, measured, v));
    }
    fputs(has_changed(pair) ? "; above is the text that was measured, which has changed since" : "",
          out);
    fputs(pair->listed ? "</td></tr>\n" : "; no longer in the catalog</td></tr>\n", out);
    if (pair->listed && source_has_twin(pair->listed))
        twin(out, edition, pair->listed);
    seen(out, &measured->variants[VARIANT_LEAK]);
    if (pair->from && edition->saved) {
        row_begins(out, "Result");
        fprintf(out, "<a href=\"%s%s/README.md#%s\">%s</a>; ", root, pair->from->name, measured->id,
                pair->from->name);
        struct confirmers others = edition_confirmers(edition);
        html_confirmed(out, &others, pair->from->name, measured->id, root);
        fputs("</td></tr>\n", out);
    }
    if (*kept_text(kept, &pair->kept)) {
        row_begins(out, "Kept by the leak alone");
        fprintf(out,
                "each request&#39;s leaked tasks keep alive what nobody else reaches: <b>%s</b>",
                kept);
        if (edition->saved)
            fprintf(out, " (<a href=\"%s%s/README.md\">%s</a>)", root, pair->kept_from->name,
                    pair->kept_from->name);
        fputs("</td></tr>\n", out);
    }
    row_begins(out, "Look at it");
    fprintf(out, "<code>leaklab show %s</code>, side by side", measured->id);
    if (expectation_parks(&measured->variants[VARIANT_LEAK].expected))
        fprintf(out, "; <code>leaklab dump %s</code>, who is parked where and what is proven of it",
                measured->id);
    else if (expectation_is_plain(&measured->variants[VARIANT_LEAK].expected))
        fprintf(out, "; <code>leaklab dump %s</code>, what is left, and who made it", measured->id);
    fputs("</td></tr>\n</tbody></table></div>\n</section>\n", out);
}

/* --- The page ------------------------------------------------------------------------------- */

/* The neighbours in the order of the index. */
static void neighbours(FILE *out, const struct edition *edition, size_t index)
{
    fputs("<nav class=\"neighbours\" aria-label=\"Neighbours\">", out);
    if (index > 0) {
        const char *id = edition->pairs[index - 1].pair->id;
        fprintf(out, "<a rel=\"prev\" href=\"%s.html\">&larr; %s</a>", id, id);
    } else
        fputs("<span></span>", out);
    if (index + 1 < edition->pair_count) {
        const char *id = edition->pairs[index + 1].pair->id;
        fprintf(out, "<a rel=\"next\" href=\"%s.html\">%s &rarr;</a>", id, id);
    }
    fputs("</nav>\n", out);
}

static void title(FILE *out, const struct measured_pair *pair)
{
    fprintf(out, "<header>\n<h1 class=\"id\"><a href=\"%s.html\">%s</a></h1>\n<p class=\"title\">",
            pair->id, pair->id);
    html_text(out, pair->title);
    fprintf(out,
            " <a class=\"family\" href=\"../index.html#family-%s\">%s</a></p>\n</header>\n"
            "<main id=\"main\">\n",
            pair->family, pair->family);
}

static bool write_page(FILE *out, const struct edition *edition, size_t index)
{
    const struct edition_pair *pair = &edition->pairs[index];
    neighbours(out, edition, index);
    title(out, pair->pair);
    fprintf(out, "<section class=\"pair\" id=\"%s\">\n", pair->pair->id);
    prose(out, pair->pair);
    bool done = page_code(out, pair->pair);
    if (pair->from)
        measured(out, edition, pair);
    else
        unmeasured(out, pair);
    about(out, edition, pair);
    fputs("</section>\n", out);
    neighbours(out, edition, index);
    if (pair->from && edition->saved)
        dataset_of_pair(out, pair->from, pair->pair);
    frame_end(out);
    return done;
}

char *page_pair(const struct edition *edition, size_t index)
{
    const struct measured_pair *pair = edition->pairs[index].pair;
    struct stream_text held;
    char *name = NULL;
    FILE *out = asprintf(&name, "leaklab: %s", pair->id) < 0 ? NULL : stream_open(&held);
    if (!out) {
        free(name);
        return NULL;
    }
    frame_begin(
        out, edition,
        &(struct frame){.root = root, .title = name, .description = pair->title, .style = ""});
    if (!write_page(out, edition, index))
        stream_fail(out);
    free(name);
    return stream_close(out, &held);
}
