#include "page/plot.h"
#include "page/axis.h"
#include "probe/figures.h"
#include "result/counted.h"
#include "result/stream.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 48 };

/* --- What is drawn -------------------------------------------------------------------------- */

struct drawing {
    const struct recorded *recorded;
    const struct measured_pair *pair;
    const struct measured_pair *recovered; /* the leak, what is proven made to end; or NULL */
    enum plot plot;
    enum counted counted;
    double requests; /* of a case */
};

static const double mebibyte = 1 << 20;

/* What was alive before load, of the warm-up, is not what is counted. */
static double value_of(const struct drawing *drawing, const struct recorded_case *c,
                       const struct sample *sample)
{
    const struct sample *before = recorded_phase_end(c, PHASE_BASELINE);
    if (drawing->plot == PLOT_MEMORY)
        return (double)sample->memory.rss / mebibyte;
    enum kind kind = counted_kind(drawing->counted);
    double count = (double)counts_of_kind(&sample->counts, kind);
    count -= before ? (double)counts_of_kind(&before->counts, kind) : 0;
    count = count > 0 ? count : 0;
    return drawing->counted == COUNTED_HEAP ? count / mebibyte : count;
}

/* A curve of a figure: leak, fix, and where it was measured the leak that recovers. */
enum curve { CURVE_LEAK, CURVE_FIX, CURVE_RECOVERED, CURVES };

static const struct {
    const char *name, *colour;
    int thin, thick; /* line styles of plot.gp */
} curves[CURVES] = {
    [CURVE_LEAK] = {"leak", "#d55e00", 1, 3},
    [CURVE_FIX] = {"fix", "#0072b2", 2, 4},
    [CURVE_RECOVERED] = {"recovered", "#009e73", 5, 6},
};

static bool is_drawn(const struct drawing *drawing, const struct recorded_case *c, enum curve curve)
{
    const struct measured_pair *of = curve == CURVE_RECOVERED ? drawing->recovered : drawing->pair;
    return of && c->variant == (curve == CURVE_FIX ? VARIANT_FIX : VARIANT_LEAK) &&
           summary_is_of(of, c) && c->end && (strcmp(c->ending, "well") == 0 || c->killed_by_limit);
}

static bool is_drawn_at_all(const struct drawing *drawing, const struct recorded_case *c)
{
    bool any = false;
    for (enum curve curve = 0; curve < CURVES; curve++)
        any |= is_drawn(drawing, c, curve);
    return any;
}

static const char *what(const struct drawing *drawing)
{
    if (drawing->plot == PLOT_MEMORY)
        return "resident memory, MiB";
    if (drawing->counted == COUNTED_HEAP)
        return "heap in use, MiB";
    return counted_text(drawing->counted);
}

static double position(const struct sample *sample)
{
    return sample->sent > sample->refused ? (double)(sample->sent - sample->refused) : 0;
}

/* At the end of this phase, the mean over the runs. NAN where none got there. */
static double at_end_of(const struct drawing *drawing, enum curve v, enum phase phase)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < drawing->recorded->case_count; i++) {
        const struct recorded_case *c = &drawing->recorded->cases[i];
        const struct sample *end = recorded_phase_end(c, phase);
        if (!end || !is_drawn(drawing, c, v))
            continue;
        sum += value_of(drawing, c, end);
        count++;
    }
    return count ? sum / (double)count : NAN;
}

static double greatest(const struct drawing *drawing)
{
    double most = 0;
    for (size_t i = 0; i < drawing->recorded->case_count; i++) {
        const struct recorded_case *c = &drawing->recorded->cases[i];
        for (size_t k = 0; k < c->sample_count; k++)
            if (is_drawn_at_all(drawing, c))
                most = fmax(most, value_of(drawing, c, &c->samples[k]));
    }
    return most;
}

/* --- The script ----------------------------------------------------------------------------- */

/* One run: before load, through it, and when all have returned. Of many samples as many as the eye
 * can tell apart. Returns how many points. */
static size_t write_run(FILE *out, const struct drawing *drawing, const struct recorded_case *c)
{
    size_t load = 0, seen = 0, points = 0;
    for (size_t i = 0; i < c->sample_count; i++)
        load += c->samples[i].phase == PHASE_LOAD;
    for (size_t i = 0; i < c->sample_count; i++) {
        const struct sample *sample = &c->samples[i];
        bool ends =
            sample->phase_ends && (sample->phase == PHASE_BASELINE || sample->phase == PHASE_DRAIN);
        bool taken = sample->phase == PHASE_LOAD &&
                     (seen + 1) * POINTS / (load + 1) != seen * POINTS / (load + 1);
        seen += sample->phase == PHASE_LOAD;
        if (!ends && !taken)
            continue;
        fprintf(out, "%.0f %.6g\n", position(sample), value_of(drawing, c, sample));
        points++;
    }
    return points;
}

/* A curve without a point would stop gnuplot. */
static void write_data(FILE *out, const struct drawing *drawing)
{
    for (enum curve v = 0; v < CURVES; v++) {
        size_t points = 0;
        fprintf(out, "$%s << END\n", curves[v].name);
        for (size_t i = 0; i < drawing->recorded->case_count; i++) {
            const struct recorded_case *c = &drawing->recorded->cases[i];
            if (!is_drawn(drawing, c, v))
                continue;
            points += write_run(out, drawing, c);
            fputc('\n', out); /* a gap in the line */
        }
        fputs(points ? "END\n" : "0 0\nEND\n", out);
    }
}

static void write_ticks(FILE *out, const char *name, const struct axis *axis)
{
    char label[AXIS_LABEL];
    fprintf(out, "set %s (", name);
    for (int i = 0; i < axis->ticks; i++)
        fprintf(out, "%s\"%s\" %.10g", i ? ", " : "", axis_label(label, axis->tick[i]),
                axis->tick[i]);
    fputs(")\n", out);
}

static const char *final_figure(char text[FIGURE + 8], const struct drawing *drawing, double value)
{
    char figure[FIGURE];
    if (drawing->plot == PLOT_MEMORY || drawing->counted == COUNTED_HEAP)
        snprintf(text, FIGURE + 8, "%.3g MiB", value);
    else
        snprintf(text, FIGURE + 8, "%s", figure_count(figure, llround(value)));
    return text;
}

/* At the right: what settle left, as thick strokes with their names, kept apart. */
static void write_ends(FILE *out, const struct drawing *drawing, const struct axis *y)
{
    double n = drawing->requests, value[CURVES], place[CURVES], apart = 0.15 * y->end;
    enum curve order[CURVES];
    size_t count = 0;
    for (enum curve v = 0; v < CURVES; v++) {
        size_t at = count;
        value[v] = at_end_of(drawing, v, PHASE_SETTLE);
        if (isnan(value[v]))
            continue;
        for (; at > 0 && value[order[at - 1]] >= value[v]; at--)
            order[at] = order[at - 1];
        order[at] = v;
        count++;
    }
    for (size_t i = 0; i < count; i++) { /* from below; no label lies over another */
        place[order[i]] = value[order[i]];
        if (i && place[order[i]] < place[order[i - 1]] + apart)
            place[order[i]] = place[order[i - 1]] + apart;
    }
    for (size_t i = 0; i < count; i++) {
        char text[FIGURE + 8];
        enum curve v = order[i];
        fprintf(out, "set arrow from %.10g,%.10g to %.10g,%.10g nohead linestyle %d front\n",
                1.055 * n, value[v], 1.145 * n, value[v], curves[v].thick);
        fprintf(out, "set label \"%s %s\" at %.10g,%.10g left textcolor rgb \"%s\" front\n",
                curves[v].name, final_figure(text, drawing, value[v]), 1.185 * n, place[v],
                curves[v].colour);
    }
}

/* Where a run met its memory limit, its line ends with a cross. */
static void write_deaths(FILE *out, const struct drawing *drawing)
{
    for (size_t i = 0; i < drawing->recorded->case_count; i++) {
        const struct recorded_case *c = &drawing->recorded->cases[i];
        const struct sample *last = c->sample_count ? &c->samples[c->sample_count - 1] : NULL;
        if (last && c->killed_by_limit && is_drawn_at_all(drawing, c))
            fprintf(out,
                    "set label \"\303\227 killed\" at %.10g,%.10g left offset -0.4,0 textcolor rgb "
                    "\"#d55e00\" front\n",
                    position(last), value_of(drawing, c, last));
    }
}

static void write_plot(FILE *out, const struct drawing *drawing)
{
    struct axis x = axis_to(drawing->requests / 1.06), y = axis_to(greatest(drawing));
    double n = drawing->requests;
    write_data(out, drawing);
    write_ticks(out, "xtics", &x);
    write_ticks(out, "ytics", &y);
    fprintf(out, "set xrange [0:%.10g]\nset yrange [%.10g:%.10g]\n", 1.16 * n, -0.025 * y.end,
            y.end);
    fprintf(out,
            "set object 1 rectangle from %.10g,graph 0 to %.10g,graph 1 behind fillcolor rgb "
            "\"#f2f2ef\" fillstyle solid noborder\n",
            1.04 * n, 1.16 * n);
    fprintf(out, "set label \"%s\" at screen 0.02,0.94 left textcolor rgb \"#333333\"\n",
            what(drawing));
    fprintf(out, "set label \"settled\" at %.10g,screen 0.04 center textcolor rgb \"#333333\"\n",
            1.10 * n);
    fprintf(out, "set label \"requests\" at %.10g,screen 0.04 center textcolor rgb \"#333333\"\n",
            0.5 * n);
    write_ends(out, drawing, &y);
    write_deaths(out, drawing);
    fputs("plot $leak with lines linestyle 1, $fix with lines linestyle 2", out);
    fputs(drawing->recovered ? ", $recovered with lines linestyle 5\n" : "\n", out);
}

static struct drawing drawing_of(const struct recorded *recorded, const struct summary *summary,
                                 const struct measured_pair *pair, enum plot plot)
{
    double requests = 1;
    for (enum variant v = 0; v < VARIANTS; v++)
        requests = fmax(requests, summary_figure(&pair->variants[v], requests, NULL));
    for (size_t i = 0; i < recorded->case_count; i++) /* and those that died */
        if (summary_is_of(pair, &recorded->cases[i]))
            requests = fmax(requests, (double)recorded_started(&recorded->cases[i]));
    return (struct drawing){.recorded = recorded,
                            .pair = pair,
                            .recovered = summary_recovered(summary, pair),
                            .plot = plot,
                            .counted = counted_of(pair),
                            .requests = requests};
}

static char *script_of(const struct drawing *drawing)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (out)
        write_plot(out, drawing);
    return stream_close(out, &held);
}

/* --- Words, for those who can not see it ---------------------------------------------------- */

/* Of what is neither task nor timer it is known what is left, and not what there was under load. */
static void say_count(FILE *out, const char *name, const struct measured *measured,
                      enum counted counted)
{
    char held[FIGURE], after[FIGURE];
    double left = counted_left(counted, measured);
    if (counted == COUNTED_HEAP)
        fprintf(out, "; %s: %s more on the heap", name, figure_bytes(held, left));
    else if (counted > COUNTED_TIMERS)
        fprintf(out, "; %s: %s more %s after settle", name, figure_count(after, llround(left)),
                counted_text(counted));
    else
        fprintf(out, "; %s: %s more %s under load, %s after settle", name,
                figure_count(held, llround(counted == COUNTED_TIMERS
                                               ? summary_figure(measured, timers_held, NULL)
                                               : left)),
                counted == COUNTED_TIMERS ? "timers" : "tasks", figure_count(after, llround(left)));
}

static void say(FILE *out, const char *name, const struct measured *measured, bool memory,
                enum counted counted)
{
    char count[FIGURE], after[FIGURE];
    if (!measured->run_count) {
        fprintf(out, "; %s: %s", name,
                measured->death_count ? "until the memory limit killed it" : "not measured");
        return;
    }
    if (memory)
        fprintf(out, "; %s: grows by %s under load, %s of it left after settle", name,
                figure_bytes(count, summary_figure(measured, rss_growth, NULL)),
                figure_bytes(after, summary_figure(measured, rss_left, NULL)));
    else
        say_count(out, name, measured, counted);
}

char *plot_words(const struct measured_pair *pair, const struct measured_pair *recovered,
                 enum plot plot)
{
    char count[FIGURE];
    struct stream_text held;
    enum counted counted = counted_of(pair);
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    double requests = summary_figure(&pair->variants[VARIANT_LEAK], requests, NULL);
    fprintf(out, "%s: %s over %s requests", pair->id,
            plot == PLOT_MEMORY ? "resident memory" : counted_text(counted),
            isnan(requests) ? "its" : figure_count(count, llround(requests)));
    for (enum variant v = 0; v < VARIANTS; v++)
        say(out, variant_name(v), &pair->variants[v], plot == PLOT_MEMORY, counted);
    if (recovered)
        say(out, "the leak, what is proven made to end", &recovered->variants[VARIANT_LEAK],
            plot == PLOT_MEMORY, counted);
    return stream_close(out, &held);
}

/* --- Drawing -------------------------------------------------------------------------------- */

bool plot_is_drawn(const struct measured_pair *pair)
{
    return summary_has(&pair->variants[VARIANT_LEAK]) || summary_has(&pair->variants[VARIANT_FIX]);
}

static bool plan_figure(struct figure *figure, const struct recorded *recorded,
                        const struct summary *summary, const struct measured_pair *pair,
                        enum plot plot)
{
    struct drawing drawing = drawing_of(recorded, summary, pair, plot);
    *figure = (struct figure){.id = strdup(pair->id),
                              .plot = plot,
                              .words = plot_words(pair, drawing.recovered, plot),
                              .script = script_of(&drawing)};
    return figure->id && figure->words && figure->script;
}

struct figure *plot_all(const struct recorded *recorded, const struct summary *summary,
                        size_t *count, char *why, size_t size)
{
    struct figure *figures = calloc(PLOTS * summary->pair_count + 1, sizeof *figures);
    bool done = figures != NULL;
    *count = 0;
    for (size_t i = 0; done && i < summary->pair_count; i++)
        for (enum plot plot = 0; done && plot < PLOTS; plot++)
            if (plot_is_drawn(&summary->pairs[i]))
                done =
                    plan_figure(&figures[(*count)++], recorded, summary, &summary->pairs[i], plot);
    if (!done)
        snprintf(why, size, "no memory for the figures");
    done = done && draw(figures, *count, why, size);
    if (done)
        return figures;
    draw_free(figures, figures ? *count : 0);
    *count = 0;
    return NULL;
}
