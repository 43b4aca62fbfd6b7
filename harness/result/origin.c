#include "result/origin.h"
#include <stdio.h>
#include <string.h>

#ifndef LEAKLAB_ORIGIN
#define LEAKLAB_ORIGIN ""
#endif
#ifndef LEAKLAB_ORIGIN_KEPT
#define LEAKLAB_ORIGIN_KEPT ""
#endif

const char *origin_kept(void)
{
    return LEAKLAB_ORIGIN_KEPT;
}

const char *origin_here(void)
{
    return LEAKLAB_ORIGIN;
}

/* What stands between a repository's address and a file of it. */
static const char *way_to_files(const char *origin)
{
    static const struct {
        const char *host, *way;
    } hosts[] = {{"https://github.com/", "blob/HEAD/"}, {"https://gitlab.com/", "-/blob/HEAD/"}};
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
        if (strncmp(origin, hosts[i].host, strlen(hosts[i].host)) == 0)
            return hosts[i].way;
    return "";
}

const char *origin_link(char link[ORIGIN_LINK], const char *origin, const char *path)
{
    if (*origin)
        snprintf(link, ORIGIN_LINK, "%.250s/%s%.350s", origin, way_to_files(origin), path);
    else
        snprintf(link, ORIGIN_LINK, "%.350s", path);
    return link;
}
