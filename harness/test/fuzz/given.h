/* What fuzzers are given, as a file. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What libFuzzer calls, for each input. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Its path; the same one for each input. */
const char *given_as_file(const uint8_t *bytes, size_t length);
