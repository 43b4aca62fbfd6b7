#include "profile/dump.h"
#include "profile/flame.h"
#include "profile/made.h"
#include "profile/pprof_tasks.h"
#include "profile/summary.h"
#include "profile/text.h"
#include "task/hibernate.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS_SHOWN = 50 };

static const char *const names[] = {
#define X(name, text) [name] = text,
    FOR_EACH_DUMP_FORMAT(X)
#undef X
};

const char *dump_format_name(enum dump_format format)
{
    return names[format];
}

enum dump_format dump_format_called(const char *name)
{
    enum dump_format format = 0;
    while (format < DUMP_FORMATS && strcmp(names[format], name))
        format++;
    return format;
}

/* Whose tasks they are is not known of timers, channels and contexts: a dump of some tasks is without. */
static void write_made(const struct dump *dump, const char *prefix, FILE *out)
{
    struct made_groups made;
    if (dump->filter)
        return;
    made_collect(&made);
    made_write(&made, prefix, out);
}

static int write_with_peers(const struct dump *dump, const struct profile *p,
                            const struct timers *timers, FILE *out)
{
    struct peers *peers = peers_find(p, dump->filter, dump->arg);
    if (!peers)
        return -1;
    int failed = 0;
    if (dump->format == DUMP_JSON) {
        failed = dump_json_write(p, peers, timers, dump->subject, out);
    } else {
        summary_write(p, peers, timers, GROUPS_SHOWN, out);
        write_made(dump, "", out);
    }
    peers_free(peers);
    return failed;
}

static int write_svg(const struct dump *dump, const struct profile *p, FILE *out)
{
    const struct dump_subject *s = dump->subject;
    char title[256] = "Where the tasks stand";
    if (s && s->id)
        snprintf(title, sizeof title, "Where the tasks of %s (%s) stand", s->id, s->variant);
    return flame_svg(p, title, out);
}

static int write_profile(const struct dump *dump, const struct profile *p,
                         const struct timers *timers, FILE *out)
{
    switch (dump->format) {
    case DUMP_TEXT:
        text_grouped(p, timers, FOR_PEOPLE, out);
        write_made(dump, "# ", out);
        return 0;
    case DUMP_GO_TEXT:
        text_grouped(p, timers, FOR_GO_TOOLS, out);
        return 0;
    case DUMP_PPROF:
        return pprof_write(p, out);
    case DUMP_FOLDED:
        flame_folded(p, out);
        return 0;
    case DUMP_SVG:
        return write_svg(dump, p, out);
    default:
        return write_with_peers(dump, p, timers, out);
    }
}

static bool tells_timers(const struct dump *dump)
{
    return !dump->filter && dump->format != DUMP_PPROF && dump->format != DUMP_FOLDED &&
           dump->format != DUMP_SVG;
}

static int write_all(const struct dump *dump, const struct proof *proof, FILE *out)
{
    struct timers *timers = tells_timers(dump) ? timers_collect() : 0;
    if (tells_timers(dump) && !timers)
        return -1;
    int failed = 0;
    if (dump->format == DUMP_FULL) {
        text_full(dump->filter, dump->arg, proof, timers, out);
        write_made(dump, "# ", out);
    } else {
        struct profile *p = profile_collect_proven(dump->filter, dump->arg, proof);
        if (p)
            p->leaked_only = dump->proof == DUMP_LEAKED;
        failed = p ? write_profile(dump, p, timers, out) : -1;
        profile_free(p);
    }
    timers_free(timers);
    return failed;
}

/* Of a dump of what is leaked. */
struct leaked_filter {
    const struct dump *dump;
    const struct proof *proof;
};

static bool is_leaked(const struct task_info *task, void *arg)
{
    const struct leaked_filter *f = arg;
    return proven_verdict(f->proof, task) == PROOF_LEAKED &&
           (!f->dump->filter || f->dump->filter(task, f->dump->arg));
}

static int write_proven(const struct dump *dump, FILE *out)
{
    struct proof *proof = dump->proof ? proven_take() : 0;
    struct leaked_filter leaked = {dump, proof};
    struct dump what = *dump;
    if (dump->proof == DUMP_LEAKED) {
        what.filter = is_leaked;
        what.arg = &leaked;
    }
    if (dump->proof && !proof && dump->format == DUMP_SUMMARY)
        fprintf(out, "nothing is proven: %s\n", proven_refused(0));
    int failed = write_all(&what, proof, out);
    proven_free(proof);
    return failed;
}

int dump_write(const struct dump *dump, FILE *out)
{
    errno = 0;
    if (dump->proof)
        proven_prepare();
    task_look_begin();
    int failed = write_proven(dump, out);
    task_look_end();
    if (failed && !ferror(out))
        errno = ENOMEM; /* nothing else fails but the stream */
    if (!failed && (fflush(out) || ferror(out))) {
        failed = -1;
        if (!errno)
            errno = EIO;
    }
    return failed;
}

char *dump_text(const struct dump *dump)
{
    char *text = 0;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return 0;
    int failed = dump_write(dump, out), reason = errno;
    fclose(out);
    if (!failed)
        return text;
    free(text);
    errno = reason;
    return 0;
}
