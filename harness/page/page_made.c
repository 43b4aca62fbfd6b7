#include "page/page_made.h"
#include "probe/figures.h"
#include "result/html.h"
#include "result/markdown_text.h"
#include "source/tag.h"
#include <inttypes.h>
#include <string.h>

static bool is_any(const struct measured_pair *pair)
{
    return pair->variants[VARIANT_LEAK].made_count || pair->variants[VARIANT_FIX].made_count;
}

/* Records have the type apart from the kind, and call a request of libuv what it is in C. */
const char *made_words(char text[MADE_WORDS], const struct made_place *made)
{
    bool is_request = strcmp(made->kind, "uv_req") == 0;
    const char *kind = is_request ? "request" : made->kind;
    int type = (int)strcspn(made->what, ",");
    if (*made->what && (is_request || strcmp(made->kind, "handle") == 0))
        snprintf(text, MADE_WORDS, "%.*s %s%s", type, made->what, kind, made->what + type);
    else
        snprintf(text, MADE_WORDS, "%s%s%s", kind, *made->what ? ", " : "", made->what);
    return text;
}

/* --- HTML ----------------------------------------------------------------------------------- */

/* By what the line says of itself, in the text that was measured; by its number where it says nothing. */
static void place(FILE *out, const struct measured *measured, const struct made_place *made)
{
    char tag[TAG];
    fputs("<code>", out);
    html_text(out, made->file);
    if (measured->source && strcmp(made->file, measured->path) == 0 &&
        tag_of(tag, measured->source, made->line)) {
        fputs("</code>, where it &ldquo;", out);
        html_text(out, tag);
        fputs("&rdquo;", out);
    } else
        fprintf(out, ":%" PRIu64 "</code>", made->line);
    if (*made->function) {
        fputs(", in ", out);
        html_element(out, "code", made->function);
    }
}

void page_made(FILE *out, const struct measured_pair *pair)
{
    char count[FIGURE], words[MADE_WORDS];
    if (!is_any(pair))
        return;
    fputs("<section id=\"census\">\n<h3>What is left, and made where, after settle</h3>\n<div "
          "class=\"wide\"><table class=\"runs words\"><thead><tr><th>variant</th><th>how many</th>"
          "<th>what</th><th>made at</th></tr></thead><tbody>\n",
          out);
    for (enum variant v = 0; v < VARIANTS; v++)
        for (size_t i = 0; i < pair->variants[v].made_count; i++) {
            const struct made_place *made = &pair->variants[v].made[i];
            fprintf(out, "<tr><td>%s</td><td>%s</td><td>", variant_name(v),
                    figure_count(count, (int64_t)made->count));
            html_text(out, made_words(words, made));
            fputs("</td><td>", out);
            place(out, &pair->variants[v], made);
            fputs("</td></tr>\n", out);
        }
    fputs("</tbody></table></div>\n</section>\n", out);
}

/* --- Markdown ------------------------------------------------------------------------------- */

void markdown_made(FILE *out, const struct measured_pair *pair)
{
    char count[FIGURE], words[MADE_WORDS], at[sizeof pair->variants[0].made[0].file + 24];
    if (!is_any(pair))
        return;
    fputs("Left after settle, in the first run:\n\n| variant | how many | what | made at | in |\n"
          "|---|--:|---|---|---|\n",
          out);
    for (enum variant v = 0; v < VARIANTS; v++)
        for (size_t i = 0; i < pair->variants[v].made_count; i++) {
            const struct made_place *made = &pair->variants[v].made[i];
            fprintf(out, "| %s | %s | ", variant_name(v),
                    figure_count(count, (int64_t)made->count));
            markdown_text(out, made_words(words, made));
            fputs(" | ", out);
            snprintf(at, sizeof at, "%s:%" PRIu64, made->file, made->line);
            markdown_code_cell(out, at);
            fputs(" | ", out);
            if (*made->function)
                markdown_code_cell(out, made->function);
            fputs(" |\n", out);
        }
    putc('\n', out);
}
