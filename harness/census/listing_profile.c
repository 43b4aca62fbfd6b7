/* Stacks of who made what, root first, its type and state on top: for flame graphs and pprof. */
#include "census/listing_profile.h"
#include "profile/flame_tree.h"
#include "profile/pprof.h"
#include "profile/shown.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

enum { NAME = 512 };

/* `[timer handle, stopped]` */
static void write_top(const struct group *group, char top[NAME])
{
    char noun[GROUP_WORDS];
    group_noun(group, noun, sizeof noun);
    snprintf(top, NAME, "[%s%s%s]", noun, group->state[0] ? ", " : "", group->state);
}

static size_t frames_of(const struct groups *groups, const struct group *group,
                        struct shown_frame shown[SHOWN_ROOM])
{
    return shown_frames(group->first.frames, group_depth(groups, group), shown, SHOWN_ROOM);
}

int listing_folded(const struct groups *groups, FILE *out)
{
    struct shown_frame shown[SHOWN_ROOM];
    char name[NAME];
    for (size_t i = 0; i < groups->length; i++) {
        const struct group *group = &groups->all[i];
        for (size_t j = frames_of(groups, group, shown); j-- > 0;) {
            flame_folded_name(shown_function(shown[j].symbol, name, sizeof name), out);
            fputc(';', out);
        }
        write_top(group, name);
        fprintf(out, "%s %" PRIu64 "\n", name, group->count);
    }
    return 0;
}

static bool add_group(struct flame_tree *tree, const struct groups *groups,
                      const struct group *group)
{
    struct shown_frame shown[SHOWN_ROOM];
    struct flame_frame frames[SHOWN_ROOM + 1];
    char top[NAME];
    size_t depth = frames_of(groups, group, shown);
    char(*names)[NAME] = malloc((depth + 1) * sizeof *names);
    if (!names)
        return false;
    for (size_t i = 0; i < depth; i++) {
        const struct symbol *s = shown[depth - 1 - i].symbol;
        frames[i] = (struct flame_frame){shown_function(s, names[i], NAME), s->file, s->line};
    }
    write_top(group, top);
    frames[depth] = (struct flame_frame){.name = top};
    bool done = flame_tree_add(tree, frames, depth + 1, group->count);
    free(names);
    return done;
}

int listing_svg(const struct groups *groups, FILE *out)
{
    struct flame_tree tree = {.of = "open"};
    char title[256];
    bool whole = true;
    const char *subject = groups->listing->subject;
    snprintf(title, sizeof title, "What is open, by who made it%s%s", subject ? ": " : "",
             subject ? subject : "");
    for (size_t i = 0; i < groups->length && whole; i++)
        whole = add_group(&tree, groups, &groups->all[i]);
    whole = whole && flame_tree_svg(&tree, title, out);
    if (!whole)
        errno = ENOMEM;
    flame_tree_free(&tree);
    return whole ? 0 : -1;
}

/* Values: bytes queued, and how many. Labels: noun, state, and of a thread where it stands. */
static void add_sample(struct pprof_stream *stream, const struct groups *groups,
                       const struct group *group)
{
    enum { LABELS = 3 };
    char noun[GROUP_WORDS], place[NAME] = "";
    struct standing standing = group_standing(group);
    int64_t values[] = {(int64_t)group->queued, (int64_t)group->count};
    struct pprof_label labels[LABELS] = {{"kind", noun}};
    size_t n = 1;
    group_noun(group, noun, sizeof noun);
    if (group->state[0])
        labels[n++] = (struct pprof_label){"state", group->state};
    if (standing.depth) {
        FILE *words = fmemopen(place, sizeof place, "w");
        if (words) {
            shown_place(symbol_of_return(standing.frames[0]), words);
            fclose(words);
            labels[n++] = (struct pprof_label){"stands", place};
        }
    }
    pprof_add(stream, &(struct pprof_sample){group->first.frames, group_depth(groups, group),
                                             values, labels, n});
}

int listing_pprof(const struct groups *groups, FILE *out)
{
    static const struct pprof_type types[] = {{"queued", "bytes"}, {"open", "count"}};
    struct pprof_stream *stream = pprof_begin(types, 2, out);
    if (!stream)
        return -1;
    for (size_t i = 0; i < groups->length && !ferror(out); i++)
        add_sample(stream, groups, &groups->all[i]);
    return pprof_end(stream);
}
