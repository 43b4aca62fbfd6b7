/* Other threads: what they hold is not seen. */
#pragma once

/* NULL; or why nothing can be proven now. */
const char *threads_refuse(void);
