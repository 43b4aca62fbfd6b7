#include "page/page_facts.h"
#include "probe/figures.h"
#include "result/death.h"
#include "result/html.h"
#include "result/left.h"
#include "result/noise.h"
#include "result/phrase.h"
#include "result/stream.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- The table ------------------------------------------------------------------------------ */

/* A cell: the figure, and beneath it what to know of it. */
static void cell(FILE *out, const char *figure, const char *beneath)
{
    fputs("<td><b>", out);
    html_text(out, figure);
    fputs("</b>", out);
    if (*beneath) {
        putc(' ', out);
        html_element(out, "small", beneath);
    }
    fputs("</td>", out);
}

static void row_begins(FILE *out, const char *name)
{
    fputs("<tr>", out);
    html_element(out, "th scope=\"row\"", name);
}

static void counts(FILE *out, const struct measured_pair *pair, const char *name, size_t figure)
{
    row_begins(out, name);
    for (enum variant v = 0; v < VARIANTS; v++) {
        const struct measured *measured = &pair->variants[v];
        char text[PHRASE], beneath[PHRASE] = "";
        bool same;
        summary_mean(measured, figure, &same);
        if (same && measured->run_count > 1)
            snprintf(beneath, sizeof beneath, "in all %zu runs", measured->run_count);
        cell(out, phrase_per_request(text, measured, figure), beneath);
    }
    fputs("</tr>\n", out);
}

static void estimates(FILE *out, const struct measured_pair *pair, const char *name, size_t offset)
{
    row_begins(out, name);
    for (enum variant v = 0; v < VARIANTS; v++) {
        struct estimate estimate;
        char text[PHRASE], interval[PHRASE];
        memcpy(&estimate, (const char *)&pair->variants[v] + offset, sizeof estimate);
        cell(out, phrase_number(text, estimate.value, &estimate),
             phrase_interval(interval, &estimate));
    }
    fputs("</tr>\n", out);
}

static void resident(FILE *out, const struct measured_pair *pair)
{
    row_begins(out, "resident set before load, by its end, settled");
    for (enum variant v = 0; v < VARIANTS; v++) {
        const struct measured *measured = &pair->variants[v];
        double before = summary_figure(measured, rss_before, NULL);
        double held = before + summary_figure(measured, rss_growth, NULL);
        double left = before + summary_figure(measured, rss_left, NULL);
        char a[PHRASE], b[PHRASE], c[PHRASE];
        fprintf(out, "<td>%s &rarr; <b>%s</b> &rarr; %s</td>", phrase_bytes(a, before),
                phrase_bytes(b, held), phrase_bytes(c, left));
    }
    fputs("</tr>\n", out);
}

static struct estimate estimate_at(const struct measured *measured, size_t offset)
{
    struct estimate estimate;
    memcpy(&estimate, (const char *)measured + offset, sizeof estimate);
    return estimate;
}

static void times(FILE *out, const struct measured_pair *pair, const char *name, size_t offset)
{
    struct estimate leak = estimate_at(&pair->variants[VARIANT_LEAK], offset);
    struct estimate fix = estimate_at(&pair->variants[VARIANT_FIX], offset);
    if (isnan(leak.value) && isnan(fix.value))
        return;
    row_begins(out, name);
    for (enum variant v = 0; v < VARIANTS; v++) {
        struct estimate estimate = estimate_at(&pair->variants[v], offset);
        char value[FIGURE], beneath[PHRASE] = "", low[FIGURE], high[FIGURE];
        if (estimate.basis != INTERVAL_NONE)
            snprintf(beneath, sizeof beneath, "%s to %s", figure_time(low, estimate.low),
                     figure_time(high, estimate.high));
        cell(out, figure_time(value, estimate.value), beneath);
    }
    fputs("</tr>\n", out);
}

/* Results of before have the response alone; of a closed loop there is none. */
static void latencies(FILE *out, const struct measured_pair *pair)
{
    const struct measured *leak = &pair->variants[VARIANT_LEAK];
    bool apart =
        !isnan(leak->service_p50.value) || !isnan(pair->variants[VARIANT_FIX].service_p50.value);
    if (!apart) {
        times(out, pair, "response, lateness in it: median", offsetof(struct measured, p50));
        times(out, pair, "99th percentile", offsetof(struct measured, p99));
        return;
    }
    times(out, pair, "began late by: median", offsetof(struct measured, late_p50));
    times(out, pair, "99th percentile", offsetof(struct measured, late_p99));
    times(out, pair, "service, from there on: median", offsetof(struct measured, service_p50));
    times(out, pair, "99th percentile", offsetof(struct measured, service_p99));
}

static void once(FILE *out, const struct measured_pair *pair)
{
    if (isnan(pair->variants[VARIANT_LEAK].bytes_once.value) &&
        isnan(pair->variants[VARIANT_FIX].bytes_once.value))
        return;
    row_begins(out, "bytes that came once, besides");
    for (enum variant v = 0; v < VARIANTS; v++) {
        const struct estimate *estimate = &pair->variants[v].bytes_once;
        char value[PHRASE], beneath[PHRASE] = "", low[PHRASE], high[PHRASE];
        if (estimate->basis == INTERVAL_RANGE)
            snprintf(beneath, sizeof beneath, "%.40s to %.40s", phrase_bytes(low, estimate->low),
                     phrase_bytes(high, estimate->high));
        cell(out, phrase_bytes(value, estimate->value), beneath);
    }
    fputs("</tr>\n", out);
}

/* What else the machine did, worst of all runs; results of before do not say. */
static void noises(FILE *out, const struct measured_pair *pair)
{
    row_begins(out, "the machine meanwhile");
    for (enum variant v = 0; v < VARIANTS; v++) {
        const struct measured *measured = &pair->variants[v];
        char words[NOISY_WORDS];
        noisy_words(words, measured);
        fprintf(out, "<td%s>%s</td>", is_noisy(measured) ? " class=\"noisy\"" : "",
                *words                ? words
                : measured->run_count ? "quiet"
                                      : "-");
    }
    fputs("</tr>\n", out);
}

static bool any(const struct measured_pair *pair, size_t figure)
{
    for (enum variant v = 0; v < VARIANTS; v++)
        for (size_t i = 0; i < pair->variants[v].run_count; i++) {
            double value;
            memcpy(&value, (const char *)&pair->variants[v].runs[i] + figure, sizeof value);
            if (value != 0 && !isnan(value))
                return true;
        }
    return false;
}

/* Of a pair that leaves contexts it is said that it leaves no task; of plain C there is none to be left. */
static bool counts_tasks(const struct measured_pair *pair)
{
    return !summary_is_plain(pair) || any(pair, offsetof(struct run_figures, tasks_left));
}

/* Of what is neither task nor timer, as far as it is told. */
static void left(FILE *out, const struct measured_pair *pair)
{
    for (int kind = 0; kind < LEFT_KINDS; kind++) {
        char words[LEFT_KIND], name[LEFT_KIND + 24];
        if (!left_is_told(pair, kind))
            continue;
        snprintf(name, sizeof name, "%s left per request", left_kind_words(words, kind, false));
        counts(out, pair, name, summary_left(kind));
    }
}

static void table(FILE *out, const struct measured_pair *pair)
{
    char measured[PHRASE_LONG], settings[PHRASE_LONG], basis[PHRASE];
    const struct measured *leak = &pair->variants[VARIANT_LEAK];
    fputs("<div class=\"wide\"><table class=\"facts\"><caption>", out);
    html_text(out, phrase_measured(measured, pair));
    fputs("; ", out);
    html_text(out, phrase_settings(settings, pair));
    fputs("; ", out);
    const struct measured *either = leak->run_count ? leak : &pair->variants[VARIANT_FIX];
    fputs("of bytes: ", out);
    html_text(out, phrase_basis(basis, &either->bytes_per_request, either->run_count));
    fputs("; of times: ", out);
    html_text(out,
              phrase_basis(basis,
                           isnan(either->service_p50.value) ? &either->p50 : &either->service_p50,
                           either->run_count));
    fputs("</caption>\n<thead><tr><td></td><th scope=\"col\" class=\"leak\">leak</th>"
          "<th scope=\"col\" class=\"fix\">fix</th></tr></thead>\n<tbody>\n",
          out);
    if (counts_tasks(pair))
        counts(out, pair, "tasks left per request", offsetof(struct run_figures, tasks_left));
    left(out, pair);
    if (any(pair, offsetof(struct run_figures, timers_held)))
        counts(out, pair, "timers held under load, per request",
               offsetof(struct run_figures, timers_held));
    if (any(pair, offsetof(struct run_figures, timers_left)))
        counts(out, pair, "timers left per request", offsetof(struct run_figures, timers_left));
    estimates(out, pair, "bytes of resident memory per request",
              offsetof(struct measured, bytes_per_request));
    once(out, pair);
    if (!isnan(pair->variants[VARIANT_LEAK].bytes_per_task.value))
        estimates(out, pair, "bytes per leaked task", offsetof(struct measured, bytes_per_task));
    estimates(out, pair, "of these, allocated on the heap",
              offsetof(struct measured, heap_per_request));
    estimates(out, pair, "bytes of page tables per request, besides",
              offsetof(struct measured, page_tables_per_request));
    resident(out, pair);
    latencies(out, pair);
    noises(out, pair);
    fputs("</tbody></table></div>\n", out);
}

/* --- Where the growth sits ------------------------------------------------------------------ */

void page_attribution(FILE *out, const struct measured_pair *pair)
{
    const struct attribution *a = &pair->variants[VARIANT_LEAK].under_load;
    double accounted = attribution_accounted(a);
    char total[FIGURE];
    if (isnan(accounted) || a->growth < 1 << 20)
        return;
    fprintf(out,
            "<div class=\"card\"><h3>where the leak's %s sit</h3>\n<div class=\"bar\" "
            "aria-hidden=\"true\">",
            figure_bytes(total, a->growth));
    for (enum share share = 0; share < SHARES; share++)
        if (a->part[share] >= 0.001 * a->growth)
            fprintf(out, "<i class=\"p%d\" style=\"flex-grow:%.4f\"></i>", (int)share,
                    a->part[share] / a->growth);
    fputs("</div>\n<table class=\"parts\"><tbody>\n", out);
    for (enum share share = 0; share < SHARES; share++) {
        char bytes[FIGURE];
        if (fabs(a->part[share]) < 0.0005 * a->growth)
            continue;
        fprintf(
            out,
            "<tr><th scope=\"row\"><i class=\"p%d\"></i>%s</th><td>%s</td><td>%.1f %%</td></tr>\n",
            (int)share, share_text(share), figure_bytes(bytes, a->part[share]),
            100 * a->part[share] / a->growth);
    }
    fprintf(out,
            "<tr><th scope=\"row\"><i></i>not accounted for</th><td>%s</td><td>%.2f %%</td></tr>\n",
            figure_bytes(total, a->rest), 100 * (1 - accounted));
    fprintf(out,
            "<tr class=\"besides\"><th scope=\"row\"><i></i>besides: page tables</th><td>%s</td>"
            "<td></td></tr>\n</tbody></table></div>\n",
            figure_bytes(total, a->page_tables));
}

/* --- Under a memory limit ------------------------------------------------------------------- */

static void deaths(FILE *out, const struct measured_pair *pair)
{
    if (!pair->variants[VARIANT_LEAK].death_count && !pair->variants[VARIANT_FIX].death_count)
        return;
    fputs("<h3>Under a memory limit</h3>\n<ul class=\"deaths\">\n", out);
    for (enum variant v = 0; v < VARIANTS; v++)
        for (size_t i = 0; i < pair->variants[v].death_count; i++) {
            char *words = death_figures_words(&pair->variants[v].deaths[i]);
            fprintf(out, "<li class=\"%s\"><b>%s</b> ", variant_name(v), variant_name(v));
            html_text(out, stream_piece(out, words));
            fputs("</li>\n", out);
            free(words);
        }
    fputs("</ul>\n", out);
}

/* --- Every repetition ----------------------------------------------------------------------- */

static void time_cell(FILE *out, const struct quantile_figures *time)
{
    char text[FIGURE];
    fprintf(out, "<td>%s</td>", figure_time(text, time->value));
}

/* What the runs of a pair are told apart by: its tasks, or each kind that it leaves instead. */
static void left_heads(FILE *out, const struct measured_pair *pair)
{
    char words[LEFT_KIND];
    if (counts_tasks(pair))
        fputs("<th>tasks left</th>", out);
    for (int kind = 0; kind < LEFT_KINDS; kind++)
        if (left_is_told(pair, kind))
            fprintf(out, "<th>%s left</th>", left_kind_words(words, kind, false));
}

static void left_cells(FILE *out, const struct measured_pair *pair, const struct run_figures *run)
{
    char count[FIGURE];
    if (counts_tasks(pair))
        fprintf(out, "<td>%s</td>",
                figure_count(count, llround(isnan(run->tasks_left) ? 0 : run->tasks_left)));
    for (int kind = 0; kind < LEFT_KINDS; kind++)
        if (left_is_told(pair, kind))
            fprintf(out, "<td>%s</td>",
                    figure_count(count, llround(isnan(run->left[kind]) ? 0 : run->left[kind])));
}

static void one_run(FILE *out, const struct measured_pair *pair, enum variant variant,
                    const struct run_figures *run)
{
    char bytes[PHRASE], once[PHRASE], growth[PHRASE], rate[FIGURE];
    struct estimate as = {.low = -run->bytes.within, .high = run->bytes.within};
    fprintf(out, "<tr><td>%s</td><td>%u</td>", variant_name(variant), run->repetition + 1);
    left_cells(out, pair, run);
    fprintf(out, "<td>%s</td><td>%s</td><td>%s</td>", phrase_number(bytes, run->bytes.each, &as),
            phrase_bytes(once, run->bytes.once), phrase_bytes(growth, run->rss_growth));
    time_cell(out, &run->late_p99);
    time_cell(out, &run->service_p50);
    time_cell(out, &run->service_p99);
    time_cell(out, &run->p50);
    time_cell(out, &run->p99);
    fprintf(out, "<td>%s</td><td>%s%s%s</td></tr>\n",
            figure_count(rate, isnan(run->per_second) ? 0 : llround(run->per_second)),
            run->outlier ? "outlier, kept" : "", run->as_catalogued ? "" : " not as catalogued",
            noise_flagged(&run->noise) ? " noisy" : "");
}

static void runs(FILE *out, const struct measured_pair *pair)
{
    size_t count = pair->variants[VARIANT_LEAK].run_count + pair->variants[VARIANT_FIX].run_count;
    fprintf(out,
            "<details><summary>All %zu runs</summary>\n<div class=\"wide\"><table class=\"runs\">"
            "<thead><tr><th>variant</th><th>run</th>",
            count);
    left_heads(out, pair);
    fputs("<th>bytes/request</th><th>once</th><th>growth</th><th>late p99</th><th>service "
          "p50</th><th>service p99</th>"
          "<th>response p50</th><th>response p99</th><th>requests/s</th><th></th></tr></thead>"
          "<tbody>\n",
          out);
    for (enum variant v = 0; v < VARIANTS; v++)
        for (size_t i = 0; i < pair->variants[v].run_count; i++)
            one_run(out, pair, v, &pair->variants[v].runs[i]);
    fputs("</tbody></table></div></details>\n", out);
}

void page_facts(FILE *out, const struct measured_pair *pair)
{
    table(out, pair);
    deaths(out, pair);
    runs(out, pair);
}
