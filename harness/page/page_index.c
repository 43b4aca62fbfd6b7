#include "page/page_index.h"
#include "exchange/dataset.h"
#include "page/frame.h"
#include "page/page_origin.h"
#include "probe/expected.h"
#include "probe/figures.h"
#include "result/about.h"
#include "result/forecast_pair.h"
#include "result/html.h"
#include "result/left.h"
#include "result/phrase.h"
#include "result/stream.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- A row ---------------------------------------------------------------------------------- */

static double growth(const struct measured *measured)
{
    double value = summary_figure(measured, rss_growth, NULL);
    return isnan(value) ? 0 : value;
}

static double largest_growth(const struct edition *edition)
{
    double most = 1 << 20; /* what is less is hardly a bar */
    for (size_t i = 0; i < edition->pair_count; i++)
        for (enum variant v = 0; v < VARIANTS; v++)
            most = fmax(most, growth(&edition->pairs[i].pair->variants[v]));
    return most;
}

static void bars(FILE *out, const struct measured_pair *pair, double most)
{
    fputs("<td class=\"bars\" data-label=\"memory grown\">", out);
    for (enum variant v = 0; v < VARIANTS; v++) {
        char bytes[FIGURE];
        double grown = growth(&pair->variants[v]), share = fmax(grown, 0) / most;
        bool known = pair->variants[v].run_count > 0;
        fprintf(
            out,
            "<span class=\"bar-row %s\"><i style=\"--share:%.4f\"></i><span>%s %s</span></span>",
            variant_name(v), share, variant_name(v),
            known                           ? figure_bytes(bytes, grown)
            : pair->variants[v].death_count ? "died at its limit"
                                            : "not measured");
    }
    fputs("</td>", out);
}

static void fates(FILE *out, const struct measured_pair *pair)
{
    char text[FORECAST_TEXT];
    for (size_t i = 0; i < SERVICES; i++) {
        struct forecast forecast =
            forecast_of(pair, VARIANT_LEAK, services[i].rate, services[i].memory);
        fprintf(out, "<td data-label=\"%s last\"><b>%s</b></td>", services[i].name,
                forecast_brief(text, &forecast));
    }
}

/* Its first figure in bold, with the "about" before it. */
static void left(FILE *out, const struct measured_pair *pair)
{
    static const char about[] = "about ";
    char words[PHRASE_LONG];
    left_words(words, pair, VARIANT_LEAK);
    size_t from = strncmp(words, about, strlen(about)) == 0 ? strlen(about) : 0;
    size_t figure = from + strcspn(words + from, " ");
    if (*words)
        fprintf(out, "<b>%.*s</b>%s%s", (int)figure, words, words + figure,
                summary_grows(pair) == GROWS_TIMERS ? ", until they fire" : "");
    else
        putc('-', out);
}

static void figures(FILE *out, const struct measured_pair *pair, double most)
{
    const struct measured *leak = &pair->variants[VARIANT_LEAK];
    char bytes[PHRASE];
    fputs("<td data-label=\"left per request\"><span>", out);
    left(out, pair);
    fprintf(out, "</span></td><td data-label=\"bytes per request\"><b>%s</b></td>",
            isnan(leak->bytes_per_request.value)
                ? "-"
                : phrase_number(bytes, leak->bytes_per_request.value, &leak->bytes_per_request));
    bars(out, pair, most);
    fates(out, pair);
}

/* What the catalog says of it, which `leaklab check` proves. */
static void expectation(FILE *out, const struct measured_pair *pair)
{
    char words[256];
    expectation_text(&pair->variants[VARIANT_LEAK].expected, words, sizeof words);
    fputs("<td colspan=\"2\" data-label=\"by the catalog\"><span>", out);
    html_text(out, words);
    fprintf(out,
            "</span></td><td class=\"none\" colspan=\"%d\"><span>not measured yet: no saved result "
            "has it</span></td>",
            1 + (int)SERVICES);
}

/* Its id is the anchor under which a pair stood when all were on this page. */
static void row(FILE *out, const struct edition_pair *pair, double most)
{
    const struct measured_pair *measured = pair->pair;
    char words[PHRASE_LONG];
    fprintf(out, "<tr id=\"%s\"%s><th scope=\"row\"><a href=\"pairs/%s.html\">%s</a> ",
            measured->id, pair->from ? "" : " class=\"unmeasured\"", measured->id, measured->id);
    html_element(out, "small", measured->title);
    if (pair->from) {
        putc(' ', out);
        html_element(out, "small", phrase_measured(words, measured));
    }
    fputs("</th>", out);
    if (pair->from)
        figures(out, measured, most);
    else
        expectation(out, measured);
    fputs("</tr>\n", out);
}

/* --- Families ------------------------------------------------------------------------------- */

static const char *family_at(const struct edition *edition, size_t i)
{
    return edition->pairs[i].pair->family;
}

/* Whether no pair before this one is of its family. */
static bool is_first(const struct edition *edition, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(family_at(edition, k), family_at(edition, i)) == 0)
            return false;
    return true;
}

static void heads(FILE *out)
{
    fputs("<table class=\"overview\">\n<thead><tr><th scope=\"col\">pattern</th>"
          "<th scope=\"col\">left per request</th><th scope=\"col\">bytes per request</th>"
          "<th scope=\"col\">memory grown</th>",
          out);
    for (size_t i = 0; i < SERVICES; i++)
        fprintf(out, "<th scope=\"col\">%s last</th>", services[i].name);
    fputs("</tr></thead>\n<tbody>\n", out);
}

static void family(FILE *out, const struct edition *edition, const char *name, double most)
{
    fprintf(out,
            "<section class=\"group\" id=\"family-%s\">\n<h2><a href=\"#family-%s\">%s</a></h2>\n",
            name, name, name);
    heads(out);
    for (size_t i = 0; i < edition->pair_count; i++)
        if (strcmp(family_at(edition, i), name) == 0)
            row(out, &edition->pairs[i], most);
    fputs("</tbody></table>\n</section>\n", out);
}

/* A choice among the families, and one between all and what was measured: the style alone heeds them. */
static void filter(FILE *out, const struct edition *edition)
{
    fputs("<fieldset class=\"filter\"><legend>Show</legend>\n"
          "<label><input type=\"radio\" name=\"family\" id=\"show-all\" checked>all</label>\n",
          out);
    for (size_t i = 0; i < edition->pair_count; i++)
        if (is_first(edition, i))
            fprintf(out, "<label><input type=\"radio\" name=\"family\" id=\"show-%s\">%s</label>\n",
                    family_at(edition, i), family_at(edition, i));
    if (edition->measured_count && edition->measured_count < edition->pair_count)
        fputs("<label><input type=\"checkbox\" id=\"show-measured\">measured only</label>\n", out);
    fputs("</fieldset>\n", out);
}

/* Its rules; a browser without :has() shows all. The caller frees them; NULL: no memory. */
static char *filter_style(const struct edition *edition)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    for (size_t i = 0; i < edition->pair_count; i++)
        if (is_first(edition, i))
            fprintf(out, "main:has(#show-%s:checked) .group:not(#family-%s){display:none}\n",
                    family_at(edition, i), family_at(edition, i));
    fputs("main:has(#show-measured:checked) .unmeasured,"
          "main:has(#show-measured:checked) .group:not(:has(tbody tr:not(.unmeasured)))"
          "{display:none}\n",
          out);
    return stream_close(out, &held);
}

static void pairs(FILE *out, const struct edition *edition)
{
    double most = largest_growth(edition);
    if (!edition->pair_count)
        return;
    fputs("<div id=\"pairs\">\n", out);
    filter(out, edition);
    for (size_t i = 0; i < edition->pair_count; i++)
        if (is_first(edition, i))
            family(out, edition, family_at(edition, i), most);
    fputs("</div>\n\n", out);
}

/* --- What is said first --------------------------------------------------------------------- */

/* Whether all that was measured is of one result: then that is when and where. */
static const struct summary *only_result(const struct edition *edition)
{
    const struct summary *from = NULL;
    for (size_t i = 0; i < edition->pair_count; i++) {
        const struct summary *other = edition->pairs[i].from;
        if (other && from && other != from)
            return NULL;
        from = other ? other : from;
    }
    return from;
}

static void when_and_where(FILE *out, const struct edition *edition)
{
    const struct summary *from = only_result(edition);
    char day[11];
    if (!from) {
        fputs("Each pair says how it was measured, and in which result that is kept", out);
        return;
    }
    char *machine = about_machine(from->about);
    fputs("Measured ", out);
    html_text(out, about_day(from->about, day));
    fputs(" on ", out);
    html_text(out, stream_piece(out, machine));
    free(machine);
}

static bool all_whole(const struct edition *edition)
{
    bool all = edition->measured_count == edition->pair_count;
    for (size_t i = 0; i < edition->pair_count; i++)
        for (enum variant v = 0; v < VARIANTS; v++)
            all &= summary_has(&edition->pairs[i].pair->variants[v]);
    return all;
}

static void how_many(FILE *out, const struct edition *edition)
{
    fprintf(out, "Here are <b>%zu ways to leak</b>, ", edition->pair_count);
    if (all_whole(edition))
        fputs("each beside <b>its fix</b>, both run under the same load and counted.", out);
    else if (edition->saved)
        fprintf(
            out,
            "each beside <b>its fix</b>. What <b>%zu</b> of them cost was measured, leak and fix "
            "under the same load.",
            edition->measured_count);
    else
        fputs("as far as they were measured.", out);
}

static void lead(FILE *out, const struct edition *edition)
{
    fputs("<header>\n<h1>Task leaks in C, measured</h1>\n"
          "<p class=\"lead\">A task that waits for what never comes is never freed, and neither is "
          "what it holds. ",
          out);
    if (edition->pair_count)
        how_many(out, edition);
    fputs("</p>\n", out);
    if (edition->pair_count) {
        fputs("<p class=\"when\">", out);
        when_and_where(out, edition);
        fputs(". <a href=\"#machine\">Machine and command</a>, "
              "<a href=\"#reading\">how to read the numbers</a>, "
              "<a href=\"symptoms.html\">find a leak by what it looks like</a>.</p>\n",
              out);
    }
    fputs("</header>\n<main id=\"main\">\n", out);
}

/* Where the benchmarks stood on this page. */
static void benchmarks(FILE *out, const struct edition *edition)
{
    if (!frame_has_benchmarks(edition) && !edition->detected)
        return;
    fputs("<section id=\"benchmarks\">\n<h2>Benchmarks and detectors</h2>\n<ul>\n", out);
    if (edition->detected)
        fputs("<li id=\"detectors\"><a href=\"detectors.html#detectors\">What leak detectors "
              "find</a></li>\n",
              out);
    if (edition->benchmarked)
        fputs("<li id=\"costs\"><a href=\"benchmarks.html#costs\">What operations cost</a></li>\n",
              out);
    if (edition->bystander)
        fputs("<li><a href=\"bystander.html\">A request beside leaked tasks</a></li>\n", out);
    if (edition->compared)
        fputs("<li id=\"versus\"><a href=\"benchmarks.html#versus\">Against Go</a></li>\n", out);
    fputs("</ul>\n</section>\n\n", out);
}

char *page_index(const struct edition *edition)
{
    struct stream_text held = {0};
    char *style = filter_style(edition);
    FILE *out = style ? stream_open(&held) : NULL;
    const struct frame frame = {
        .root = "",
        .title = "leaklab: task leaks in C, measured",
        .description = "Every task leak beside its fix, under the same load, with what each costs.",
        .style = style,
    };
    if (out) {
        frame_begin(out, edition, &frame);
        lead(out, edition);
        pairs(out, edition);
        benchmarks(out, edition);
        page_origins(out, edition);
        if (edition->saved)
            dataset_catalog(out, edition->results, edition->result_count);
        frame_end(out);
    }
    free(style);
    return stream_close(out, &held);
}
