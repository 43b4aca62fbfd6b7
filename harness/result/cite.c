#include "result/cite.h"
#include "probe/printable.h"
#include "result/about.h"
#include "result/left.h"
#include "result/markdown_text.h"
#include "result/noise.h"
#include "result/phrase.h"
#include "result/stream.h"
#include "result/tex_text.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *cite_format_name(enum cite_format format)
{
    static const char *const names[] = {"text", "markdown", "bibtex"};
    return names[format];
}

const char *cite_link(char link[CITE_LINK], const struct summary *summary,
                      const struct measured_pair *pair)
{
    snprintf(link, CITE_LINK, "results/%.96s/README.md#%.64s", summary->name, pair->id);
    return link;
}

const char *cite_address(char link[ORIGIN_LINK], const struct summary *summary,
                         const struct measured_pair *pair, const char *origin)
{
    char path[CITE_LINK];
    return origin_link(link, origin, cite_link(path, summary, pair));
}

/* What is said, apart from the form that it is said in. */
struct citation {
    const struct measured_pair *pair;
    char *finding, *machine, *command;
    char version[40], commit[32], day[11], link[ORIGIN_LINK];
};

static void say_memory(FILE *out, const struct measured *measured, bool basis_too)
{
    char number[PHRASE], interval[PHRASE], basis[PHRASE], once[PHRASE];
    const struct estimate *bytes = &measured->bytes_per_request;
    if (isnan(bytes->value))
        return;
    fprintf(out, "%s bytes of resident memory", phrase_number(number, bytes->value, bytes));
    if (*phrase_interval(interval, bytes))
        fprintf(out, " (%s%s%s)", basis_too ? phrase_basis(basis, bytes, measured->run_count) : "",
                basis_too ? ": " : "", interval);
    if (*phrase_once(once, measured))
        fprintf(out, ", %s", once);
}

static void say_variant(FILE *out, const struct measured_pair *pair, enum variant variant)
{
    const struct measured *measured = &pair->variants[variant];
    char left[PHRASE_LONG];
    bool timers = summary_grows(pair) == GROWS_TIMERS;
    if (!measured->run_count) {
        fprintf(out, "the %s was not measured", variant_name(variant));
        return;
    }
    fprintf(out, "each request to the %s %s ", variant_name(variant),
            timers ? "holds" : "leaves behind");
    if (*left_words(left, pair, variant))
        fprintf(out, "%s and ", left);
    say_memory(out, measured, variant == VARIANT_LEAK);
}

static char *finding(const struct measured_pair *pair)
{
    char load[PHRASE];
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    fprintf(out, "Over %s, ", phrase_load(load, pair));
    say_variant(out, pair, VARIANT_LEAK);
    fputs(", ", out);
    say_variant(out, pair, VARIANT_FIX);
    for (enum variant v = 0; v < VARIANTS; v++) {
        char noisy[NOISY_WORDS];
        if (is_noisy(&pair->variants[v]))
            fprintf(out, "; the %s's times are not to be compared, %s", variant_name(v),
                    noisy_words(noisy, &pair->variants[v]));
    }
    return stream_close(out, &held);
}

static void write_code(FILE *out, const char *words, bool markdown)
{
    if (markdown) {
        markdown_code(out, words);
        return;
    }
    putc('"', out);
    printable_write(out, words);
    putc('"', out);
}

static void write_prose(FILE *out, const struct citation *c, bool markdown)
{
    void (*words)(FILE * to, const char *text) = markdown ? markdown_text : printable_write;
    fprintf(out, markdown ? "`%s`" : "%s", c->pair->id);
    fputs(" (\"", out);
    words(out, c->pair->title);
    fprintf(out, "\"): %s. Measured %s on ", c->finding, c->day);
    words(out, c->machine);
    fputs(" with leaklab ", out);
    words(out, c->version);
    fputs(", commit ", out);
    words(out, c->commit);
    fputs(", by ", out);
    write_code(out, c->command, markdown);
    fprintf(out, markdown ? ". [%s](%s)\n" : ". %s\n", c->link, c->link);
}

static void tex_field(FILE *out, const char *name, const char *text)
{
    fprintf(out, "  %-12s = {", name);
    tex_text(out, text);
    fputs("},\n", out);
}

static void write_bibtex(FILE *out, const struct citation *c, const struct summary *summary)
{
    char *note = NULL, *title = NULL;
    if (asprintf(&title, "%s: %s", c->pair->id, c->pair->title) < 0)
        title = NULL;
    if (asprintf(&note, "%s. Measured on %s, commit %s, by '%s'", c->finding, c->machine, c->commit,
                 c->command) < 0)
        note = NULL;
    fprintf(out, "@misc{leaklab_%s_%s,\n", c->pair->id, summary->name);
    fprintf(out, "  %-12s = {{leaklab contributors}},\n", "author");
    tex_field(out, "title", stream_piece(out, title));
    fprintf(out, "  %-12s = {%.4s},\n  %-12s = {%.2s},\n", "year", c->day, "month",
            strlen(c->day) == 10 ? c->day + 5 : "");
    tex_field(out, "howpublished", c->link);
    tex_field(out, "version", c->version);
    tex_field(out, "note", stream_piece(out, note));
    fputs("}\n", out);
    free(title);
    free(note);
}

static char *written(const struct citation *c, const struct summary *summary,
                     enum cite_format format)
{
    struct stream_text held;
    FILE *out = stream_open(&held);
    if (!out)
        return NULL;
    if (format == CITE_BIBTEX)
        write_bibtex(out, c, summary);
    else
        write_prose(out, c, format == CITE_MARKDOWN);
    return stream_close(out, &held);
}

char *cite(const struct summary *summary, const struct measured_pair *pair, enum cite_format format)
{
    return cite_at(summary, pair, format, "");
}

char *cite_at(const struct summary *summary, const struct measured_pair *pair,
              enum cite_format format, const char *origin)
{
    const char *version = json_string_value(json_object_get(summary->about, "leaklab"));
    struct citation c = {
        .pair = pair,
        .finding = finding(pair),
        .machine = about_machine(summary->about),
        .command = about_command(summary->about),
    };
    printable_cut(c.version, sizeof c.version, version ? version : "unknown");
    about_commit(summary->about, c.commit);
    about_day(summary->about, c.day);
    cite_address(c.link, summary, pair, origin);
    char *text = c.finding && c.machine && c.command ? written(&c, summary, format) : NULL;
    free(c.finding);
    free(c.machine);
    free(c.command);
    return text;
}

char *cite_confirmed(const struct summary *summary, const struct measured_pair *pair,
                     enum cite_format format, const struct confirmers *others)
{
    struct stream_text held;
    char *sentence =
        format == CITE_BIBTEX ? strdup("") : confirmed_sentence(others, summary->name, pair->id);
    FILE *out = stream_open(&held);
    if (out && !sentence)
        stream_fail(out);
    if (out && sentence && *sentence) {
        (format == CITE_MARKDOWN ? markdown_text : printable_write)(out, sentence);
        putc('\n', out);
    }
    free(sentence);
    return stream_close(out, &held);
}
