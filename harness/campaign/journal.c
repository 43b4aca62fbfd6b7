#include "campaign/journal.h"
#include "campaign/design.h"
#include "record/built.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail(const char *what, const char *path, char *why, size_t size)
{
    snprintf(why, size, "can not %s %s: %s", what, path, strerror(errno));
    return false;
}

static bool write_line(struct journal *journal, const json_t *line, char *why, size_t size)
{
    char *text = built_text(line, 0);
    size_t length = text ? strlen(text) : 0;
    if (!text) {
        snprintf(why, size, "no memory for a line of %s", journal->path);
        return false;
    }
    text[length] = '\n'; /* in the place of its end */
    bool done = true;
    for (size_t written = 0; done && written <= length;) {
        ssize_t n = write(journal->fd, text + written, length + 1 - written);
        done = n > 0 || (n < 0 && errno == EINTR);
        written += n > 0 ? (size_t)n : 0;
    }
    done = done && fdatasync(journal->fd) == 0;
    free(text);
    return done || fail("write", journal->path, why, size);
}

/* Up to its last newline. */
static bool cut_half_line(struct journal *journal, char *why, size_t size)
{
    off_t end = lseek(journal->fd, 0, SEEK_END);
    char last = '\n';
    while (end > 0 && pread(journal->fd, &last, 1, end - 1) == 1 && last != '\n')
        end--;
    return ftruncate(journal->fd, end) == 0 || fail("cut", journal->path, why, size);
}

static bool is_continued(const struct journal *journal, const json_t *header, char *why,
                         size_t size)
{
    const char *differs = design_differs(json_object_get(journal->campaign.header, "design"),
                                         json_object_get(header, "design"));
    if (differs)
        snprintf(why, size, "%s is of another campaign: %s. Name another file by --json",
                 journal->path, differs);
    return !differs;
}

static bool begin(struct journal *journal, const json_t *header, char *why, size_t size)
{
    struct stat about;
    if (fstat(journal->fd, &about) != 0)
        return fail("look at", journal->path, why, size);
    if (about.st_size > 0 && !campaign_begins(journal->path)) {
        snprintf(why, size, "%s is there and no campaign: name another file by --json",
                 journal->path);
        return false;
    }
    if (!cut_half_line(journal, why, size))
        return false;
    bool is_new = lseek(journal->fd, 0, SEEK_END) == 0;
    if (is_new && !write_line(journal, header, why, size))
        return false;
    return campaign_read(&journal->campaign, journal->path, why, size) &&
           is_continued(journal, header, why, size);
}

bool journal_open(struct journal *journal, const char *path, json_t *header, char *why, size_t size)
{
    *journal = (struct journal){.fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666),
                                .path = path};
    bool done = journal->fd >= 0 || fail("open", path, why, size);
    if (done && flock(journal->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        snprintf(why, size, "%s is being written by another campaign", path);
        done = false;
    }
    done = done && begin(journal, header, why, size);
    json_decref(header);
    if (!done)
        journal_close(journal);
    return done;
}

bool journal_add(struct journal *journal, json_t *line, char *why, size_t size)
{
    bool done = write_line(journal, line, why, size);
    const char *type = json_string_value(json_object_get(line, "type"));
    if (done && strcmp(type, "process") == 0)
        json_array_append(journal->campaign.processes, line);
    if (done && strcmp(type, "context") == 0)
        json_array_append(journal->campaign.contexts, line);
    if (done && strcmp(type, "plan") == 0) {
        json_decref(journal->campaign.plan);
        journal->campaign.plan = json_incref(line);
    }
    json_decref(line);
    return done;
}

void journal_close(struct journal *journal)
{
    campaign_free(&journal->campaign);
    if (journal->fd >= 0)
        close(journal->fd);
    journal->fd = -1;
}
