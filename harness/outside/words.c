#include "outside/words.h"
#include "outside/place.h"
#include "profile/shown.h"
#include "task/mutex.h"
#include <inttypes.h>

struct teller {
    const struct target *target;
    const struct look *look;
    const struct seen_task *task;
    FILE *out;
};

static void at(const struct teller *t, const char *what, uint64_t return_address)
{
    fputs(what, t->out);
    place_write_call(t->target, return_address, t->out);
}

/* --- Each kind ------------------------------------------------------------------------------------------ */

static void tell_channel(const struct teller *t, const struct seen_object *o)
{
    if (o->owner == CHAN_OF_CONTEXT) {
        at(t, "for the end of a context made at ", o->made_at);
        return;
    }
    if (o->owner == CHAN_OF_TIMER) {
        at(t, "for a timer made at ", o->made_at);
        return;
    }
    fprintf(t->out,
            "%s a channel (%" PRIu64 " of %" PRIu64 "%s, %" PRIu64 " reference%s), made at ",
            o->sends ? "to send to" : "to receive from", o->length, o->capacity,
            o->is_closed ? ", closed" : "", o->references, o->references == 1 ? "" : "s");
    place_write_call(t->target, o->made_at, t->out);
    uint64_t other = o->sends ? o->before_at : o->last_at;
    if (other)
        at(t, o->sends ? "; last received at " : "; last sent at ", other);
    else
        fputs(o->sends ? "; nobody has ever received" : "; nobody has ever sent", t->out);
}

static void tell_owner(const struct teller *t, const struct seen_owner *owner)
{
    uint32_t n = look_task_at(t->look, owner->task);
    if (owner->id == LOCK_OF_LOOP)
        fputs("a callback of the loop", t->out);
    else
        fprintf(t->out, "task %" PRIu64, owner->id);
    at(t, " locked at ", owner->at);
    if (owner->id == t->task->id)
        fputs(": itself", t->out);
    else if (owner->id != LOCK_OF_LOOP && (n == LOOK_NONE || t->look->tasks[n].id != owner->id))
        fputs(", which has ended with it", t->out);
}

static void tell_lock(const struct teller *t, const struct seen_object *o)
{
    fprintf(t->out, "for a %s", object_kind_text(o->kind));
    for (size_t i = 0; i < o->owner_count; i++) {
        fputs(i ? ", and " : " that ", t->out);
        tell_owner(t, &o->owners[i]);
    }
    if (o->readers > o->owner_count)
        fprintf(t->out, ", and %" PRIu64 " more have to read", o->readers - o->owner_count);
    if (!o->owner_count)
        fputs(o->readers ? "" : " that nobody has", t->out);
}

static void tell_condition(const struct teller *t, const struct seen_object *o)
{
    if (!o->signals) {
        fputs("for a condition that nobody has ever signalled", t->out);
        return;
    }
    fprintf(t->out, "for a condition, signalled %" PRIu64 " time%s", o->signals,
            o->signals == 1 ? "" : "s");
    at(t, ", last at ", o->last_at);
    if (o->unheard)
        fprintf(t->out, "; %" PRIu64 " time%s nobody waited", o->unheard,
                o->unheard == 1 ? "" : "s");
}

static void tell_group(const struct teller *t, const struct seen_object *o)
{
    fprintf(t->out, "for a wait group: %" PRId64 " of %" PRIu64 " not done", o->count, o->adds);
    at(t, ", last added at ", o->before_at);
    if (o->last_at)
        at(t, ", last done at ", o->last_at);
    else
        fputs(", none has ever been done", t->out);
}

static void tell_object(const struct teller *t, const struct seen_object *o)
{
    if (!o->is_read) {
        fprintf(t->out, "for a %s at %#" PRIx64 ", where there is none", object_kind_text(o->kind),
                o->at);
        return;
    }
    switch (o->kind) {
    case OBJECT_CHANNEL:
        tell_channel(t, o);
        break;
    case OBJECT_WAIT_GROUP:
        tell_group(t, o);
        break;
    case OBJECT_MUTEX:
    case OBJECT_RW_MUTEX:
        tell_lock(t, o);
        break;
    case OBJECT_COND:
        tell_condition(t, o);
        break;
    case OBJECT_SEMAPHORE:
        fprintf(t->out, "for a semaphore: %" PRId64 " of %" PRId64 " are taken", o->count, o->size);
        break;
    default:
        fprintf(t->out, "for descriptor %d", o->fd);
    }
}

static struct seen_object read_case(const struct teller *t, const struct seen_case *c)
{
    return object_at(t->target->memory, &t->target->layout,
                     object_kind_of((enum wait_reason)t->task->reason), c->at, c->sends);
}

int words_write_wait(const struct target *target, const struct look *look,
                     const struct seen_task *task, const char *before, FILE *out)
{
    int64_t due;
    struct seen_case cases[CASES_MOST];
    const struct teller t = {target, look, task, out};
    if (object_due(target->memory, &target->layout, task, &due)) {
        fputs("for another ", out);
        shown_duration(due > look->now ? due - look->now : 0, out);
        return 1;
    }
    size_t n = object_cases(target->memory, &target->layout, task, cases);
    for (size_t i = 0; i < n; i++) {
        struct seen_object o = read_case(&t, &cases[i]);
        if (i)
            fprintf(out, "\n%sor ", before);
        tell_object(&t, &o);
    }
    if (task->reason == WAIT_SELECT && task->cases > CASES_MOST && n)
        fprintf(out, "\n%sor on %" PRIu32 " cases more", before, task->cases - CASES_MOST);
    return (int)n;
}

/* --- JSON ----------------------------------------------------------------------------------------------- */

static json_t *owners_json(const struct teller *t, const struct seen_object *o)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < o->owner_count; i++) {
        const struct seen_owner *owner = &o->owners[i];
        uint32_t n = look_task_at(t->look, owner->task);
        bool is_loop = owner->id == LOCK_OF_LOOP;
        bool lives = n != LOOK_NONE && t->look->tasks[n].id == owner->id;
        json_t *id = is_loop ? json_null() : json_integer((json_int_t)owner->id);
        if (json_array_append_new(array, json_pack("{s:o, s:b, s:o}", "task", id, "lives",
                                                   lives || is_loop, "locked",
                                                   place_json_call(t->target, owner->at)))) {
            json_decref(array);
            array = NULL;
        }
    }
    return array;
}

/* What is said of one kind alone. */
static json_t *of_kind(const struct teller *t, const struct seen_object *o)
{
    static const char *const makers[] = {"program", "timer", "context"};
    switch (o->kind) {
    case OBJECT_CHANNEL:
        return json_pack("{s:s, s:s, s:I, s:I, s:I, s:b, s:o, s:o, s:o}", "direction",
                         o->sends ? "send" : "receive", "of", makers[o->owner], "length",
                         (json_int_t)o->length, "capacity", (json_int_t)o->capacity, "references",
                         (json_int_t)o->references, "closed", o->is_closed, "made",
                         place_json_call(t->target, o->made_at), "sent",
                         place_json_call(t->target, o->last_at), "received",
                         place_json_call(t->target, o->before_at));
    case OBJECT_MUTEX:
    case OBJECT_RW_MUTEX:
        return json_pack("{s:I, s:o}", "readers", (json_int_t)o->readers, "owners",
                         owners_json(t, o));
    case OBJECT_WAIT_GROUP:
        return json_pack("{s:I, s:I, s:o, s:o}", "not_done", (json_int_t)o->count, "adds",
                         (json_int_t)o->adds, "added", place_json_call(t->target, o->before_at),
                         "done", place_json_call(t->target, o->last_at));
    case OBJECT_COND:
        return json_pack("{s:I, s:I, s:o}", "signals", (json_int_t)o->signals, "unheard",
                         (json_int_t)o->unheard, "signalled",
                         place_json_call(t->target, o->last_at));
    case OBJECT_SEMAPHORE:
        return json_pack("{s:I, s:I}", "taken", (json_int_t)o->count, "size", (json_int_t)o->size);
    case OBJECT_CONNECTION:
        return json_pack("{s:i}", "descriptor", o->fd);
    default:
        return json_object();
    }
}

static json_t *object_json(const struct teller *t, const struct seen_object *o)
{
    json_t *head = json_pack("{s:s, s:o, s:b}", "kind", object_kind_text(o->kind), "address",
                             json_sprintf("%#" PRIx64, o->at), "read", o->is_read);
    json_t *more = of_kind(t, o);
    if (!head || !more || json_object_update(head, more)) {
        json_decref(head);
        head = NULL;
    }
    json_decref(more);
    return head;
}

json_t *words_json(const struct target *target, const struct look *look,
                   const struct seen_task *task)
{
    int64_t due;
    struct seen_case cases[CASES_MOST];
    const struct teller t = {target, look, task, NULL};
    if (object_due(target->memory, &target->layout, task, &due))
        return json_pack("[{s:s, s:I}]", "kind", "sleep", "due_in_ns",
                         (json_int_t)(due > look->now ? due - look->now : 0));
    json_t *array = json_array();
    size_t n = object_cases(target->memory, &target->layout, task, cases);
    for (size_t i = 0; array && i < n; i++) {
        struct seen_object o = read_case(&t, &cases[i]);
        if (json_array_append_new(array, object_json(&t, &o))) {
            json_decref(array);
            array = NULL;
        }
    }
    return array;
}
