/* The forms of all intents. */
#ifndef HACC_READ_INTENT_FORMS_H
#define HACC_READ_INTENT_FORMS_H

#include "hacc/model/intent_form.h"

/* Ended by a name of NULL; an intent that differs from section to section comes several times. */
extern const struct intent_form intent_forms[];

#endif
