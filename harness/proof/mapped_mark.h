/* Looking at what is mapped. */
#pragma once

/* Marks what is there, where that can be read and has ever been touched; and what other threads that stand still have on
 * their stacks. NULL; or why that was not possible. */
const char *mapped_mark(void);
