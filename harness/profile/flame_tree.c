#include "profile/flame_tree.h"
#include "profile/shown.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 512 };

/* What would end a frame or a line is replaced. */
void flame_folded_name(const char *name, FILE *out)
{
    for (; *name; name++)
        fputc(*name == ';' || *name == '\n' ? ':' : *name, out);
}

/* --- A tree of the stacks --------------------------------------------------------------------------- */

struct flame_node {
    char *name; /* function, or [reason] */
    const char *file;
    int line;
    size_t count, depth;
    struct flame_node *first_child, *last_child, *next;
};

static struct flame_node *child(struct flame_node *parent, const char *name, const char *file,
                                int line)
{
    for (struct flame_node *n = parent->first_child; n; n = n->next)
        if (n->line == line && !strcmp(n->name, name) &&
            (n->file == file || (n->file && file && !strcmp(n->file, file))))
            return n;
    struct flame_node *n = calloc(1, sizeof *n);
    char *clean = shown_utf8(name);
    if (!n || !clean) {
        free(n);
        free(clean);
        return 0;
    }
    *n = (struct flame_node){.name = clean, .file = file, .line = line, .depth = parent->depth + 1};
    if (parent->last_child)
        parent->last_child->next = n;
    else
        parent->first_child = n;
    parent->last_child = n;
    return n;
}

bool flame_tree_add(struct flame_tree *tree, const struct flame_frame *frames, size_t depth,
                    size_t count)
{
    if (!tree->root && (tree->root = calloc(1, sizeof *tree->root)))
        tree->root->name = strdup(tree->of ? "all" : "all tasks");
    struct flame_node *n = tree->root && tree->root->name ? tree->root : NULL;
    if (!n)
        return false;
    n->count += count;
    for (size_t i = 0; i < depth; i++) {
        n = child(n, frames[i].name, frames[i].file, frames[i].line);
        if (!n)
            return false;
        n->count += count;
    }
    return true;
}

/* A tree is as deep as its deepest stack. */
static void free_children(struct flame_node *n)
{
    for (struct flame_node *c = n->first_child, *next; c; c = next) {
        next = c->next;
        free_children(c);
        free(c->name);
        free(c);
    }
}

static size_t depth_of(const struct flame_node *n)
{
    size_t most = n->depth;
    for (const struct flame_node *c = n->first_child; c; c = c->next) {
        size_t depth = depth_of(c);
        most = depth > most ? depth : most;
    }
    return most;
}

void flame_tree_free(struct flame_tree *tree)
{
    if (tree->root) {
        free_children(tree->root);
        free(tree->root->name);
    }
    free(tree->root);
    tree->root = NULL;
}

/* --- SVG -------------------------------------------------------------------------------------------- */

enum { WIDTH = 1200, ROW = 20, MARGIN = 12, HEAD = 40, LETTER = 7, LEAST = 1 };
static const double gap = 0.7;

static void escape(const char *text, FILE *out)
{
    for (; *text; text++)
        switch (*text) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default: /* control characters are not allowed, not even as references */
            fputc((unsigned char)*text < ' ' ? '?' : *text, out);
        }
}

struct canvas {
    FILE *out;
    const char *of;
    size_t total, height;
};

/* The same function has the same warm colour in every graph. */
static void colour(const char *name, FILE *out)
{
    uint32_t hash = 2166136261u;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    fprintf(out, "hsl(%u,%u%%,%u%%)", 10 + hash % 45, 65 + hash / 45 % 25, 62 + hash / 1125 % 14);
}

/* The name's part that fits; a cut never splits a character. */
static void write_fitting(const char *name, double width, FILE *out)
{
    size_t letters = (size_t)(width / LETTER), n = strlen(name);
    if (n <= letters) {
        escape(name, out);
        return;
    }
    if (letters < 4)
        return;
    char part[NAME + 1];
    n = letters - 2 < NAME ? letters - 2 : NAME;
    while (n && ((unsigned char)name[n] & 0xC0) == 0x80)
        n--;
    memcpy(part, name, n);
    part[n] = 0;
    escape(part, out);
    fputs("..", out);
}

static void draw(const struct canvas *c, const struct flame_node *n, double x)
{
    double unit = (WIDTH - 2.0 * MARGIN) / (double)c->total, width = unit * (double)n->count;
    if (width < LEAST)
        return;
    char digits[32];
    double y = (double)(c->height - MARGIN) - ROW * (double)(n->depth + 1);
    fputs("<g><title>", c->out);
    escape(n->name, c->out);
    if (n->file) {
        fputs(" ", c->out);
        escape(n->file, c->out);
        fprintf(c->out, ":%d", n->line);
    }
    fprintf(c->out, "\n%s %s, %.2f%%</title><rect x=\"%.2f\" y=\"%.0f\" width=\"%.2f\" ",
            shown_number(n->count, digits), c->of, 100.0 * (double)n->count / (double)c->total, x,
            y, width - gap);
    fprintf(c->out, "height=\"%d\" rx=\"2\" fill=\"", ROW - 1);
    colour(n->name, c->out);
    fprintf(c->out, "\"/><text x=\"%.2f\" y=\"%.0f\">", x + 4, y + ROW - 6);
    write_fitting(n->name, width - 6, c->out);
    fputs("</text></g>\n", c->out);
    for (const struct flame_node *child_node = n->first_child; child_node;
         child_node = child_node->next) {
        draw(c, child_node, x);
        x += unit * (double)child_node->count;
    }
}

bool flame_tree_svg(const struct flame_tree *tree, const char *title, FILE *out)
{
    char *clean = shown_utf8(title);
    if (!clean)
        return false;
    const struct flame_node nothing = {.name = NULL}, *root = tree->root ? tree->root : &nothing;
    struct canvas c = {out, tree->of ? tree->of : "tasks", root->count,
                       HEAD + 2 * MARGIN + ROW * (depth_of(root) + 1)};
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %zu\" width=\"%d\" "
            "height=\"%zu\" font-family=\"ui-monospace,monospace\" font-size=\"12\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
            "<text x=\"%d\" y=\"28\" font-size=\"16\">",
            WIDTH, c.height, WIDTH, c.height, MARGIN);
    escape(clean, out);
    free(clean);
    fputs("</text>\n", out);
    if (root->count)
        draw(&c, root, MARGIN);
    fputs("</svg>\n", out);
    return true;
}
