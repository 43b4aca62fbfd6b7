#include "profile/flame.h"
#include "profile/flame_tree.h"
#include "profile/shown.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 512 };

void flame_folded(const struct profile *p, FILE *out)
{
    struct shown_frame shown[SHOWN_ROOM];
    char name[NAME];
    for (size_t i = 0; i < p->length; i++) {
        const struct profile_group *g = &p->groups[i];
        for (size_t j = shown_frames(g->frames, g->depth, shown, SHOWN_ROOM); j-- > 0;) {
            flame_folded_name(shown_function(shown[j].symbol, name, sizeof name), out);
            fputc(';', out);
        }
        fprintf(out, "[%s] %zu\n", shown_state(g->state, g->reason), g->count);
    }
}

static bool add_group(struct flame_tree *tree, const struct profile_group *g)
{
    struct shown_frame shown[SHOWN_ROOM];
    struct flame_frame frames[SHOWN_ROOM + 1];
    char reason[NAME];
    size_t depth = shown_frames(g->frames, g->depth, shown, SHOWN_ROOM);
    char(*names)[NAME] = malloc((depth + 1) * sizeof *names);
    if (!names)
        return false;
    for (size_t i = 0; i < depth; i++) {
        const struct symbol *s = shown[depth - 1 - i].symbol;
        frames[i] = (struct flame_frame){shown_function(s, names[i], NAME), s->file, s->line};
    }
    snprintf(reason, sizeof reason, "[%s]", shown_state(g->state, g->reason));
    frames[depth] = (struct flame_frame){.name = reason};
    bool done = flame_tree_add(tree, frames, depth + 1, g->count);
    free(names);
    return done;
}

int flame_svg(const struct profile *p, const char *title, FILE *out)
{
    struct flame_tree tree = {0};
    bool done = true;
    for (size_t i = 0; i < p->length && done; i++)
        done = add_group(&tree, &p->groups[i]);
    done = done && flame_tree_svg(&tree, title, out);
    flame_tree_free(&tree);
    if (!done)
        errno = ENOMEM;
    return done ? 0 : -1;
}
