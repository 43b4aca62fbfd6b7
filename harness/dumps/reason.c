#include "dumps/reason.h"
#include <string.h>

/* The function that waits, and for what. A name that ends with a dot or a star stands for all that begin so. */
static const struct {
    const char *function, *reason;
} waits[] = {
    {"runtime.chanrecv*", "chan receive"},
    {"runtime.chansend*", "chan send"},
    {"runtime.selectgo", "select"},
    {"runtime.block", "select (no cases)"},
    {"runtime.netpollblock", "IO wait"},
    {"internal/poll.runtime_pollWait", "IO wait"},
    {"net.runtime_pollWait", "IO wait"},
    {"time.Sleep", "sleep"},
    {"sync.(*WaitGroup).Wait", "sync.WaitGroup.Wait"},
    {"sync.(*RWMutex).RLock", "sync.RWMutex.RLock"},
    {"sync.(*RWMutex).Lock", "sync.RWMutex.Lock"},
    {"sync.runtime_SemacquireRWMutexR*", "sync.RWMutex.RLock"},
    {"sync.runtime_SemacquireRWMutex", "sync.RWMutex.Lock"},
    {"sync.runtime_SemacquireWaitGroup", "sync.WaitGroup.Wait"},
    {"sync.(*Mutex).*", "sync.Mutex.Lock"},
    {"internal/sync.(*Mutex).*", "sync.Mutex.Lock"},
    {"sync.runtime_SemacquireMutex", "sync.Mutex.Lock"},
    {"internal/sync.runtime_SemacquireMutex", "sync.Mutex.Lock"},
    {"sync.(*Cond).Wait", "sync.Cond.Wait"},
    {"sync.runtime_notifyListWait", "sync.Cond.Wait"},
    {"syscall.Syscall*", "syscall"},
    {"syscall.syscall*", "syscall"},
    {"internal/runtime/syscall.*", "syscall"},
    {"runtime.cgocall", "syscall"},
    {"os/signal.signal_recv", "syscall"},
};

/* How far from the leaf it may stand: a lock's fast path is inlined over its slow one. */
enum { NEAR_LEAF = 6 };

static bool is(const char *function, const char *pattern)
{
    size_t length = strlen(pattern);
    if (pattern[length - 1] == '*')
        return strncmp(function, pattern, length - 1) == 0;
    return strcmp(function, pattern) == 0;
}

static const char *wait_of(const char *function)
{
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        if (is(function, waits[i].function))
            return waits[i].reason;
    return NULL;
}

/* A semaphore is what locks, groups and conditions wait by: the frame further out says it better. */
static const char *by_frames(const struct dump *dump, const struct draft *draft)
{
    const char *found = NULL;
    for (uint32_t i = 0; i < draft->group.depth && i < NEAR_LEAF; i++) {
        const char *function = dump_word_text(dump, draft->frames[i].function);
        const char *reason = wait_of(function);
        if (reason)
            found = reason;
        else if (strncmp(function, "runtime.", 8) && !strstr(function, "emacquire"))
            break;
    }
    return found;
}

/* Go's text leaves its own frames out, and not their addresses: of a channel's wait there are three of them, of
 * a select's two. */
static const char *by_hidden(const struct draft *draft)
{
    return draft->hidden == 3 ? REASON_EITHER : draft->hidden == 2 ? "select" : NULL;
}

/* What every task of Go has at its leaf says nothing more. */
static void leave_out_parking(const struct dump *dump, struct draft *draft)
{
    static const char *const parking[] = {
        "runtime.gopark*", "runtime.chanrecv*",    "runtime.chansend*",  "runtime.selectgo",
        "runtime.block",   "runtime.netpollblock", "runtime.semacquire*"};
    uint32_t from = 0, i = 0;
    while (from < draft->group.depth) {
        const char *function = dump_word_text(dump, draft->frames[from].function);
        for (i = 0; i < sizeof parking / sizeof *parking && !is(function, parking[i]); i++)
            continue;
        if (i == sizeof parking / sizeof *parking)
            break;
        from++;
    }
    if (from == draft->group.depth)
        return;
    draft->group.depth -= from;
    memmove(draft->frames, draft->frames + from, draft->group.depth * sizeof *draft->frames);
}

static void settle(struct dump *dump, struct draft *draft)
{
    const char *said = dump_word_text(dump, draft->group.reason); /* until the next dump_word() */
    bool is_said = *said, is_enough = is_said && strcmp(said, "semacquire") != 0;
    const char *found = is_enough ? NULL : by_frames(dump, draft);
    if (!is_said && !found)
        found = by_hidden(draft);
    if (found) {
        draft->group.reason = dump_word(dump, found, strlen(found));
        draft->group.flags |= is_said ? 0 : DUMP_GUESSED;
    }
    leave_out_parking(dump, draft);
}

void reason_add(struct dump *dump, struct draft *draft)
{
    settle(dump, draft);
    dump_add(dump, draft);
}

enum wait_reason reason_of(const char *words)
{
    static const char durable[] = " (durable)";
    size_t length = strlen(words);
    if (length > sizeof durable && strcmp(words + length - (sizeof durable - 1), durable) == 0)
        length -= sizeof durable - 1;
    for (enum wait_reason reason = WAIT_NONE + 1; reason < WAIT_REASONS; reason++) {
        const char *text = wait_reason_text(reason);
        if (strlen(text) == length && strncmp(words, text, length) == 0)
            return reason;
    }
    return WAIT_NONE;
}
