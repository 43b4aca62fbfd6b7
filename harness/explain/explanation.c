#include "explain/explanation.h"
#include "probe/printable.h"
#include "source/source.h"
#include <stdlib.h>
#include <string.h>

static int suspects_first(const void *a, const void *b)
{
    const struct explained_site *left = a, *right = b;
    if (left->is_suspect != right->is_suspect)
        return left->is_suspect ? -1 : 1;
    if (left->site.count != right->site.count)
        return left->site.count < right->site.count ? 1 : -1;
    return (left->site.group > right->site.group) - (left->site.group < right->site.group);
}

bool explanation_make(struct explanation *e, const struct dump *dump, const char *name,
                      const struct own *own)
{
    size_t length;
    struct site *sites = sites_of(dump, own, &length);
    *e = (struct explanation){.dump = dump, .name = name};
    e->sites = sites ? calloc(length + 1, sizeof *e->sites) : NULL;
    for (size_t i = 0; e->sites && i < length; i++) {
        struct explained_site *one = &e->sites[e->length++];
        one->site = sites[i];
        one->is_suspect = suspect_of(dump, &sites[i], one->why);
        e->suspects += one->is_suspect;
        if (one->is_suspect)
            one->like_count = patterns_like(dump, own, sites, length, i, one->like);
    }
    free(sites);
    if (e->sites)
        qsort(e->sites, e->length, sizeof *e->sites, suspects_first);
    return e->sites != NULL;
}

void explanation_free(struct explanation *e)
{
    free(e->sites);
    *e = (struct explanation){0};
}

void explained_place(const struct dump *dump, const struct dump_frame *frame, FILE *out)
{
    const char *function = dump_word_text(dump, frame->function),
               *file = dump_word_text(dump, frame->file);
    printable_write(out, *function ? function : *file ? "" : "(no frames)");
    if (*file) {
        fputs(*function ? " " : "", out);
        printable_write(out, file);
    }
    if (frame->line)
        fprintf(out, ":%u", frame->line);
}

const char *explained_minutes(const struct site *site, char text[64])
{
    text[0] = 0;
    if (site->minutes_most > 0 && site->minutes_least >= 0 &&
        site->minutes_least < site->minutes_most)
        snprintf(text, 64, "%lld to %lld minutes", (long long)site->minutes_least,
                 (long long)site->minutes_most);
    else if (site->minutes_most > 0)
        snprintf(text, 64, "%lld minute%s", (long long)site->minutes_most,
                 site->minutes_most == 1 ? "" : "s");
    return text;
}

void explained_remarks(const struct dump *dump, const char *before, FILE *out)
{
    enum { MOST = 8 };
    for (size_t i = 0; i < dump->remark_count && i < MOST; i++) {
        const struct dump_remark *remark = &dump->remarks[i];
        fputs(before, out);
        if (remark->line && remark->last > remark->line)
            fprintf(out, "lines %zu to %zu: ", remark->line, remark->last);
        else if (remark->line)
            fprintf(out, "line %zu: ", remark->line);
        printable_write(out, remark->text ? remark->text : "none of a dump's; left out");
        fputc('\n', out);
    }
    if (dump->remark_count > MOST)
        fprintf(out, "%sand %zu more of that kind\n", before, dump->remark_count - MOST);
}
