/* Panics, fatal errors and stack overflows: say what, who and where, then exit with 2. */
#include "task/panic.h"
#include "task/hibernate_wake.h"
#include "task/sched.h"
#include <dlfcn.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

enum { EXIT_PANIC = 2, TASKS_SHOWN = 100, LINE = 512 };

static void symbolize_by_loader(const void *pc, char *line, size_t size)
{
    Dl_info info;
    if (!dladdr(pc, &info) || !info.dli_fname)
        snprintf(line, size, "%p", pc);
    else if (info.dli_sname)
        snprintf(line, size, "%s+0x%tx (%s+0x%tx)", info.dli_sname,
                 (const char *)pc - (const char *)info.dli_saddr, info.dli_fname,
                 (const char *)pc - (const char *)info.dli_fbase);
    else
        snprintf(line, size, "%s+0x%tx", info.dli_fname,
                 (const char *)pc - (const char *)info.dli_fbase);
}

static bool print_task(const struct task_info *t, void *arg)
{
    int *shown = arg;
    if (++*shown > TASKS_SHOWN)
        return false;
    dprintf(STDERR_FILENO, "task %" PRIu64 " [%s]: %s, made in %s at %s:%d", t->id,
            t->state == TASK_READY ? "runnable" : wait_reason_text(t->reason), t->site->entry,
            t->site->function, t->site->file, t->site->line);
    if (t->reason == WAIT_CHAN_RECEIVE || t->reason == WAIT_CHAN_SEND) {
        struct chan_info c = chan_inspect(t->object);
        char line[LINE];
        task_symbolize(c.made_at, line, sizeof line);
        dprintf(STDERR_FILENO, "\n\ton channel %p, %zu of %zu full, %zu references, made at %s",
                t->object, c.length, c.capacity, c.references, line);
    }
    dprintf(STDERR_FILENO, "\n");
    return true;
}

static void dump_lines(int fd)
{
    (void)fd;
    int shown = 0;
    task_each(print_task, &shown);
    if (task_stats.live > TASKS_SHOWN)
        dprintf(STDERR_FILENO, "... and %" PRIu64 " tasks more\n", task_stats.live - TASKS_SHOWN);
}

void (*task_symbolize)(const void *pc, char *line, size_t size) = symbolize_by_loader;
void (*task_dump_all)(int fd) = dump_lines;

static void print_site(const char *what, const void *pc)
{
    char line[LINE];
    if (!pc)
        return;
    task_symbolize(pc, line, sizeof line);
    dprintf(STDERR_FILENO, "\t%s%s%s\n", what, *what ? " " : "", line);
}

/* By the chain of frame pointers, to the task's start. */
int task_panic_frames(const void **frames, void *const *frame)
{
    const struct task *me = task_sched.current;
    const char *low = me ? stack_at(me->slab, me->place).low : 0, *high = (const char *)me;
    int n = 0;
    while (me && n < PANIC_FRAMES) {
        const char *at = (const char *)frame;
        if (at < low || at + 2 * sizeof *frame > high || !frame[1] || !frame[0])
            break;
        frames[n++] = frame[1];
        if ((const char *)frame[0] <= at)
            break;
        frame = frame[0];
    }
    return n;
}

/* The task itself and all others, and the end. */
static _Noreturn void show_tasks_and_exit(const void *const *frames, int depth)
{
    const struct task *me = task_sched.current;
    if (me) {
        dprintf(STDERR_FILENO, "\ntask %" PRIu64 " [running]: %s\n", me->id, me->site->entry);
        for (int i = 0; i < depth; i++)
            print_site("", frames[i]);
        dprintf(STDERR_FILENO, "created by %s in task %" PRIu64 "\n\t%s:%d\n", me->site->function,
                me->parent, me->site->file, me->site->line);
    }
    if (task_stats.live > 1) {
        dprintf(STDERR_FILENO, "\n");
        task_dump_all(STDERR_FILENO);
    }
    _exit(EXIT_PANIC);
}

/* The oldest first, which by the list is the last: it is turned round, since nobody needs it any more. */
static void print_panics(struct panic_node *newest)
{
    struct panic_node *oldest = 0;
    for (struct panic_node *n = newest, *older; n; n = older) {
        older = n->older;
        n->older = oldest;
        oldest = n;
    }
    const char *indent = "";
    for (struct panic_node *n = oldest; n; n = n->older) {
        if (n->kind != PANIC_ON_ITS_WAY)
            continue;
        const struct panic *panic =
            &((struct panicking *)((char *)n - offsetof(struct panicking, node)))->panic;
        dprintf(STDERR_FILENO, "%spanic: %s\n", indent, panic->message);
        for (const struct panic_site *site = panic->sites; site->what; site++)
            print_site(site->what, site->pc);
        indent = "\t";
    }
}

void task_panic_report(struct panicking *p, const char *why, const void *where)
{
    print_panics(&p->node);
    if (why && where)
        print_site(why, where);
    else if (why)
        dprintf(STDERR_FILENO, "\t%s\n", why);
    show_tasks_and_exit(p->frames, p->depth);
}

void task_fatal(const char *format, ...)
{
    char message[LINE];
    const void *frames[PANIC_FRAMES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    dprintf(STDERR_FILENO, "fatal error: %s\n", message);
    show_tasks_and_exit(frames, task_panic_frames(frames, __builtin_frame_address(0)));
}

void task_fatal_deadlock(void)
{
    dprintf(STDERR_FILENO, "fatal error: all tasks are asleep - deadlock!\n\n");
    task_dump_all(STDERR_FILENO);
    _exit(EXIT_PANIC);
}

/* --- Stack overflow ------------------------------------------------------------------------- */

static struct sigaction previous;

static const void *faulting_pc(const void *context)
{
    const ucontext_t *at = context;
#if defined(__x86_64__)
    return (const void *)at->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (const void *)at->uc_mcontext.pc;
#else
    (void)at;
    return 0;
#endif
}

/* To who had the signal before. Where that is nobody, it strikes again, and ends the program. */
static void pass_on(int number, siginfo_t *info, void *context)
{
    if (previous.sa_flags & SA_SIGINFO)
        previous.sa_sigaction(number, info, context);
    else if (previous.sa_handler == SIG_DFL || previous.sa_handler == SIG_IGN)
        sigaction(SIGSEGV, &previous, 0);
    else
        previous.sa_handler(number);
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    if (info->si_code > 0 && task_hibernate_fault(info->si_addr))
        return;
    const struct task *me = task_sched.current;
    const char *at = info->si_addr, *low = me ? stack_at(me->slab, me->place).low : 0;
    if (!me || at >= low || at < low - me->slab->guard) {
        pass_on(number, info, context);
        return;
    }
    dprintf(STDERR_FILENO,
            "fatal error: stack overflow\n\ttask %" PRIu64 " [running]: %s, of %zu KiB of stack\n"
            "created by %s in task %" PRIu64 "\n\t%s:%d\n"
            "\tA larger stack: task_set_stack_size(), or --stack.\n",
            me->id, me->site->entry, me->slab->stack_size / 1024, me->site->function, me->parent,
            me->site->file, me->site->line);
    char line[LINE];
    symbolize_by_loader(faulting_pc(context), line, sizeof line);
    dprintf(STDERR_FILENO, "\tin %s\n", line);
    _exit(EXIT_PANIC);
}

void task_overflow_install(void)
{
    static bool done;
    if (done)
        return;
    done = true;
    size_t size = 64 * 1024;
    void *memory = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack_t alternate = {.ss_sp = memory, .ss_size = size};
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigfillset(
        &action
             .sa_mask); /* a proof stops other threads by a signal, and not where they hold a lock */
    if (memory == MAP_FAILED || sigaltstack(&alternate, 0) ||
        sigaction(SIGSEGV, &action, &previous))
        dprintf(STDERR_FILENO, "leaklab: stack overflows will not be named: no signal stack\n");
}

bool task_faults_are_seen(void)
{
    struct sigaction now;
    return !sigaction(SIGSEGV, 0, &now) && now.sa_flags & SA_SIGINFO &&
           now.sa_sigaction == on_fault;
}
