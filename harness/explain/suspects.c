#include "explain/suspects.h"
#include "dumps/reason.h"
#include "probe/figures.h"
#include "probe/line.h"
#include <stdio.h>
#include <string.h>

/* From so many on they are told, whatever else. Fewer, where they have waited for long, and a single one where nothing
 * can wake it, or where nobody should keep it waiting for so long. */
enum { MANY = 100, SOME = 20, LONG_MINUTES = 10, LOCK_MINUTES = 2 };

/* A program's own standing tasks: the runtime's, and those that wait for work by design. */
static bool is_standing(const struct dump *dump, const struct site *site, const char *reason)
{
    const char *function = dump_word_text(dump, site->frame.function);
    static const char *const ends[] = {"(idle)",          "(active)",     "(blocked)",
                                       "finalizer wait",  "cleanup wait", "GC sweep wait",
                                       "GC scavenge wait"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strstr(reason, ends[i]))
            return true;
    return site->count == 1 &&
           (strcmp(function, "main.main") == 0 || strstr(function, "signal.") != NULL);
}

static bool waits_for_lock(const char *reason)
{
    enum wait_reason r = reason_of(reason);
    return r == WAIT_MUTEX || r == WAIT_RW_MUTEX_READ || r == WAIT_RW_MUTEX_WRITE;
}

/* A program's own main task may wait for all others to the end. */
static bool waits_for_group(const struct dump *dump, const struct site *site, const char *reason)
{
    return reason_of(reason) == WAIT_WAIT_GROUP &&
           strncmp(dump_word_text(dump, site->frame.function), "main.main", 9) != 0;
}

static void because(struct line *line, const char *words)
{
    line_add(line, "%s%s", line->length ? "; " : "", words);
}

bool suspect_of(const struct dump *dump, const struct site *site, char why[SUSPECT_WHY])
{
    struct line line = {why, SUSPECT_WHY, 0};
    const struct dump_group *group = &dump->groups[site->group];
    const char *reason = dump_word_text(dump, group->reason);
    char text[FIGURE], said[128];
    bool is_parked = strcmp(reason, "running") != 0 && strcmp(reason, "runnable") != 0;
    why[0] = 0;
    if (is_standing(dump, site, reason))
        return false;
    if (site->flags & DUMP_LEAKED)
        because(&line, "its dump says that nobody can ever wake it");
    if (reason_of(reason) == WAIT_CHAN_RECEIVE_NIL || reason_of(reason) == WAIT_CHAN_SEND_NIL)
        because(&line, "the channel was never made: nobody can ever wake it");
    if (reason_of(reason) == WAIT_SELECT_NO_CASES && site->count > 1)
        because(&line, "a select without cases never ends");
    if (site->count >= MANY) {
        snprintf(said, sizeof said, "%s wait at one line",
                 figure_count(text, (int64_t)site->count));
        because(&line, said);
    }
    if (is_parked && site->count >= SOME && site->minutes_most >= LONG_MINUTES) {
        snprintf(said, sizeof said, "the oldest of %s for %lld minutes",
                 figure_count(text, (int64_t)site->count), (long long)site->minutes_most);
        because(&line, said);
    }
    if (waits_for_lock(reason) && site->minutes_most >= LOCK_MINUTES) {
        snprintf(said, sizeof said, "for %lld minutes it has waited for a lock",
                 (long long)site->minutes_most);
        because(&line, said);
    }
    if (waits_for_group(dump, site, reason) && site->minutes_most >= LOCK_MINUTES) {
        snprintf(said, sizeof said, "a group has not been done for %lld minutes",
                 (long long)site->minutes_most);
        because(&line, said);
    }
    if (site->count >= SOME && 2 * site->count > dump->total) {
        snprintf(said, sizeof said, "%.0f %% of all tasks",
                 100.0 * (double)site->count / (double)dump->total);
        because(&line, said);
    }
    return line.length > 0;
}
