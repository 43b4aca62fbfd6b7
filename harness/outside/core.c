#include "outside/core.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/procfs.h>
#include <unistd.h>

struct segment {
    uint64_t low, size, offset; /* in memory, and in the file */
};

struct core {
    struct memory memory; /* first: a memory * is a core * */
    int file;
    Elf *elf;
    const char *bytes;
    size_t size;
    struct segment *segments; /* by address */
    size_t length;
    struct mapped_files files;
    uint64_t program_headers;
    pid_t pid;
    bool is_cut;
};

/* --- Memory ------------------------------------------------------------------------------------- */

static const struct segment *segment_of(const struct core *core, uint64_t at)
{
    size_t low = 0, high = core->length;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (core->segments[middle].low <= at)
            low = middle + 1;
        else
            high = middle;
    }
    const struct segment *s = low ? &core->segments[low - 1] : NULL;
    return s && at - s->low < s->size ? s : NULL;
}

/* A piece may lie across two segments. */
static bool read_one(const struct core *core, uint64_t at, char *to, size_t size)
{
    while (size) {
        const struct segment *s = segment_of(core, at);
        if (!s)
            return false;
        size_t n = s->size - (at - s->low);
        n = n < size ? n : size;
        memcpy(to, core->bytes + s->offset + (at - s->low), n);
        to += n;
        at += n;
        size -= n;
    }
    return true;
}

static void read_core(struct memory *memory, struct piece *pieces, size_t n)
{
    for (size_t i = 0; i < n; i++)
        pieces[i].read =
            read_one((struct core *)memory, pieces[i].at, pieces[i].to, pieces[i].size);
}

/* --- Notes -------------------------------------------------------------------------------------- */

static uint64_t word_at(const char *bytes, size_t i)
{
    uint64_t word;
    memcpy(&word, bytes + i * sizeof word, sizeof word);
    return word;
}

/* How many, the size of a page, then of each its first and last address and the page of the file; then the names. */
static bool read_files(struct core *core, const char *text, size_t size)
{
    enum { HEAD = 2, WORDS = 3 };
    uint64_t count = size < HEAD * 8 ? 0 : word_at(text, 0), page = count ? word_at(text, 1) : 0;
    if (count > size / (WORDS * 8) || HEAD * 8 + count * WORDS * 8 > size)
        return true; /* no such note: then there are no files */
    const char *name = text + HEAD * 8 + count * WORDS * 8, *end = text + size;
    for (size_t i = 0; i < count; i++) {
        size_t at = HEAD + WORDS * i, length = strnlen(name, (size_t)(end - name));
        if (name + length == end)
            return true;
        if (!mapped_add(&core->files, word_at(text, at), word_at(text, at + 1),
                        word_at(text, at + 2) * page, name))
            return false;
        name += length + 1;
    }
    return true;
}

static void read_auxiliary(struct core *core, const char *text, size_t size)
{
    for (size_t i = 0; (i + 2) * 8 <= size; i += 2)
        if (word_at(text, i) == AT_PHDR)
            core->program_headers = word_at(text, i + 1);
}

static bool read_note(struct core *core, uint32_t type, const char *text, size_t size)
{
    struct elf_prpsinfo process;
    if (type == NT_FILE)
        return read_files(core, text, size);
    if (type == NT_AUXV)
        read_auxiliary(core, text, size);
    if (type == NT_PRPSINFO && size >= sizeof process) {
        memcpy(&process, text, sizeof process);
        core->pid = process.pr_pid;
    }
    return true;
}

static bool read_notes(struct core *core, const GElf_Phdr *p)
{
    size_t name, text, next, at = 0;
    GElf_Nhdr note;
    Elf_Data *data = elf_getdata_rawchunk(core->elf, (int64_t)p->p_offset, p->p_filesz, ELF_T_NHDR);
    while (data && (next = gelf_getnote(data, at, &note, &name, &text)) > 0) {
        if (!read_note(core, note.n_type, (const char *)data->d_buf + text, note.n_descsz))
            return false;
        at = next;
    }
    return true;
}

/* --- Opening ------------------------------------------------------------------------------------ */

static int by_address(const void *a, const void *b)
{
    const struct segment *x = a, *y = b;
    return (x->low > y->low) - (x->low < y->low);
}

/* What is in the file of a segment. */
static void add_segment(struct core *core, const GElf_Phdr *p)
{
    uint64_t there = p->p_offset < core->size ? core->size - p->p_offset : 0;
    core->is_cut |= there < p->p_filesz;
    uint64_t size = there < p->p_filesz ? there : p->p_filesz;
    if (size && p->p_vaddr + size > p->p_vaddr)
        core->segments[core->length++] = (struct segment){p->p_vaddr, size, p->p_offset};
}

static bool read_segments(struct core *core)
{
    size_t count;
    GElf_Phdr p;
    if (elf_getphdrnum(core->elf, &count) ||
        !(core->segments = calloc(count + 1, sizeof *core->segments)))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!gelf_getphdr(core->elf, (int)i, &p))
            return false;
        if (p.p_type == PT_LOAD)
            add_segment(core, &p);
        else if (p.p_type == PT_NOTE && !read_notes(core, &p))
            return false;
    }
    qsort(core->segments, core->length, sizeof *core->segments, by_address);
    return true;
}

static bool open_elf(struct core *core, const char *path, char why[CORE_WHY])
{
    elf_version(EV_CURRENT);
    core->file = open(path, O_RDONLY | O_CLOEXEC);
    if (core->file < 0) {
        snprintf(why, CORE_WHY, "can not open %s: %s", path, strerror(errno));
        return false;
    }
    GElf_Ehdr head;
    core->elf = elf_begin(core->file, ELF_C_READ_MMAP, NULL);
    if (core->elf)
        core->bytes = elf_rawfile(core->elf, &core->size);
    if (!core->bytes || !gelf_getehdr(core->elf, &head) || head.e_type != ET_CORE ||
        head.e_ident[EI_CLASS] != ELFCLASS64) {
        snprintf(why, CORE_WHY, "%s is no core file of a 64-bit program", path);
        return false;
    }
    return true;
}

struct core *core_open(const char *path, char why[CORE_WHY])
{
    struct core *core = calloc(1, sizeof *core);
    if (!core) {
        snprintf(why, CORE_WHY, "no memory for %s", path);
        return NULL;
    }
    *core = (struct core){.memory = {read_core}, .file = -1};
    if (open_elf(core, path, why)) {
        if (read_segments(core))
            return core;
        snprintf(why, CORE_WHY, "%s is broken, or there is no memory to read it", path);
    }
    core_close(core);
    return NULL;
}

void core_close(struct core *core)
{
    elf_end(core->elf);
    if (core->file >= 0)
        close(core->file);
    mapped_free(&core->files);
    free(core->segments);
    free(core);
}

struct memory *core_memory(struct core *core)
{
    return &core->memory;
}

const struct mapped_files *core_files(const struct core *core)
{
    return &core->files;
}

uint64_t core_program_headers(const struct core *core)
{
    return core->program_headers;
}

pid_t core_pid(const struct core *core)
{
    return core->pid;
}

bool core_is_cut(const struct core *core)
{
    return core->is_cut;
}
