/* A record of three detectors, of which two have one name, for the tests of what is made of it. */
#pragma once

#include "test/planted.h"

#include "record/detections_write.h"

static const struct detector_said detectors[] = {
    {.name = "a",
     .version = "v1",
     .how = "it looks",
     .skipped = "",
     .go = true,
     .stops = true,
     .findings = 11,
     .cpu = 12,
     .peak = 13},
    {.name = "a",
     .version = "",
     .how = "it reads",
     .skipped = "not here",
     .plain = true,
     .reads = true,
     .findings = -1,
     .cpu = -1,
     .peak = -1},
    {.name = "last", .version = "", .how = "", .skipped = "", .findings = 0, .cpu = 0, .peak = 0},
};

/* To the folder's file "d". */
static inline void plant_detections(const struct detection *all, size_t count)
{
    static char words[] = "detect", *argv[] = {words, NULL};
    char why[300];
    struct detections_file *file =
        detections_open(planted_path("d"), NULL, 1, argv, why, sizeof why);
    assert_non_null(file);
    for (size_t i = 0; i < sizeof detectors / sizeof *detectors; i++)
        detections_detector(file, &detectors[i]);
    for (size_t i = 0; i < count; i++) {
        const struct detector_said *by = &detectors[all[i].detector];
        detections_detection(file, by->name, by->plain, &all[i]);
    }
    assert_true(detections_close(file, why, sizeof why));
    assert_string_equal(why, "");
}
