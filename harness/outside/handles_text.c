#include "outside/handles_text.h"
#include "outside/place.h"
#include "probe/printable.h"
#include "profile/shown.h"
#include <inttypes.h>
#include <string.h>
#include <uv.h>

enum { WORDS = 96 };

static void add(char text[WORDS], const char *words)
{
    size_t length = strlen(text);
    snprintf(text + length, WORDS - length, "%s%s", length ? ", " : "", words);
}

static void say_request(const struct things *t, char text[WORDS])
{
    static const char *const pool[] = {
        [THING_POOL_WAITS] = "waiting in the thread pool",
        [THING_POOL_RUNS] = "running in the thread pool",
        [THING_POOL_DONE] = "done, not called back yet",
    };
    if (t->freed)
        add(text, "freed in flight");
    else if (t->pool != THING_NO_POOL)
        add(text, pool[t->pool]);
}

static void say_handle(const struct things *t, char text[WORDS])
{
    if (t->freed) {
        add(text, t->closing ? "closing, its memory freed" : "freed without uv_close()");
        return;
    }
    if (t->closing)
        add(text, "closing");
    else if (!t->active)
        add(text, t->type == UV_PROCESS ? "exited" : "stopped");
    if (!t->closing && !t->referenced)
        add(text, "unreferenced");
}

/* As census_state() has it in the process itself. */
static const char *state_of(const struct things *t, char text[WORDS])
{
    char queued[48];
    text[0] = 0;
    if (t->kind == THING_HANDLE)
        say_handle(t, text);
    if (t->kind == THING_REQUEST)
        say_request(t, text);
    if (t->kind == THING_THREAD)
        add(text, t->ended ? "ended, not joined" : "running");
    if (t->detached)
        add(text, "detached");
    if (t->queued) {
        snprintf(queued, sizeof queued, "%" PRIu64 " bytes queued", t->queued);
        add(text, queued);
    }
    return text;
}

static const char *type_of(const struct things *t)
{
    const char *name = t->kind == THING_REQUEST ? uv_req_type_name((uv_req_type)t->type)
                                                : uv_handle_type_name((uv_handle_type)t->type);
    return name ? name : "unknown";
}

static void write_count(uint64_t n, const char *what, FILE *out)
{
    char text[32];
    fprintf(out, "%s %s%s", shown_number(n, text), what, n == 1 ? "" : "s");
}

static const char *what_of(const struct things *t, char text[WORDS])
{
    static const char *const nouns[] = {[THING_HANDLE] = "handle",
                                        [THING_REQUEST] = "request",
                                        [THING_DESCRIPTOR] = "descriptor",
                                        [THING_THREAD] = "thread"};
    if (t->kind == THING_HANDLE || t->kind == THING_REQUEST)
        snprintf(text, WORDS, "%s %s", type_of(t), nouns[t->kind]);
    else
        snprintf(text, WORDS, "%s", nouns[t->kind]);
    return text;
}

/* Up to main(), and to who has no names. */
static void write_frames(const struct target *target, const struct things *t, FILE *out)
{
    const char *word = "made";
    for (size_t i = 0; i < t->depth; i++)
        for (const struct symbol *s = images_symbol(target->images, t->frames[i]); s;
             s = s->inlined_into, word = "called") {
            if (i && !s->file)
                return;
            fprintf(out, "    %s at ", word);
            place_write(s, out);
            fputc('\n', out);
            if (s->function && !strcmp(s->function, "main"))
                return;
        }
    if (!t->depth)
        fputs("    made at a place that is not known\n", out);
}

static void write_group(const struct target *target, const struct things *t, FILE *out)
{
    char what[WORDS], state[WORDS];
    fputc('\n', out);
    write_count(t->count, what_of(t, what), out);
    state_of(t, state);
    fprintf(out, "%s%s\n", state[0] ? ", " : "", state);
    write_frames(target, t, out);
    if (t->count > 1)
        fprintf(out, "    the first %.3f s before the last\n",
                (double)(t->newest - t->oldest) / 1000);
}

static void write_head(const struct target *target, const struct handles_seen *seen, FILE *out)
{
    if (!target->has_tasks) {
        const char *path = images_program(target->images), *slash = strrchr(path, '/');
        fprintf(out, target->is_core ? "core of process %d (" : "process %d (", target->pid);
        printable_write(out, slash ? slash + 1 : path);
        fputs("): ", out);
    }
    write_count(seen->of_kind[THING_HANDLE], "handle", out);
    fputs(", ", out);
    if (seen->of_kind[THING_REQUEST]) {
        write_count(seen->of_kind[THING_REQUEST], "request", out);
        fputs(" in flight, ", out);
    }
    write_count(seen->of_kind[THING_DESCRIPTOR], "descriptor", out);
    fputs(" and ", out);
    write_count(seen->of_kind[THING_THREAD], "thread", out);
    fputs(" are open, by its census\n", out);
}

bool handles_write(const struct target *target, const struct handles_seen *seen, FILE *out)
{
    write_head(target, seen, out);
    for (size_t i = 0; i < seen->length; i++)
        write_group(target, &seen->all[i], out);
    if (!seen->is_on)
        fputs("the census is linked in, and was not begun: census_start()\n", out);
    if (seen->is_core && seen->of_kind[THING_DESCRIPTOR])
        fputs("a core does not say which descriptors are open: these are those whose close() the "
              "census has not seen\n",
              out);
    if (seen->is_cut)
        fputs("the census' lists changed while they were read, or end in what makes no sense: "
              "there may be more\n",
              out);
    const char *remark = target->has_tasks ? NULL : images_remark(target->images);
    if (remark) {
        printable_write(out, remark);
        fputc('\n', out);
    }
    return !ferror(out);
}

/* --- JSON ------------------------------------------------------------------------------------------ */

static json_t *frames(const struct target *target, const struct things *t)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < t->depth; i++)
        for (const struct symbol *s = images_symbol(target->images, t->frames[i]); s;
             s = s->inlined_into)
            if (json_array_append_new(array, place_json(s))) {
                json_decref(array);
                return NULL;
            }
    return array;
}

static json_t *group(const struct target *target, const struct things *t)
{
    static const char *const kinds[] = {[THING_HANDLE] = "handle",
                                        [THING_REQUEST] = "request",
                                        [THING_DESCRIPTOR] = "descriptor",
                                        [THING_THREAD] = "thread"};
    static const char *const pools[] = {[THING_NO_POOL] = NULL,
                                        [THING_POOL_WAITS] = "waits",
                                        [THING_POOL_RUNS] = "runs",
                                        [THING_POOL_DONE] = "done"};
    char state[WORDS];
    json_t *object = json_pack("{s:s, s:I, s:s, s:I, s:I, s:o}", "kind", kinds[t->kind], "count",
                               (json_int_t)t->count, "state", state_of(t, state), "oldest_ms",
                               (json_int_t)t->oldest, "newest_ms", (json_int_t)t->newest, "made",
                               frames(target, t));
    json_t *more =
        t->kind == THING_HANDLE
            ? json_pack("{s:s, s:b, s:b, s:b, s:b, s:I}", "type", type_of(t), "active", t->active,
                        "referenced", t->referenced, "closing", t->closing, "freed", t->freed,
                        "queued_bytes", (json_int_t)t->queued)
        : t->kind == THING_REQUEST
            ? json_pack("{s:s, s:s?, s:b, s:I}", "type", type_of(t), "pool", pools[t->pool],
                        "freed", t->freed, "queued_bytes", (json_int_t)t->queued)
        : t->kind == THING_THREAD
            ? json_pack("{s:b, s:b}", "ended", t->ended, "detached", t->detached)
            : json_object();
    if (!json_object_update_new(object, more))
        return object;
    json_decref(object);
    return NULL;
}

json_t *handles_json(const struct target *target, const struct handles_seen *seen)
{
    json_t *groups = json_array();
    for (size_t i = 0; groups && i < seen->length; i++)
        if (json_array_append_new(groups, group(target, &seen->all[i]))) {
            json_decref(groups);
            groups = NULL;
        }
    return json_pack("{s:b, s:I, s:I, s:I, s:I, s:b, s:o}", "on", seen->is_on, "handles",
                     (json_int_t)seen->of_kind[THING_HANDLE], "requests",
                     (json_int_t)seen->of_kind[THING_REQUEST], "descriptors",
                     (json_int_t)seen->of_kind[THING_DESCRIPTOR], "threads",
                     (json_int_t)seen->of_kind[THING_THREAD], "cut", seen->is_cut, "groups",
                     groups);
}
