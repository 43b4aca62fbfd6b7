/* What the object file tells of an address: lines and inlined functions by its DWARF, else its symbols. */
#include "profile/symbol_file.h"
#include "profile/module.h"
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <stdlib.h>
#include <string.h>

/* --- From DWARF ----------------------------------------------------------------------------- */

/* The path as the compiler was given it: without the directory that it ran in. */
static const char *short_path(const char *path, Dwarf_Die *unit)
{
    Dwarf_Attribute attribute;
    const char *directory = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
    size_t n = directory ? strlen(directory) : 0;
    if (n && path && !strncmp(path, directory, n) && path[n] == '/')
        path += n + 1;
    return path;
}

static void set_line(struct symbol *s, Dwarf_Die *unit, Dwarf_Addr address)
{
    Dwarf_Line *line = dwarf_getsrc_die(unit, address);
    if (!line)
        return;
    s->file = short_path(dwarf_linesrc(line, 0, 0), unit);
    dwarf_lineno(line, &s->line);
}

/* Where the inlined function was called: file and line of the function around it. */
static void set_call_site(struct symbol *s, Dwarf_Die *unit, Dwarf_Die *inlined)
{
    Dwarf_Attribute attribute;
    Dwarf_Word file = 0, line = 0;
    Dwarf_Files *files;
    size_t count;
    dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file);
    dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line);
    if (!dwarf_getsrcfiles(unit, &files, &count) && file < count)
        s->file = short_path(dwarf_filesrc(files, file, 0, 0), unit);
    s->line = (int)line;
}

/* Walks outwards from the innermost scope: a symbol for each function, linked by inlined_into. */
static void set_functions(struct symbol *s, Dwarf_Die *unit, Dwarf_Die *scopes, int n)
{
    for (int i = 0; i < n; i++) {
        int tag = dwarf_tag(&scopes[i]);
        if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine)
            continue;
        s->function = dwarf_diename(&scopes[i]);
        if (tag == DW_TAG_subprogram)
            return;
        struct symbol *outer = malloc(sizeof *outer);
        if (!outer)
            return;
        *outer = (struct symbol){.module = s->module, .offset = s->offset, .object = s->object};
        set_call_site(outer, unit, &scopes[i]);
        s->inlined_into = outer;
        s = outer;
    }
}

/* The compilation unit of an address: by the table of address ranges, which clang leaves out, or
 * by asking each unit. */
static Dwarf_Die *unit_of(const struct module *m, Dwarf_Addr address, Dwarf_Addr *bias)
{
    Dwarf_Die *unit = dwfl_module_addrdie(m->names, address, bias);
    if (unit)
        return unit;
    while ((unit = dwfl_module_nextcu(m->names, unit, bias)))
        if (dwarf_haspc(unit, address - *bias) > 0)
            return unit;
    return 0;
}

static void look_up_dwarf(struct symbol *s, const struct module *m, Dwarf_Addr address)
{
    Dwarf_Addr bias;
    Dwarf_Die *unit = unit_of(m, address, &bias);
    if (!unit)
        return;
    set_line(s, unit, address - bias);
    Dwarf_Die *innermost = 0, *scopes = 0;
    if (dwarf_getscopes(unit, address - bias, &innermost) > 0) {
        /* The scopes around an inlined function as it is here, not as it was written. */
        int n = dwarf_getscopes_die(innermost, &scopes);
        set_functions(s, unit, scopes, n);
    }
    free(scopes);
    free(innermost);
}

/* --- From symbol tables --------------------------------------------------------------------- */

void symbol_set_start(struct symbol *s, const char *name, uintptr_t start)
{
    for (;; s = (struct symbol *)s->inlined_into) {
        s->start = start;
        if (!s->inlined_into)
            break;
    }
    if (!s->function)
        s->function = name;
}

void symbol_from_file(struct symbol *s, const struct module *m, uintptr_t return_address)
{
    uintptr_t address = return_address - 1; /* inside of the call, not behind it */
    GElf_Off offset;
    GElf_Sym entry;
    s->module = m->path;
    s->offset = return_address - m->base;
    s->object = m;
    if (!m->names)
        return;
    if (m->has_lines)
        look_up_dwarf(s, m, address);
    const char *name = dwfl_module_addrinfo(m->names, address, &offset, &entry, 0, 0, 0);
    if (name)
        symbol_set_start(s, name, address - offset);
}
