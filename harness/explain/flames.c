#include "explain/flames.h"
#include "profile/flame_tree.h"
#include <stdio.h>

static const char *frame_name(const struct dump *dump, const struct dump_frame *frame)
{
    const char *function = dump_word_text(dump, frame->function);
    return *function ? function : "?";
}

static const char *wait_name(const struct dump *dump, const struct dump_group *group,
                             char name[256])
{
    const char *reason = dump_word_text(dump, group->reason);
    snprintf(name, 256, "[%.200s]", *reason ? reason : "?");
    return name;
}

void flames_folded(const struct dump *dump, FILE *out)
{
    char wait[256];
    for (size_t i = 0; i < dump->length; i++) {
        const struct dump_group *group = &dump->groups[i];
        for (uint32_t j = group->depth; j-- > 0;) {
            flame_folded_name(frame_name(dump, &dump->frames[group->frames + j]), out);
            fputc(';', out);
        }
        flame_folded_name(wait_name(dump, group, wait), out);
        fprintf(out, " %llu\n", (unsigned long long)group->count);
    }
}

int flames_svg(const struct dump *dump, const char *title, FILE *out)
{
    struct flame_tree tree = {0};
    struct flame_frame frames[DUMP_DEPTH + 1];
    char wait[256];
    bool done = true;
    for (size_t i = 0; i < dump->length && done; i++) {
        const struct dump_group *group = &dump->groups[i];
        for (uint32_t j = 0; j < group->depth; j++) {
            const struct dump_frame *f = &dump->frames[group->frames + group->depth - 1 - j];
            frames[j] = (struct flame_frame){
                frame_name(dump, f), f->file ? dump_word_text(dump, f->file) : NULL, (int)f->line};
        }
        frames[group->depth] = (struct flame_frame){.name = wait_name(dump, group, wait)};
        done = flame_tree_add(&tree, frames, group->depth + 1, group->count);
    }
    done = done && flame_tree_svg(&tree, title, out);
    flame_tree_free(&tree);
    return done ? 0 : -1;
}
