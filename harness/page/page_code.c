#include "page/page_code.h"
#include "page/highlight.h"
#include "page/page_made.h"
#include "probe/figures.h"
#include "result/html.h"
#include "source/aligned.h"
#include "source/prose.h"
#include <inttypes.h>
#include <string.h>

/* One side while it is written. */
struct source_side {
    const struct measured *measured;
    size_t line; /* of the source, the one before */
};

/* The measured tasks that are parked at this line. */
static uint64_t parked_at(const struct source_side *side, bool *awake)
{
    uint64_t count = 0;
    for (size_t i = 0; i < side->measured->place_count; i++) {
        const struct parked_place *place = &side->measured->places[i];
        if (place->line != side->line || strcmp(place->file, side->measured->path) != 0)
            continue;
        count += place->count;
        *awake = place->kept_awake;
    }
    return count;
}

/* Whether it was made at this line, and is left. */
static bool is_made_at(const struct source_side *side, const struct made_place *made)
{
    return made->line == side->line && strcmp(made->file, side->measured->path) == 0;
}

static bool any_made_at(const struct source_side *side)
{
    for (size_t i = 0; i < side->measured->made_count; i++)
        if (is_made_at(side, &side->measured->made[i]))
            return true;
    return false;
}

static bool is_noted(const struct source_side *side)
{
    bool awake;
    return parked_at(side, &awake) || any_made_at(side);
}

/* Tasks that are parked there, or else what was made there and is left. */
static void write_note(FILE *out, const struct source_side *side)
{
    char count[FIGURE], words[MADE_WORDS];
    const char *before = " data-note=\"made here and left: ";
    bool awake = false;
    uint64_t parked = parked_at(side, &awake);
    if (parked) {
        fprintf(out, " data-note=\"%s tasks %s here\"", figure_count(count, (int64_t)parked),
                awake ? "kept awake" : "parked");
        return;
    }
    for (size_t i = 0; i < side->measured->made_count; i++) {
        const struct made_place *made = &side->measured->made[i];
        if (!is_made_at(side, made))
            continue;
        fprintf(out, "%s%s times ", before, figure_count(count, (int64_t)made->count));
        html_text(out, made_words(words, made));
        before = "; ";
    }
    if (any_made_at(side))
        putc('"', out);
}

/* beside_note: the other side has a note beneath its line, and this one keeps room. */
static void write_line(FILE *out, struct source_side *side, struct highlight *state,
                       const struct aligned_row *row, enum variant v, bool beside_note)
{
    if (!row->line[v]) {
        fprintf(out, "<span class=\"l none%s\"></span>", beside_note ? " beside" : "");
        return;
    }
    side->line++;
    bool noted = is_noted(side);
    fprintf(out, "<span class=\"l%s%s\" data-n=\"%zu\"", row->differ ? " d" : "",
            noted         ? " here"
            : beside_note ? " beside"
                          : "",
            side->line);
    write_note(out, side);
    putc('>', out);
    highlight_line(out, state, row->line[v]);
    fputs("\n</span>", out);
}

static void write_side(FILE *out, const struct aligned *aligned, const struct source_side *sides,
                       enum variant v)
{
    struct highlight state = {false};
    struct source_side here = sides[v], other = sides[1 - v], *side = &here;
    fprintf(out, "<div class=\"side %s\"><h3>", variant_name(v));
    html_element(out, "code", side->measured->path);
    fprintf(out, "</h3>\n<pre tabindex=\"0\" aria-label=\"the source of the %s\"><code>",
            variant_name(v));
    for (size_t i = 0; i < aligned->length; i++) {
        other.line += aligned->rows[i].line[1 - v] != NULL;
        bool noted = aligned->rows[i].line[1 - v] && is_noted(&other);
        write_line(out, side, &state, &aligned->rows[i], v, noted);
    }
    fputs("</code></pre></div>\n", out);
}

static const char *after(const char *source, size_t lines)
{
    while (lines-- && (source = strchr(source, '\n')))
        source++;
    return source ? source : "";
}

/* The opening comments are told as prose; the lines after them keep their numbers. */
bool page_code(FILE *out, const struct measured_pair *pair)
{
    struct source_side sides[VARIANTS];
    const char *text[VARIANTS];
    struct aligned aligned;
    for (enum variant v = 0; v < VARIANTS; v++) {
        const struct measured *measured = &pair->variants[v];
        const char *source = measured->source ? measured->source : "";
        struct prose prose = prose_of(source);
        sides[v] = (struct source_side){measured, prose.lines};
        text[v] = after(source, prose.lines);
        prose_free(&prose);
    }
    if (!*text[VARIANT_LEAK] || !*text[VARIANT_FIX])
        return true; /* the record has no sources */
    if (!aligned_make(&aligned, text[VARIANT_LEAK], text[VARIANT_FIX]))
        return false;
    fputs("<div class=\"sides\">\n", out);
    for (enum variant v = 0; v < VARIANTS; v++)
        write_side(out, &aligned, sides, v);
    fputs("</div>\n", out);
    aligned_free(&aligned);
    return true;
}
