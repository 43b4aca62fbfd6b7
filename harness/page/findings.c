#include "page/findings.h"
#include <stdarg.h>
#include <stdio.h>

void findings_add(struct findings *findings, const char *format, ...)
{
    enum { WORDS = 1000 };
    char words[WORDS];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    findings->count++;
    if (findings->told)
        findings->told(words, findings->arg);
}
