/* Figures as people read them: see there. */
#pragma once

#include "probe/figures.h"
