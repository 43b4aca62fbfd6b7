#include "command/telling.h"
#include "probe/figures.h"
#include "report/detail.h"
#include "result/death.h"
#include "task/time.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static int widest_variant(const struct outcome *cases, size_t length)
{
    char variant[OUTCOME_VARIANT];
    size_t widest = strlen(variant_name(VARIANT_LEAK));
    for (size_t i = 0; i < length; i++) {
        size_t width = strlen(outcome_variant(&cases[i], variant));
        widest = width > widest ? width : widest;
    }
    return (int)widest;
}

struct telling telling_start(const struct outcome *cases, size_t length, FILE *out)
{
    return (struct telling){terminal_of(out), length, outcome_id_width(cases, length),
                            widest_variant(cases, length)};
}

void telling_time(const struct telling *telling, int64_t time)
{
    char span[FIGURE];
    if (time >= 30 * SECOND)
        fprintf(telling->terminal.out, "%zu cases, which take about %s\n\n", telling->length,
                figure_span(span, (double)time / SECOND));
}

static double progress_of(const struct outcome *outcome, const struct sample *sample)
{
    const struct settings *settings = &outcome->settings;
    double share = 0, of_time = 0;
    int64_t began = outcome->gauges->progress.phase_began[PHASE_LOAD];
    if (sample->phase > PHASE_LOAD)
        return 1;
    if (settings->requests)
        share = (double)sample->sent / (double)settings->requests;
    if (settings->duration && began)
        of_time = (double)(sample->time - (began - outcome->began)) / (double)settings->duration;
    share = share > of_time ? share : of_time;
    return share < 1 ? share : 1;
}

void telling_look(const struct telling *telling, size_t number, const struct outcome *outcome,
                  const struct sample *sample)
{
    char tasks[FIGURE], rss[FIGURE], variant[OUTCOME_VARIANT];
    terminal_live(&telling->terminal, "[%zu/%zu] %-*s %-*s  %-8s %3.0f %%  %s tasks  %s RSS",
                  number + 1, telling->length, telling->id_width, outcome->pair->id,
                  telling->variant_width, outcome_variant(outcome, variant),
                  phase_text(sample->phase), 100 * progress_of(outcome, sample),
                  figure_count(tasks, (int64_t)sample->counts.tasks),
                  figure_bytes(rss, (double)sample->memory.rss));
}

/* The forecast and what came of it. */
static void tell_death(const struct terminal *t, const struct outcome *outcome)
{
    struct life life = death_life_of_outcome(outcome);
    struct death death = death_of(&life, outcome->settings.seed);
    char *words = death.limited ? death_words(&death) : NULL;
    if (words)
        fprintf(t->out, "      %s\n", words);
    free(words);
}

void telling_end(const struct telling *telling, size_t number, const struct outcome *outcome,
                 const struct verdict *verdict)
{
    const struct terminal *t = &telling->terminal;
    char variant[OUTCOME_VARIANT];
    terminal_clear(t);
    fprintf(t->out, "[%zu/%zu] %-*s %-*s  %s%s%s\n", number + 1, telling->length, telling->id_width,
            outcome->pair->id, telling->variant_width, outcome_variant(outcome, variant),
            terminal_style(t, detail_style(verdict)), verdict->words,
            terminal_style(t, STYLE_PLAIN));
    detail_print(t, outcome, verdict);
    tell_death(t, outcome);
    fflush(t->out);
}

void telling_pass_on(const struct telling *telling, const char *said, size_t length)
{
    terminal_clear(&telling->terminal);
    fwrite(said, 1, length, stderr);
}

void telling_warn(const struct telling *telling, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    terminal_clear(&telling->terminal);
    fputs("leaklab run: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

void telling_space(const struct telling *telling)
{
    terminal_clear(&telling->terminal);
    fputc('\n', telling->terminal.out);
}

void telling_sum(const struct telling *telling, size_t right, int interrupted)
{
    fprintf(telling->terminal.out, "\n%zu of %zu as the catalog says%s\n", right, telling->length,
            interrupted ? " (interrupted)" : "");
}
