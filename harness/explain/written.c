#include "explain/written.h"
#include "explain/json_text.h"
#include "probe/figures.h"
#include "probe/printable.h"
#include "source/source.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *frame(const struct dump *dump, const struct dump_frame *f)
{
    return json_pack("{s:o, s:o, s:o}", "function", json_text(dump_word_text(dump, f->function)),
                     "file", json_text(dump_word_text(dump, f->file)), "line",
                     f->line ? json_integer(f->line) : json_null());
}

static json_t *frames(const struct dump *dump, const struct dump_group *group)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < group->depth; i++)
        json_array_append_new(array, frame(dump, &dump->frames[group->frames + i]));
    return array;
}

static json_t *likenesses(const struct explained_site *one)
{
    json_t *array = json_array();
    for (size_t i = 0; i < one->like_count; i++) {
        const struct pair *pair = one->like[i].pair;
        json_array_append_new(array, json_pack("{s:s, s:s, s:f, s:s, s:s}", "id", pair->id, "title",
                                               pair->title, "share", one->like[i].share, "leak",
                                               source_path(pair, VARIANT_LEAK), "fix",
                                               source_path(pair, VARIANT_FIX)));
    }
    return array;
}

static json_t *minutes(int64_t value)
{
    return value < 0 ? json_null() : json_integer(value);
}

static json_t *site(const struct dump *dump, const struct explained_site *one)
{
    const struct dump_group *group = &dump->groups[one->site.group];
    static const char *const kinds[] = {"standard", "vendored", "own"};
    return json_pack(
        "{s:I, s:o, s:b, s:b, s:b, s:o, s:s, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o}", "count",
        (json_int_t)one->site.count, "reason", json_text(dump_word_text(dump, group->reason)),
        "reason_by_frames", (group->flags & DUMP_GUESSED) != 0, "leaked",
        (one->site.flags & DUMP_LEAKED) != 0, "locked", (one->site.flags & DUMP_LOCKED) != 0,
        "place", frame(dump, &one->site.frame), "place_is", kinds[one->site.kind], "created_by",
        frame(dump, &group->creator), "labels", json_text(dump_word_text(dump, group->labels)),
        "minutes_least", minutes(one->site.minutes_least), "minutes_most",
        minutes(one->site.minutes_most), "suspect", one->is_suspect, "why", json_text(one->why),
        "looks_like", likenesses(one), "frames", frames(dump, group));
}

static json_t *remarks(const struct dump *dump)
{
    json_t *array = json_array();
    for (size_t i = 0; i < dump->remark_count; i++) {
        const struct dump_remark *remark = &dump->remarks[i];
        json_array_append_new(
            array, json_pack("{s:I, s:I, s:o}", "line", (json_int_t)remark->line, "last",
                             (json_int_t)remark->last, "text",
                             json_text(remark->text ? remark->text : "none of a dump's")));
    }
    return array;
}

int explanation_json(const struct explanation *e, FILE *out)
{
    json_t *sites = json_array();
    for (size_t i = 0; i < e->length; i++)
        json_array_append_new(sites, site(e->dump, &e->sites[i]));
    json_t *root = json_pack(
        "{s:i, s:o, s:o, s:I, s:o, s:I, s:o, s:o}", "schema", 1, "name", json_text(e->name), "form",
        json_text(e->dump->form), "total", (json_int_t)e->dump->total, "told",
        e->dump->has_told ? json_integer((json_int_t)e->dump->told) : json_null(), "suspects",
        (json_int_t)e->suspects, "remarks", remarks(e->dump), "places", sites);
    bool failed = !root || json_dumpf(root, out, JSON_INDENT(1) | JSON_ENSURE_ASCII);
    fputc('\n', out);
    json_decref(root);
    return failed ? -1 : 0;
}

/* --- Markdown ------------------------------------------------------------------------------------- */

/* Nothing in a cell ends it, nor is taken for a mark. */
static void cell(const char *words, FILE *out)
{
    char *clean = printable_text(words);
    for (const char *at = clean; at && *at; at++) {
        if (strchr("|*_`<>[]\\#", *at))
            fputc('\\', out);
        fputc(*at, out);
    }
    free(clean);
}

static void place_cell(const struct dump *dump, const struct dump_frame *f, FILE *out)
{
    cell(dump_word_text(dump, f->function), out);
    fputs(f->file ? "<br>" : "", out);
    cell(dump_word_text(dump, f->file), out);
    if (f->line)
        fprintf(out, ":%u", f->line);
}

static void row(const struct explanation *e, const struct explained_site *one, FILE *out)
{
    char count[FIGURE], minutes_text[64];
    const struct dump_group *group = &e->dump->groups[one->site.group];
    fprintf(out, "| %s%s | ", one->is_suspect ? "**suspect** " : "",
            figure_count(count, (int64_t)one->site.count));
    cell(dump_word_text(e->dump, group->reason), out);
    fprintf(out, " | %s | ", explained_minutes(&one->site, minutes_text));
    place_cell(e->dump, &one->site.frame, out);
    fputs(" | ", out);
    place_cell(e->dump, &group->creator, out);
    fputs(" | ", out);
    for (size_t i = 0; one->is_suspect && i < one->like_count; i++)
        fprintf(out, "%s%s `%s`", i ? ", " : "", likeness_text(&one->like[i]),
                one->like[i].pair->id);
    fputs(" |\n", out);
}

void explanation_markdown(const struct explanation *e, FILE *out)
{
    enum { ROWS = 10 };
    char total[FIGURE];
    fprintf(out, "**%s tasks at %zu places, %zu suspect%s**, in ",
            figure_count(total, (int64_t)e->dump->total), e->length, e->suspects,
            e->suspects == 1 ? "" : "s");
    cell(e->name, out);
    fprintf(out, " (%s)\n\n", e->dump->form);
    fputs("| tasks | wait for | since | at | made by | looks like |\n|--:|---|---|---|---|---|\n",
          out);
    for (size_t i = 0; i < e->length && i < ROWS; i++)
        row(e, &e->sites[i], out);
    fputc('\n', out);
    for (size_t i = 0; i < e->length && i < ROWS; i++) {
        if (!e->sites[i].is_suspect)
            continue;
        fputs("- ", out);
        cell(dump_word_text(e->dump, e->sites[i].site.frame.function), out);
        fprintf(out, ": %s\n", e->sites[i].why);
    }
    explained_remarks(e->dump, "- not read: ", out);
}
