/* The table of detectors, in the order of the scoreboard: a new one is a file of its own, and a word here. */
#include "detect/detector.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct detector *const detectors[] = {
    &detector_count,          &detector_sites,
    &detector_quiescence,     &detector_proof,
    &detector_sanitizer,      &detector_valgrind,
    &detector_valgrind_fds,   &detector_analyzer,
    &detector_go_count,       &detector_go_profile,
    &detector_go_vet,         &detector_plain_sanitizer,
    &detector_plain_valgrind, &detector_plain_valgrind_fds,
    &detector_plain_analyzer, &detector_loop_close,
    &detector_print_handles,  &detector_thread_sanitizer,
    &detector_census,         NULL,
};

/* --- What several of them share --------------------------------------------------------------- */

const struct pair *detect_pair(const struct detect_case *of)
{
    const struct pair *pair = of->pair ? of->pair : catalog;
    while (!of->pair && pair_is_plain(pair) != of->plain)
        pair++;
    return pair;
}

const char *detect_sample(char path[DETECT_PATH], const struct detect_case *of)
{
    const struct pair *pair = of->pair;
    if (!pair)
        *path = 0;
    else if (pair->is_control)
        snprintf(path, DETECT_PATH, "harness/controls/%s.c", pair->id);
    else
        snprintf(path, DETECT_PATH, "%s/%s/%s.c", of->variant == VARIANT_LEAK ? "leaks" : "fixes",
                 pair->family, pair->id);
    return path;
}

const char *detect_twin(char path[DETECT_PATH], const struct detect_case *of)
{
    snprintf(path, DETECT_PATH, "%s/%s/%s.go", of->variant == VARIANT_LEAK ? "leaks" : "fixes",
             of->pair ? of->pair->family : "", of->pair ? of->pair->id : "");
    return path;
}

bool detect_program(char path[DETECT_PROGRAM], const char *suffix, const char *name, char *why,
                    size_t size)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length > 0 ? length : 0] = 0;
    char *slash = strrchr(self, '/');
    if (!slash) {
        snprintf(why, size, "it is not known where this program stands");
        return false;
    }
    *slash = 0;
    snprintf(path, DETECT_PROGRAM, "%.3900s%s/%s", self, suffix, name);
    if (access(path, X_OK) == 0)
        return true;
    snprintf(why, size, "the program %s%s%s%s is not built: `make detect` builds it", name,
             *suffix ? ", with SANITIZE=" : "",
             strcmp(suffix, "-sanitize") == 0 ? "1"
             : *suffix                        ? suffix + 1
                                              : "",
             *suffix ? "," : "");
    return false;
}
