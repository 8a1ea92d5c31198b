/* Time limits: every wait of hacc ends at a moment of a clock that nobody sets. */
#ifndef HACC_HOST_CLOCK_H
#define HACC_HOST_CLOCK_H

#include <stdint.h>

/* Gives the milliseconds since some moment of the past (CLOCK_MONOTONIC). */
int64_t clock_ms(void);

/* Sleeps for so many milliseconds; a signal does not shorten it. */
void clock_sleep_ms(int64_t ms);

#endif
