/* Any bytes, read as somebody's dumps, explained, and followed over the dumps before them. */
#include "dumps/course.h"
#include "dumps/read.h"
#include "explain/flames.h"
#include "explain/tell.h"
#include "explain/written.h"
#include "test/fuzz/given.h"
#include <stdlib.h>

static void follow(const struct dumps *dumps)
{
    static struct course course;
    static double seconds;
    const struct own own = {0};
    for (size_t i = 0; i < dumps->length; i++)
        course_add(&course, &dumps->all[i], &own, seconds++, false);
    course_judge(&course);
    if (course.looks > 8)
        course_end(&course);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct dumps dumps = {0};
    struct explanation explanation;
    const struct own own = {0};
    char why[256], *words = NULL;
    size_t size;
    dumps_read((const char *)bytes, length, &dumps, why, sizeof why);
    for (size_t i = 0; i < dumps.length; i++) {
        FILE *out = open_memstream(&words, &size);
        if (!out || !explanation_make(&explanation, &dumps.all[i], "given", &own))
            abort();
        explanation_tell(&explanation, out);
        explanation_markdown(&explanation, out);
        explanation_json(&explanation, out);
        flames_folded(&dumps.all[i], out);
        flames_svg(&dumps.all[i], "given", out);
        fclose(out);
        free(words);
        explanation_free(&explanation);
    }
    follow(&dumps);
    dumps_free(&dumps);
    return 0;
}
