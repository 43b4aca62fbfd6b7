#include "profile/dump_json.h"
#include "profile/made.h"
#include "profile/module.h"
#include "profile/shown.h"
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEMA = 1 };

/* Each of these returns a new value, or NULL where memory is short; json_pack() hands that on. */

static json_t *text(const char *words)
{
    char *clean = words ? shown_utf8(words) : 0;
    json_t *value = words ? json_string(clean) : json_null();
    free(clean);
    return value;
}

static json_t *address(const void *at)
{
    return json_sprintf("%#tx", (uintptr_t)at);
}

static json_t *frame(const struct shown_frame *f)
{
    const struct symbol *s = f->symbol;
    return json_pack("{s:o, s:o, s:i, s:o, s:I, s:o, s:I, s:b}", "function", text(s->function),
                     "file", text(s->file), "line", s->line, "address", address(f->pc), "offset",
                     (json_int_t)f->offset, "module", text(s->module), "module_offset",
                     (json_int_t)s->offset, "inlined", s->inlined_into != 0);
}

static json_t *place(const void *return_address)
{
    struct shown_frame f;
    if (!return_address || !shown_frames(&return_address, 1, &f, 1))
        return json_null();
    return frame(&f);
}

/* --- Objects ---------------------------------------------------------------------------------------- */

static json_t *peer_list(const struct peer_list *list)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < list->length; i++) {
        const struct peer *p = &list->peers[i];
        json_t *group = p->group == PEER_OUTSIDE ? json_null() : json_integer((json_int_t)p->group);
        json_t *one = json_pack("{s:o, s:I, s:I}", "group", group, "tasks", (json_int_t)p->tasks,
                                "objects", (json_int_t)p->objects);
        if (json_array_append_new(array, one)) {
            json_decref(array);
            array = 0;
        }
    }
    return array;
}

static json_t *channel(const struct chan_info *c, bool sends)
{
    return json_pack("{s:s, s:I, s:I, s:I, s:b, s:I, s:I, s:I, s:o, s:o}", "direction",
                     sends ? "send" : "receive", "length", (json_int_t)c->length, "capacity",
                     (json_int_t)c->capacity, "element_size", (json_int_t)c->element_size, "closed",
                     c->closed, "references", (json_int_t)c->references, "receivers",
                     (json_int_t)c->receivers, "senders", (json_int_t)c->senders, "made_at",
                     place(c->made_at), "closed_at", place(c->closed_at));
}

static json_t *connection(const struct io_info *c)
{
    return json_pack("{s:I, s:I, s:I}", "readers", (json_int_t)c->readers, "writers",
                     (json_int_t)c->writers, "references", (json_int_t)c->references);
}

static json_t *state(const struct waited *w)
{
    switch (w->state.kind) {
    case OBJECT_CHANNEL:
        return channel(&w->state.channel, w->sends);
    case OBJECT_WAIT_GROUP:
        return json_pack("{s:I}", "counter", (json_int_t)w->state.count);
    case OBJECT_MUTEX:
        return json_pack("{s:b}", "locked", w->state.locked);
    case OBJECT_RW_MUTEX:
        return json_pack("{s:I, s:b}", "readers", (json_int_t)w->state.count, "writing",
                         w->state.locked);
    case OBJECT_SEMAPHORE:
        return json_pack("{s:I, s:I}", "taken", (json_int_t)w->state.count, "size",
                         (json_int_t)w->state.size);
    case OBJECT_CONNECTION:
        return connection(&w->state.connection);
    default:
        return json_object();
    }
}

/* Who had to do with it: where a proof was asked. */
static json_t *hands(const struct object_hands *h)
{
    return json_pack("{s:s, s:o, s:o, s:o, s:I, s:I, s:I}", "owner", object_owner_text(h->owner),
                     "owned_at", place(h->owned_at), "last_at", place(h->last), "before_at",
                     place(h->before), "adds", (json_int_t)h->adds, "signals",
                     (json_int_t)h->signals, "unheard", (json_int_t)h->unheard);
}

static json_t *waited(const struct waited *w, bool is_select, bool is_proven)
{
    json_t *value = json_pack("{s:s, s:I, s:I, s:o, s:{s:o, s:o, s:I, s:b}}", "kind",
                              object_kind_text(w->state.kind), "objects", (json_int_t)w->objects,
                              "tasks", (json_int_t)w->tasks, "example", address(w->example),
                              "peers", "waiting", peer_list(&w->waiting), "holding",
                              peer_list(&w->holding), "held", (json_int_t)w->held, "cut", w->cut);
    json_t *more = state(w);
    bool failed = !value || !more || json_object_update(value, more);
    if (is_proven && !failed)
        failed = json_object_set_new(value, "hands", hands(&w->state.hands));
    if (is_select && !failed)
        failed = json_object_set_new(value, "case", json_integer((json_int_t)w->select_case));
    json_decref(more);
    if (!failed)
        return value;
    json_decref(value);
    return 0;
}

static json_t *objects(const struct waited_list *list, bool is_select, bool is_proven)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < list->length; i++)
        if (json_array_append_new(array, waited(&list->waited[i], is_select, is_proven))) {
            json_decref(array);
            array = 0;
        }
    return array;
}

/* --- Groups ----------------------------------------------------------------------------------------- */

static json_t *frames(const struct profile_group *g)
{
    struct shown_frame shown[SHOWN_ROOM];
    size_t n = shown_frames(g->frames, g->depth, shown, SHOWN_ROOM);
    json_t *array = json_array();
    for (size_t i = 0; array && i < n; i++)
        if (json_array_append_new(array, frame(&shown[i]))) {
            json_decref(array);
            array = 0;
        }
    return array;
}

static json_t *labels(const struct profile_group *g)
{
    json_t *object = json_object();
    for (size_t i = 0; object && i < g->label_count; i++) {
        char *key = shown_utf8(g->labels[i].key);
        if (!key || json_object_set_new(object, key, text(g->labels[i].value))) {
            json_decref(object);
            object = 0;
        }
        free(key);
    }
    return object;
}

static json_t *span(int64_t least, int64_t median, int64_t most)
{
    return json_pack("{s:I, s:I, s:I}", "min", (json_int_t)least, "median", (json_int_t)median,
                     "max", (json_int_t)most);
}

static json_t *group(const struct profile *p, const struct profile_group *g)
{
    static const char *const ends[] = {"whole", "cut", "broken"};
    bool parked = g->state == TASK_PARKED; /* who is not has been so for no time */
    int64_t least = parked ? g->since_min : p->time, median = parked ? g->since_median : p->time,
            most = parked ? g->since_max : p->time;
    return json_pack("{s:I, s:s, s:s, s:o, s:o, s:{s:o, s:o, s:i, s:o}, s:o, s:o, s:s}", "count",
                     (json_int_t)g->count, "state", parked ? "parked" : shown_state(g->state, 0),
                     "reason", shown_state(g->state, g->reason), "since", span(least, median, most),
                     "age", span(p->time - most, p->time - median, p->time - least), "created_by",
                     "function", text(g->site->function), "file", text(g->site->file), "line",
                     g->site->line, "entry", text(g->site->entry), "labels", labels(g), "frames",
                     frames(g), "frames_end", ends[g->end]);
}

static json_t *timer_group(const struct timers *t, const struct timer_group *g)
{
    return json_pack("{s:I, s:b, s:{s:I, s:I}, s:o}", "count", (json_int_t)g->count, "tickers",
                     g->are_tickers, "due_in", "min", (json_int_t)(g->due_min - t->time), "max",
                     (json_int_t)(g->due_max - t->time), "made_at", place(g->made_at));
}

/* Where a proof was asked: how many of what, or why nothing is proven. */
static json_t *proof(const struct profile *p)
{
    json_int_t n[PROOF_LEAKED + 1] = {0};
    for (size_t i = 0; i < p->length; i++)
        n[p->groups[i].verdict] += (json_int_t)p->groups[i].count;
    return json_pack("{s:o, s:I, s:I, s:I, s:I}", "refused", text(proven_refused(p->proof)),
                     "leaked", n[PROOF_LEAKED], "by_time", n[PROOF_BY_TIME], "unsure",
                     n[PROOF_UNSURE], "live", n[PROOF_LIVE]);
}

/* --- The document ----------------------------------------------------------------------------------- */

enum { FLAGS = JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY };

/* Takes value over. */
static bool write_value(json_t *value, FILE *out)
{
    bool failed = !value || json_dumpf(value, out, FLAGS);
    json_decref(value);
    return !failed;
}

static bool write_head(const struct profile *p, const struct dump_subject *subject, FILE *out)
{
    fprintf(out, "{\"schema\":%d,\"time\":%lld,\"total\":%zu,\n", SCHEMA, (long long)p->time,
            p->total);
    bool done = true;
    if (p->proof) {
        fputs("\"proof\":", out);
        done = write_value(proof(p), out);
        fputs(",\n", out);
    }
    if (!subject)
        return done;
    fputs("\"subject\":", out);
    done &=
        write_value(json_pack("{s:o, s:o, s:I}", "id", text(subject->id), "variant",
                              text(subject->variant), "requests", (json_int_t)subject->requests),
                    out);
    fputs(",\n", out);
    return done;
}

struct remarks {
    FILE *out;
    size_t count;
};

static void write_remark(const char *line, void *arg)
{
    struct remarks *r = arg;
    if (r->count++)
        fputc(',', r->out);
    write_value(text(line), r->out);
}

static bool write_timers(const struct timers *t, FILE *out)
{
    bool done = true;
    fputs("\"timers\":[", out);
    for (size_t i = 0; t && done && i < t->length; i++) {
        fputs(i ? ",\n" : "\n", out);
        done = write_value(timer_group(t, &t->groups[i]), out);
    }
    fputs("],\n", out);
    return done;
}

static bool write_made(FILE *out)
{
    struct made_groups made;
    bool done = true;
    made_collect(&made);
    fputs("\"objects\":[", out);
    for (size_t i = 0; done && i < made.length; i++) {
        const struct made_group *g = &made.groups[i];
        fputs(i ? ",\n" : "\n", out);
        done = write_value(json_pack("{s:s, s:I, s:o}", "kind", made_kind_text(g->kind), "count",
                                     (json_int_t)g->count, "made_at",
                                     g->at ? place(g->at) : json_null()),
                           out);
    }
    fputs("],\n", out);
    return done;
}

int dump_json_write(const struct profile *p, const struct peers *peers, const struct timers *timers,
                    const struct dump_subject *subject, FILE *out)
{
    bool done = write_head(p, subject, out);
    fprintf(out, "\"peers_by\":\"conservative scan of the parked stacks\",\n\"groups\":[");
    for (size_t i = 0; done && i < p->length && !ferror(out); i++) {
        const struct profile_group *g = &p->groups[i];
        json_t *value = group(p, g);
        bool is_proven = p->proof && !proven_refused(p->proof);
        json_t *list =
            peers ? objects(&peers->groups[i], g->reason == WAIT_SELECT, is_proven) : json_array();
        bool failed = json_object_set_new(value, "waits_on", list);
        if (is_proven)
            failed |= json_object_set_new(value, "verdict", json_string(proven_word(g->verdict)));
        if (failed) {
            json_decref(value);
            value = 0;
        }
        fputs(i ? ",\n" : "\n", out);
        done = write_value(value, out);
    }
    struct remarks remarks = {.out = out};
    fputs("\n],\n", out);
    if (timers && done)
        done = write_timers(timers, out) && write_made(out);
    fputs("\"remarks\":[", out);
    module_remarks(write_remark, &remarks);
    fputs("]}\n", out);
    if (!done)
        errno = ENOMEM;
    return done || ferror(out) ? 0 : -1;
}
