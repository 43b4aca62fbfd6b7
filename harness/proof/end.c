/* Ending what is proven: newest first, since what a task waits in lies as a rule on the stack of who made it. */
#include "proof/end.h"
#include "proof/pages.h"
#include "proof/taken.h"
#include "task/end.h"
#include <stdlib.h>

struct meant {
    uint64_t id;
    struct task *task;
};

struct list {
    struct meant *all;
    size_t length, room;
};

/* From here on they are taken for proven. */
static void choose(const struct shelf *s, const struct proof_ending *ending)
{
    for (uint64_t bits = s->by_time & ~s->slab->proven; bits; bits &= bits - 1) {
        int place = __builtin_ctzll(bits);
        const struct task *t = shelf_task(s, place);
        bool on_channel = t->reason == WAIT_CHAN_RECEIVE || t->reason == WAIT_CHAN_SEND ||
                          t->reason == WAIT_SELECT;
        if (t->state != TASK_PARKED || !on_channel)
            continue;
        struct task_info info = sched_inspect(t, shelf_stack_low(s, place));
        if (ending->also(&info, ending->arg))
            s->slab->proven |= UINT64_C(1) << place;
    }
}

/* Of one whose record is broken nothing can be left; it stays as it is. */
static bool has_whole_frame(const struct shelf *s, int place)
{
    enum { ROOM = 256 }; /* for the way out to begin */
    const struct task *t = shelf_task(s, place);
    uintptr_t at = (uintptr_t)frame_low(&t->frame);
    return at >= (uintptr_t)shelf_stack_low(s, place) + ROOM && at < (uintptr_t)t;
}

static void list_meant(const struct shelf *s, struct list *list)
{
    for (uint64_t bits = s->slab->proven & s->used; bits && list->length < list->room;
         bits &= bits - 1) {
        int place = __builtin_ctzll(bits);
        struct task *t = shelf_task(s, place);
        if (task_end_is_meant(t) && has_whole_frame(s, place))
            list->all[list->length++] = (struct meant){t->id, t};
    }
}

/* That nobody can wake them held as long as the others stay where they are. */
static void forget_who_stays(const struct proof *p, const struct list *ending)
{
    for (size_t i = 0; i < p->shelves.length; i++)
        p->shelves.all[i].slab->proven = 0;
    for (size_t i = 0; i < ending->length; i++) {
        const struct task *t = ending->all[i].task;
        t->slab->proven |= UINT64_C(1) << t->place;
    }
}

static int newest_first(const void *a, const void *b)
{
    uint64_t x = ((const struct meant *)a)->id, y = ((const struct meant *)b)->id;
    return (x < y) - (x > y);
}

/* They are told, then taken out, then they begin to end. None of them runs meanwhile. */
static void end_all(const struct list *list, const struct proof_ending *ending)
{
    for (size_t i = 0; ending->tell && i < list->length; i++) {
        const struct task *t = list->all[i].task;
        struct task_info info = sched_inspect(t, stack_at(t->slab, t->place).low);
        ending->tell(&info, ending->arg);
    }
    for (size_t i = 0; i < list->length; i++)
        task_end_take_out(list->all[i].task);
    for (size_t i = 0; i < list->length; i++)
        task_end_begin(list->all[i].task);
}

bool proof_end(const struct proof *p, const struct proof_ending *ending, size_t *ended)
{
    struct list list = {.room = p->counts.leaked + (ending->also ? p->counts.by_time : 0)};
    *ended = 0;
    if (p->counts.refused || !list.room)
        return true;
    list.all = pages_get(list.room * sizeof *list.all);
    if (!list.all)
        return false;
    for (size_t i = 0; i < p->shelves.length; i++) {
        if (ending->also)
            choose(&p->shelves.all[i], ending);
        list_meant(&p->shelves.all[i], &list);
    }
    if (list.length)
        forget_who_stays(p, &list);
    qsort(list.all, list.length, sizeof *list.all, newest_first);
    end_all(&list, ending);
    pages_put(list.all, list.room * sizeof *list.all);
    *ended = list.length;
    return true;
}

size_t task_end_leaked(struct task_leaks *report, task_leak_told *tell, void *arg)
{
    size_t ended = 0;
    proof_prepare();
    struct proof *p = proof_take();
    proof_report(p, report);
    if (p && !proof_end(p, &(struct proof_ending){.tell = tell, .arg = arg}, &ended))
        report->refused = "no memory to end with";
    proof_free(p);
    return ended;
}
