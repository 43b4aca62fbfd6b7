/* The object files that are mapped into a process: each with its build id as it is in memory, and names only from
 * a file that has the same. */
#pragma once

#include "outside/mapped.h"
#include "outside/memory.h"
#include "profile/symbol.h"
#include <sys/types.h>

struct images;

enum { IMAGES_WHY = 512 };

/* For these mapped files; files and memory must live as long. pid: whose they are, 0: a core's. headers: where the
 * program headers of the program itself lie, 0: the first file is it. program: its file, NULL: where it was.
 * NULL, with why: no memory, or program is another build. */
struct images *images_open(const struct mapped_files *files, struct memory *memory, pid_t pid,
                           uint64_t headers, const char *program, char why[IMAGES_WHY]);
void images_close(struct images *images);

/* The program's path; and its build id in hex, "" where it has none. */
const char *images_program(const struct images *images);
const char *images_build_id(const struct images *images);

/* The address of the section with this name, in the program or in a library; 0: there is none. */
uint64_t images_section(struct images *images, const char *name);

/* The symbol of a return address. Never NULL; valid until the images are closed. */
const struct symbol *images_symbol(struct images *images, uint64_t return_address);

/* Bytes of the files where they are mapped and can not be written. */
bool images_read(struct images *images, uint64_t at, void *to, size_t size);

/* What stood in the way of the program's file so far; NULL: nothing. Valid as the next. */
const char *images_trouble(const struct images *images);

/* What a reader of names has to know: no debug information, a file that can not be read, or is another one by now.
 * NULL: nothing. Valid until the images are closed. */
const char *images_remark(struct images *images);
