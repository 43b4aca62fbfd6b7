/* Stacks as a tree, each frame's width its share of all, drawn as SVG without scripts. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct flame_frame {
    const char *name; /* copied */
    const char *file; /* lives as long as the tree; NULL: not known */
    int line;
};

struct flame_node;
struct flame_tree {
    struct flame_node *root; /* NULL: nothing is in it */
    const char *of;          /* what is counted: "open"; NULL: "tasks" */
};

/* A stack of so many, root first. False: no memory. */
bool flame_tree_add(struct flame_tree *tree, const struct flame_frame *frames, size_t depth,
                    size_t count);

/* A frame's title tells function, place and count. False, and nothing is written: no memory. */
bool flame_tree_svg(const struct flame_tree *tree, const char *title, FILE *out);
void flame_tree_free(struct flame_tree *tree);

/* A frame's name in a folded line: what would end it or the line is replaced. */
void flame_folded_name(const char *name, FILE *out);
