#include "census/listing.h"
#include "census/listing_formats.h"
#include "profile/shown.h"
#include "profile/symbol.h"
#include <inttypes.h>
#include <string.h>

static const char *const names[] = {
#define X(name, text) [name] = text,
    FOR_EACH_LISTING_FORMAT(X)
#undef X
};

const char *listing_format_name(enum listing_format format)
{
    return names[format];
}

enum listing_format listing_format_called(const char *name)
{
    enum listing_format format = 0;
    while (format < LISTING_FORMATS && strcmp(names[format], name) != 0)
        format++;
    return format;
}

/* --- Words --------------------------------------------------------------------------------------- */

/* `made at FILE:LINE in FUNCTION`, and what that was put into by the compiler. */
static void write_place(const char *word, const struct symbol *symbol, FILE *out)
{
    for (; symbol; symbol = symbol->inlined_into, word = "called") {
        if (symbol->file)
            fprintf(out, "    %s at %s:%d in %s\n", word, symbol->file, symbol->line,
                    symbol->function ? symbol->function : "?");
        else if (symbol->function)
            fprintf(out, "    %s in %s\n", word, symbol->function);
        else
            fprintf(out, "    %s at %s+0x%" PRIxPTR "\n", word, symbol->module, symbol->offset);
    }
}

static void write_frames(const char *word, const void *const *frames, size_t depth, FILE *out)
{
    for (size_t i = 0; i < depth; i++)
        write_place(i ? "called" : word, symbol_of_return(frames[i]), out);
}

/* `1,000 handles`, `1 handle`. */
static void write_count(uint64_t count, const char *what, FILE *out)
{
    char digits[32];
    fprintf(out, "%s %s%s", shown_number(count, digits), what, count == 1 ? "" : "s");
}

static void write_head(const struct groups *groups, FILE *out)
{
    const char *about = groups->listing->subject;
    write_count(groups->of_kind[CENSUS_HANDLE], "handle", out);
    fputs(", ", out);
    if (groups->of_kind[CENSUS_REQUEST]) {
        write_count(groups->of_kind[CENSUS_REQUEST], "request", out);
        fputs(" in flight, ", out);
    }
    write_count(groups->of_kind[CENSUS_DESCRIPTOR], "descriptor", out);
    fputs(" and ", out);
    write_count(groups->of_kind[CENSUS_THREAD], "thread", out);
    fprintf(out, "%s%s\n", about ? ": " : " are open", about ? about : "");
}

int listing_words(const struct groups *groups, FILE *out)
{
    write_head(groups, out);
    for (size_t i = 0; i < groups->length; i++) {
        const struct group *group = &groups->all[i];
        struct standing standing = group_standing(group);
        char noun[GROUP_WORDS];
        group_noun(group, noun, sizeof noun);
        fputc('\n', out);
        write_count(group->count, noun, out);
        fprintf(out, "%s%s\n", group->state[0] ? ", " : "", group->state);
        write_frames("stands", standing.frames, standing.depth, out);
        write_frames("made", group->first.frames, group_depth(groups, group), out);
        if (group->count > 1)
            fprintf(out, "    the first %.3f s before the last\n",
                    (double)(group->newest - group->oldest) / 1000);
    }
    return 0;
}

/* --- All of it ----------------------------------------------------------------------------------- */

long listing_write(const struct listing *listing, FILE *out)
{
    static int (*const writers[])(const struct groups *, FILE *) = {
        [LISTING_SUMMARY] = listing_words, [LISTING_JSON] = listing_json,
        [LISTING_PPROF] = listing_pprof,   [LISTING_FOLDED] = listing_folded,
        [LISTING_SVG] = listing_svg,
    };
    struct groups groups;
    uint64_t told = 0;
    int failed = listing_gather(&groups, listing) ? writers[listing->format](&groups, out) : -1;
    for (enum census_kind kind = 0; kind < CENSUS_KINDS; kind++)
        told += groups.of_kind[kind];
    listing_groups_free(&groups);
    return failed ? -1 : (long)told;
}

bool listing_count(const struct listing *listing, struct listing_counts *counts)
{
    struct groups groups;
    bool whole = listing_gather(&groups, listing);
    *counts = (struct listing_counts){.queued = 0};
    for (size_t i = 0; i < groups.length; i++) {
        const struct group *group = &groups.all[i];
        counts->of_kind[group->first.kind] += group->count;
        if (group->first.kind != CENSUS_HANDLE)
            continue;
        counts->of_type[group->first.type] += group->count;
        counts->queued += group->queued;
    }
    listing_groups_free(&groups);
    return whole;
}
