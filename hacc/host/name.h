/* The name of this machine: by it HAProxy finds itself among peers, where nothing else says who it is. */
#ifndef HACC_HOST_NAME_H
#define HACC_HOST_NAME_H

#include "hacc/base/arena.h"

/* Gives it, in `arena`; NULL: it is not known. */
const char *host_name(struct arena *arena);

#endif
