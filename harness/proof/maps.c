#include "proof/maps.h"
#include <string.h>
#include <unistd.h>

/* `LOW-HIGH rwxp OFFSET DEVICE INODE   NAME` */
enum field { LOW, HIGH, MODE, OFFSET, DEVICE, INODE, NAME };

struct line {
    struct mapping m;
    enum field field;
    size_t at; /* in the field */
};

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void take_mode(struct mapping *m, char c)
{
    m->is_readable |= c == 'r';
    m->is_writable |= c == 'w';
    m->is_shared |= c == 's';
}

static void take(struct line *l, char c)
{
    uintptr_t *value = l->field == LOW ? &l->m.range.low : &l->m.range.high;
    if (l->field < NAME && (c == ' ' || (l->field == LOW && c == '-'))) {
        l->field++;
        l->at = 0;
    } else if (l->field <= HIGH) {
        *value = *value << 4 | (uintptr_t)hex_digit(c);
    } else if (l->field == MODE) {
        take_mode(&l->m, c);
    } else if (l->field == NAME && (c != ' ' || l->at) && l->at < sizeof l->m.name - 1) {
        l->m.name[l->at++] = c;
    }
}

bool maps_each(int file, void (*visit)(const struct mapping *m))
{
    char buffer[4096];
    struct line line = {.at = 0};
    long n = -1;
    if (lseek(file, 0, SEEK_SET) < 0)
        return false;
    while ((n = read(file, buffer, sizeof buffer)) > 0)
        for (long i = 0; i < n; i++) {
            if (buffer[i] != '\n') {
                take(&line, buffer[i]);
                continue;
            }
            visit(&line.m);
            memset(&line, 0, sizeof line);
        }
    return n == 0;
}
