/* The object files of this process: where they lie, and whether their files still are what was
 * loaded. A file is trusted for names only while its build id is that of the loaded image. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct Dwfl_Module;

struct module {
    const char *path;              /* of the object file, as it was when loaded */
    uintptr_t base;                /* what was added to its link addresses */
    uintptr_t low, high;           /* the addresses it spans */
    uintptr_t code_low, code_high; /* of its executable segment */
    uintptr_t code_offset;         /* of that segment in the file */
    char build_id[2 * 32 + 1];     /* of the loaded image, in hex; "" where it has none */
    struct Dwfl_Module *names;     /* libdw's view, NULL where the file may not be used */
    bool has_functions, has_lines; /* what the file was found to tell */
    bool opened;                   /* names was looked for */
    struct module *next;
};

/* The module that holds an address, or NULL. Valid until the process ends. Its names are opened. */
const struct module *module_of(const void *address);

/* The modules used so far, in the shape of /proc/PID/maps: a line each, of the code. */
void module_write_map(FILE *out);

/* What a reader of names must know about the modules used so far: stripped, replaced on disk since
 * the start, unreadable. Calls tell with one line each, without newline. */
void module_remarks(void (*tell)(const char *line, void *arg), void *arg);

/* The build id in the notes of a loaded image, for m; and that of the file behind fd, "" where it has none or is
 * no object file. */
void module_note_build_id(struct module *m, const char *notes, size_t size);
void module_file_build_id(int fd, char *text, size_t size);
