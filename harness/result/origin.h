/* Where this tree stands for everybody to read, so that a citation has an address and not a path. The build is told,
 * by harness/origin.sh. */
#pragma once

/* What CITATION.cff says; "": nothing. What is made of results and kept goes by this alone: it must not differ from
 * checkout to checkout. */
const char *origin_kept(void);

/* For what is said here and now: `make URL=...`, else what is kept, else git's remote; "": none is known. */
const char *origin_here(void);

/* A file of the tree, or its anchor, at that address: on GitHub and GitLab in the newest commit of the main branch, where
 * results stay as they are; elsewhere below the address. "" as origin: the path. */
enum { ORIGIN_LINK = 640 };
const char *origin_link(char link[ORIGIN_LINK], const char *origin, const char *path);
