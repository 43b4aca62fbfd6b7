/* Lines of Go's debug=2, of panics, of goleak. */
#pragma once

#include "dumps/reading.h"

/* last: what is missing will not come any more. */
enum form full_line(struct text_reader *reader, struct piece line, bool last);
