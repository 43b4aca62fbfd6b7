#include "page/markdown_pair.h"
#include "page/markdown_generated.h"
#include "page/page_confirmed.h"
#include "page/page_made.h"
#include "page/page_series.h"
#include "page/plot.h"
#include "probe/expected.h"
#include "probe/figures.h"
#include "probe/kept.h"
#include "probe/printable.h"
#include "result/cite.h"
#include "result/death.h"
#include "result/html.h"
#include "result/markdown_text.h"
#include "result/phrase.h"
#include "result/stream.h"
#include "source/aligned.h"
#include "source/prose.h"
#include "source/source.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- What was measured --------------------------------------------------------------------------------- */

/* where: what stands before the paths of the result's own files. */
static void figures(FILE *out, const struct summary *summary, const struct measured_pair *pair,
                    const char *where)
{
    for (enum plot plot = 0; plot < PLOTS; plot++) {
        char path[EDITION_FIGURE];
        char *words = plot_words(pair, summary_recovered(summary, pair), plot);
        fprintf(out, "<img src=\"%s%s\" width=\"49%%\" alt=\"", where,
                edition_figure(path, pair->id, plot));
        html_text(out, stream_piece(out, words));
        fputs("\">\n", out);
        free(words);
    }
    putc('\n', out);
}

static void attribution(FILE *out, const struct measured_pair *pair)
{
    const struct attribution *a = &pair->variants[VARIANT_LEAK].under_load;
    double accounted = attribution_accounted(a);
    char bytes[FIGURE];
    const char *separator = "";
    if (isnan(accounted) || a->growth < 1 << 20)
        return;
    fprintf(out, "The leak's %s: ", figure_bytes(bytes, a->growth));
    for (enum share share = 0; share < SHARES; share++) {
        if (fabs(a->part[share]) < 0.0005 * a->growth)
            continue;
        fprintf(out, "%s%s %.1f %%", separator, share_text(share),
                100 * a->part[share] / a->growth);
        separator = ", ";
    }
    fprintf(out, "; %.2f %% accounted for. Page tables besides: %s.\n\n", 100 * accounted,
            figure_bytes(bytes, a->page_tables));
}

static void deaths(FILE *out, const struct measured_pair *pair)
{
    for (enum variant v = 0; v < VARIANTS; v++)
        for (size_t i = 0; i < pair->variants[v].death_count; i++) {
            char *words = death_figures_words(&pair->variants[v].deaths[i]);
            fprintf(out, "The %s %s.\n\n", variant_name(v), stream_piece(out, words));
            free(words);
        }
}

/* The half of it that nothing is known of. */
static void half(FILE *out, const struct measured *measured, enum variant variant, const char *root)
{
    fprintf(out, "- **%s**: ", variant_name(variant));
    if (!summary_has(measured)) {
        fputs("not measured\n", out);
        return;
    }
    if (root)
        fprintf(out, "[`%s`](%s%s): ", measured->path, root, measured->path);
    markdown_text(out, measured->verdict);
    putc('\n', out);
}

static void citation(FILE *out, const struct summary *summary, const struct measured_pair *pair)
{
    char *words = cite_at(summary, pair, CITE_TEXT, origin_kept());
    if (words)
        words[strcspn(words, "\n")] = 0;
    fputs("> ", out);
    markdown_text(out, stream_piece(out, words));
    fputs("\n\n", out);
    free(words);
}

static void section(FILE *out, const struct summary *summary, const struct measured_pair *pair,
                    const char *figures_in, const char *root)
{
    char measured[PHRASE_LONG], settings[PHRASE_LONG];
    fprintf(out, "%s; %s.\n\n", phrase_measured(measured, pair), phrase_settings(settings, pair));
    for (enum variant v = 0; v < VARIANTS; v++)
        half(out, &pair->variants[v], v, root);
    const struct measured_pair *recovered = summary_recovered(summary, pair);
    if (recovered) {
        fputs("- **recovered**, the leak with every task made to end that can never wake: ", out);
        markdown_text(out, recovered->variants[VARIANT_LEAK].verdict);
        putc('\n', out);
    }
    const struct measured_pair *hibernated = summary_series(summary, pair, OUTCOME_HIBERNATED);
    if (hibernated) {
        fprintf(out,
                "- **hibernated**, the leak with every task asleep that is parked for %.0f s: ",
                (double)hibernated->settings.hibernate / 1e9);
        markdown_text(out, hibernated->variants[VARIANT_LEAK].verdict);
        putc('\n', out);
    }
    putc('\n', out);
    figures(out, summary, pair, figures_in);
    markdown_made(out, pair);
    attribution(out, pair);
    deaths(out, pair);
    citation(out, summary, pair);
}

void markdown_section(FILE *out, const struct summary *summary, const struct measured_pair *pair)
{
    fprintf(out, "### %s\n\n", pair->id);
    markdown_text(out, pair->title);
    fputs("; ", out);
    section(out, summary, pair, "", "../../");
}

/* --- The page ------------------------------------------------------------------------------- */

static void prose(FILE *out, const struct measured *measured, enum variant variant)
{
    struct prose words = prose_of(measured->source ? measured->source : "");
    if (*stream_piece(out, words.words)) {
        fprintf(out, "**The %s.** ", variant_name(variant));
        markdown_text(out, words.words);
        fputs("\n\n", out);
    }
    prose_free(&words);
}

static void diff_line(FILE *out, char sign, const char *line)
{
    char shown[PRINTABLE];
    putc(sign, out);
    while (*line) {
        bool tab = *line == '\t';
        line += printable_next(line, shown);
        fputs(tab ? "\t" : shown, out);
    }
    putc('\n', out);
}

/* Lines of one side that the other has not, from a row on, up to the first that is in both. */
static void one_side(FILE *out, const struct aligned *aligned, size_t row, int side)
{
    for (; row < aligned->length; row++) {
        char *const *line = (char *const *)aligned->rows[row].line;
        if (line[0] && line[1] && strcmp(line[0], line[1]) == 0)
            return;
        if (line[side])
            diff_line(out, "-+"[side], line[side]);
    }
}

static size_t fence_around(const char *leak, const char *fix)
{
    enum { LEAST = 3 };
    size_t left = markdown_ticks(leak) + 1, right = markdown_ticks(fix) + 1;
    size_t longer = left > right ? left : right;
    return longer > LEAST ? longer : LEAST;
}

/* In a fence that no line of theirs can close. */
static bool difference(FILE *out, const struct measured_pair *pair)
{
    const char *leak = pair->variants[VARIANT_LEAK].source;
    const char *fix = pair->variants[VARIANT_FIX].source;
    struct aligned aligned;
    bool in_both = true;
    if (!leak || !fix || !*leak || !*fix)
        return true;
    if (!aligned_make(&aligned, leak, fix))
        return false;
    size_t fence = fence_around(leak, fix);
    markdown_fence(out, fence);
    fputs("diff\n", out);
    for (size_t i = 0; i < aligned.length; i++) {
        char *const *line = (char *const *)aligned.rows[i].line;
        bool was_in_both = in_both;
        in_both = line[0] && line[1] && strcmp(line[0], line[1]) == 0;
        if (in_both)
            diff_line(out, ' ', line[0]);
        else if (was_in_both)
            for (int side = 0; side < 2; side++)
                one_side(out, &aligned, i, side);
    }
    markdown_fence(out, fence);
    fputs("\n\n", out);
    aligned_free(&aligned);
    return true;
}

static void unmeasured(FILE *out, const struct measured_pair *pair)
{
    char words[256];
    expectation_text(&pair->variants[VARIANT_LEAK].expected, words, sizeof words);
    fputs("**Not measured yet**: no saved result has this pair, so there is no figure to cite. By "
          "the "
          "catalog one request to the leak leaves behind: ",
          out);
    markdown_text(out, words);
    fprintf(out,
            ". `leaklab check %s` proves that in a moment; `leaklab run %s --repeat 5 --json "
            "build/record.ndjson`, then `leaklab save build/record.ndjson`, measures it.\n\n",
            pair->id, pair->id);
}

static void about(FILE *out, const struct edition *edition, const struct edition_pair *pair)
{
    const char *id = pair->pair->id, *family = pair->pair->family;
    char kept[KEPT_TEXT];
    struct prose words = prose_of(
        pair->pair->variants[VARIANT_LEAK].source ? pair->pair->variants[VARIANT_LEAK].source : "");
    if (pair->listed && edition->saved)
        fprintf(out,
                "- Sources: [`leaks/%s/%s.c`](../../leaks/%s/%s.c), "
                "[`fixes/%s/%s.c`](../../fixes/%s/%s.c)\n",
                family, id, family, id, family, id, family, id);
    if (!pair->listed)
        fputs("- No longer in the catalog\n", out);
    if (pair->listed && edition->saved && source_has_twin(pair->listed))
        fprintf(out,
                "- Twin in Go: [`bench/go/leaks/%s/%s.go`](../../bench/go/leaks/%s/%s.go), "
                "[`bench/go/fixes/%s/%s.go`](../../bench/go/fixes/%s/%s.go)\n",
                family, id, family, id, family, id, family, id);
    if (*stream_piece(out, words.seen)) {
        fputs("- Seen in ", out);
        markdown_text(out, words.seen);
        putc('\n', out);
    }
    if (*kept_text(kept, &pair->kept)) {
        fprintf(out, "- Kept alive by each request's leaked tasks alone: %s", kept);
        if (edition->saved)
            fprintf(out, " ([%s](../%s/README.md))", pair->kept_from->name, pair->kept_from->name);
        putc('\n', out);
    }
    if (pair->from && edition->saved) {
        struct confirmers others = edition_confirmers(edition);
        fprintf(out, "- Result: [%s](../%s/README.md#%s); ", pair->from->name, pair->from->name,
                id);
        markdown_confirmed(out, &others, pair->from->name, id, "../");
        putc('\n', out);
    }
    prose_free(&words);
}

static void neighbours(FILE *out, const struct edition *edition, size_t index)
{
    fputs("[all pairs](../README.md) | [by symptom](../symptoms.md)", out);
    if (index > 0) {
        const char *id = edition->pairs[index - 1].pair->id;
        fprintf(out, " | before: [%s](%s.md)", id, id);
    }
    if (index + 1 < edition->pair_count) {
        const char *id = edition->pairs[index + 1].pair->id;
        fprintf(out, " | next: [%s](%s.md)", id, id);
    }
    fputs("\n\n", out);
}

char *markdown_pair(const struct edition *edition, size_t index)
{
    const struct edition_pair *pair = &edition->pairs[index];
    char figures_in[160] = "../";
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    fprintf(out, "%s# %s\n\n", MARKDOWN_GENERATED, pair->pair->id);
    markdown_text(out, pair->pair->title);
    fprintf(out, ". Family `%s`. [As a page](%s.html).\n\n", pair->pair->family, pair->pair->id);
    neighbours(out, edition, index);
    for (enum variant v = 0; v < VARIANTS; v++)
        prose(out, &pair->pair->variants[v], v);
    if (!difference(out, pair->pair))
        stream_fail(out);
    if (edition->saved && pair->from)
        snprintf(figures_in, sizeof figures_in, "../%.96s/", pair->from->name);
    if (pair->from)
        section(out, pair->from, pair->pair, figures_in,
                pair->listed && edition->saved ? "../../" : NULL);
    else
        unmeasured(out, pair->pair);
    markdown_series(out, edition, pair->pair->id);
    about(out, edition, pair);
    return stream_close(out, &held);
}
