#include "census/listing_words.h"
#include "profile/shown.h"
#include "profile/symbol.h"
#include <inttypes.h>

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
    if (groups->closable.refused)
        fprintf(out, "nothing is proven: %s\n", groups->closable.refused);
    for (size_t i = 0; i < groups->length; i++) {
        const struct group *group = &groups->all[i];
        struct standing standing = group_standing(group);
        char noun[GROUP_WORDS], proof[768];
        group_noun(group, noun, sizeof noun);
        fputc('\n', out);
        write_count(group->count, noun, out);
        fprintf(out, "%s%s\n", group->state[0] ? ", " : "", group->state);
        write_frames("stands", standing.frames, standing.depth, out);
        write_frames("made", group->first.frames, group_depth(groups, group), out);
        closable_say(&groups->closable, group->thing, group->count, proof, sizeof proof);
        if (proof[0])
            fprintf(out, "    %s\n", proof);
        if (group->count > 1)
            fprintf(out, "    the first %.3f s before the last\n",
                    (double)(group->newest - group->oldest) / 1000);
    }
    return 0;
}
