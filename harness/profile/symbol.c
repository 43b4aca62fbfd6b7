/* Symbols: what libdw says about an address, kept for ever in a search tree.
 *
 * libdw's line reader wants some hundred KiB of stack, a task has 64: a look-up from inside of a
 * task runs in a thread of its own, for as long as it takes.
 */
#include "profile/symbol.h"
#include "profile/module.h"
#include "task/inspect.h"
#include <dlfcn.h>
#include <elfutils/libdwfl.h>
#include <pthread.h>
#include <search.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct known {
    const void *address;
    struct symbol *symbol; /* the innermost of the functions inlined there */
};

static void *known_symbols;
static const struct symbol unknown = {.module = "?"};

static int by_address(const void *a, const void *b)
{
    const struct known *x = a, *y = b;
    return (x->address > y->address) - (x->address < y->address);
}

/* --- Looking up ------------------------------------------------------------------------------ */

static void *look_up(void *arg)
{
    struct known *e = arg;
    uintptr_t address = (uintptr_t)e->address - 1; /* inside of the call, not behind it */
    struct symbol *s = e->symbol;
    *s = unknown;
    s->offset = (uintptr_t)e->address;
    const struct module *m = module_of((const void *)address);
    if (!m)
        return 0;
    symbol_from_file(s, m, (uintptr_t)e->address);
    Dl_info info;
    if (!s->start && dladdr((void *)address, &info) && info.dli_sname)
        symbol_set_start(s, info.dli_sname, (uintptr_t)info.dli_saddr);
    return 0;
}

static void look_up_with_room(struct known *e)
{
    pthread_t thread;
    if (!task_id()) {
        look_up(e);
        return;
    }
    if (pthread_create(&thread, 0, look_up, e))
        *e->symbol = unknown;
    else
        pthread_join(thread, 0);
}

const struct symbol *symbol_of_return(const void *return_address)
{
    struct known wanted = {return_address, 0};
    struct known **found = tfind(&wanted, &known_symbols, by_address);
    if (found)
        return (*found)->symbol;
    struct known *e = malloc(sizeof *e);
    struct symbol *s = malloc(sizeof *s);
    if (!e || !s)
        goto failed;
    *e = (struct known){return_address, s};
    if (!tsearch(e, &known_symbols, by_address))
        goto failed;
    look_up_with_room(e);
    return s;
failed:
    free(e);
    free(s);
    return &unknown;
}

/* --- Names that are not kept -------------------------------------------------------------------- */

struct asked {
    const void *const *addresses;
    const char **names;
    size_t length;
};

/* By the symbol table alone: what was inlined there goes by the function that it was put into. */
static const char *name_of(const void *return_address)
{
    GElf_Off offset;
    GElf_Sym entry;
    uintptr_t address = (uintptr_t)return_address - 1; /* inside of the call, not behind it */
    const struct module *m = module_of((const void *)address);
    return m && m->names ? dwfl_module_addrinfo(m->names, address, &offset, &entry, 0, 0, 0) : 0;
}

static void *look_up_names(void *arg)
{
    const struct asked *asked = arg;
    for (size_t i = 0; i < asked->length; i++)
        asked->names[i] = name_of(asked->addresses[i]);
    return 0;
}

void symbol_names(const void *const *return_addresses, size_t length, const char **names)
{
    pthread_t thread;
    struct asked asked = {return_addresses, names, length};
    if (!task_id()) {
        look_up_names(&asked);
    } else if (pthread_create(&thread, 0, look_up_names, &asked)) {
        for (size_t i = 0; i < length; i++)
            names[i] = 0;
    } else {
        pthread_join(thread, 0);
    }
}

/* --- In words ------------------------------------------------------------------------------- */

/* Whether the path's folder is, or ends in, the given one. */
static bool is_in_folder(const char *path, const char *folder)
{
    const char *name = strrchr(path, '/');
    size_t n = strlen(folder);
    if (!name || (size_t)(name - path) < n || strncmp(name - n, folder, n))
        return false;
    return name - n == path || name[-(ptrdiff_t)n - 1] == '/';
}

/* Installed, the headers lie in leaklab/task: some of them have inline functions. */
bool symbol_is_hidden(const struct symbol *s)
{
    return s->file &&
           (is_in_folder(s->file, "harness/task") || is_in_folder(s->file, "harness/profile") ||
            is_in_folder(s->file, "leaklab/task"));
}

const struct symbol *symbol_of_caller(const void *return_address)
{
    const struct symbol *s = symbol_of_return(return_address);
    while (s->inlined_into && symbol_is_hidden(s))
        s = s->inlined_into;
    return s;
}

bool symbol_same_line(const void *a, const void *b)
{
    if (a == b || !a || !b)
        return a == b;
    const struct symbol *x = symbol_of_caller(a), *y = symbol_of_caller(b);
    return x->file && y->file && x->line == y->line && !strcmp(x->file, y->file);
}

static bool on_signal_stack(void)
{
    stack_t stack;
    return !sigaltstack(0, &stack) && (stack.ss_flags & SS_ONSTACK);
}

static void describe_by_loader(const void *pc, char *line, size_t size)
{
    Dl_info info;
    if (!dladdr(pc, &info) || !info.dli_fname)
        snprintf(line, size, "%p", pc);
    else
        snprintf(line, size, "%s+0x%tx", info.dli_sname ? info.dli_sname : info.dli_fname,
                 (const char *)pc -
                     (const char *)(info.dli_sname ? info.dli_saddr : info.dli_fbase));
}

void symbol_describe(const void *return_address, char *line, size_t size)
{
    if (on_signal_stack()) {
        describe_by_loader(return_address, line, size);
        return;
    }
    const struct symbol *s = symbol_of_caller(return_address);
    if (!s->function) {
        snprintf(line, size, "%s+0x%tx", s->module, s->offset);
        return;
    }
    int n = snprintf(line, size, "%s+0x%tx", s->function, (uintptr_t)return_address - s->start);
    if (n < 0 || (size_t)n >= size)
        return;
    if (s->file)
        snprintf(line + n, size - (size_t)n, " %s:%d", s->file, s->line);
    else
        snprintf(line + n, size - (size_t)n, " %s+0x%tx", s->module, s->offset);
}

struct data_wanted {
    const void *address;
    char *line;
    size_t size;
};

static void *look_up_data(void *arg)
{
    struct data_wanted *wanted = arg;
    uintptr_t address = (uintptr_t)wanted->address;
    const struct module *m = module_of(wanted->address);
    GElf_Off offset = 0;
    GElf_Sym entry;
    const char *name = 0;
    if (m && m->names)
        name = dwfl_module_addrinfo(m->names, address, &offset, &entry, 0, 0, 0);
    if (name)
        snprintf(wanted->line, wanted->size, "%s+0x%tx", name, (uintptr_t)offset);
    else if (m)
        snprintf(wanted->line, wanted->size, "%s+0x%tx", m->path, address - m->base);
    else
        snprintf(wanted->line, wanted->size, "0x%tx", address);
    return 0;
}

void symbol_describe_data(const void *address, char *line, size_t size)
{
    pthread_t thread;
    struct data_wanted wanted = {address, line, size};
    snprintf(line, size, "%p", address);
    if (!task_id())
        look_up_data(&wanted);
    else if (!pthread_create(&thread, 0, look_up_data, &wanted))
        pthread_join(thread, 0);
}

void symbol_install(void)
{
    task_symbolize = symbol_describe;
}
