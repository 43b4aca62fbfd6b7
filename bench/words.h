/* A command as it was typed, for reports. */
#pragma once

/* Its words with a blank between. The caller frees it; NULL where there is no memory. */
char *words_typed(int argc, char **argv);
