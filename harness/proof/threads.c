#include "proof/threads.h"
#include "proof/heap_map.h"
#include "task/announce.h"
#include "task/loop.h"
#include <stdlib.h>
#include <sys/single_threaded.h>

const char *threads_refuse(void)
{
    if (heap_map_has_gaps)
        return "there was no memory to note where heap blocks begin";
    return 0;
}
