#include "report/agreement.h"
#include "probe/figures.h"
#include "probe/printable.h"
#include <math.h>

static const char *word_of(const struct agreement_row *row)
{
    return !agreement_knows(row) ? "one process, or all of them noisy"
           : row->within         ? "agrees"
           : row->close          ? "within 3 %"
                                 : "outside";
}

static void tell_row(const struct terminal *t, const struct agreement_row *row)
{
    char text[FIGURE], high[FIGURE];
    printable_write(t->out, row->name);
    fprintf(t->out, ": %s in the suite", figure_digits(text, row->suite));
    if (!isnan(row->low))
        fprintf(t->out, " (%s to %s)", figure_digits(text, row->low),
                figure_digits(high, row->high));
    fprintf(t->out, ", %s beside Go: %s\n", figure_digits(text, row->versus), word_of(row));
}

static void tell_sum(const struct terminal *t, const struct agreement *agreement)
{
    size_t outside = agreement->known - agreement->within - agreement->close;
    fprintf(t->out,
            "suite and comparison: of %zu figures in both %zu are within the interval that the "
            "suite foretells, %zu more within 3 %%, %zu outside: ",
            agreement->known, agreement->within, agreement->close, outside);
    if (agreement->bar)
        fprintf(t->out, "not comparable, %s\n", agreement->bar);
    else if (!agreement->known)
        fputs("not known, for want of a figure with two processes\n", t->out);
    else if (agreement_holds(agreement))
        fprintf(t->out,
                "they agree (of figures that are the same 5 in 100 may be outside); beside Go a "
                "figure is %.3f of the suite's, in the geometric mean\n",
                agreement->ratio);
    else
        fprintf(t->out, "they do not agree (by chance once in %.0f times)\n",
                fmin(1 / agreement->chance, 1e9));
}

void agreement_tell(const struct terminal *t, const struct agreement *agreement, bool all)
{
    for (size_t i = 0; i < agreement->count; i++) {
        const struct agreement_row *row = &agreement->rows[i];
        if (all || (agreement_knows(row) && !row->within && !row->close))
            tell_row(t, row);
    }
    tell_sum(t, agreement);
}
