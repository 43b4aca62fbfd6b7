#include "profile/summary.h"
#include "profile/module.h"
#include "profile/reason.h"
#include "profile/shown.h"
#include <inttypes.h>
#include <string.h>

struct writer {
    const struct profile *profile;
    FILE *out;
};

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void write_count(size_t n, const char *what, FILE *out)
{
    char digits[32];
    fprintf(out, "%s %s%s", shown_number(n, digits), what, plural(n));
}

/* `no sender`, `one reference`, `3 receivers`. */
static void write_few(size_t n, const char *what, FILE *out)
{
    if (n > 1)
        write_count(n, what, out);
    else
        fprintf(out, "%s %s", n ? "one" : "no", what);
}

/* --- Where and how long ----------------------------------------------------------------------------- */

static void write_return_address(const void *pc, FILE *out)
{
    struct shown_frame f;
    if (shown_frames(&pc, 1, &f, 1))
        shown_place(f.symbol, out);
}

static void write_leaf(const struct profile_group *g, FILE *out)
{
    struct shown_frame leaf;
    if (shown_frames(g->frames, g->depth, &leaf, 1))
        shown_place(leaf.symbol, out);
}

static void write_age(const struct profile *p, const struct profile_group *g, FILE *out)
{
    int64_t most = p->time - g->since_min, least = p->time - g->since_max;
    fputs(", for ", out);
    if (shown_same_duration(least, most)) {
        shown_duration(most, out);
        return;
    }
    shown_duration(least, out);
    fputs(" to ", out);
    shown_duration(most, out);
    fputs(" (median ", out);
    shown_duration(p->time - g->since_median, out);
    fputc(')', out);
}

/* --- What on ---------------------------------------------------------------------------------------- */

/* `the channel has`, `each one's channel has`, `their 3 channels have`. */
static void write_subject(const struct waited *w, FILE *out)
{
    const char *kind = object_kind_text(w->state.kind);
    char digits[32];
    if (w->objects == 1)
        fprintf(out, "the %s has ", kind);
    else if (w->objects == w->tasks)
        fprintf(out, "each one's %s has ", kind);
    else
        fprintf(out, "their %s %ss have, each, ", shown_number(w->objects, digits), kind);
}

static void write_references(const struct waited *w, FILE *out)
{
    const struct chan_info *c = &w->state.channel;
    write_few(c->references, "reference", out);
    /* As many as wait there, and nobody else in sight. */
    if (c->references && c->references <= c->receivers + c->senders && !w->held &&
        c->owner == CHAN_OF_PROGRAM)
        fprintf(out, ", %s own", w->objects == 1 && w->tasks > 1 ? "their" : "its");
}

static void write_channel(const struct waited *w, FILE *out)
{
    const struct chan_info *c = &w->state.channel;
    write_subject(w, out);
    if (w->sends)
        write_few(c->receivers, "receiver", out);
    else
        write_few(c->senders, "sender", out);
    if (w->sends && c->capacity) {
        fputs(", a full buffer of ", out);
        fprintf(out, "%zu", c->capacity);
    }
    fputs(" and ", out);
    write_references(w, out);
}

static void write_connection(const struct waited *w, FILE *out)
{
    const struct io_info *c = &w->state.connection;
    write_subject(w, out);
    write_few(c->readers, "reader", out);
    fputs(", ", out);
    write_few(c->writers, "writer", out);
    fputs(" and ", out);
    write_few(c->references, "reference", out);
}

static void write_state(const struct waited *w, FILE *out)
{
    switch (w->state.kind) {
    case OBJECT_CHANNEL:
        write_channel(w, out);
        break;
    case OBJECT_WAIT_GROUP:
        write_subject(w, out);
        fprintf(out, "%" PRId64 " still to be done", w->state.count);
        break;
    case OBJECT_MUTEX:
        write_subject(w, out);
        fputs(w->state.locked ? "an owner that keeps it" : "no owner", out);
        break;
    case OBJECT_RW_MUTEX:
        write_subject(w, out);
        fputs(w->state.locked ? "a writer in it" : "", out);
        if (!w->state.locked)
            write_few((size_t)w->state.count, "reader", out);
        break;
    case OBJECT_COND:
        fputs("nobody has signalled the condition", out);
        break;
    case OBJECT_SEMAPHORE:
        write_subject(w, out);
        fprintf(out, "%" PRId64 " of %" PRId64 " taken", w->state.count, w->state.size);
        break;
    case OBJECT_CONNECTION:
        write_connection(w, out);
        break;
    default:
        write_count(w->objects, "object", out);
        fputs(" more, each in another state", out);
    }
}

/* --- Peers ------------------------------------------------------------------------------------------ */

static void write_peer(const struct writer *w, const struct peer *peer)
{
    write_count(peer->tasks, "task", w->out);
    if (peer->group == PEER_OUTSIDE) {
        fputs(" not listed here", w->out);
        return;
    }
    const struct profile_group *g = &w->profile->groups[peer->group];
    fprintf(w->out, " (%s at ", shown_state(g->state, g->reason));
    write_leaf(g, w->out);
    fputc(')', w->out);
}

enum { PEERS_SHOWN = 4 };

static void write_peers(const struct writer *w, const struct peer_list *list)
{
    for (size_t i = 0; i < list->length && i < PEERS_SHOWN; i++) {
        fputs(i ? ", " : " ", w->out);
        write_peer(w, &list->peers[i]);
    }
    if (list->length > PEERS_SHOWN)
        fprintf(w->out, " and %zu group%s more", list->length - PEERS_SHOWN,
                list->length - PEERS_SHOWN == 1 ? "" : "s");
    fputc('\n', w->out);
}

static void write_owner(const struct chan_info *c, FILE *out)
{
    switch (c->owner) {
    case CHAN_OF_TIMER:
        fputs(", of a timer or ticker, which wakes whoever waits", out);
        break;
    case CHAN_OF_CONTEXT:
        fputs(", closed when its context is done", out);
        break;
    default:
        if (c->made_at) {
            fputs(", made at ", out);
            write_return_address(c->made_at, out);
        }
    }
    fputc('\n', out);
}

static void write_details(const struct writer *w, const struct profile_group *g,
                          const struct waited *o)
{
    const struct chan_info *c = &o->state.channel;
    if (o->state.kind == OBJECT_CHANNEL) {
        if (c->capacity)
            fprintf(w->out, "    channel with %zu of %zu in its buffer", c->length, c->capacity);
        else
            fputs("    channel without a buffer", w->out);
        write_owner(c, w->out);
    }
    if (o->waiting.length) {
        fputs("    there wait, too:", w->out);
        write_peers(w, &o->waiting);
    }
    char digits[32];
    if (o->cut)
        fputs("    who holds its address was not looked for: too many groups\n", w->out);
    else if (!o->held)
        fprintf(w->out, "    no other task's stack holds %s address\n",
                o->objects == 1 ? "its" : "such an");
    else if (o->objects == 1)
        fputs("    its address is on the stack of", w->out);
    else
        fprintf(w->out, "    the address of %s of them is on the stack of",
                o->held == o->objects ? "each" : shown_number(o->held, digits));
    if (o->held && !o->cut)
        write_peers(w, &o->holding);
    reason_write_object(w->profile, g, o, w->out);
}

/* --- Groups ----------------------------------------------------------------------------------------- */

static void write_objects(const struct writer *w, const struct profile_group *g,
                          const struct waited_list *list)
{
    bool one = list->length == 1 && g->reason != WAIT_SELECT;
    fputs(one ? "; " : list->length ? ":\n" : "\n", w->out);
    for (size_t i = 0; i < list->length; i++) {
        const struct waited *o = &list->waited[i];
        if (!one)
            fputs("  ", w->out);
        if (g->reason == WAIT_SELECT && o->state.kind != OBJECT_VARIOUS)
            fprintf(w->out, "case %u, a %s: ", o->select_case, o->sends ? "send" : "receive");
        if (!one && list->length > 1 && g->reason != WAIT_SELECT) {
            write_count(o->tasks, "task", w->out);
            fputs(": ", w->out);
        }
        write_state(o, w->out);
        fputc('\n', w->out);
        if (o->state.kind != OBJECT_VARIOUS)
            write_details(w, g, o);
    }
}

static void write_group(const struct writer *w, size_t i, const struct peers *peers)
{
    const struct profile_group *g = &w->profile->groups[i];
    static const struct waited_list none;
    write_count(g->count, "task", w->out);
    if (g->state == TASK_PARKED)
        fprintf(w->out, " parked in %s at ", shown_state(g->state, g->reason));
    else
        fprintf(w->out, " %s at ", shown_state(g->state, g->reason));
    write_leaf(g, w->out);
    if (g->state == TASK_PARKED)
        write_age(w->profile, g, w->out);
    if (g->reason == WAIT_CHAN_RECEIVE_NIL || g->reason == WAIT_CHAN_SEND_NIL ||
        g->reason == WAIT_SELECT_NO_CASES)
        fputs("; nothing can ever wake them", w->out);
    write_objects(w, g, peers ? &peers->groups[i] : &none);
    reason_write_verdict(w->profile, g, w->out);
    fprintf(w->out, "    made at %s:%d in %s\n", g->site->file, g->site->line, g->site->function);
    if (shown_end(g->end))
        fprintf(w->out, "    %s\n", shown_end(g->end));
    fputc('\n', w->out);
}

static void write_remark(const char *line, void *out)
{
    fprintf(out, "%s\n", line);
}

void summary_write(const struct profile *p, const struct peers *peers, const struct timers *timers,
                   size_t most, FILE *out)
{
    struct writer w = {p, out};
    write_count(p->total, "task", out);
    if (timers && timers->total) {
        fputs(", ", out);
        write_count(timers->total, "timer", out);
    }
    fputc('\n', out);
    reason_write_counts(p, out);
    fputs(p->length || (timers && timers->total) ? "\n" : "", out);
    for (size_t i = 0; i < p->length && i < most && !ferror(out); i++)
        write_group(&w, i, peers);
    size_t rest = 0;
    for (size_t i = most; i < p->length; i++)
        rest += p->groups[i].count;
    if (rest) {
        write_count(rest, "task", out);
        fputs(" more in ", out);
        write_count(p->length - most, "group", out);
        fputc('\n', out);
    }
    timers_write(timers, "", out);
    module_remarks(write_remark, out);
}
