#include "page/draw.h"
#include "page/assets.h"
#include "page/svg.h"
#include "result/folder.h"
#include "result/program.h"
#include "result/stream.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SVG_MOST = 16 << 20 };

#define DARK(light, dark)                                                                          \
    "[stroke=\"" light "\"]{stroke:" dark "}[fill=\"" light "\"]{fill:" dark "}"

const char draw_dark[] =
    DARK("#333333", "#d4d4d4") DARK("#888888", "#8a8a8a") DARK("#dddddd", "#3a3f45")
        DARK("#f2f2ef", "#23282e") DARK("#d55e00", "#e69f00") DARK("#0072b2", "#56b4e9")
            DARK("#009e73", "#2fc49c") DARK("#8f4a76", "#e09ac2") DARK("#fefefe", "#15191e");

const char *plot_name(enum plot plot)
{
    static const char *const names[] = {[PLOT_LIVE] = "live",
                                        [PLOT_MEMORY] = "memory",
                                        [PLOT_COST] = "cost",
                                        [PLOT_LATENCY] = "latency"};
    return names[plot];
}

static bool take_figure(struct figure *figure, const char *folder, size_t number, char *why,
                        size_t size)
{
    char name[32];
    size_t length;
    snprintf(name, sizeof name, "%zu.svg", number);
    char *drawn = folder_read(folder, name, SVG_MOST, &length, why, size);
    figure->svg = drawn ? svg_tidy(drawn, figure->words, draw_dark) : NULL;
    if (drawn && !figure->svg)
        snprintf(why, size, "gnuplot wrote no figure that can be used, or memory is short");
    free(drawn);
    return figure->svg;
}

/* The figures of these numbers as one script, each into a file of its own. */
static char *script_of(const struct figure *figures, size_t from, size_t to)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    for (size_t i = from; out && i < to; i++)
        fprintf(out, "reset\n%s\nset output \"%zu.svg\"\n%sunset output\n", asset_plot_style, i,
                figures[i].script);
    return stream_close(out, &held);
}

static bool draw_some(const char *folder, struct figure *figures, size_t from, size_t to, char *why,
                      size_t size)
{
    static const char *const argv[] = {"gnuplot", "-d", "-", NULL};
    char *script = script_of(figures, from, to);
    char *said = script ? program_run(argv, folder, script, why, size) : NULL;
    bool done = said != NULL;
    if (!script)
        snprintf(why, size, "no memory for the figures");
    for (size_t i = from; done && i < to; i++)
        done = take_figure(&figures[i], folder, i, why, size);
    free(script);
    free(said);
    return done;
}

/* All at once, which is faster; where that fails one by one, so that none is in the way of the others. */
static bool draw_in(const char *folder, struct figure *figures, size_t count, char *why,
                    size_t size)
{
    char unused[256], *version;
    why[0] = 0;
    if (draw_some(folder, figures, 0, count, why, size))
        return true;
    version = draw_version(unused, sizeof unused);
    for (size_t i = 0; version && i < count; i++) {
        free(figures[i].svg);
        figures[i].svg = NULL;
        draw_some(folder, figures, i, i + 1, why, size);
    }
    free(version);
    return version;
}

bool draw(struct figure *figures, size_t count, char *why, size_t size)
{
    char folder[FOLDER_PATH];
    const char *parent = getenv("TMPDIR");
    if (!folder_begin(parent && *parent ? parent : "/tmp", folder, why, size))
        return false;
    bool done = draw_in(folder, figures, count, why, size);
    folder_abandon(folder);
    return done;
}

void draw_free(struct figure *figures, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(figures[i].id);
        free(figures[i].words);
        free(figures[i].script);
        free(figures[i].svg);
    }
    free(figures);
}

/* Asked of it once: each figure that is verified wants to know. */
char *draw_version(char *why, size_t size)
{
    static const char *const argv[] = {"gnuplot", "--version", NULL};
    static char known[256];
    snprintf(why, size, "no memory for the version of gnuplot");
    char *text = known[0] ? strdup(known) : program_run(argv, NULL, NULL, why, size);
    if (!text)
        return NULL;
    text[strcspn(text, "\n")] = 0;
    snprintf(known, sizeof known, "%s", text);
    return text;
}
