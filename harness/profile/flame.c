#include "profile/flame.h"
#include "profile/shown.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 512 };

/* --- Folded ----------------------------------------------------------------------------------------- */

/* What would end a frame or a line is replaced. */
static void write_name(const char *name, FILE *out)
{
    for (; *name; name++)
        fputc(*name == ';' || *name == '\n' ? ':' : *name, out);
}

void flame_folded(const struct profile *p, FILE *out)
{
    struct shown_frame shown[SHOWN_ROOM];
    char name[NAME];
    for (size_t i = 0; i < p->length; i++) {
        const struct profile_group *g = &p->groups[i];
        for (size_t j = shown_frames(g->frames, g->depth, shown, SHOWN_ROOM); j-- > 0;) {
            write_name(shown_function(shown[j].symbol, name, sizeof name), out);
            fputc(';', out);
        }
        fprintf(out, "[%s] %zu\n", shown_state(g->state, g->reason), g->count);
    }
}

/* --- A tree of the stacks --------------------------------------------------------------------------- */

struct node {
    char *name; /* function, or [reason] */
    const char *file;
    int line;
    size_t count, depth;
    struct node *first_child, *last_child, *next;
};

static struct node *child(struct node *parent, const char *name, const struct symbol *s)
{
    const char *file = s ? s->file : 0;
    int line = s ? s->line : 0;
    for (struct node *n = parent->first_child; n; n = n->next)
        if (n->line == line && !strcmp(n->name, name) &&
            (n->file == file || (n->file && file && !strcmp(n->file, file))))
            return n;
    struct node *n = calloc(1, sizeof *n);
    char *clean = shown_utf8(name);
    if (!n || !clean) {
        free(n);
        free(clean);
        return 0;
    }
    *n = (struct node){.name = clean, .file = file, .line = line, .depth = parent->depth + 1};
    if (parent->last_child)
        parent->last_child->next = n;
    else
        parent->first_child = n;
    parent->last_child = n;
    return n;
}

static bool add_group(struct node *root, const struct profile_group *g)
{
    struct shown_frame shown[SHOWN_ROOM];
    char name[NAME];
    struct node *n = root;
    root->count += g->count;
    for (size_t j = shown_frames(g->frames, g->depth, shown, SHOWN_ROOM); j-- > 0;) {
        n = child(n, shown_function(shown[j].symbol, name, sizeof name), shown[j].symbol);
        if (!n)
            return false;
        n->count += g->count;
    }
    snprintf(name, sizeof name, "[%s]", shown_state(g->state, g->reason));
    n = child(n, name, 0);
    if (n)
        n->count += g->count;
    return n != 0;
}

/* A tree is at most SHOWN_ROOM deep. */
static void free_children(struct node *n)
{
    for (struct node *c = n->first_child, *next; c; c = next) {
        next = c->next;
        free_children(c);
        free(c->name);
        free(c);
    }
}

static size_t depth_of(const struct node *n)
{
    size_t most = n->depth;
    for (const struct node *c = n->first_child; c; c = c->next) {
        size_t depth = depth_of(c);
        most = depth > most ? depth : most;
    }
    return most;
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

static void draw(const struct canvas *c, const struct node *n, double x)
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
    fprintf(c->out, "\n%s tasks, %.2f%%</title><rect x=\"%.2f\" y=\"%.0f\" width=\"%.2f\" ",
            shown_number(n->count, digits), 100.0 * (double)n->count / (double)c->total, x, y,
            width - gap);
    fprintf(c->out, "height=\"%d\" rx=\"2\" fill=\"", ROW - 1);
    colour(n->name, c->out);
    fprintf(c->out, "\"/><text x=\"%.2f\" y=\"%.0f\">", x + 4, y + ROW - 6);
    write_fitting(n->name, width - 6, c->out);
    fputs("</text></g>\n", c->out);
    for (const struct node *child_node = n->first_child; child_node;
         child_node = child_node->next) {
        draw(c, child_node, x);
        x += unit * (double)child_node->count;
    }
}

int flame_svg(const struct profile *p, const char *title, FILE *out)
{
    struct node root = {.name = "all tasks"};
    bool done = true;
    for (size_t i = 0; i < p->length && done; i++)
        done = add_group(&root, &p->groups[i]);
    struct canvas c = {out, root.count, HEAD + 2 * MARGIN + ROW * (depth_of(&root) + 1)};
    if (done) {
        fprintf(out,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %zu\" width=\"%d\" "
                "height=\"%zu\" font-family=\"ui-monospace,monospace\" font-size=\"12\">\n"
                "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
                "<text x=\"%d\" y=\"28\" font-size=\"16\">",
                WIDTH, c.height, WIDTH, c.height, MARGIN);
        char *clean = shown_utf8(title);
        escape(clean ? clean : "", out);
        free(clean);
        fputs("</text>\n", out);
        if (root.count)
            draw(&c, &root, MARGIN);
        fputs("</svg>\n", out);
    }
    free_children(&root);
    if (!done)
        errno = ENOMEM;
    return done ? 0 : -1;
}
