/* Images.
 *
 * - Nothing of a file is used before its build id is known to be the one in memory. A program is opened by
 *   /proc/PID/exe, which is what runs, also where its path has another one by now.
 * - Each file is opened when it is first asked for, its DWARF when a name is.
 */
#include "outside/image.h"
#include "profile/module.h"
#include "profile/symbol_file.h"
#include <elf.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct image {
    struct module module; /* its names: once they were asked for */
    struct Dwfl_Module *file;
    bool was_opened;
};

struct known {
    uint64_t address;
    struct symbol symbol;
};

struct images {
    struct memory *memory;
    struct image *all; /* as the files are */
    size_t length, program;
    pid_t pid;
    const char *program_file;
    Dwfl *dwfl;
    void *symbols;
    char remark[4096 + 256];
};

static const struct symbol unknown = {.module = "?"};

static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_build_id_find_debuginfo,
    .section_address = dwfl_offline_section_address,
};

/* --- As it is in memory --------------------------------------------------------------------------- */

static void read_notes(struct images *images, struct module *m, const Elf64_Phdr *p)
{
    enum { NOTES_MOST = 4096 };
    _Alignas(8) char notes[NOTES_MOST];
    size_t size = p->p_memsz < NOTES_MOST ? p->p_memsz : NOTES_MOST;
    if (!m->build_id[0] && size && memory_read(images->memory, m->base + p->p_vaddr, notes, size))
        module_note_build_id(m, notes, size);
}

/* Reads base and build id. False where there is no object file in memory. */
static bool read_image(struct images *images, struct module *m)
{
    enum { HEADERS_MOST = 64 };
    Elf64_Ehdr head;
    Elf64_Phdr headers[HEADERS_MOST];
    if (!memory_read(images->memory, m->low, &head, sizeof head) ||
        memcmp(head.e_ident, ELFMAG, SELFMAG) || head.e_ident[EI_CLASS] != ELFCLASS64 ||
        head.e_phentsize != sizeof *headers || !head.e_phnum || head.e_phnum > HEADERS_MOST ||
        !memory_read(images->memory, m->low + head.e_phoff, headers,
                     head.e_phnum * sizeof *headers))
        return false;
    bool has_base = false;
    for (size_t i = 0; i < head.e_phnum; i++) {
        const Elf64_Phdr *p = &headers[i];
        if (p->p_type == PT_LOAD && p->p_offset == 0 && !has_base) {
            m->base = m->low - p->p_vaddr;
            has_base = true;
        }
        if (p->p_type == PT_LOAD && m->base + p->p_vaddr + p->p_memsz > m->high)
            m->high = m->base + p->p_vaddr + p->p_memsz; /* what is cleared beyond the file */
    }
    for (size_t i = 0; has_base && i < head.e_phnum; i++)
        if (headers[i].p_type == PT_NOTE)
            read_notes(images, m, &headers[i]);
    return has_base;
}

/* --- Its file -------------------------------------------------------------------------------------- */

/* A path comes from the process or the core: what opens must be a file, not what waits or does something. */
static int open_file(const char *path)
{
    struct stat its;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0 || (!fstat(file, &its) && S_ISREG(its.st_mode)))
        return file;
    close(file);
    errno = EINVAL;
    return -1;
}

static int open_path(const struct images *images, const struct image *image)
{
    char path[4096 + 64];
    const char *there = image->module.path;
    bool is_program = image == &images->all[images->program];
    int file = -1;
    if (is_program && images->program_file)
        return open_file(images->program_file);
    if (images->pid && is_program)
        snprintf(path, sizeof path, "/proc/%d/exe", images->pid);
    else /* in its own view of the files */
        snprintf(path, sizeof path, "/proc/%d/root%s", images->pid, there);
    if (images->pid)
        file = open_file(path);
    return file >= 0 ? file : open_file(there);
}

static void remark(struct images *images, const struct image *image, const char *what)
{
    const char *given = images->program_file;
    if (image == &images->all[images->program])
        snprintf(images->remark, sizeof images->remark, "%s %s", given ? given : image->module.path,
                 what);
}

/* Opens the file, once. What stands in the way is a remark, where it is the program's. */
static bool open_image(struct images *images, struct image *image)
{
    struct module *m = &image->module;
    char id[sizeof m->build_id], why[256];
    if (image->was_opened)
        return image->file;
    image->was_opened = true;
    if (!read_image(images, m)) {
        remark(images, image,
               "has no beginning in memory that can be read: nothing is known of it");
        return false;
    }
    int file = open_path(images, image);
    if (file < 0) {
        snprintf(why, sizeof why, "can not be opened: %s", strerror(errno));
        remark(images, image, why);
        return false;
    }
    module_file_build_id(file, id, sizeof id);
    if (strcmp(id, m->build_id)) {
        snprintf(why, sizeof why,
                 "has build id %s, the one in memory %s: it is another program, or another build",
                 id[0] ? id : "none", m->build_id[0] ? m->build_id : "none");
        remark(images, image, why);
        close(file);
        return false;
    }
    dwfl_report_begin_add(images->dwfl);
    image->file = dwfl_report_elf(images->dwfl, m->path, m->path, file, m->base, true);
    dwfl_report_end(images->dwfl, NULL, NULL);
    if (!image->file) {
        snprintf(why, sizeof why, "can not be read: %s", dwfl_errmsg(-1));
        remark(images, image, why);
        close(file);
    }
    return image->file;
}

static void open_names(struct images *images, struct image *image)
{
    struct module *m = &image->module;
    Dwarf_Addr bias;
    if (m->opened)
        return;
    m->opened = true;
    if (!open_image(images, image))
        return;
    m->names = image->file;
    m->has_lines = dwfl_module_getdwarf(m->names, &bias) != NULL;
    m->has_functions = dwfl_module_getsymtab(m->names) > 0;
    if (!m->has_lines)
        remark(images, image,
               "has no debug information: addresses as module+offset, no lines. Build with -g, do "
               "not strip, or put "
               "its .debug file under /usr/lib/debug/.build-id");
}

/* --- All of them ----------------------------------------------------------------------------------- */

static bool add_images(struct images *images, const struct mapped_files *files)
{
    images->all = calloc(files->length + 1, sizeof *images->all);
    images->dwfl = dwfl_begin(&callbacks);
    if (!images->all || !images->dwfl)
        return false;
    images->length = files->length;
    for (size_t i = 0; i < files->length; i++) {
        const struct mapped_file *f = &files->all[i];
        images->all[i].module = (struct module){.path = f->path, .low = f->low, .high = f->high};
    }
    return true;
}

struct images *images_open(const struct mapped_files *files, struct memory *memory, pid_t pid,
                           uint64_t headers, const char *program, char why[IMAGES_WHY])
{
    struct images *images = calloc(1, sizeof *images);
    if (!images || !add_images(images, files)) {
        snprintf(why, IMAGES_WHY, "no memory to look at its files");
        if (images)
            images_close(images);
        return NULL;
    }
    images->memory = memory;
    images->pid = pid;
    images->program_file = program;
    for (size_t i = 0; i < files->length; i++)
        if (headers >= files->all[i].low && headers < files->all[i].high)
            images->program = i;
    if (files->length && program && !open_image(images, &images->all[images->program])) {
        snprintf(why, IMAGES_WHY, "%.500s", images->remark);
        images_close(images);
        return NULL;
    }
    return images;
}

static void free_symbol(void *node)
{
    struct known *known = node;
    for (const struct symbol *s = known->symbol.inlined_into, *next; s; s = next) {
        next = s->inlined_into;
        free((void *)s);
    }
    free(known);
}

void images_close(struct images *images)
{
    if (images->dwfl)
        dwfl_end(images->dwfl);
    tdestroy(images->symbols, free_symbol);
    free(images->all);
    free(images);
}

const char *images_program(const struct images *images)
{
    return images->length ? images->all[images->program].module.path : "?";
}

const char *images_build_id(const struct images *images)
{
    return images->length ? images->all[images->program].module.build_id : "";
}

const char *images_trouble(const struct images *images)
{
    return images->remark[0] ? images->remark : NULL;
}

const char *images_remark(struct images *images)
{
    if (images->length)
        open_names(images, &images->all[images->program]);
    return images_trouble(images);
}

static struct image *image_at(struct images *images, uint64_t address)
{
    for (size_t i = 0; i < images->length; i++) {
        struct image *image = &images->all[i];
        if (address >= image->module.low && address < image->module.high)
            return image;
    }
    return NULL;
}

/* --- Sections, bytes --------------------------------------------------------------------------------- */

static uint64_t section_in(struct images *images, struct image *image, const char *name)
{
    size_t strings;
    GElf_Shdr head;
    GElf_Addr bias;
    Elf *elf = open_image(images, image) ? dwfl_module_getelf(image->file, &bias) : NULL;
    if (!elf || elf_getshdrstrndx(elf, &strings))
        return 0;
    for (Elf_Scn *s = NULL; (s = elf_nextscn(elf, s));) {
        const char *its = gelf_getshdr(s, &head) ? elf_strptr(elf, strings, head.sh_name) : NULL;
        if (its && !strcmp(its, name) && head.sh_flags & SHF_ALLOC)
            return head.sh_addr + image->module.base;
    }
    return 0;
}

uint64_t images_section(struct images *images, const char *name)
{
    uint64_t at = images->length ? section_in(images, &images->all[images->program], name) : 0;
    for (size_t i = 0; !at && i < images->length; i++)
        at = section_in(images, &images->all[i], name);
    return at;
}

bool images_read(struct images *images, uint64_t at, void *to, size_t size)
{
    size_t count, length;
    GElf_Phdr p;
    GElf_Addr bias;
    struct image *image = image_at(images, at);
    Elf *elf = image && open_image(images, image) ? dwfl_module_getelf(image->file, &bias) : NULL;
    const char *bytes = elf ? elf_rawfile(elf, &length) : NULL;
    if (!bytes || elf_getphdrnum(elf, &count))
        return false;
    uint64_t wanted = at - image->module.base;
    for (size_t i = 0; i < count; i++) {
        if (!gelf_getphdr(elf, (int)i, &p) || p.p_type != PT_LOAD || p.p_flags & PF_W ||
            wanted < p.p_vaddr || wanted - p.p_vaddr >= p.p_filesz ||
            p.p_filesz - (wanted - p.p_vaddr) < size)
            continue;
        uint64_t from = p.p_offset + (wanted - p.p_vaddr);
        if (from > length || length - from < size)
            return false;
        memcpy(to, bytes + from, size);
        return true;
    }
    return false;
}

/* --- Symbols ----------------------------------------------------------------------------------------- */

static int by_address(const void *a, const void *b)
{
    const struct known *x = a, *y = b;
    return (x->address > y->address) - (x->address < y->address);
}

const struct symbol *images_symbol(struct images *images, uint64_t return_address)
{
    const struct known wanted = {.address = return_address};
    struct known *const *found = tfind(&wanted, &images->symbols, by_address);
    if (found)
        return &(*found)->symbol;
    struct known *fresh = calloc(1, sizeof *fresh);
    if (fresh)
        fresh->address = return_address;
    if (!fresh || !tsearch(fresh, &images->symbols, by_address)) {
        free(fresh);
        return &unknown;
    }
    struct symbol *s = &fresh->symbol;
    *s = unknown;
    s->offset = return_address;
    struct image *image = image_at(images, return_address - 1);
    if (!image)
        return s;
    open_names(images, image);
    symbol_from_file(s, &image->module, return_address);
    return s;
}
