#include "profile/text.h"
#include "profile/module.h"
#include "profile/shown.h"
#include "task/time.h"
#include <inttypes.h>
#include <string.h>

enum { LABEL_SHOWN = 256, TAB = 8, NAME = 512 };

static void write_remark(const char *line, void *out)
{
    fprintf(out, "# %s\n", line);
}

/* --- Grouped ---------------------------------------------------------------------------------------- */

static void write_labels(const struct profile_group *g, FILE *out)
{
    if (!g->label_count)
        return;
    fputs("# labels: {", out);
    for (size_t i = 0; i < g->label_count; i++) {
        fputs(i ? ", " : "", out);
        shown_quote(g->labels[i].key, LABEL_SHOWN, out);
        fputc(':', out);
        shown_quote(g->labels[i].value, LABEL_SHOWN, out);
    }
    fputs("}\n", out);
}

/* `function+0xOFF`, or `module+0xOFF`. Returns its width; out may be NULL. */
static int write_function(const struct shown_frame *f, FILE *out)
{
    const struct symbol *s = f->symbol;
    const char *name = s->function ? s->function : s->module;
    uintptr_t offset = s->function ? f->offset : s->offset;
    if (!out)
        return snprintf(0, 0, "%s+0x%tx", name, offset);
    return fprintf(out, "%s+0x%tx", name, offset);
}

/* Tabs from the end of a cell to the next column, which starts where the widest cell lets it. */
static void pad(int from, int widest, FILE *out)
{
    for (int column = from / TAB; column <= widest / TAB; column++)
        fputc('\t', out);
}

static void write_frames(const struct profile_group *g, FILE *out)
{
    struct shown_frame shown[SHOWN_ROOM];
    size_t n = shown_frames(g->frames, g->depth, shown, SHOWN_ROOM);
    int widest = 0;
    for (size_t i = 0; i < n; i++) {
        int width = write_function(&shown[i], 0);
        widest = width > widest ? width : widest;
    }
    for (size_t i = 0; i < n; i++) {
        const struct symbol *s = shown[i].symbol;
        fprintf(out, "#\t%#tx\t", (uintptr_t)shown[i].pc);
        int width = write_function(&shown[i], out);
        if (s->file) {
            pad(width, widest, out);
            fprintf(out, "%s:%d", s->file, s->line);
        } else if (s->function) {
            pad(width, widest, out);
            fprintf(out, "%s+0x%tx", s->module, s->offset);
        }
        fputc('\n', out);
    }
    if (shown_end(g->end))
        fprintf(out, "# %s\n", shown_end(g->end));
}

static void write_wait(const struct profile *p, const struct profile_group *g, FILE *out)
{
    fprintf(out, "# %s%s", shown_state(g->state, g->reason),
            g->verdict == PROOF_LEAKED ? " (leaked)" : "");
    int64_t most = shown_minutes(g->state, g->since_min, p->time);
    int64_t least = shown_minutes(g->state, g->since_max, p->time);
    if (most && least != most)
        fprintf(out, ", %" PRId64 " to %" PRId64 " minutes", least, most);
    else if (most)
        fprintf(out, ", %" PRId64 " minutes", most);
    fprintf(out, "; created by %s at %s:%d\n", g->site->function, g->site->file, g->site->line);
}

void text_grouped(const struct profile *p, const struct timers *timers, enum text_reader reader,
                  FILE *out)
{
    const char *name = p->leaked_only           ? "goroutineleak"
                       : reader == FOR_GO_TOOLS ? "goroutine"
                                                : "task";
    fprintf(out, "%s profile: total %zu\n", name, p->total);
    for (size_t i = 0; i < p->length; i++) {
        const struct profile_group *g = &p->groups[i];
        fprintf(out, "%zu @", g->count);
        for (size_t j = 0; j < g->depth; j++)
            fprintf(out, " %#tx", (uintptr_t)g->frames[j]);
        fputc('\n', out);
        write_labels(g, out);
        write_wait(p, g, out);
        write_frames(g, out);
        fputc('\n', out);
    }
    timers_write(timers, "# ", out);
    module_remarks(write_remark, out);
    if (reader == FOR_GO_TOOLS) {
        fputs("--- Memory map: ---\n", out);
        module_write_map(out);
    }
}

/* --- A block a task --------------------------------------------------------------------------------- */

struct full {
    profile_filter *filter;
    void *arg;
    const struct proof *proof;
    FILE *out;
    int64_t now;
};

static void write_stack(const struct task_info *t, FILE *out)
{
    const void *frames[PROFILE_DEPTH];
    struct shown_frame shown[SHOWN_ROOM];
    char name[NAME];
    enum frames_end end;
    size_t depth = frames_walk(t, frames, PROFILE_DEPTH, &end);
    if (!depth)
        frames[depth++] = (const char *)t->entry + 1;
    size_t n = shown_frames(frames, depth, shown, SHOWN_ROOM);
    for (size_t i = 0; i < n; i++) {
        const struct symbol *s = shown[i].symbol;
        fprintf(out, "%s(...)\n", shown_function(s, name, sizeof name));
        if (s->file)
            fprintf(out, "\t%s:%d +0x%tx\n", s->file, s->line, shown[i].offset);
        else
            fprintf(out, "\t%s +0x%tx\n", s->module, s->function ? shown[i].offset : s->offset);
    }
    if (shown_end(end))
        fprintf(out, "...%s...\n", shown_end(end));
}

static bool write_task(const struct task_info *t, void *arg)
{
    struct full *f = arg;
    if (f->filter && !f->filter(t, f->arg))
        return true;
    fprintf(f->out, "goroutine %" PRIu64 " [%s%s", t->id, shown_state(t->state, t->reason),
            proven_verdict(f->proof, t) == PROOF_LEAKED ? " (leaked)" : "");
    int64_t minutes = shown_minutes(t->state, t->since, f->now);
    if (minutes)
        fprintf(f->out, ", %" PRId64 " minutes", minutes);
    fputs("]:\n", f->out);
    write_stack(t, f->out);
    fprintf(f->out, "created by %s", t->site->function);
    if (t->parent)
        fprintf(f->out, " in goroutine %" PRIu64, t->parent);
    fprintf(f->out, "\n\t%s:%d\n\n", t->site->file, t->site->line);
    return !ferror(f->out);
}

void text_full(profile_filter *filter, void *arg, const struct proof *proof,
               const struct timers *timers, FILE *out)
{
    struct full f = {filter, arg, proof, out, clock_now()};
    task_each(write_task, &f);
    timers_write(timers, "# ", out);
    module_remarks(write_remark, out);
}
