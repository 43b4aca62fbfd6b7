/* Memory that this process holds. */
#pragma once

#include <stdint.h>

/* Bytes of its resident pages, by a walk over them, and of the page tables for them. */
int64_t resident_bytes(void);
