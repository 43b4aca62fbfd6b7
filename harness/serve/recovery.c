#include "serve/recovery.h"
#include "profile/frames.h"
#include "profile/shown.h"
#include "proof/proof.h"
#include "task/loop.h"
#include "task/time.h"
#include <stdio.h>

enum { PLACES = 16 };

/* Tasks that one look ends, by where they wait. */
static struct {
    struct place {
        const struct symbol *leaf; /* NULL: not known */
        enum wait_reason reason;
        const struct task_site *made;
        uint64_t count;
    } all[PLACES];
    size_t length;
    uint64_t elsewhere;
} places;

static void tell(const struct task_info *task, void *unused)
{
    (void)unused;
    const void *frames[PROFILE_DEPTH];
    struct shown_frame leaf = {.symbol = NULL};
    enum frames_end end;
    size_t depth = frames_walk(task, frames, PROFILE_DEPTH, &end);
    if (depth)
        shown_frames(frames, depth, &leaf, 1);
    for (size_t i = 0; i < places.length; i++) {
        struct place *p = &places.all[i];
        if (p->leaf == leaf.symbol && p->reason == task->reason && p->made == task->site) {
            p->count++;
            return;
        }
    }
    if (places.length == PLACES)
        places.elsewhere++;
    else
        places.all[places.length++] = (struct place){leaf.symbol, task->reason, task->site, 1};
}

static void write_place(const struct place *p)
{
    char digits[32];
    fprintf(stderr, "leaklab serve: ended %s leaked task%s, %s", shown_number(p->count, digits),
            p->count == 1 ? "" : "s", wait_reason_text(p->reason));
    if (p->leaf) {
        fputs(" at ", stderr);
        shown_place(p->leaf, stderr);
    }
    fprintf(stderr, ", made at %s:%d\n", p->made->file, p->made->line);
}

static void on_timer(uv_timer_t *timer)
{
    static const char *told; /* why nothing can be proven: once */
    (void)timer;
    struct task_leaks leaks;
    places.length = places.elsewhere = 0;
    task_end_leaked(&leaks, tell, NULL);
    if (leaks.refused && leaks.refused != told)
        fprintf(stderr, "leaklab serve: no task can be made to end: %s\n", leaks.refused);
    told = leaks.refused;
    for (size_t i = 0; i < places.length; i++)
        write_place(&places.all[i]);
    if (places.elsewhere)
        fprintf(stderr, "leaklab serve: ended %llu leaked tasks elsewhere\n",
                (unsigned long long)places.elsewhere);
}

void recovery_start(uv_timer_t *timer, int64_t interval)
{
    uint64_t milliseconds = (uint64_t)(interval / MILLISECOND);
    uv_timer_start(timer, on_timer, milliseconds, milliseconds);
}
