#include "outside/holders.h"
#include <stdlib.h>

enum { WORDS = 4096 / sizeof(uint64_t), STACK_PAGES_MOST = 64, SAVED = 5 };

static struct holding *slot(const struct holders *h, uint64_t object)
{
    size_t at = (object >> 3) * UINT64_C(0x9E3779B97F4A7C15) >> 20;
    for (;; at++) {
        struct holding *s = &h->all[at & (h->size - 1)];
        if (!s->object || s->object == object)
            return s;
    }
}

static bool make_room(struct holders *h)
{
    if (2 * h->length < h->size)
        return true;
    struct holders larger = *h;
    larger.size = h->size ? 2 * h->size : 64;
    if (!(larger.all = calloc(larger.size, sizeof *larger.all)))
        return false;
    for (size_t i = 0; i < h->size; i++)
        if (h->all[i].object)
            *slot(&larger, h->all[i].object) = h->all[i];
    free(h->all);
    *h = larger;
    return true;
}

bool holders_add(struct holders *h, uint64_t object, uint32_t task)
{
    if (!make_room(h))
        return false;
    struct holding *s = slot(h, object);
    if (s->object)
        return true;
    *s = (struct holding){object, task, LOOK_NONE, 0, LOOK_NONE};
    h->low = !h->length || object < h->low ? object : h->low;
    h->high = object > h->high ? object : h->high;
    h->length++;
    return true;
}

const struct holding *holders_of(const struct holders *h, uint64_t object)
{
    const struct holding *s = h->size ? slot(h, object) : NULL;
    return s && s->object ? s : NULL;
}

struct reader {
    struct holders *holders;
    const struct look *look;
    struct memory *memory;
    const struct task_layout *layout;
    uint64_t words[WORDS];
};

/* Whether the task itself waits on this: then it does not keep anybody waiting by having it. */
static bool waits_on(struct reader *r, const struct seen_task *t, uint64_t object)
{
    struct seen_case cases[CASES_MOST];
    if (t->state != TASK_PARKED)
        return false;
    if (t->reason != WAIT_SELECT)
        return t->object == object;
    size_t n = object_cases(r->memory, r->layout, t, cases);
    for (size_t i = 0; i < n; i++)
        if (cases[i].at == object)
            return true;
    return false;
}

static void note_word(struct reader *r, uint32_t task, uint64_t word)
{
    struct holders *h = r->holders;
    if (word < h->low || word > h->high || word % sizeof word)
        return;
    struct holding *s = slot(h, word);
    const struct seen_task *tasks = r->look->tasks;
    if (!s->object || s->last == task || waits_on(r, &tasks[task], word))
        return;
    s->last = task;
    s->holders++;
    if (s->holder == LOOK_NONE || tasks[task].id < tasks[s->holder].id)
        s->holder = task;
}

/* From where it parked to its record; and the words below, in which a function keeps its caller's registers. A stack
 * deeper than STACK_PAGES_MOST is read that far. */
static void scan(struct reader *r, uint32_t task)
{
    const struct seen_task *t = &r->look->tasks[task];
    uint64_t at = (t->parked_at & ~(uint64_t)7) - SAVED * sizeof *r->words;
    for (int page = 0; at < t->at && page < STACK_PAGES_MOST; page++) {
        uint64_t size = (at | (sizeof r->words - 1)) + 1 - at; /* to the end of the page */
        size = size < t->at - at ? size : t->at - at;
        if (!memory_read(r->memory, at, r->words, size))
            return;
        for (size_t i = 0; i < size / sizeof *r->words; i++)
            note_word(r, task, r->words[i]);
        at += size;
    }
}

bool holders_find(struct holders *h, const struct look *look, struct memory *memory,
                  const struct task_layout *layout)
{
    if (!h->length)
        return true;
    struct reader *r = malloc(sizeof *r);
    if (!r)
        return false;
    r->holders = h;
    r->look = look;
    r->memory = memory;
    r->layout = layout;
    for (size_t i = 0; i < look->length; i++)
        if (look->tasks[i].parked_at && !look->groups[look->tasks[i].group].is_broken)
            scan(r, (uint32_t)i);
    free(r);
    return true;
}

void holders_free(struct holders *h)
{
    free(h->all);
    *h = (struct holders){0};
}
