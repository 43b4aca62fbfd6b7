/* Dumps in their normal form, as text: what was read of them. */
#pragma once

#include "test/support.h"

#include "dumps/read.h"
#include "dumps/sites.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void write_frame(const struct dump *d, const struct dump_frame *f, FILE *out)
{
    fprintf(out, "%s %s:%u", dump_word_text(d, f->function), dump_word_text(d, f->file), f->line);
}

static inline void write_group(const struct dump *d, const struct dump_group *g, FILE *out)
{
    static const char *const flags[] = {"leaked", "locked", "scan", "cut", "guessed"};
    const struct own own = {0};
    fprintf(out, "%llu [%s]", (unsigned long long)g->count, dump_word_text(d, g->reason));
    if (g->minutes_most >= 0)
        fprintf(out, " %lld-%lld min", (long long)g->minutes_least, (long long)g->minutes_most);
    for (int i = 0; i < 5; i++)
        fprintf(out, "%s%s", g->flags & 1u << i ? " " : "", g->flags & 1u << i ? flags[i] : "");
    fprintf(out, ", %u frames: ", g->depth);
    if (g->depth)
        write_frame(d, &d->frames[g->frames + own_frame(&own, d, g)], out);
    if (g->creator.function || g->creator.file) {
        fputs(" by ", out);
        write_frame(d, &g->creator, out);
    }
    fprintf(out, " %s\n", dump_word_text(d, g->labels));
}

static inline char *written(const struct dumps *dumps)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    for (size_t i = 0; i < dumps->length; i++) {
        const struct dump *d = &dumps->all[i];
        fprintf(out, "%s, %llu tasks\n", d->form, (unsigned long long)d->total);
        for (size_t j = 0; j < d->length; j++)
            write_group(d, &d->groups[j], out);
        for (size_t j = 0; j < d->remark_count; j++)
            fprintf(out, "! %zu-%zu %s\n", d->remarks[j].line, d->remarks[j].last,
                    d->remarks[j].text ? d->remarks[j].text : "no dump's");
    }
    fclose(out);
    return text;
}

static inline struct dumps read_bytes(const char *bytes, size_t length)
{
    struct dumps dumps = {0};
    char error[256];
    if (!dumps_read(bytes, length, &dumps, error, sizeof error))
        fail_msg("%s: %.60s", error, bytes);
    return dumps;
}

static inline struct dumps read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

static inline void expect(const char *text, const char *wanted)
{
    struct dumps dumps = read_text(text);
    char *got = written(&dumps);
    assert_string_equal(got, wanted);
    free(got);
    dumps_free(&dumps);
}
