/* Folders and files that are there whole or not at all: written under another name, synced, and
 * then given their own. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { FOLDER_PATH = 1024 };

/* Keeps others from changing what is in this folder, which is made where it is missing; waits while another
 * does. Returns what folder_leave() takes; -1: *why. What a folder_begin() that was killed has left in it is
 * gone then. */
int folder_enter(const char *path, char *why, size_t size);
void folder_leave(int entered);

/* Makes a folder of a temporary name within `parent`, which is made too where it is missing. */
bool folder_begin(const char *parent, char path[FOLDER_PATH], char *why, size_t size);

/* Syncs it and gives it its name within the parent; false where that is taken: nothing is replaced. */
bool folder_finish(const char *path, const char *parent, const char *name, char *why, size_t size);

/* Removes what folder_begin() made, with the files in it. Folders within it must be empty. */
void folder_abandon(const char *path);

/* A new file with this text, synced. */
bool folder_write(const char *folder, const char *name, const char *text, size_t length, char *why,
                  size_t size);

/* Puts a file with this text in place of what is there; at no moment is it half there. */
bool folder_replace(const char *folder, const char *name, const char *text, size_t length,
                    char *why, size_t size);

/* The names in a folder but "." and "..", sorted; *count of them. The caller frees them by
 * folder_names_free(). NULL: *why. */
char **folder_names(const char *folder, size_t *count, char *why, size_t size);
void folder_names_free(char **names, size_t count);

/* What `sha256sum` says of these files in a folder, "" of none. The caller frees it; NULL: *why. */
char *folder_sums(const char *folder, const char *const *names, size_t count, char *why,
                  size_t size);

/* file_read() (record/file.h) of a file in a folder. */
char *folder_read(const char *folder, const char *name, size_t most, size_t *length, char *why,
                  size_t size);
