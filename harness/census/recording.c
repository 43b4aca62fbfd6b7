#include "census/recording.h"

struct recording recording;
struct census_counts census_counts;
