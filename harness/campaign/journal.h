/* The file of a campaign while it is written: one line after the other, each synced before the next process
 * starts, so that whatever ends the campaign loses nothing that was measured (record/campaign.h). */
#pragma once

#include "record/campaign.h"

struct journal {
    int fd;
    const char *path;
    struct campaign campaign; /* what is in it */
};

/* Opens it, and makes it with this header where there is none; takes the header. Half a line at its end is cut
 * off. False: *why, as where another process writes it, or where it is of another design. */
bool journal_open(struct journal *journal, const char *path, json_t *header, char *why,
                  size_t size);

/* Takes the line. False: *why. */
bool journal_add(struct journal *journal, json_t *line, char *why, size_t size);

void journal_close(struct journal *journal);
