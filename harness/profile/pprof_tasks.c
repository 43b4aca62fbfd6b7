#include "profile/pprof_tasks.h"
#include "profile/pprof.h"
#include "profile/shown.h"
#include <errno.h>
#include <stdlib.h>

enum { OWN_LABELS = 3 }; /* beside those of the program */

static int write_group(struct pprof_stream *stream, const struct profile_group *g, bool is_proven)
{
    char *site;
    size_t n = 0;
    int64_t count = (int64_t)g->count;
    struct pprof_label *labels = malloc((g->label_count + OWN_LABELS) * sizeof *labels);
    if (!labels || asprintf(&site, "%s:%d", g->site->file, g->site->line) < 0) {
        free(labels);
        return -1;
    }
    labels[n++] = (struct pprof_label){"reason", shown_state(g->state, g->reason)};
    labels[n++] = (struct pprof_label){"created_by", site};
    if (is_proven)
        labels[n++] = (struct pprof_label){"proof", proven_word(g->verdict)};
    for (size_t i = 0; i < g->label_count; i++)
        labels[n++] = (struct pprof_label){g->labels[i].key, g->labels[i].value};
    pprof_add(stream, &(struct pprof_sample){g->frames, g->depth, &count, labels, n});
    free(site);
    free(labels);
    return 0;
}

int pprof_write(const struct profile *p, FILE *out)
{
    bool is_proven = p->proof && !proven_refused(p->proof);
    struct pprof_type type = {p->leaked_only ? "goroutineleak" : "goroutine", "count"};
    struct pprof_stream *stream = pprof_begin(&type, 1, out);
    int failed = stream ? 0 : -1;
    for (size_t i = 0; i < p->length && !failed && !ferror(out); i++)
        failed = write_group(stream, &p->groups[i], is_proven);
    if (stream && pprof_end(stream) != 0)
        failed = -1;
    if (failed)
        errno = ENOMEM;
    return failed;
}
