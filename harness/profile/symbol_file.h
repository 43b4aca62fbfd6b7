/* Names for a code address from an object file, which may be mapped into another process. Nothing is kept. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct module;

struct symbol {
    const char *function; /* NULL where there is no name for the address */
    const char *file;     /* as the compiler was given it; NULL without debug information */
    int line;
    uintptr_t start;    /* where the function begins; pc - start is Go's +0xOFF. 0 where unknown */
    const char *module; /* path of the object file, "?" where none holds the address */
    uintptr_t offset;   /* of the address from where the module is loaded */
    const struct symbol *inlined_into; /* the function that this one's code was put into */
    const struct module *object;       /* NULL where none holds the address */
};

/* Fills in a symbol that is zero but for its module, by what the file of m tells, which holds the address before
 * this return address. The functions that it was inlined into are allocated, for as long as the process lives. */
void symbol_from_file(struct symbol *s, const struct module *m, uintptr_t return_address);

/* Where the function of a symbol begins; its name, where it has none. */
void symbol_set_start(struct symbol *s, const char *name, uintptr_t start);
