/* Asking a URL as a client does. libcurl is looked for when it is needed: hacc starts without it. */
#ifndef HACC_DEPLOY_PROBE_H
#define HACC_DEPLOY_PROBE_H

#include "hacc/base/arena.h"

#include <stdbool.h>

/* A process that has just been started shares its sockets with the old one: so many answers in a row are asked for that
 * it gives some of them. */
enum { PROBE_TIMES = 10 };

/* Whether libcurl is there and takes the URL; *why says it where not. */
bool probe_is_usable(const char *url, const char **why);

/* Whether the URL answers 2xx or 3xx, PROBE_TIMES times, each over a connection of its own. Redirects are not followed.
 */
bool probe_answers(const char *url, int time_limit_ms, struct arena *arena, const char **why);

#endif
