#include "profile/verify_tasks.h"
#include "profile/dump.h"
#include "profile/quiescence.h"
#include "profile/shown.h"
#include "task/task.h"
#include <stdlib.h>
#include <string.h>

enum { ONE_BY_ONE = 20 }; /* more tasks than that are told in groups only */

struct search {
    const struct verify *verify;
    uint64_t caller;
    size_t left;
    bool is_restless; /* some never parked */
    /* Of an assertion that blames what is proven. */
    enum dump_proof proof_asked;
    const struct proof *proof;
};

static void settle(void *arg)
{
    struct search *s = arg;
    s->caller = task_id();
    s->is_restless = quiescence_reach(s->verify->horizon).restless;
}

/* --- Whom to blame ---------------------------------------------------------------------------------- */

/* Whether pattern is the whole of text, or its end from a '/' on. */
static bool ends_in(const char *text, const char *pattern)
{
    size_t n = strlen(text), m = strlen(pattern);
    return m <= n && !strcmp(text + n - m, pattern) && (m == n || text[n - m - 1] == '/');
}

static bool is_made_at(const struct task_site *site, const char *pattern)
{
    char line[4096];
    snprintf(line, sizeof line, "%s:%d", site->file, site->line);
    return ends_in(line, pattern) || ends_in(site->file, pattern) ||
           !strcmp(site->function, pattern);
}

static bool has_top(const struct task_info *task, const char *function)
{
    const void *frames[PROFILE_DEPTH];
    struct shown_frame top;
    enum frames_end end;
    size_t depth = frames_walk(task, frames, PROFILE_DEPTH, &end);
    return depth && shown_frames(frames, depth, &top, 1) && top.symbol->function &&
           !strcmp(top.symbol->function, function);
}

static bool has_label(const struct task_info *task, const char *value)
{
    for (const struct task_labels *l = task->labels; l; l = l->next)
        if (!strcmp(l->key, VERIFY_LABEL))
            return !strcmp(l->value, value);
    return false;
}

static bool is_blamed(const struct task_info *task, void *arg)
{
    const struct search *s = arg;
    const struct verify *v = s->verify;
    if (task->id <= v->before || task->id == s->caller || (v->test && !has_label(task, v->test)))
        return false;
    for (const char *const *made = v->ignore_made; made && *made; made++)
        if (is_made_at(task->site, *made))
            return false;
    for (const char *const *top = v->ignore_top; top && *top; top++)
        if (has_top(task, *top))
            return false;
    return !s->proof || proven_verdict(s->proof, task) == PROOF_LEAKED;
}

static bool count(const struct task_info *task, void *arg)
{
    struct search *s = arg;
    s->left += is_blamed(task, s);
    return true;
}

static bool note_id(const struct task_info *task, void *last)
{
    uint64_t *greatest = last;
    if (task->id > *greatest)
        *greatest = task->id;
    return true;
}

/* --- The assertion ---------------------------------------------------------------------------------- */

static void describe(struct search *s, FILE *out)
{
    char digits[32];
    fprintf(out, "%s task%s", shown_number(s->left, digits), s->left == 1 ? "" : "s");
    if (s->verify->test) {
        fputs(" of test ", out);
        shown_quote(s->verify->test, 256, out);
    }
    if (s->proof_asked)
        fputs(" that nobody can ever wake:\n\n", out);
    else
        fprintf(out, " left at quiescence%s:\n\n",
                s->is_restless ? " (some task never parks: no quiescence was reached)" : "");
    dump_write(&(struct dump){DUMP_SUMMARY, is_blamed, s, .proof = s->proof_asked}, out);
    enum dump_format stacks = s->left <= ONE_BY_ONE ? DUMP_FULL : DUMP_TEXT;
    dump_write(&(struct dump){stacks, is_blamed, s, .proof = s->proof_asked}, out);
}

static char *description(struct search *s)
{
    char *text = 0;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out) {
        describe(s, out);
        fclose(out);
    }
    return text ? text : strdup("tasks are left, and no memory to tell which\n");
}

struct verify verify_begin(void)
{
    struct verify v = {.horizon = INT64_MAX};
    task_each(note_id, &v.before);
    return v;
}

char *task_verify_none(const struct verify *v)
{
    struct search s = {.verify = v};
    if (task_id())
        settle(&s);
    else if (task_run(settle, &s))
        return strdup(task_error());
    task_each(count, &s);
    return s.left ? description(&s) : 0;
}

char *task_verify_none_leaked(const struct verify *v)
{
    struct search s = {.verify = v, .caller = task_id(), .proof_asked = DUMP_PROVEN};
    proven_prepare();
    struct proof *proof = proven_take();
    const char *refused = proven_refused(proof);
    if (refused) {
        char *text = 0;
        if (asprintf(&text, "nothing is proven: %s\n", refused) < 0)
            text = 0;
        proven_free(proof);
        return text;
    }
    s.proof = proof;
    task_each(count, &s);
    s.proof_asked = DUMP_LEAKED;
    char *text = s.left ? description(&s) : 0;
    proven_free(proof);
    return text;
}
