/* Linked into a program, it has panics tell functions and lines, and nothing need be called for it: the programs of
 * the hard errors know the runtime alone.
 */
#include "profile/install.h"

static __attribute__((constructor)) void install(void)
{
    dump_install();
}
