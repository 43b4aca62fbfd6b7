/* Options that are given twice: of two values one would be passed over without a word. */
#pragma once

#include <argp.h>

/* The flag of an option of which several values add up. argp knows of no such, and passes over it. */
enum { OPTION_ADDS_UP = 0x10000 };

/* The first option with a value that is given a second time, or NULL. The words stay in their order. */
const struct argp_option *option_given_twice(const struct argp *argp, int argc, char *const *argv);
