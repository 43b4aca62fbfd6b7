#include "result/tex_text.h"
#include "probe/printable.h"
#include <stddef.h>
#include <string.h>

/* What every TeX has for it; NULL: it stands for itself. BibTeX counts braces whatever stands before
 * them, so a name takes the place of one. */
static const char *written(char c)
{
    static const char *const forms[] = {
        ['\\'] = "\\textbackslash{}",
        ['~'] = "\\textasciitilde{}",
        ['^'] = "\\textasciicircum{}",
        ['{'] = "\\textbraceleft{}",
        ['}'] = "\\textbraceright{}",
        ['<'] = "\\textless{}",
        ['>'] = "\\textgreater{}",
        ['|'] = "\\textbar{}",
        ['`'] = "\\`{}",
        ['"'] = "''",
        ['&'] = "\\&",
        ['%'] = "\\%",
        ['$'] = "\\$",
        ['#'] = "\\#",
        ['_'] = "\\_",
    };
    size_t i = (unsigned char)c;
    return i < sizeof forms / sizeof *forms ? forms[i] : NULL;
}

void tex_text(FILE *out, const char *text)
{
    char shown[PRINTABLE];
    for (char before = 0; *text; before = shown[0]) {
        text += printable_next(text, shown);
        if (shown[0] == '-' && before == '-') /* two would be one dash */
            fputs("{}", out);
        for (const char *c = shown; *c; c++)
            if (written(*c))
                fputs(written(*c), out);
            else
                putc(*c, out);
    }
}
