/* Lines of Go's debug=1, and of leaklab's. */
#pragma once

#include "dumps/reading.h"

/* last: what is missing will not come any more. */
enum form grouped_line(struct text_reader *reader, struct piece line, bool last);
