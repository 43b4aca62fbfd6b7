#include "profile/cycle.h"
#include "profile/frames.h"
#include "profile/shown.h"
#include "task/mutex.h"
#include <inttypes.h>

enum { LINKS_MOST = 32 };

/* Who has the lock, and waits for another or for it again: the writer, or a reader. False: nobody does. */
static bool owner_that_waits(const struct proof *proof, const void *lock, enum object_kind kind,
                             struct task_info *task)
{
    const struct rw_mutex *rw = lock;
    const struct lock_owner *owners = kind == OBJECT_MUTEX ? &((const struct mutex *)lock)->owner
                                      : rw->writer.id      ? &rw->writer
                                                           : rw->known;
    size_t n = kind == OBJECT_MUTEX || rw->writer.id ? 1 : rw->readers_known;
    for (size_t i = 0; i < n; i++)
        if (owners[i].id != LOCK_OF_LOOP && proven_owner(proof, &owners[i], task) &&
            task->state == TASK_PARKED)
            return true;
    return false;
}

static void write_link(const struct task_info *t, FILE *out)
{
    const void *frames[PROFILE_DEPTH];
    struct shown_frame leaf;
    enum frames_end end;
    size_t depth = frames_walk(t, frames, PROFILE_DEPTH, &end);
    fprintf(out, "task %" PRIu64 " at ", t->id);
    if (depth && shown_frames(frames, depth, &leaf, 1))
        shown_place(leaf.symbol, out);
    else
        fputs(t->site->entry, out);
}

void cycle_write(const struct proof *proof, const void *lock, enum object_kind kind, FILE *out)
{
    struct task_info links[LINKS_MOST];
    for (size_t n = 0; n < LINKS_MOST; n++) {
        bool is_lock = kind == OBJECT_MUTEX || kind == OBJECT_RW_MUTEX;
        if (!is_lock || !owner_that_waits(proof, lock, kind, &links[n]))
            return;
        for (size_t first = 0; first < n; first++) {
            if (links[first].id != links[n].id)
                continue;
            fputs("    cycle: ", out);
            for (size_t i = first; i < n; i++, fputs(" -> ", out))
                write_link(&links[i], out);
            fprintf(out, "task %" PRIu64 "\n", links[first].id);
            return;
        }
        lock = links[n].object;
        kind = object_kind_of(links[n].reason);
    }
}
