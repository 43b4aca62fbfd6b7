#include "profile/reason.h"
#include "profile/cycle.h"
#include "profile/shown.h"
#include "proof/cause.h"
#include "task/time.h"
#include <inttypes.h>
#include <string.h>

static void write_place(const void *return_address, FILE *out)
{
    struct shown_frame f;
    if (return_address && shown_frames(&return_address, 1, &f, 1))
        shown_place(f.symbol, out);
    else
        fputs("a place that is not known", out);
}

/* `task 7 (serve, made at FILE:LINE)`. */
static void write_task(const struct task_info *t, FILE *out)
{
    fprintf(out, "task %" PRIu64 " (%s, made at %s:%d)", t->id, t->site->entry, t->site->file,
            t->site->line);
}

/* --- How many --------------------------------------------------------------------------------------- */

static bool write_part(size_t n, bool is_first, const char *one, const char *many, FILE *out)
{
    char digits[32];
    if (!n)
        return is_first;
    fprintf(out, "%s%s %s", is_first ? "" : "; ", shown_number(n, digits), n == 1 ? one : many);
    return false;
}

void reason_write_counts(const struct profile *p, FILE *out)
{
    size_t n[PROOF_LEAKED + 1] = {0};
    if (!p->proof)
        return;
    const char *refused = proven_refused(p->proof);
    if (refused) {
        fprintf(out, "nothing is proven: %s\n", refused);
        return;
    }
    for (size_t i = 0; i < p->length; i++)
        n[p->groups[i].verdict] += p->groups[i].count;
    bool is_first = true;
    is_first = write_part(n[PROOF_LEAKED], is_first, "is leaked: nobody can ever wake it",
                          "are leaked: nobody can ever wake them", out);
    is_first = write_part(n[PROOF_BY_TIME], is_first, "is woken by time alone",
                          "are woken by time alone", out);
    is_first =
        write_part(n[PROOF_UNSURE], is_first, "is not proven: somebody may have what it needs",
                   "are not proven: somebody may have what they need", out);
    is_first = write_part(n[PROOF_LIVE], is_first, "is live", "are live", out);
    if (!is_first)
        fputc('\n', out);
}

/* --- Verdicts --------------------------------------------------------------------------------------- */

static const char *const causes[CAUSES] = {
    [CAUSE_CLOCK] = "a time will come",
    [CAUSE_IO] = "the outside world may have something to say",
    [CAUSE_HANDLE] = "an active handle of the loop has what they wait for",
    [CAUSE_THREAD] = "thread-local data or another thread has what they wait for",
    [CAUSE_MAPPED] = "memory that was mapped by the program itself has what they wait for",
    [CAUSE_PROGRAM] = "whoever called task_run() has what they wait for",
    [CAUSE_KEPT] = "what they wait for is kept by task_keep()",
    [CAUSE_LOOP] = "a callback of the loop has the lock",
    [CAUSE_UNKNOWN] = "nothing is known of their wait",
};

/* What the one does that keeps the others. */
static void write_doing(const struct task_info *t, FILE *out)
{
    if (t->state != TASK_PARKED) {
        fputs("runs", out);
    } else if (t->reason == WAIT_SLEEP) {
        fputs("sleeps for another ", out);
        shown_duration(t->due - clock_now(), out);
    } else {
        fprintf(out, "may be woken from %s", wait_reason_text(t->reason));
    }
}

static void write_cause(const struct profile *p, const struct profile_group *g, FILE *out)
{
    struct task_info t;
    char line[512];
    if (g->cause < CAUSES) {
        fputs(causes[g->cause] ? causes[g->cause] : "they can run", out);
    } else if (proven_task_of_cause(p->proof, g->cause, &t)) {
        write_task(&t, out);
        bool locks = g->reason == WAIT_MUTEX || g->reason == WAIT_RW_MUTEX_READ ||
                     g->reason == WAIT_RW_MUTEX_WRITE;
        fprintf(out, " %s, and ", locks ? "has the lock" : "has what they wait for");
        write_doing(&t, out);
    } else {
        symbol_describe_data((const void *)(uintptr_t)g->cause, line, sizeof line);
        fprintf(out, "reachable from static data %s", line);
    }
    fputs(g->count > 1 && g->cause >= CAUSES ? " (one of them)\n" : "\n", out);
}

void reason_write_verdict(const struct profile *p, const struct profile_group *g, FILE *out)
{
    if (!p->proof || proven_refused(p->proof) || g->state != TASK_PARKED)
        return;
    switch (g->verdict) {
    case PROOF_LEAKED:
        fprintf(out, "    leaked: nobody can ever wake %s\n", g->count == 1 ? "it" : "them");
        break;
    case PROOF_UNSURE:
        fputs(
            "    not proven: what is waited for has more references than holders that were found\n",
            out);
        break;
    case PROOF_BY_TIME:
        fputs("    woken by time alone: ", out);
        write_cause(p, g, out);
        break;
    case PROOF_LIVE:
        fputs("    live: ", out);
        write_cause(p, g, out);
    }
}

/* --- Who ought to have woken them ------------------------------------------------------------------- */

/* The outermost function of an address: what the code there was compiled into. */
static uintptr_t function_start(const void *return_address)
{
    return symbol_of_caller(return_address)->start;
}

/* Whether any task that is shown stands in the function of this address, at any depth. */
static bool is_anybody_in(const struct profile *p, const void *return_address)
{
    uintptr_t start = function_start(return_address);
    for (size_t i = 0; i < p->length; i++)
        for (size_t f = 0; f < p->groups[i].depth; f++)
            if (function_start(p->groups[i].frames[f]) == start)
                return true;
    return false;
}

/* what: `sent`. */
static void write_last(const struct profile *p, const char *what, const void *at, FILE *out)
{
    char name[512];
    if (!at) {
        fprintf(out, "    nobody has ever %s\n", what);
        return;
    }
    fprintf(out, "    last %s at ", what);
    write_place(at, out);
    const struct symbol *s = symbol_of_caller(at);
    if (s->start && p->is_whole && !is_anybody_in(p, at))
        fprintf(out, "; no task is in %s any more", shown_function(s, name, sizeof name));
    fputc('\n', out);
}

static void write_channel(const struct profile *p, const struct waited *w, FILE *out)
{
    const struct chan_info *c = &w->state.channel;
    if (c->owner == CHAN_OF_CONTEXT) {
        fputs("    its context was made at ", out);
        write_place(c->made_at, out);
        fputs("; nobody who is live can cancel it, and no deadline will\n", out);
    } else if (c->owner == CHAN_OF_TIMER) {
        fputs("    its timer was made at ", out);
        write_place(c->made_at, out);
        fputs("; it is stopped, or has fired\n", out);
    } else if (w->sends) {
        write_last(p, "received", w->state.hands.before, out);
    } else {
        write_last(p, "sent", w->state.hands.last, out);
    }
}

static void write_owner(const struct waited *w, FILE *out)
{
    static const char *const words[] = {
        [OWNER_LOOP] = "which is no task",
        [OWNER_ENDED] = "which has ended with it",
        [OWNER_WAITS_FOR_IT] = "which waits for it again, for itself",
        [OWNER_LEAKED] = "which is leaked, too",
        [OWNER_LIVE] = "which is live",
    };
    const struct object_hands *hands = &w->state.hands;
    if (hands->owner == OWNER_UNKNOWN)
        return;
    fputs("    locked at ", out);
    write_place(hands->owned_at, out);
    if (hands->owner == OWNER_LOOP)
        fputs(" by a callback of the loop", out);
    else if (w->objects == 1)
        fprintf(out, " by task %" PRIu64, hands->owner_id);
    else
        fputs(" by a task", out);
    fprintf(out, ", %s\n", words[hands->owner]);
}

static void write_group(const struct waited *w, FILE *out)
{
    const struct object_hands *hands = &w->state.hands;
    char added[32], done[32];
    fprintf(out, "    %s added, last at ", shown_number(hands->adds, added));
    write_place(hands->before, out);
    fprintf(out, "; %s done", shown_number(hands->adds - (uint64_t)w->state.count, done));
    if (hands->last) {
        fputs(", last at ", out);
        write_place(hands->last, out);
    }
    fputc('\n', out);
}

static void write_condition(const struct waited *w, FILE *out)
{
    const struct object_hands *hands = &w->state.hands;
    char signals[32], unheard[32];
    if (!hands->signals) {
        fputs("    nobody has ever signalled it\n", out);
        return;
    }
    fprintf(out, "    signalled %s time%s, last at ", shown_number(hands->signals, signals),
            hands->signals == 1 ? "" : "s");
    write_place(hands->last, out);
    if (hands->unheard)
        fprintf(out, "; %s time%s nobody waited", shown_number(hands->unheard, unheard),
                hands->unheard == 1 ? "" : "s");
    fputc('\n', out);
}

void reason_write_object(const struct profile *p, const struct profile_group *g,
                         const struct waited *w, FILE *out)
{
    if (!p->proof || proven_refused(p->proof) || g->verdict == PROOF_LIVE)
        return;
    switch (w->state.kind) {
    case OBJECT_CHANNEL:
        if (g->verdict == PROOF_LEAKED)
            write_channel(p, w, out);
        break;
    case OBJECT_MUTEX:
    case OBJECT_RW_MUTEX:
        write_owner(w, out);
        if (g->verdict == PROOF_LEAKED)
            cycle_write(p->proof, w->example, w->state.kind, out);
        break;
    case OBJECT_WAIT_GROUP:
        write_group(w, out);
        break;
    case OBJECT_COND:
        write_condition(w, out);
        break;
    default:
        break;
    }
}
