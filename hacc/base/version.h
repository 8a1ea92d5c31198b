/* The version of hacc itself. */
#ifndef HACC_BASE_VERSION_H
#define HACC_BASE_VERSION_H

#define HACC_VERSION "0.1"

#endif
