/* Addresses from low up to high. */
#pragma once

#include <stdint.h>

struct range {
    uintptr_t low, high;
};
