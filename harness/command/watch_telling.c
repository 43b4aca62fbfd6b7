#include "command/watch_telling.h"
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
    fprintf(t->out, "limit     %s is met in %s", figure_bytes(size, (double)limit),
            figure_time(value, left.value * 1e9));
    if (left.basis != INTERVAL_NONE)
        fprintf(t->out, "  (%s to %s)", figure_time(low, left.low * 1e9),
                figure_time(high, left.high * 1e9));
    fputc('\n', t->out);
}

/* The first frames of a stack, each in a line of its own. */
static void tell_stack(const struct terminal *t, const char *stack)
{
    enum { FRAMES = 4 };
    for (int i = 0; i < FRAMES && *stack; i++) {
        size_t length = strcspn(stack, "\n");
        char *frame = strndup(stack, length);
        fputs("            ", t->out);
        printable_write(t->out, frame ? frame : "(no memory for it)");
        fputc('\n', t->out);
        free(frame);
        stack += length + (stack[length] == '\n');
    }
    if (*stack)
        fprintf(t->out, "            ...\n");
}

static void tell_stacks(const struct terminal *t, const struct watch *watch)
{
    enum { MOST = 5 };
    struct stack_growth grown[MOST];
    char more[FIGURE], before[FIGURE], after[FIGURE];
    size_t count = watch->last.length ? stacks_grown(&watch->first, &watch->last, grown, MOST) : 0;
    if (count)
        fprintf(t->out, "stacks that grew between the first look and the last:\n");
    for (size_t i = 0; i < count && i < MOST; i++) {
        fprintf(t->out, "  %s+%s%s  (%s to %s)\n", terminal_style(t, STYLE_LEAK),
                figure_count(more, (int64_t)(grown[i].after - grown[i].before)),
                terminal_style(t, STYLE_PLAIN), figure_count(before, (int64_t)grown[i].before),
                figure_count(after, (int64_t)grown[i].after));
        tell_stack(t, grown[i].stack);
    }
    if (count > MOST)
        fprintf(t->out, "  and %zu stacks more\n", count - MOST);
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

void watch_tell_end(const struct terminal *t, const struct watch *watch, enum watch_verdict verdict,
                    uint64_t memory_limit)
{
    struct estimate tasks = watch_task_growth(watch), rss = watch_rss_growth(watch);
    enum style style = verdict == WATCH_GROWS       ? STYLE_LEAK
                       : verdict == WATCH_NO_GROWTH ? STYLE_CLEAN
                                                    : STYLE_PLAIN;
    terminal_clear(t);
    fprintf(t->out, "%s%s%s", terminal_style(t, style), verdict_text(verdict, watch->url != NULL),
            terminal_style(t, STYLE_PLAIN));
    fprintf(t->out, " (%zu looks in %.1f s%s)\n", watch->length,
            watch->length ? watch->looks[watch->length - 1].seconds : 0.0,
            watch->process_gone ? "; the process has ended" : "");
    if (!isnan(tasks.value))
        tell_tasks(t, &tasks);
    if (!isnan(rss.value))
        tell_rss(t, &rss);
    if (memory_limit)
        tell_time_left(t, watch, memory_limit);
    if (verdict == WATCH_GROWS || verdict == WATCH_UNSURE)
        tell_stacks(t, watch);
    fflush(t->out);
}

void watch_tell_ending(const char *program, int status)
{
    printable_write(stdout, program);
    if (WIFSIGNALED(status))
        printf(" was ended by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        printf(" has ended with exit status %d\n", WEXITSTATUS(status));
}
