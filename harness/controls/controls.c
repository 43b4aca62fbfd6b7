/* The table of controls. */
#include "catalog.h"
#include "task/time.h"
#include <string.h>

#define CONTROL(id_, title_, ...) void control_##id_(struct ctx *request);
#include "controls/controls.def"
#undef CONTROL

const struct pair controls[] = {
#define CONTROL(id_, title_, ...)                                                                  \
    {                                                                                              \
        .family = "controls",                                                                      \
        .id = #id_,                                                                                \
        .title = title_,                                                                           \
        .is_control = true,                                                                        \
        .entry = {[VARIANT_FIX] = control_##id_},                                                  \
        .expected = {[VARIANT_FIX] = {__VA_ARGS__}},                                               \
    },
#include "controls/controls.def"
#undef CONTROL
};

const size_t controls_length = sizeof controls / sizeof *controls;

const struct pair *controls_find(const char *id)
{
    for (size_t i = 0; i < controls_length; i++)
        if (strcmp(controls[i].id, id) == 0)
            return &controls[i];
    return NULL;
}
