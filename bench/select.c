/* Select: the cost of waiting for several things.
 *
 * micro/select/ready/CASES     counted: one value into a buffer of one, and the select that takes
 *                              it; the other cases are not ready.
 * micro/select/blocked/CASES   counted: one select that parks, and the send that wakes it. Two
 *                              tasks take turns: each sends into a case of the other's parked
 *                              select, then parks in its own.
 */
#include "bench/topics.h"
#include "task/chan.h"
#include "task/inspect.h"
#include "task/task.h"

enum { MOST_CASES = 64 };

struct receiver {
    int64_t n; /* cases */
    struct chan *chans[MOST_CASES];
    struct chan_case cases[MOST_CASES];
    int64_t value;
};

static void receiver_init(struct receiver *r, int64_t n, size_t capacity)
{
    r->n = n;
    for (int64_t i = 0; i < n; i++) {
        r->chans[i] = chan_make(int64_t, capacity);
        r->cases[i] = on_recv(r->chans[i], &r->value);
    }
}

static void receiver_end(struct receiver *r)
{
    for (int64_t i = 0; i < r->n; i++)
        chan_drop(r->chans[i]);
}

static void select_ready(struct bench_state *s)
{
    struct receiver r;
    receiver_init(&r, bench_value(s), 1);
    int64_t n = bench_batch(s), sum = 0;
    for (int64_t i = 0, c = 0; i < n; i++, c = c + 1 < r.n ? c + 1 : 0) {
        chan_send(r.chans[c], &i);
        chan_select_cases(r.cases, (size_t)r.n);
        sum += r.value;
    }
    bench_batch_end(s);
    receiver_end(&r);
    bench_expect(s, "sum of what was selected", sum, n * (n - 1) / 2);
}

struct side {
    struct receiver receiver;
    struct chan *const *to; /* the other side's channels */
    int64_t turns, sum;
};

static void answer(void *arg)
{
    struct side *side = arg;
    struct receiver *r = &side->receiver;
    for (int64_t i = 0, c = 0; i < side->turns; i++, c = c + 1 < r->n ? c + 1 : 0) {
        chan_select_cases(r->cases, (size_t)r->n);
        side->sum += r->value;
        chan_send(side->to[c], &r->value);
    }
}

static void ask(struct side *side)
{
    struct receiver *r = &side->receiver;
    for (int64_t i = 0, c = 0; i < side->turns; i++, c = c + 1 < r->n ? c + 1 : 0) {
        chan_send(side->to[c], &i);
        chan_select_cases(r->cases, (size_t)r->n);
        side->sum += r->value;
    }
}

static bool find_own_parks(const struct task_info *task, void *arg)
{
    if (task->id == task_id())
        *(int64_t *)arg = (int64_t)task->parks;
    return true;
}

static void select_blocked_of(struct bench_state *s, int64_t cases)
{
    struct side a = {0}, b = {0};
    receiver_init(&a.receiver, cases, 0);
    receiver_init(&b.receiver, cases, 0);
    a.to = b.receiver.chans;
    b.to = a.receiver.chans;
    go(answer, &b);
    int64_t before = 0, after = 0;
    task_each(find_own_parks, &before);
    int64_t n = bench_batch(s);
    a.turns = b.turns = (n + 1) / 2;
    task_yield(); /* the other side parks first */
    ask(&a);
    bench_batch_end(s);
    task_each(find_own_parks, &after);
    receiver_end(&a.receiver);
    receiver_end(&b.receiver);
    bench_expect(s, "selects that parked", after - before, a.turns);
    bench_expect(s, "sum of what was selected", a.sum + b.sum, a.turns * (a.turns - 1));
}

static void select_blocked(struct bench_state *s)
{
    select_blocked_of(s, bench_value(s));
}

void select_two_blocked(struct bench_state *s)
{
    select_blocked_of(s, 2);
}

void register_select(void)
{
    bench_range(bench_task("micro/select/ready", select_ready), 2, MOST_CASES, 2);
    bench_range(bench_task("micro/select/blocked", select_blocked), 2, MOST_CASES, 2);
}
