#include "command/watch_telling.h"
#include "explain/growing.h"
#include "probe/figures.h"
#include "probe/printable.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

void watch_tell_look(const struct terminal *t, const struct watch *watch)
{
    const struct watch_look *look = &watch->looks[watch->length - 1];
    char tasks[FIGURE], rss[FIGURE], line[160];
    int length = snprintf(line, sizeof line, "%7.1f s", look->seconds);
    if (!isnan(look->tasks))
        length += snprintf(line + length, sizeof line - (size_t)length, "  %10s tasks",
                           figure_count(tasks, (int64_t)look->tasks));
    if (!isnan(look->rss))
        snprintf(line + length, sizeof line - (size_t)length, "  %10s resident",
                 figure_bytes(rss, look->rss));
    if (t->live)
        terminal_live(t, "%s", line);
    else
        fprintf(t->out, "%s\n", line);
    fflush(t->out);
}

static void tell_tasks(const struct terminal *t, const struct estimate *growth)
{
    fprintf(t->out, "tasks     %+10.3f a second", growth->value);
    if (growth->basis != INTERVAL_NONE)
        fprintf(t->out, "  (%.3f to %.3f)", growth->low, growth->high);
    fputc('\n', t->out);
}

static void tell_rss(const struct terminal *t, const struct estimate *growth)
{
    char value[FIGURE], low[FIGURE], high[FIGURE];
    fprintf(t->out, "resident  %10s a second", figure_bytes(value, growth->value));
    if (growth->basis != INTERVAL_NONE)
        fprintf(t->out, "  (%s to %s)", figure_bytes(low, growth->low),
                figure_bytes(high, growth->high));
    fputc('\n', t->out);
}

static void tell_time_left(const struct terminal *t, const struct watch *watch, uint64_t limit)
{
    struct estimate left = watch_time_to(watch, (double)limit);
    char size[FIGURE], value[FIGURE], low[FIGURE], high[FIGURE];
    if (isnan(left.value))
        return;
    figure_bytes(size, (double)limit);
    if (isinf(left.value))
        fprintf(t->out, "limit     %s is never met", size);
    else
        fprintf(t->out, "limit     %s is met in %s", size, figure_time(value, left.value * 1e9));
    if (left.basis != INTERVAL_NONE && isfinite(left.low))
        fprintf(t->out, "  (%s to %s)", figure_time(low, left.low * 1e9),
                figure_time(high, left.high * 1e9));
    fputc('\n', t->out);
}

static const char *verdict_text(enum watch_verdict verdict, bool of_tasks)
{
    switch (verdict) {
    case WATCH_GROWS:
        return of_tasks ? "GROWS: there are ever more tasks" : "GROWS: there is ever more memory";
    case WATCH_UNSURE:
        return "not sure: it grew, but no more than chance might explain; watch it longer";
    case WATCH_NO_GROWTH:
        return "no growth was seen";
    default:
        return "too few looks to say anything";
    }
}

/* What happened on the way. */
static void tell_events(const struct terminal *t, const struct watch *watch)
{
    char count[FIGURE];
    if (watch->failed) {
        fprintf(t->out,
                "%s look%s failed, the last one: ", figure_count(count, (int64_t)watch->failed),
                watch->failed == 1 ? "" : "s");
        printable_write(t->out, watch->failure);
        fputc('\n', t->out);
    }
    if (watch->execs) {
        fprintf(t->out, "the process became another program %zu time%s; now it is ", watch->execs,
                watch->execs == 1 ? "" : "s");
        printable_write(t->out, watch->program);
        fputc('\n', t->out);
    }
    if (watch->restarts)
        fprintf(t->out,
                "the program began anew %zu time%s: each life is judged by itself, and this "
                "is the one with the most looks\n",
                watch->restarts, watch->restarts == 1 ? "" : "s");
    for (size_t life = 0; life <= watch->restarts && watch->restarts; life++) {
        struct watch one = watch_life(watch, life);
        fprintf(t->out, "  life %zu: %zu look%s, %s\n", life + 1, one.length,
                one.length == 1 ? "" : "s", verdict_text(watch_judge(&one), watch_counts(&one)));
    }
}

static void tell_verdict(const struct terminal *t, const struct watch *life,
                         enum watch_verdict verdict)
{
    enum style style = verdict == WATCH_GROWS       ? STYLE_LEAK
                       : verdict == WATCH_NO_GROWTH ? STYLE_CLEAN
                                                    : STYLE_PLAIN;
    fprintf(t->out, "%s%s%s", terminal_style(t, style), verdict_text(verdict, watch_counts(life)),
            terminal_style(t, STYLE_PLAIN));
    fprintf(t->out, " (%zu look%s in %.1f s%s)\n", life->length, life->length == 1 ? "" : "s",
            life->length ? life->looks[life->length - 1].seconds - life->looks[0].seconds : 0.0,
            life->process_gone ? "; the process has ended" : "");
}

void watch_tell_end(const struct terminal *t, struct watch *watch, enum watch_verdict verdict,
                    uint64_t memory_limit)
{
    struct watch life = watch_life(watch, watch_longest_life(watch));
    struct estimate tasks = watch_task_growth(&life), rss = watch_rss_growth(&life);
    terminal_clear(t);
    tell_verdict(t, &life, verdict);
    if (!isnan(tasks.value))
        tell_tasks(t, &tasks);
    if (!isnan(rss.value))
        tell_rss(t, &rss);
    if (memory_limit)
        tell_time_left(t, &life, memory_limit);
    tell_events(t, watch);
    if (verdict == WATCH_GROWS || verdict == WATCH_UNSURE) {
        course_judge(&watch->course);
        growing_sites(&watch->course, true, t->out);
    }
    fflush(t->out);
}

bool watch_tell_series(const struct terminal *t, const struct series_read *series, const char *name,
                       uint64_t limit)
{
    struct watch watch = {.started = NAN};
    double from = series->length ? series->all[0].seconds : 0;
    bool ok = true;
    for (size_t i = 0; i < series->length && ok; i++)
        ok = watch_add(
            &watch, (struct watch_look){series->all[i].seconds - from, NAN, series->all[i].value});
    enum watch_verdict verdict = watch_judge(&watch);
    struct estimate growth = watch_rss_growth(&watch);
    printable_write(t->out, name);
    fputs(": ", t->out);
    tell_verdict(t, &watch, verdict);
    if (!isnan(growth.value))
        tell_rss(t, &growth);
    if (limit && watch.length)
        tell_time_left(t, &watch, limit);
    if (series->unread)
        fprintf(t->out, "%zu line%s no `time value`, the first is line %zu\n", series->unread,
                series->unread == 1 ? " is" : "s are", series->first_unread);
    watch_end(&watch);
    return verdict == WATCH_GROWS;
}

void watch_tell_ending(const char *program, int status)
{
    printable_write(stdout, program);
    if (WIFSIGNALED(status))
        printf(" was ended by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        printf(" has ended with exit status %d\n", WEXITSTATUS(status));
}
