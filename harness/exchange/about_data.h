/* What data packages and data sets say alike of who made a result, and under which licence. */
#pragma once

#include <jansson.h>

#define DATA_CREATOR "leaklab contributors"
#define DATA_LICENSE "https://opensource.org/license/mit"

/* ["task leak", ..]; NULL: no memory. */
json_t *data_keywords(void);

/* "leaklab 0.1.0 on AMD EPYC, 2 cores, Linux 6.18, by `leaklab run ..`": of a result's header. The caller frees it;
 * NULL: no memory. */
char *data_origin_words(const json_t *header);
