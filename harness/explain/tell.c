#include "explain/tell.h"
#include "probe/figures.h"
#include "probe/printable.h"
#include "source/source.h"
#include <string.h>

enum { SITES = 10, FRAMES = 3 };

static void tell_counts(const struct explanation *e, FILE *out)
{
    char total[FIGURE], places[FIGURE];
    printable_write(out, e->name);
    fprintf(out, ": %s; %s task%s at %s place%s", e->dump->form,
            figure_count(total, (int64_t)e->dump->total), e->dump->total == 1 ? "" : "s",
            figure_count(places, (int64_t)e->length), e->length == 1 ? "" : "s");
    if (e->suspects)
        fprintf(out, ", of which %zu %s", e->suspects,
                e->suspects == 1 ? "is a suspect" : "are suspects");
    fputs("\n", out);
}

static void tell_reason(const struct dump *dump, const struct dump_group *group, FILE *out)
{
    const char *reason = dump_word_text(dump, group->reason);
    fputs(*reason ? " in " : ", for what is not said", out);
    printable_write(out, reason);
    if (group->flags & DUMP_GUESSED)
        fputs(" (by its frames)", out);
}

static void tell_flags(unsigned flags, FILE *out)
{
    fputs(flags & DUMP_LEAKED ? ", leaked" : "", out);
    fputs(flags & DUMP_LOCKED ? ", locked to thread" : "", out);
}

/* The frames between the leaf and the one that the place is named by, and who made the task. */
static void tell_origin(const struct dump *dump, const struct explained_site *one, FILE *out)
{
    const struct dump_group *group = &dump->groups[one->site.group];
    if (group->creator.function || group->creator.file) {
        fputs("    made by ", out);
        explained_place(dump, &group->creator, out);
        fputc('\n', out);
    } else if (group->depth > 1 &&
               memcmp(&one->site.frame, &dump->frames[group->frames + group->depth - 1],
                      sizeof one->site.frame) != 0) {
        fputs("    begun in ", out);
        explained_place(dump, &dump->frames[group->frames + group->depth - 1], out);
        fputc('\n', out);
    }
    if (group->labels) {
        fputs("    labels ", out);
        printable_write(out, dump_word_text(dump, group->labels));
        fputc('\n', out);
    }
}

static void tell_likeness(const struct explained_site *one, FILE *out)
{
    for (size_t i = 0; i < one->like_count; i++) {
        const struct pair *pair = one->like[i].pair;
        fprintf(out, "    %s %s (%.0f %%): %s\n", likeness_text(&one->like[i]), pair->id,
                100 * one->like[i].share, pair->title);
    }
    if (one->like_count)
        fprintf(out, "      read %s and %s\n", source_path(one->like[0].pair, VARIANT_LEAK),
                source_path(one->like[0].pair, VARIANT_FIX));
}

static void tell_site(const struct explanation *e, const struct explained_site *one, FILE *out)
{
    const struct dump *dump = e->dump;
    char count[FIGURE], minutes[64];
    const struct dump_group *group = &dump->groups[one->site.group];
    fprintf(out, "%s%s", one->is_suspect ? "SUSPECT " : "",
            figure_count(count, (int64_t)one->site.count));
    tell_reason(dump, group, out);
    if (*explained_minutes(&one->site, minutes))
        fprintf(out, ", %s", minutes);
    tell_flags(one->site.flags, out);
    fputs("\n    at ", out);
    explained_place(dump, &one->site.frame, out);
    if (one->site.kind != FRAME_OWN && group->depth)
        fputs(one->site.kind == FRAME_VENDORED ? " (a library's: none of its frames is known as "
                                                 "your own)"
                                               : " (all of its frames are the language's)",
              out);
    fputc('\n', out);
    tell_origin(dump, one, out);
    if (one->is_suspect) {
        fprintf(out, "    why: %s\n", one->why);
        tell_likeness(one, out);
    }
}

void explanation_tell(const struct explanation *e, FILE *out)
{
    tell_counts(e, out);
    explained_remarks(e->dump, "  ", out);
    for (size_t i = 0; i < e->length && (i < SITES || e->sites[i].is_suspect); i++)
        tell_site(e, &e->sites[i], out);
    if (e->length > SITES && e->length > e->suspects) {
        size_t shown = e->suspects > SITES ? e->suspects : SITES;
        size_t left = e->length - shown;
        fprintf(out, "and %zu place%s more\n", left, left == 1 ? "" : "s");
    }
    if (!e->suspects && e->dump->total)
        fputs("no place of it is a suspect by count or age; two dumps, some time apart, tell what "
              "grows\n",
              out);
}
