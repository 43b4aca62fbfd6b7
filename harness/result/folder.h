/* Folders and files that are there whole or not at all: written under another name, synced, and
 * then given their own. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { FOLDER_PATH = 1024 };

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

/* file_read() (record/file.h) of a file in a folder. */
char *folder_read(const char *folder, const char *name, size_t most, size_t *length, char *why,
                  size_t size);
