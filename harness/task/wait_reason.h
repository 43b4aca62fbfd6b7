/* Why a task is parked: one line a reason, in the words of Go's dumps. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

#define FOR_EACH_WAIT_REASON(X)                                                                    \
    X(WAIT_NONE, "running")                                                                        \
    X(WAIT_CHAN_RECEIVE, "chan receive")                                                           \
    X(WAIT_CHAN_SEND, "chan send")                                                                 \
    X(WAIT_CHAN_RECEIVE_NIL, "chan receive (nil chan)")                                            \
    X(WAIT_CHAN_SEND_NIL, "chan send (nil chan)")                                                  \
    X(WAIT_SELECT, "select")                                                                       \
    X(WAIT_SELECT_NO_CASES, "select (no cases)")                                                   \
    X(WAIT_SLEEP, "sleep")                                                                         \
    X(WAIT_WAIT_GROUP, "sync.WaitGroup.Wait")                                                      \
    X(WAIT_MUTEX, "sync.Mutex.Lock")                                                               \
    X(WAIT_RW_MUTEX_READ, "sync.RWMutex.RLock")                                                    \
    X(WAIT_RW_MUTEX_WRITE, "sync.RWMutex.Lock")                                                    \
    X(WAIT_COND, "sync.Cond.Wait")                                                                 \
    X(WAIT_IO, "IO wait")                                                                          \
    X(WAIT_SEMAPHORE, "semacquire")                                                                \
    X(WAIT_NO_END, "leaked, can not be ended")

enum wait_reason {
#define X(name, text) name,
    FOR_EACH_WAIT_REASON(X)
#undef X
        WAIT_REASONS
};

const char *wait_reason_text(enum wait_reason reason);

#ifdef __cplusplus
}
#endif
