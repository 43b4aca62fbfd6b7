/* What test_cpp.c runs: the macros of the runtime's headers as C++ sees them. */
#include "task/chan.h"
#include "task/defer.h"
#include "task/mutex.h"
#include "task/task.h"
#include "task/wait_group.h"

#include "test/in_cpp.h"

namespace
{

struct job {
    int number;
    struct chan *answers;
};

void answer(void *arg)
{
    auto *job = static_cast<struct job *>(arg);
    int twice = 2 * job->number;
    chan_send(job->answers, &twice);
}

void drop(struct chan *c)
{
    chan_drop(c);
}

} // namespace

static_assert(chan_size_of(static_cast<int *>(nullptr)) == sizeof(int), "");
static_assert(chan_size_of(static_cast<const job *>(nullptr)) == sizeof(job), "");
static_assert(chan_size_of(static_cast<void *>(nullptr)) == 0, "");
static_assert(chan_size_of(nullptr) == 0, "");

int cpp_answers(void)
{
    struct chan *answers = chan_make(int, 0), *quit = chan_make_sized(0, 0);
    defer(drop, answers);
    defer(drop, quit);
    job jobs[] = {{1, answers}, {2, answers}};
    for (job &j : jobs)
        go(answer, &j);
    int got = 0, sum = 0;
    bool ok = false;
    if (chan_recv(answers, &got))
        sum += got;
    if (chan_select(on_recv(quit, nullptr), on_recv_ok(answers, &got, &ok)) == 1 && ok)
        sum += got;
    if (chan_try_select(on_recv(answers, &got), on_send(quit, NULL)) != -1 ||
        chan_try_select() != -1 || chan_try_recv(answers, &got, &ok) || ok)
        return -1;
    return sum;
}

void cpp_wrong_size(void *)
{
    struct chan *c = chan_make(job, 1);
    int small = 1;
    chan_send(c, &small);
}

namespace
{

struct keeper {
    int *said;
    explicit keeper(int *where) : said(where)
    {
        *said = 1;
    }
    keeper(const keeper &) = delete;
    keeper &operator=(const keeper &) = delete;
    ~keeper()
    {
        *said += 2;
    }
};

} // namespace

void cpp_wait_with_an_object(void *said)
{
    keeper kept(static_cast<int *>(said));
    try {
        chan_recv(nullptr, nullptr);
    } catch (...) {
        throw; /* what is not caught by its type goes on */
    }
}

int cpp_run(void (*fn)(void *), int *arg)
{
    return task_run(fn, arg);
}
