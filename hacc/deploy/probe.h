/* Asking a URL as a client does. libcurl is looked for when it is needed: hacc starts without it. */
#ifndef HACC_DEPLOY_PROBE_H
#define HACC_DEPLOY_PROBE_H

#include "hacc/base/arena.h"

#include <stdbool.h>

/* A process that has just been started shares its sockets with the old one, and who of the two gets a connection is
 * chance: so many answers in a row are asked for that the new one is likely to give some of them (the old one may still
 * give them all). Of a URL that answers slowly the fewer are enough, once half of the time is over. */
enum { PROBE_TIMES = 100, PROBE_TIMES_SLOW = 10 };

/* Whether libcurl is there and takes the URL; *why says it where not. */
bool probe_is_usable(const char *url, const char **why);

/* Whether the URL answers 2xx or 3xx each time, over connections of their own. Redirects are not followed. */
bool probe_answers(const char *url, int time_limit_ms, struct arena *arena, const char **why);

#endif
