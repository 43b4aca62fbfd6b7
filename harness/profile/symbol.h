/* Names for code addresses, from DWARF by libdw: function, file and line. Each distinct address is
 * looked up once and kept. */
#pragma once

#include "profile/symbol_file.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The symbol of a return address (of the call before it). Never NULL; owned by the symbol table,
 * valid until the process ends. Not for signal handlers. */
const struct symbol *symbol_of_return(const void *return_address);

/* The functions' names of return addresses that anybody may ask for: none is kept, so that no memory is
 * taken, and what was inlined goes by the function around it. NULL where there is no name; a name lives
 * as long as the process. */
void symbol_names(const void *const *return_addresses, size_t length, const char **names);

/* Whether dumps hide it: the runtime's own code and the profiler's, by their files' folders. */
bool symbol_is_hidden(const struct symbol *s);

/* The same, but for what of the runtime's is inline there: the place is its caller's. */
const struct symbol *symbol_of_caller(const void *return_address);

/* Whether two return addresses are of one line: an unrolled loop has it several times. NULL is the
 * same as NULL only. */
bool symbol_same_line(const void *a, const void *b);

/* `function+0xOFF file:line` in a line without newline; module and offset where no more is known.
 */
void symbol_describe(const void *return_address, char *line, size_t size);

/* `NAME+0xOFF` for a place in static data, as much of it as is known, and in which module where that is not the
 * program itself. */
void symbol_describe_data(const void *address, char *line, size_t size);

/* Puts libdw behind task_symbolize, so that panics and deadlocks name lines. On a signal stack,
 * where libdw may not run, the dynamic loader's names are used. */
void symbol_install(void);
