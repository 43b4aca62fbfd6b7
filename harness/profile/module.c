/* Modules: from the dynamic loader, opened by libdw on first use.
 *
 * - A module once found stays in the list: symbols point to it. One that was unloaded keeps no
 *   addresses.
 * - The running program is opened by /proc/self/exe, so a replaced binary still gives right names;
 *   of a library only a file with the loaded image's build id is opened.
 * - No name is ever fetched over a network: separate debug files are looked for locally.
 */
#include "profile/module.h"
#include <elf.h>
#include <elfutils/libdwelf.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct module *modules;
static const char running_program[] = "/proc/self/exe";

static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_build_id_find_debuginfo,
    .section_address = dwfl_offline_section_address,
};

static void hex(char *text, size_t size, const unsigned char *bytes, size_t n)
{
    *text = 0;
    for (size_t i = 0; i < n && 2 * i + 2 < size; i++)
        sprintf(text + 2 * i, "%02x", bytes[i]);
}

/* --- What is loaded ------------------------------------------------------------------------- */

/* A note is a name and a description, each padded to four bytes, behind their sizes. */
void module_note_build_id(struct module *m, const char *at, size_t size)
{
    while (size >= sizeof(ElfW(Nhdr))) {
        const ElfW(Nhdr) *note = (const void *)at;
        size_t name = ((size_t)note->n_namesz + 3) & ~(size_t)3;
        size_t text = ((size_t)note->n_descsz + 3) & ~(size_t)3;
        if (name + text + sizeof *note > size)
            return;
        const char *words = at + sizeof *note;
        if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && !memcmp(words, "GNU", 4)) {
            hex(m->build_id, sizeof m->build_id, (const unsigned char *)words + name,
                note->n_descsz);
            return;
        }
        at += name + text + sizeof *note;
        size -= name + text + sizeof *note;
    }
}

static void read_segments(struct module *m, const struct dl_phdr_info *info)
{
    m->low = UINTPTR_MAX;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        uintptr_t low = info->dlpi_addr + p->p_vaddr, high = low + p->p_memsz;
        if (p->p_type == PT_NOTE && !m->build_id[0])
            module_note_build_id(m, (const char *)low, p->p_memsz);
        if (p->p_type != PT_LOAD)
            continue;
        m->low = low < m->low ? low : m->low;
        m->high = high > m->high ? high : m->high;
        if (p->p_flags & PF_X) {
            m->code_low = low;
            m->code_high = high;
            m->code_offset = p->p_offset;
        }
    }
}

static char *program_path(void)
{
    static const char deleted[] = " (deleted)";
    char path[4096];
    ssize_t n = readlink(running_program, path, sizeof path - 1);
    if (n < 0)
        return strdup(program_invocation_name);
    path[n] = 0;
    size_t tail = sizeof deleted - 1;
    if ((size_t)n > tail && !strcmp(path + n - tail, deleted))
        path[(size_t)n - tail] = 0;
    return strdup(path);
}

static int add(struct dl_phdr_info *info, size_t size, void *count)
{
    (void)size;
    bool is_program = (*(int *)count)++ == 0;
    struct module fresh = {.base = info->dlpi_addr};
    read_segments(&fresh, info);
    for (struct module *m = modules; m; m = m->next) {
        if (m->low != fresh.low || m->high != fresh.high)
            continue;
        if (!strcmp(m->build_id, fresh.build_id))
            return 0;
        m->low = m->high = 0; /* unloaded, and another one in its place */
    }
    struct module *m = malloc(sizeof *m);
    fresh.path = is_program ? program_path() : strdup(info->dlpi_name);
    if (!m || !fresh.path) {
        free(m);
        free((char *)fresh.path);
        return 1;
    }
    *m = fresh;
    m->next = modules;
    modules = m;
    return 0;
}

static bool is_program(const struct module *m)
{
    return !m->next; /* the loader names it first */
}

static struct module *find(uintptr_t address)
{
    for (struct module *m = modules; m; m = m->next)
        if (address >= m->low && address < m->high)
            return m;
    return 0;
}

/* --- Its file ------------------------------------------------------------------------------- */

void module_file_build_id(int fd, char *text, size_t size)
{
    *text = 0;
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fd, ELF_C_READ, 0);
    if (!elf)
        return;
    const void *bytes;
    ssize_t n = dwelf_elf_gnu_build_id(elf, &bytes);
    if (n > 0)
        hex(text, size, bytes, (size_t)n);
    elf_end(elf);
}

static Dwfl *open_library(void)
{
    static Dwfl *dwfl;
    if (!dwfl)
        dwfl = dwfl_begin(&callbacks);
    return dwfl;
}

static void open_names(struct module *m)
{
    m->opened = true;
    Dwfl *dwfl = open_library();
    int fd = open(is_program(m) ? running_program : m->path, O_RDONLY | O_CLOEXEC);
    if (!dwfl || fd < 0)
        goto failed;
    char id[sizeof m->build_id];
    module_file_build_id(fd, id, sizeof id);
    if (strcmp(id, m->build_id))
        goto failed;
    dwfl_report_begin_add(dwfl);
    m->names = dwfl_report_elf(dwfl, m->path, m->path, fd, m->base, true);
    dwfl_report_end(dwfl, 0, 0);
    if (!m->names)
        goto failed;
    Dwarf_Addr bias;
    m->has_lines = dwfl_module_getdwarf(m->names, &bias) != 0;
    m->has_functions = dwfl_module_getsymtab(m->names) > 0;
    return;
failed:
    if (fd >= 0)
        close(fd);
}

const struct module *module_of(const void *address)
{
    struct module *m = find((uintptr_t)address);
    if (!m) {
        int count = 0;
        dl_iterate_phdr(add, &count);
        m = find((uintptr_t)address);
    }
    if (m && !m->opened)
        open_names(m);
    return m;
}

void module_write_map(FILE *out)
{
    for (const struct module *m = modules; m; m = m->next)
        if (m->opened && m->high && m->path[0] == '/')
            fprintf(out, "%tx-%tx r-xp %08tx 00:00 0 %s\n", m->code_low, m->code_high,
                    m->code_offset, m->path);
}

/* --- Remarks -------------------------------------------------------------------------------- */

/* What became of the file since the program started; NULL where it is the same. */
static const char *change_of(const struct module *m)
{
    int fd = open(m->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return "is no longer there to read";
    char id[sizeof m->build_id];
    module_file_build_id(fd, id, sizeof id);
    close(fd);
    return strcmp(id, m->build_id) ? "changed on disk since this process started" : 0;
}

void module_remarks(void (*tell)(const char *line, void *arg), void *arg)
{
    char line[4096 + 256];
    for (const struct module *m = modules; m; m = m->next) {
        if (!m->opened || m->path[0] != '/')
            continue;
        const char *change = change_of(m);
        if (change) {
            snprintf(line, sizeof line, "%s %s (build id %s then): %s", m->path, change,
                     m->build_id[0] ? m->build_id : "none",
                     m->names ? "names are of what runs, sources may differ"
                              : "no lines for it; start anew for names");
            tell(line, arg);
        } else if (!m->has_lines && is_program(m)) {
            snprintf(line, sizeof line,
                     "%s has no debug information: addresses as module+offset, no lines. Build "
                     "with -g, do not strip, or put its .debug file under /usr/lib/debug/.build-id",
                     m->path);
            tell(line, arg);
        }
    }
}
